"""Figures about the work that everybody may read: counted at night, only looked up here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from organizations.rulesets import rules
from portal.models import ProcedureTime
from portal.rules import PUBLIC_FIGURES


@dataclass(frozen=True)
class TimeTaken:
    """How long a procedure really takes; `counted` is None while too few were finished."""

    counted: ProcedureTime | None
    least: int  # so many finished dossiers are needed
    months: int


def time_of(code: str) -> TimeTaken:
    """The usual time of the procedure. One query."""
    values = rules(PUBLIC_FIGURES, timezone.localdate())
    row = ProcedureTime.objects.filter(procedure__code=code).first()
    return TimeTaken(row, values.time_dossiers, values.time_months)
