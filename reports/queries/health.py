"""How the summaries are: for the health page."""

from __future__ import annotations

from dataclasses import dataclass

from reports.models import DirtyDay, SummaryCheck


@dataclass(frozen=True)
class SummaryHealth:
    """Unit days that wait to be counted anew, and the last comparison with the dossiers."""

    dirty: int
    last: SummaryCheck | None


def summary_health() -> SummaryHealth:
    """Two queries."""
    return SummaryHealth(DirtyDay.objects.count(), SummaryCheck.objects.order_by("-at").first())
