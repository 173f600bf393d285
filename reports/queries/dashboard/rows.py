"""The dossiers behind a figure of a dashboard: chosen by the conditions that counted it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.counting import capped_counts
from common.days import start_of
from onestop.models import Dossier
from onestop.models.catalogue import Channel
from onestop.models.dossiers import DossierQuerySet
from onestop.queries.dossiers import soon_until
from onestop.states import WAITING
from organizations.models import Unit, User
from reports.queries.dashboard.scope import Scope
from reports.rules import Period

COUNTED = 10_000  # exactly up to here; a list of more is called "more than"
_ONTIME = Q(granted_at__isnull=False) | Q(finished_at__date=F("due_at__date"))
_EARLY = Q(granted_at=None, finished_at__date__lt=F("due_at__date"))
_LATE = Q(granted_at=None, finished_at__date__gt=F("due_at__date"))


@dataclass(frozen=True)
class Figure:
    """A figure by its name in addresses: what it is called and which dossiers are in it."""

    words: str | Promise
    rule: str | Promise
    of_period: Callable[[Period], Q] | None = None
    of_day: Callable[[dt.date], Q] | None = None
    order: tuple[str, ...] = ("due_at", "id")


def _received(also: Q) -> Callable[[Period], Q]:
    return lambda period: (
        also & Q(accepted_at__gte=start_of(period.first), accepted_at__lt=start_of(period.after))
    )


def _finished(also: Q) -> Callable[[Period], Q]:
    return lambda period: (
        also & Q(finished_at__gte=start_of(period.first), finished_at__lt=start_of(period.after))
    )


def _open(of_day: Callable[[dt.date], Q]) -> Callable[[dt.date], Q]:
    """Accepted and not finished; `dossier_open_whole` indexes these conditions."""
    stock = Q(closed_at=None, finished_at=None, accepted_at__isnull=False)
    return lambda today: stock & of_day(today)


_RUNNING = ~Q(status__in=[int(status) for status in WAITING])
_IN, _OUT = ("accepted_at", "id"), ("finished_at", "id")
FIGURES: dict[str, Figure] = {
    "nhan": Figure(_("Received"), _("Accepted in the period"), _received(Q()), order=_IN),
    "truc-tuyen": Figure(
        _("Received online"), _("Accepted in the period, submitted online"),
        _received(Q(channel=Channel.ONLINE)), order=_IN,
    ),
    "truc-tiep": Figure(
        _("Received at the counter or by post"), _("Accepted in the period, in any other way"),
        _received(~Q(channel=Channel.ONLINE)), order=_IN,
    ),
    "xong": Figure(
        _("Finished"),
        _("Result ready in the period, or refused, stopped or withdrawn in it"),
        _finished(Q()), order=_OUT,
    ),
    "som": Figure(_("Early"), _("Finished before the due day"), _finished(_EARLY), order=_OUT),
    "dung": Figure(
        _("On time"), _("Finished on the due day, or given back as the applicant wished"),
        _finished(_ONTIME), order=_OUT,
    ),
    "khong-tre": Figure(
        _("Finished in time"), _("Finished early or on the due day"),
        _finished(_EARLY | _ONTIME), order=_OUT,
    ),
    "tre": Figure(
        _("Finished late"), _("Finished after the due day"), _finished(_LATE), order=_OUT
    ),
    "dang": Figure(
        _("Dossiers in process"), _("Accepted and not finished at this moment"),
        of_day=_open(lambda _today: Q()),
    ),
    "qua-han": Figure(
        _("Overdue"), _("Not finished, due before today, not waiting for the applicant"),
        of_day=_open(lambda today: _RUNNING & Q(due_at__lt=start_of(today))),
    ),
    "sap-den-han": Figure(
        _("Due soon"), _("Due today or within the working days that count as soon"),
        of_day=_open(lambda today: _RUNNING & Q(
            due_at__gte=start_of(today), due_at__lt=soon_until(today))),
    ),
    "con-han": Figure(
        _("In time"), _("Due later than that"),
        of_day=_open(lambda today: _RUNNING & Q(due_at__gte=soon_until(today))),
    ),
    "cho": Figure(
        _("Waiting"), _("Waiting for papers or a payment of the applicant; no clock runs"),
        of_day=_open(lambda _today: ~_RUNNING),
    ),
}  # fmt: skip


def dossiers_behind(
    figure: Figure, scope: Scope, user: User, period: Period, today: dt.date,
    *, row: str = "", field: str = "",
) -> DossierQuerySet:  # fmt: skip
    """All of them when the person may see the dossiers of the scope, as every role may."""
    seen = Dossier.objects.visible_to(user, "view_dossiers").filter(
        scope.where, voided_at=None, parent=None
    )  # a part of a linked dossier counts with the whole
    if figure.of_period:
        seen = seen.filter(figure.of_period(period))
    elif figure.of_day:
        seen = seen.filter(figure.of_day(today))
    if row:
        seen = seen.filter(scope.row_where(row))
    if field:
        seen = seen.filter(version__field=field)
    found: DossierQuerySet = seen
    return found


def how_many(found: DossierQuerySet) -> int:
    """Exactly up to `COUNTED`, and one more for whatever is beyond. One query."""
    return capped_counts({"all": found}, COUNTED + 1)["all"]


def unit_of(scope: Scope, code: str) -> Unit | None:
    """The unit of that code, wherever it is: what is shown is cut to the scope."""
    units = scope.places.units.values()
    return next((unit for unit in units if code and unit.code == code), None)
