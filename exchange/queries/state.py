"""How the sending to the national portal stands: for its screen and the health page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from common.days import start_of
from exchange.accounts import account_of
from exchange.models import SyncProgress, SyncServer, SyncState
from exchange.rulesets import NATIONAL
from exchange.services.servers import PORTAL
from exchange.states import Fault, Sending
from onestop.models import Dossier
from organizations.models import Unit, User
from organizations.rulesets import rules
from tenancy.models import Province
from tenancy.scope import required_province_id

DAY = dt.timedelta(days=1)
RIGHT = "view_health"
REFUSED, WAITING, SENT, STEPS = "tu-choi", "cho", "da-gui", "buoc"  # words of the address


@dataclass(frozen=True)
class Standing:
    """Of one province, now. Counts of what waits or was refused; of what was sent, a day's."""

    host: str  # of the server; "" when there is no account
    waiting: int
    trouble: int
    refused: int
    sent: int  # in the last 24 hours
    lines: int  # steps that wait
    lines_refused: int
    oldest_at: dt.datetime | None  # since when the oldest waits
    good_at: dt.datetime | None
    fault_at: dt.datetime | None
    fault: str
    quiet_until: dt.datetime | None
    late_hours: int

    @property
    def is_late(self) -> bool:
        """Something waits for longer than the dated setting."""
        most = dt.timedelta(hours=self.late_hours)
        return self.oldest_at is not None and timezone.now() - self.oldest_at > most

    @property
    def fault_words(self) -> str:
        return str(Fault(self.fault).label) if self.fault else ""


def standing(user: User | None = None) -> Standing:
    """Eight queries; each count reads an index that holds only what it counts.

    For a person: what he may see of it.
    """
    states, steps = SyncState.objects.all(), SyncProgress.objects.all()
    if user is not None:
        states = SyncState.objects.visible_to(user, RIGHT)
        steps = SyncProgress.objects.visible_to(user, RIGHT)
    province = Province.objects.get(pk=required_province_id())
    account = account_of(province.code)
    server = SyncServer.objects.filter(name=PORTAL).first() or SyncServer()
    waits = states.unsettled().aggregate(
        waiting=Count("pk", filter=Q(state=Sending.WAITING)),
        trouble=Count("pk", filter=Q(state=Sending.TROUBLE)),
        oldest=Min("noted_at"),
    )
    sent = states.filter(state=Sending.SENT, sent_at__gt=timezone.now() - DAY)
    return Standing(
        host=account.host if account else "",
        waiting=waits["waiting"],
        trouble=waits["trouble"],
        refused=states.filter(state=Sending.REFUSED).count(),
        sent=sent.count(),
        lines=steps.unsettled().count(),
        lines_refused=steps.filter(state=Sending.REFUSED).count(),
        oldest_at=waits["oldest"],
        good_at=server.good_at,
        fault_at=server.fault_at,
        fault=server.fault,
        quiet_until=server.quiet_until,
        late_hours=rules(NATIONAL, timezone.localdate()).sync_late_hours,
    )


def rows_of(view: str, user: User) -> tuple[Any, tuple[str, ...]]:
    """The rows of one list that the person may see, and their order. One query a page."""
    model = SyncProgress if view == STEPS else SyncState
    mine = model.objects.visible_to(user, RIGHT).select_related("dossier__competent_unit")
    if view == WAITING:
        return mine.unsettled(), ("noted_at", "id")
    if view == SENT:
        return mine.filter(state=Sending.SENT), ("-sent_at", "-id")
    if view == STEPS:
        mine = mine.select_related("run")
    return mine.filter(state=Sending.REFUSED), ("-noted_at", "-id")


def linked_codes(page: Iterable[Any], user: User) -> set[str]:
    """Codes on the page whose dossier the person may open. One query."""
    ids = [row.dossier_id for row in page]
    seen = Dossier.objects.visible_to(user, "view_dossiers").filter(pk__in=ids)
    return set(seen.values_list("code", flat=True))


def received_on(day: dt.date, unit_ids: list[int] | None) -> list[int]:
    """Ids of what the units (None: all) received on a day of the province."""
    units = Unit.objects.values("pk") if unit_ids is None else unit_ids
    end = start_of(day + DAY)
    found = Dossier.objects.whole().filter(competent_unit__in=units, accepted_at__gte=start_of(day))
    return list(found.filter(accepted_at__lt=end).values_list("pk", flat=True))
