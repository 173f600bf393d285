"""How the sending to the national portal stands: for its screen and the health page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone

from exchange.accounts import account_of
from exchange.models import SyncProgress, SyncServer, SyncState
from exchange.rulesets import NATIONAL
from exchange.states import Fault, Sending
from organizations.rulesets import rules
from tenancy.models import Province
from tenancy.scope import required_province_id

DAY = dt.timedelta(days=1)


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


def standing() -> Standing:
    """Eight queries; each count reads an index that holds only what it counts."""
    province = Province.objects.get(pk=required_province_id())
    account = account_of(province.code)
    server = SyncServer.objects.first() or SyncServer()
    waits = SyncState.objects.unsettled().aggregate(
        waiting=Count("pk", filter=Q(state=Sending.WAITING)),
        trouble=Count("pk", filter=Q(state=Sending.TROUBLE)),
        oldest=Min("noted_at"),
    )
    sent = SyncState.objects.filter(state=Sending.SENT, sent_at__gt=timezone.now() - DAY)
    return Standing(
        host=account.host if account else "",
        waiting=waits["waiting"],
        trouble=waits["trouble"],
        refused=SyncState.objects.filter(state=Sending.REFUSED).count(),
        sent=sent.count(),
        lines=SyncProgress.objects.unsettled().count(),
        lines_refused=SyncProgress.objects.filter(state=Sending.REFUSED).count(),
        oldest_at=waits["oldest"],
        good_at=server.good_at,
        fault_at=server.fault_at,
        fault=server.fault,
        quiet_until=server.quiet_until,
        late_hours=rules(NATIONAL, timezone.localdate()).sync_late_hours,
    )
