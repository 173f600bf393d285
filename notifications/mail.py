"""Sending: outside every transaction, at least once, with patience.

A mail is claimed for two minutes, sent, and marked. A worker that dies between the server's
answer and the mark sends it again, under the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import time
import uuid
from dataclasses import dataclass

from django.core import mail
from django.utils import timezone

from common.waits import doubled
from notifications.models import EmailMessage, MailState
from tenancy.models import Province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.mail")
LEASE = dt.timedelta(seconds=120)
AT_ONCE = 10
RUN_SECONDS = 40  # shorter than the broker's visibility timeout
PATIENCE = dt.timedelta(days=3)


@dataclass
class Tally:
    sent: int = 0
    put_back: int = 0
    failed: int = 0


def wait_after(attempts: int) -> dt.timedelta:
    """Half a minute, doubled each time, at most an hour; given up after three days."""
    return dt.timedelta(seconds=doubled(30, attempts, 3600))


def send_due(province: Province, seconds: float = RUN_SECONDS) -> Tally:
    """Send what is due in a province. Opens its own short scopes: call it outside of one."""
    tally, end = Tally(), time.monotonic() + seconds
    while time.monotonic() < end and (messages := _claim(province)):
        for place, message in enumerate(messages):
            away = _send(province, message, tally)
            if away or time.monotonic() > end:
                _give_back(province, messages[place + 1 :])
                return tally
    return tally


def _claim(province: Province) -> list[EmailMessage]:
    token, now = uuid.uuid4(), timezone.now()
    with tenant_scope(province):
        messages = list(
            EmailMessage.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(state=MailState.QUEUED, due_at__lte=now)
            .order_by("due_at", "pk")[:AT_ONCE]
        )
        for message in messages:
            message.claim, message.due_at = token, now + LEASE
            message.attempts += 1
            message.save(update_fields=["claim", "due_at", "attempts"])
    return messages


def _send(province: Province, message: EmailMessage, tally: Tally) -> bool:
    """True when the server is away, so that the rest may wait."""
    try:
        compose(province, message).send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _words in refused.recipients.values()]
        _failed(province, message, f"recipient refused {codes[0]}", tally, final=codes[0] >= 500)
        return False
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        fault = f"{type(error).__name__} {error.smtp_code}"
        _failed(province, message, fault, tally, final=error.smtp_code >= 500)
        return False
    except (smtplib.SMTPException, OSError) as error:
        _failed(province, message, type(error).__name__, tally, final=False)
        return True
    except ValueError as error:  # what no server was asked for: a header, an encoding
        _failed(province, message, type(error).__name__, tally, final=True)
        return False
    _mark(province, message, state=MailState.SENT, sent_at=timezone.now(), body="", error="")
    tally.sent += 1
    return False


def compose(province: Province, message: EmailMessage) -> mail.EmailMessage:
    headers = {
        "Message-ID": f"<{message.created_at:%Y%m%d%H%M%S}.{message.pk}@{province.host}>",
        "X-Province": province.code,
        "Auto-Submitted": "auto-generated",
    }
    return mail.EmailMessage(message.subject, message.body, to=[message.recipient], headers=headers)


def _failed(
    province: Province, message: EmailMessage, error: str, tally: Tally, *, final: bool
) -> None:
    now = timezone.now()
    if final or now - message.created_at > PATIENCE:
        log.error("mail %s %s given up: %s", message.pk, message.kind, error)
        _mark(province, message, state=MailState.FAILED, error=error, body="")
        tally.failed += 1
        return
    log.warning("mail %s %s waits: %s", message.pk, message.kind, error)
    _mark(province, message, due_at=now + wait_after(message.attempts), error=error)
    tally.put_back += 1


def _mark(province: Province, message: EmailMessage, **changes: object) -> None:
    """Only while it is still ours: a second worker may have taken it over."""
    with tenant_scope(province):
        mine = EmailMessage.objects.filter(
            pk=message.pk, claim=message.claim, state=MailState.QUEUED
        )
        mine.update(claim=None, **changes)


def _give_back(province: Province, messages: list[EmailMessage]) -> None:
    """Claimed and not tried."""
    for message in messages:
        _mark(province, message, due_at=timezone.now(), attempts=message.attempts - 1)
