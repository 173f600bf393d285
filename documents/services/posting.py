"""Gửi bản giấy: to receivers without an electronic address (NĐ 30/2020/NĐ-CP Điều 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError
from documents.issuing import Stage
from documents.models import Outgoing
from documents.services.drafting import lock_at, tell
from organizations import access
from organizations.models import User


@transaction.atomic
def posted(
    outgoing_id: int, *, actor: User, receivers: Iterable[int], sent_on: dt.date, words: str = ""
) -> Outgoing:
    """The clerk has sent the paper to these; on a day since the document was issued."""
    outgoing = lock_at(outgoing_id, Stage.ISSUED)
    right = access.require(actor, "register_documents", outgoing.registry.unit_id)
    assert outgoing.issued_at is not None
    if not timezone.localdate(outgoing.issued_at) <= sent_on <= timezone.localdate():
        raise DomainError(_("The day lies between the issue of the document and today."))
    wanted = set(receivers)
    if not wanted:
        raise DomainError(_("Choose to whom it was sent."))
    waiting = outgoing.on_paper.filter(pk__in=wanted, sent_on=None)
    names = list(waiting.order_by("order").values_list("name", flat=True))
    if len(names) != len(wanted):
        raise AlreadyDone
    waiting.update(sent_on=sent_on, sent_by=actor, words=words.strip()[:200])
    tell(outgoing, "outgoing.posted", actor, right, to=names, words=", ".join(names)[:500])
    return outgoing
