"""Linked parts in figures: whose part was late counts against its unit, not against the lead."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from common.days import start_of
from onestop.models import Dossier
from onestop.states import WAITING, Status
from organizations import access
from organizations.models import User

KINDS = ("all", "on_time", "late", "open", "overdue", "refused")


def kind_words() -> dict[str, str]:
    """Heads of the columns."""
    return {
        "all": _("Given out"), "on_time": _("Finished in time"), "late": _("Finished late"),
        "open": _("Open, in time"), "overdue": _("Open, overdue"),
        "refused": _("Without a result"),
    }  # fmt: skip


def parts_given_out(user: User, first: dt.date, last: dt.date) -> Any:
    """Parts that units of the person's reach got in the period. Dates decide (design, part 7)."""
    reach = access.units_where(user, "view_reports")
    found = Dossier.objects.in_force().filter(
        parent__isnull=False,
        accepted_at__gte=start_of(first),
        accepted_at__lt=start_of(last + dt.timedelta(days=1)),
    )
    if not reach.everywhere:
        found = found.filter(competent_unit__in=reach.unit_ids)
    return found.annotate(finished_on=TruncDate("finished_at"), due_on=TruncDate("due_at"))


def conditions(today: dt.date) -> dict[str, Q]:
    """What each column counts. A part that waits for its lead is in time."""
    done, is_open = Q(status=Status.RETURNED), Q(closed_at=None)
    late_now = Q(due_at__lt=start_of(today)) & ~Q(status__in=list(WAITING))
    return {
        "all": Q(),
        "on_time": done & Q(finished_on__lte=F("due_on")),
        "late": done & Q(finished_on__gt=F("due_on")),
        "open": is_open & ~late_now,
        "overdue": is_open & late_now,
        "refused": ~done & ~is_open,
    }


def by_unit(found: Any, today: dt.date) -> QuerySet[Any, dict[str, Any]]:
    """One row for each unit. One query."""
    columns = conditions(today)
    counts = {name: Count("pk", filter=columns[name]) for name in KINDS if name != "all"}
    rows: QuerySet[Any, dict[str, Any]] = (
        found.values(unit=F("competent_unit__name"), unit_code=F("competent_unit__code"))
        .annotate(all=Count("pk"), **counts)
        .order_by("competent_unit__name", "competent_unit__code")
    )
    return rows
