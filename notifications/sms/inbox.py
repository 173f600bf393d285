"""What citizens text us: each message is answered once, however often the gateway brings it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import DomainError
from notifications.models import SmsReceived
from notifications.rulesets import SMS
from notifications.sms.text import fitted
from organizations.rulesets import rules

KEEP = dt.timedelta(days=30)


class AnotherMessage(DomainError):
    """The gateway used one number for two messages."""

    code = "another_message"
    default_message = "This id was used for another message."


@transaction.atomic
def answer_once(message_id: str, number: str, text: str, write: Callable[[], str]) -> str:
    """Our answer to a message; `write` makes it the first time, in the same transaction.

    Two deliveries at once: the second waits for the first and gets its answer. Only the answer
    is kept.
    """
    digest = hashlib.sha256(f"{number}\0{text}".encode()).hexdigest()
    row = SmsReceived(message_id=message_id, digest=digest, answer="")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        before = SmsReceived.objects.get(message_id=message_id)
        if before.digest != digest:
            raise AnotherMessage from None
        return before.answer
    accented = rules(SMS, timezone.localdate()).sms_accented
    row.answer = fitted(write(), accented=accented)
    row.save(update_fields=["answer"])
    return row.answer


def forget_old(now: dt.datetime, most: int = 5000) -> int:
    """Delete messages that no gateway brings again."""
    old = SmsReceived.objects.filter(received_at__lt=now - KEEP).order_by("received_at")
    gone, _rows = SmsReceived.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:most])
    ).delete()
    return int(gone)
