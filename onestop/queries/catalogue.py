"""Reads of the catalogue: which version holds on a day, what a list and the public may show."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from onestop.models import ProcedureChannel, ProcedureVersion


def version_on(procedure_id: int, day: dt.date) -> ProcedureVersion | None:
    """The version in force on that day. Of two that start on one day the later one counts."""
    found: ProcedureVersion | None = (
        ProcedureVersion.objects.filter(procedure_id=procedure_id)
        .in_force_on(day)
        .order_by("-number")
        .first()
    )
    return found


def limit_of(version: ProcedureVersion) -> tuple[Decimal, str]:
    """The version's limit: of its first channel (the counter, where there is one). One query."""
    channel = (
        ProcedureChannel.objects.filter(version_id=version.pk)
        .order_by("channel")
        .values_list("limit_amount", "limit_unit")
        .first()
    )
    return channel or (Decimal(0), "same_day")
