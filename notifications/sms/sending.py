"""Sending text messages: outside every transaction, each exactly once as far as anybody can know.

A message is claimed for two minutes, sent, and marked. Whatever happened to an earlier attempt
(no answer, a worker that died before the mark), the gateway is asked first whether it knows the
message; only what it does not know is sent again, under the same reference.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from dataclasses import dataclass
from enum import Enum

from django.db.models import Q
from django.utils import timezone

from notifications.mail import wait_after
from notifications.models import SmsMessage, SmsState
from notifications.rulesets import SMS
from notifications.sms import servers
from notifications.sms.gateways import Away, Gateway, Outgoing, Refused, Taken, gateway_of
from organizations.rulesets import rules
from tenancy.models import Province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.sms")
LEASE = dt.timedelta(seconds=120)
AT_ONCE = 10
RUN_SECONDS = 30  # with one message of 16 s more still shorter than the broker's timeout
MOST_REFUSED = 3  # in a row: then the gateway is left alone


class Fate(Enum):
    """Of one attempt."""

    SETTLED = "settled"
    REFUSED = "refused"
    AWAY = "away"


@dataclass
class Tally:
    sent: int = 0
    put_back: int = 0
    failed: int = 0
    expired: int = 0


def send_due(province: Province, seconds: float = RUN_SECONDS) -> Tally:
    """Send what is due in a province. Opens its own short scopes: call it outside of one.

    Without a gateway everything waits, until it is too old to be of use. One sender at a time: a
    slow gateway holds one slot of the worker, not all of them.
    """
    tally, token = Tally(), uuid.uuid4()
    tally.expired = _expire(province)
    gateway = gateway_of(province.code)
    if gateway is None:
        return tally
    with tenant_scope(province):
        is_ours = servers.take_turn(token)
    if is_ours:
        try:
            _run(province, gateway, tally, time.monotonic() + seconds)
        finally:
            with tenant_scope(province):
                servers.end_turn(token)
    return tally


def _run(province: Province, gateway: Gateway, tally: Tally, end: float) -> None:
    """Until nothing is due, time is up, or the gateway should be left alone."""
    refused = 0
    while time.monotonic() < end and (messages := _claim(province)):
        for place, message in enumerate(messages):
            fate = _send(province, gateway, message, tally)
            refused = refused + 1 if fate is Fate.REFUSED else 0
            if fate is Fate.AWAY or refused == MOST_REFUSED:
                with tenant_scope(province):
                    servers.note_fault()
                end = 0.0
            if time.monotonic() > end:
                _give_back(province, messages[place + 1 :])
                return


def _expire(province: Province) -> int:
    """Give up what was never tried and is too old: a text tells how things are, not how they were.

    What was tried is asked about first: it may have arrived.
    """
    with tenant_scope(province):
        waiting = SmsMessage.objects.filter(state=SmsState.QUEUED, attempts=0)
        return int(waiting.filter(created_at__lt=_oldest()).update(state=SmsState.EXPIRED))


def _oldest() -> dt.datetime:
    """When a text must have been written to be sent now. In a scope."""
    return timezone.now() - dt.timedelta(hours=rules(SMS, timezone.localdate()).sms_hours)


def _claim(province: Province) -> list[SmsMessage]:
    """The next messages, ours for a while; none in the quiet hours."""
    token, now = uuid.uuid4(), timezone.now()
    with tenant_scope(province):
        local = timezone.localtime(now)
        if rules(SMS, local.date()).is_quiet(local.time()):
            return []
        messages = list(
            SmsMessage.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(state=SmsState.QUEUED, due_at__lte=now)
            .order_by("due_at", "pk")[:AT_ONCE]
        )
        for message in messages:
            message.claim, message.due_at = token, now + LEASE
            message.attempts += 1
            message.save(update_fields=["claim", "due_at", "attempts"])
    return messages


def _send(province: Province, gateway: Gateway, message: SmsMessage, tally: Tally) -> Fate:
    reference = str(message.reference)
    with tenant_scope(province):
        is_old = message.created_at < _oldest()
    try:
        known = gateway.find(reference) if message.attempts > 1 else None
        if is_old and known is None:
            return _too_old(province, message, tally)
        taken = known or gateway.send(Outgoing(reference, message.recipient, message.text))
    except Refused as refused:
        _refused(province, message, str(refused), tally)
        return Fate.REFUSED
    except Away as away:
        if is_old:
            _fail(province, message, f"given up: {away}", tally)
        else:
            _put_back(province, message, str(away), tally)
        return Fate.AWAY
    _taken(province, message, taken)
    tally.sent += 1
    return Fate.SETTLED


def _too_old(province: Province, message: SmsMessage, tally: Tally) -> Fate:
    if message.refused_at:
        _fail(province, message, f"given up: {message.error}", tally)
    else:
        _mark(province, message, state=SmsState.EXPIRED, error="")
        tally.expired += 1
    return Fate.SETTLED


def _refused(province: Province, message: SmsMessage, error: str, tally: Tally) -> None:
    """Final only when the gateway took another since this one was refused first: one that refuses
    everything (a contract that ended, a fault of theirs) says nothing about the message."""
    first = message.refused_at
    with tenant_scope(province):
        is_final = first is not None and servers.took_since(first)
    if is_final:
        _fail(province, message, error, tally)
    else:
        _put_back(province, message, error, tally, refused_at=first or timezone.now())


def _put_back(
    province: Province, message: SmsMessage, error: str, tally: Tally, **more: object
) -> None:
    log.warning("sms %s waits: %s", message.pk, error)
    later = timezone.now() + wait_after(message.attempts)
    _mark(province, message, due_at=later, error=error[:100], **more)
    tally.put_back += 1


def _taken(province: Province, message: SmsMessage, taken: Taken) -> None:
    now = timezone.now()
    changes: dict[str, object] = {
        "state": SmsState.SENT, "sent_at": now, "gateway_id": taken.gateway_id, "error": "",
    }  # fmt: skip
    if taken.is_delivered:
        changes |= {"state": SmsState.DELIVERED, "delivered_at": now, "text": ""}
    _mark(province, message, **changes)
    with tenant_scope(province):
        servers.note_good(is_new=taken.is_new)


def _fail(province: Province, message: SmsMessage, error: str, tally: Tally) -> None:
    log.error("sms %s %s failed: %s", message.pk, message.kind, error)
    _mark(province, message, state=SmsState.FAILED, error=error[:100])
    tally.failed += 1


def _mark(province: Province, message: SmsMessage, **changes: object) -> None:
    """Only while it is still ours and waits: another worker or a report may have been faster."""
    with tenant_scope(province):
        mine = SmsMessage.objects.filter(pk=message.pk, claim=message.claim, state=SmsState.QUEUED)
        mine.update(claim=None, **changes)


def _give_back(province: Province, messages: list[SmsMessage]) -> None:
    """Claimed and not tried: the attempt is not counted, so nobody is asked about it later."""
    for message in messages:
        _mark(province, message, due_at=timezone.now(), attempts=message.attempts - 1)


def forget_texts(now: dt.datetime, most: int = 5000) -> int:
    """Empty the texts of messages that nobody will send again: thirty days old, not waiting."""
    old = SmsMessage.objects.filter(
        ~Q(text=""), ~Q(state=SmsState.QUEUED), created_at__lt=now - dt.timedelta(days=30)
    )
    rows = old.order_by("created_at").values("pk")[:most]
    return int(SmsMessage.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        text=""
    ))  # fmt: skip
