"""How many wrong answers the public look-up admits: in PostgreSQL, exact also under a race.

An attempt first locks its counters and only then looks, so that no more guesses are in flight
than are still admitted, and a lucky one gains nothing from the others. A closed counter is a
stored moment (`opens_at`), answered at once: nobody is made to wait inside a request.
Counters are locked in one order (code, address, all; for a number: address, all). No cache takes
part; a process that read that a level is closed believes it for a few seconds (`known_closed`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from audit.notes import afterwards
from audit.services import record
from portal.models import GuessCount, GuessKind
from tenancy.scope import required_province_id, required_scope

HOUR = dt.timedelta(hours=1)
BELIEVED = dt.timedelta(seconds=10)  # so late at most does another number of the settings count
OF_A_LEVEL = (
    GuessKind.ALL,
    GuessKind.NUMBERS,
    GuessKind.SUBMITS,
    GuessKind.CHECKS,
)  # whoever asks: all are closed
Found = TypeVar("Found")


@dataclass(frozen=True)
class Limit:
    """At most `count` wrong answers in any hour for this key."""

    kind: GuessKind
    key: str
    count: int


@dataclass(frozen=True)
class Attempt(Generic[Found]):
    """What was found; when nothing was because a limit is reached: from when on it is looked."""

    found: Found | None = None
    opens_at: dt.datetime | None = None


@dataclass(frozen=True)
class Closed:
    """A level that is closed until `opens_at`, as this process read it at `read_at`."""

    opens_at: dt.datetime
    read_at: dt.datetime
    pages: dict[Any, str] = field(default_factory=dict)  # drawn for it: portal/closed.py


_closed: dict[tuple[int, GuessKind], Closed] = {}


def known_closed(province_id: int, kind: GuessKind) -> Closed | None:
    """What this process knows of a closed level without asking anybody, or None."""
    known = _closed.get((province_id, kind))
    if known is None or timezone.now() >= min(known.opens_at, known.read_at + BELIEVED):
        return None
    return known


def forget_closed() -> None:
    _closed.clear()


def attempt(limits: Sequence[Limit], look: Callable[[], Found | None]) -> Attempt[Found]:
    """Look, unless one of the limits is reached; a wrong answer counts against all of them.

    Four statements whether the code is unknown or only the digits are wrong; two when closed, so
    that a flood takes no locks. What is right leaves no trace in the counters.
    """
    rows = _read(limits)
    opens_at = _opens_at(limits, rows)
    if opens_at:
        _remember_closed(limits, rows)
        return Attempt(opens_at=opens_at)
    with transaction.atomic():
        rows = _lock(limits)
        opens_at = _opens_at(limits, rows)
        found = None if opens_at else look()
        if found is None and opens_at is None:
            _count(limits, rows)
        else:
            transaction.set_rollback(True)  # lets go of the counters at once
    return Attempt(found, opens_at)


def note_wrong(*limits: Limit) -> dt.datetime | None:
    """Count a wrong answer after a page that is READ ONLY. When a limit was reached before:
    the moment from which on wrong ones are answered again, and nothing is written."""
    opens_at = closed_until(*limits)
    if opens_at is None:
        note(*limits)
    return opens_at


def note_before(*limits: Limit) -> dt.datetime | None:
    """As `note_wrong`, but counted and saved at once: for work so heavy that the process which
    does it may be ended, and with it all that was left for later. Nothing else may have been
    written in the page's transaction."""
    opens_at = closed_until(*limits)
    if opens_at is not None:
        return opens_at
    rows = _lock(limits)
    opens_at = _opens_at(limits, rows)
    if opens_at is None:
        _count(limits, rows)
    required_scope().save()
    return opens_at


def closed_until(*limits: Limit) -> dt.datetime | None:
    """The moment from which on all of the limits admit one more; None: now. Counts nothing."""
    return _opens_at(limits, _read(limits))


def note(*limits: Limit) -> None:
    """Count one more after the page. Requests at the same moment pass beside each other, as many
    as there are processes that serve; a lock over the whole page would let one hold up the rest."""
    afterwards(lambda: _count(limits, _lock(limits)))


def forget_old(now: dt.datetime) -> int:
    """Delete counters in which nothing counts any more; one that is in use is left alone."""
    old = GuessCount.objects.filter(ends_at__lt=now).select_for_update(skip_locked=True)
    found, _rows = GuessCount.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return int(found)


def _read(limits: Sequence[Limit]) -> list[GuessCount]:
    wanted = Q()
    for limit in limits:
        wanted |= Q(kind=limit.kind, key=limit.key)
    rows = {(row.kind, row.key): row for row in GuessCount.objects.filter(wanted)}
    empty = GuessCount(moments=[])
    return [rows.get((limit.kind, limit.key), empty) for limit in limits]


def _lock(limits: Sequence[Limit]) -> list[GuessCount]:
    """The counters, made where there are none, locked until the transaction ends."""
    values = ", ".join(["(%s, %s, %s, '[]', now())"] * len(limits))
    province = required_province_id()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {GuessCount._meta.db_table} AS counter
                (province_id, kind, key, moments, ends_at) VALUES {values}
            ON CONFLICT (province_id, kind, key) DO UPDATE SET ends_at = counter.ends_at
            RETURNING id, kind, key, moments, told_at
            """,  # noqa: S608  the table's own name
            [part for limit in limits for part in (province, limit.kind.value, limit.key)],
        )
        found = cursor.fetchall()
    rows = {
        (kind, key): GuessCount(
            pk=pk, kind=kind, key=key, moments=json.loads(moments), told_at=told_at
        )
        for pk, kind, key, moments, told_at in found
    }
    return [rows[limit.kind.value, limit.key] for limit in limits]


def _opens_at(limits: Sequence[Limit], rows: Sequence[GuessCount]) -> dt.datetime | None:
    """The moment from which on all of the limits admit an answer again; None: now."""
    now = timezone.now()
    found = [_reopens(row, limit.count, now) for limit, row in zip(limits, rows, strict=True)]
    return max((moment for moment in found if moment), default=None)


def _reopens(row: GuessCount, count: int, now: dt.datetime) -> dt.datetime | None:
    if count == 0:
        return now + HOUR
    live = _live(row, now)
    if len(live) < count:
        return None
    return dt.datetime.fromtimestamp(live[-count], dt.UTC) + HOUR


def _remember_closed(limits: Sequence[Limit], rows: Sequence[GuessCount]) -> None:
    now = timezone.now()
    for limit, row in zip(limits, rows, strict=True):
        opens_at = _reopens(row, limit.count, now) if limit.kind in OF_A_LEVEL else None
        if opens_at:
            _closed[required_province_id(), limit.kind] = Closed(opens_at, now)


def _live(row: GuessCount, now: dt.datetime) -> list[float]:
    since = (now - HOUR).timestamp()
    return [moment for moment in row.moments if moment > since]


def _count(limits: Sequence[Limit], rows: Sequence[GuessCount]) -> None:
    now = timezone.now()
    for limit, row in zip(limits, rows, strict=True):
        row.moments = [*_live(row, now), now.timestamp()][-limit.count :]
        row.ends_at = now + HOUR
        if limit.kind in OF_A_LEVEL and len(row.moments) >= limit.count:
            _tell(row, now)
    GuessCount.objects.bulk_update(rows, ["moments", "ends_at", "told_at"])


def _tell(row: GuessCount, now: dt.datetime) -> None:
    """Tell the administrators that a whole level is closed, at most once an hour."""
    if row.told_at is None or row.told_at <= now - HOUR:
        row.told_at = now
        opens_at = dt.datetime.fromtimestamp(row.moments[0], dt.UTC) + HOUR
        data = {"wrong_answers": len(row.moments), "opens_at": opens_at.isoformat()}
        record(row, "lookup.closed", actor=None, data=data)
