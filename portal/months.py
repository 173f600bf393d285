"""The months of public figures: those that are over."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from common.working_time import add_months

SHOWN = 12


def months() -> list[dt.date]:
    """First days of the months that can be asked for, newest first."""
    first = timezone.localdate().replace(day=1)
    return [add_months(first, -count) for count in range(1, SHOWN + 1)]


def month_of(text: str) -> dt.date:
    """ "2026-10"; the last one that is over for anything else."""
    return {f"{month:%Y-%m}": month for month in months()}.get(text) or months()[0]
