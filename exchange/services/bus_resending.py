"""What a clerk or an administrator may have sent, or taken in, once more."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from exchange.models import BusMessage
from exchange.queries.bus import CLERK, RIGHT, may_see
from exchange.states import UNDELIVERED, Passage
from organizations import access
from organizations.models import User

AGAIN = (*UNDELIVERED, Passage.FAILED, Passage.SENT)  # what is delivered is not


@transaction.atomic
def resend(pk: int, *, actor: User) -> None:
    """One message, at once, with all its tries before it."""
    row = BusMessage.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    _require(row, actor)
    if row.state not in AGAIN:
        raise AlreadyDone(_("The message is “%s”: it is not sent again.") % row.get_state_display())
    if row.claim is not None and row.due_at > timezone.now():
        raise DomainError(_("It is being sent at this moment. Look again in a minute."))
    _again(BusMessage.objects.filter(pk=row.pk))
    record(row, "bus.resent", actor=actor, data={"document": row.document_id, "kind": row.kind})


@transaction.atomic
def resend_failed(*, actor: User) -> int:
    """Every message that failed, of the bodies in the person's reach. How many."""
    if not may_see(actor):
        raise access.RefusedError(_("Only the registry and administrators may do this."))
    mine = BusMessage.objects.visible_to(actor, RIGHT).filter(state=Passage.FAILED)
    failed = sorted(mine.values_list("pk", flat=True))
    count = _again(BusMessage.objects.filter(pk__in=failed, state=Passage.FAILED))
    if failed:
        first = BusMessage.objects.get(pk=failed[0])
        record(first, "bus.failed_resent", actor=actor, data={"messages": count})
    return count


def _again(rows: QuerySet[Any]) -> int:
    now = timezone.now()
    return rows.update(
        state=Passage.WAITING, attempts=0, due_at=now, noted_at=now, claim=None, words="", fault=""
    )


def _require(row: BusMessage, actor: User) -> None:
    """Who registers for that body, or administers it; of none of ours, the whole province."""
    if row.registry is None:
        if not access.units_where(actor, RIGHT).everywhere:
            access.refuse(RIGHT)
    elif not access.may(actor, CLERK, row.registry.unit_id):
        access.require(actor, RIGHT, row.registry.unit_id)
