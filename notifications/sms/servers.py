"""How a province's gateway is treated: one sender at a time, and patience after faults. Short; in
a scope. As `exchange.services.servers`, for a lower layer and with less to remember."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import F, Q
from django.utils import timezone

from common.calls import quiet_after
from notifications.models import SmsServer

TURN = dt.timedelta(seconds=120)  # of a sender that died; as long as its claims


def take_turn(token: uuid.UUID) -> bool:
    """True for the one sender that may work now, unless the gateway is left alone."""
    SmsServer.objects.bulk_create([SmsServer()], ignore_conflicts=True)
    now = timezone.now()
    free = Q(turn=None) | Q(turn_until__lt=now)
    quiet = Q(quiet_until=None) | Q(quiet_until__lte=now)
    return bool(SmsServer.objects.filter(free, quiet).update(turn=token, turn_until=now + TURN))


def end_turn(token: uuid.UUID) -> None:
    SmsServer.objects.filter(turn=token).update(turn=None, turn_until=None)


def note_good(*, is_new: bool) -> None:
    """It answers. Only what it took just now says of another message that it refuses that one: a
    gateway that takes nothing may still know what it took before."""
    took = {"good_at": timezone.now()} if is_new else {}
    SmsServer.objects.update(failures=0, quiet_until=None, **took)


def note_fault() -> None:
    """It is left alone for a while, longer with each fault in a row."""
    SmsServer.objects.update(failures=F("failures") + 1)
    quiet = quiet_after(SmsServer.objects.get().failures)
    SmsServer.objects.update(quiet_until=timezone.now() + quiet)


def took_since(moment: dt.datetime) -> bool:
    """Whether the gateway has taken a message later than that."""
    return bool(SmsServer.objects.filter(good_at__gt=moment).exists())
