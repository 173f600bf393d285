"""What an administrator may have sent once more."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from exchange.models import SyncProgress, SyncServer, SyncState
from exchange.services.servers import PORTAL
from exchange.states import Sending
from organizations import access
from organizations.models import User

RIGHT = "view_health"
MOST_DAYS = 92
FRESH: dict[str, Any] = {"state": Sending.WAITING, "attempts": 0, "alone": False, "fault": ""}


@transaction.atomic
def resend(dossier_id: int, *, actor: User) -> None:
    """One dossier, whatever became of it, with its steps that were refused."""
    rows = SyncState.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("dossier").get(dossier=dossier_id)
    access.require(actor, RIGHT, row.dossier.competent_unit_id)
    if row.claim is not None and row.due_at > timezone.now():
        raise DomainError(_("It is being sent at this moment. Look again in a minute."))
    _again(SyncState.objects.filter(pk=row.pk), digest="", claim=None)
    _again(SyncProgress.objects.filter(dossier=dossier_id, state=Sending.REFUSED))
    record(row.dossier, "national.resent", actor=actor, data={"code": row.dossier.code})


@transaction.atomic
def resend_refused(*, actor: User) -> int:
    """Every dossier and step that was refused, of the units in the person's reach."""
    _require_somewhere(actor)
    count = 0
    for model in (SyncState, SyncProgress):
        mine = model.objects.visible_to(actor, RIGHT).filter(state=Sending.REFUSED)
        count += _again(model.objects.filter(pk__in=mine.values("pk")))
    record(_server(), "national.refused_resent", actor=actor, data={"rows": count})
    return count


@transaction.atomic
def resend_days(first: dt.date, last: dt.date, *, actor: User) -> int:
    """What was received in these days, both included. A worker notes it, day by day."""
    reach = _require_somewhere(actor)
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise DomainError(
            _("Choose at most %(days)s days; the last not before the first.") % {"days": MOST_DAYS}
        )
    units = None if reach.everywhere else sorted(reach.unit_ids)
    server = _server()
    for number in range(days):
        day = (first + dt.timedelta(days=number)).isoformat()
        record(server, "national.day_wished", actor=actor, data={"day": day, "units": units})
    return days


def _again(rows: QuerySet[Any], **more: Any) -> int:
    now = timezone.now()
    return rows.update(due_at=now, noted_at=now, **FRESH, **more)


def _server() -> SyncServer:
    SyncServer.objects.bulk_create([SyncServer()], ignore_conflicts=True)
    found: SyncServer = SyncServer.objects.get(name=PORTAL)
    return found


def _require_somewhere(actor: User) -> access.Reach:
    reach = access.units_where(actor, RIGHT)
    if not reach:
        raise access.RefusedError(_("Only administrators may do this."))
    return reach
