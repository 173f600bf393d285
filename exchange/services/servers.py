"""How a server of others is treated: one sender at a time, and patience after faults."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import F, Q
from django.utils import timezone

from common.calls import quiet_after
from exchange.models import SyncServer
from exchange.states import Fault

PORTAL, BUS = "national", "bus"
TURN = dt.timedelta(seconds=300)  # of a sender that died; as long as its claims


def take_turn(token: uuid.UUID, name: str = PORTAL) -> bool:
    """True for the one sender that may work now; it renews its turn by asking again."""
    SyncServer.objects.bulk_create([SyncServer(name=name)], ignore_conflicts=True)
    now = timezone.now()
    free = Q(turn=None) | Q(turn=token) | Q(turn_until__lt=now)
    quiet = Q(quiet_until=None) | Q(quiet_until__lte=now)
    mine = SyncServer.objects.filter(free, quiet, name=name)
    return bool(mine.update(turn=token, turn_until=now + TURN))


def end_turn(token: uuid.UUID) -> None:
    SyncServer.objects.filter(turn=token).update(turn=None, turn_until=None)


def note_good(name: str = PORTAL) -> None:
    good = {"failures": 0, "quiet_until": None, "good_at": timezone.now(), "fault": ""}
    SyncServer.objects.filter(name=name).update(**good)


def note_fault(fault: Fault, name: str = PORTAL) -> dt.datetime:
    """Until when the server is left alone."""
    now, mine = timezone.now(), SyncServer.objects.filter(name=name)
    mine.update(failures=F("failures") + 1, fault=fault, fault_at=now)
    until = now + quiet_after(mine.get().failures)
    mine.update(quiet_until=until)
    return until
