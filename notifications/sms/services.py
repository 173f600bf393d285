"""Text messages to citizens: queued once per occasion, reported on, sent anew by a person."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, Sentence
from notifications.models import SmsMessage, SmsState
from notifications.rulesets import SMS
from notifications.sms.text import fitted, mobile
from organizations import access
from organizations.access import RefusedError
from organizations.models import User
from organizations.rulesets import rules

REPORTS = {"sent": SmsState.SENT, "delivered": SmsState.DELIVERED, "failed": SmsState.FAILED}


class NotFailed(DomainError):
    """It is on its way, or was sent anew by somebody else."""

    code = "not_failed"


@transaction.atomic
def queue_text(key: str, kind: str, number: str, text: Sentence) -> SmsMessage | None:
    """Queue one message, once per (key, kind, number); None when it was before.

    A number that cannot be texted leaves a failed row, so that people can see why nothing came.
    `key` names the occasion: an event's number.
    """
    with translation.override("vi"):
        accented = rules(SMS, timezone.localdate()).sms_accented
        words = fitted(str(text), accented=accented)
    to = mobile(number)
    message = SmsMessage(key=key, kind=kind, recipient=to or number[:20], text=words)
    if not to:
        message.state, message.error = SmsState.FAILED, "not a mobile number"
    if SmsMessage.objects.filter(key=key, kind=kind, recipient=message.recipient).exists():
        return None
    SmsMessage.objects.bulk_create([message], ignore_conflicts=True)
    written: SmsMessage | None = SmsMessage.objects.filter(reference=message.reference).first()
    return written


@transaction.atomic
def note_report(reference: uuid.UUID, state: str, *, at: dt.datetime) -> bool:
    """A delivery report; False for a reference that is not ours.

    Reports come twice and in any order: delivered is final, failed yields to delivered only, and
    what arrives before our own mark "sent" counts too.
    """
    rows = SmsMessage.objects.select_for_update(of=("self",), no_key=True)
    message: SmsMessage | None = rows.filter(reference=reference).first()
    if message is None:
        return False
    told = REPORTS[state]
    if message.state == SmsState.DELIVERED or told == message.state:
        return True
    ended = message.state in (SmsState.FAILED, SmsState.EXPIRED)
    if ended and told != SmsState.DELIVERED:
        return True
    message.state, message.claim = told, None
    message.sent_at = message.sent_at or at
    if told == SmsState.DELIVERED:
        message.delivered_at, message.text, message.error = at, "", ""
    elif told == SmsState.FAILED:
        message.error = "reported as not delivered"
    message.save(update_fields=["state", "claim", "sent_at", "delivered_at", "text", "error"])
    return True


@transaction.atomic
def resend(message_id: int, *, actor: User) -> SmsMessage:
    """Send what failed or expired, under a new reference: the gateway has closed the old one."""
    rows = SmsMessage.objects.select_for_update(of=("self",), no_key=True)
    message: SmsMessage = rows.get(pk=message_id)
    if not access.units_where(actor, "view_health").everywhere:
        raise RefusedError(_("Only administrators of the whole province may do this."))
    if message.state not in (SmsState.FAILED, SmsState.EXPIRED):
        raise NotFailed(_("This message is already on its way."))
    if not message.text:
        raise NotFailed(_("The text is no longer kept, so it cannot be sent again."))
    if not mobile(message.recipient):
        raise NotFailed(_("This is no mobile number. Correct it in the dossier."))
    message.state, message.error, message.attempts = SmsState.QUEUED, "", 0
    message.reference, message.gateway_id = uuid.uuid4(), ""
    message.due_at = message.created_at = timezone.now()
    message.claim = message.sent_at = message.refused_at = None
    message.save(update_fields=["state", "error", "attempts", "reference", "gateway_id", "due_at",
                                "created_at", "claim", "sent_at", "refused_at"])  # fmt: skip
    record(message, "sms.resent", actor=actor, data={"kind": message.kind})
    return message
