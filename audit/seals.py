"""The hash chain over a province's audit log: nobody changes the past unseen.

Link n is SHA-256 over link n-1 and entry n; link 0 is the province's code. Entries are
sealed in the order of their ids, up to an id below which none can appear any more: every
transaction that had begun to write when that id was seen has ended (`pg_snapshot_xmin`). So an
entry below the last sealed id that has no link was not written by the portal.

What the chain cannot show by itself: entries changed before they were sealed (seconds), a false
entry added at the end as if the portal had written it, and a chain that somebody with the rights
of the tables' owner cut off or computed anew. The last is shown by any head kept elsewhere: it
goes to the log and into the daily mail of the administrators, and `verify_audit --head` asks
whether the chain still contains it.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

from audit.models import AuditEntry, AuditSeal
from tenancy.models import Province
from tenancy.scope import required_province_id

MOST_AT_ONCE = 5000
SEAL_LOCK = 7_040_002  # advisory lock (this number, province): one sealer at a time
WAIT_SECONDS = 0.3  # for transactions under way, below the lock wait of a second sealer
LOOK_SECONDS = 0.02  # between two looks whether they have ended

FIELDS = (
    "id, province_id, at, action, actor_id, actor_name, on_behalf_of, subject_type, subject_id, "
    "subject_name, unit_id, unit_name, data::text"
)
NAMES = [name.strip().removesuffix("::text") for name in FIELDS.split(",")]

SEALABLE = f"""
    SELECT {FIELDS} FROM audit_auditentry
    WHERE province_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s"""  # noqa: S608

# A transaction takes its number before its first entry takes an id (audit.services). So who could
# still commit an id below the last one seen has a smaller number than is taken after seeing it.
OWN_NUMBER = "SELECT pg_current_xact_id_if_assigned() IS NULL, pg_current_xact_id()::text"
OLDER_ENDED = "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= '{number}'::xid8"
# Ids and numbers mean nothing in a database put in the place of another: by a restart from a copy
# of the files, by renaming, or by filling the table anew.
LAST = """
    SELECT coalesce(max(id), 0), concat_ws(' ', pg_postmaster_start_time(),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        pg_relation_filenode('audit_auditentry'))
    FROM audit_auditentry WHERE province_id = %s"""

CHAIN = f"""
    SELECT seal.position, seal.entry_id, seal.digest, {
    ", ".join(f"entry.{name.strip()}" for name in FIELDS.split(","))
}
    FROM audit_auditseal AS seal LEFT JOIN audit_auditentry AS entry
      ON entry.province_id = seal.province_id AND entry.id = seal.entry_id
    WHERE seal.province_id = %s ORDER BY seal.position"""  # noqa: S608

INSERTED = """
    SELECT min(entry.id) FROM audit_auditentry AS entry
    WHERE entry.province_id = %s AND entry.id <= %s AND NOT EXISTS (
        SELECT 1 FROM audit_auditseal AS seal
        WHERE seal.province_id = entry.province_id AND seal.entry_id = entry.id)"""


@dataclass(frozen=True)
class Noted:
    """An id that was seen in a database, and the number of a transaction begun after that."""

    entry_id: int
    number: int
    database: str


_noted: dict[int, Noted] = {}  # of each province: what is not settled yet


class NotFresh(RuntimeError):
    """The transaction has written something: it cannot say what is settled."""


class Patience:
    """How long a run still waits for transactions under way: once, not for each province."""

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = WAIT_SECONDS if seconds is None else seconds

    def wait(self) -> bool:
        """Wait a little; False when all of it is used up."""
        if self.seconds <= 0:
            return False
        time.sleep(LOOK_SECONDS)
        self.seconds -= LOOK_SECONDS
        return True


@dataclass(frozen=True)
class Head:
    """The end of a province's chain; `added` links came in this run."""

    position: int
    entry_id: int
    digest: str
    added: int = 0


@dataclass(frozen=True)
class Fault:
    """The first place where log and chain disagree."""

    kind: str  # altered, missing, inserted, cut off
    entry_id: int
    position: int

    def __str__(self) -> str:
        if self.kind == "cut off":
            return "CUT OFF: the chain does not contain the given head"
        return f"{self.kind.upper()}: entry {self.entry_id} at position {self.position}"


def first_link() -> str:
    """Link 0, from the province's code: chains of two provinces never share a head."""
    code = Province.objects.values_list("code", flat=True).get(pk=required_province_id())
    return sha256(f"audit {code}".encode()).hexdigest()


def canonical(row: tuple[Any, ...]) -> str:
    """An entry as one line of JSON that never changes its form; moments in UTC."""
    values = dict(zip(NAMES, row, strict=True))
    values["at"] = values["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(before: str, row: tuple[Any, ...]) -> str:
    return sha256(f"{before}\n{canonical(row)}".encode()).hexdigest()


def head() -> Head:
    last = AuditSeal.objects.order_by("position").last()
    if last is None:
        return Head(0, 0, first_link())
    return Head(last.position, last.entry_id, last.digest)


def seal(patience: Patience | None = None) -> Head:
    """Seal what can be sealed in the open province and return the new head.

    In a transaction that has written nothing yet. A run over many provinces has one `patience`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SEAL_LOCK, required_province_id()])
    now, added, settled = head(), 0, settled_id(patience or Patience())
    while rows := _sealable(now.entry_id, settled):
        seals = []
        for row in rows:
            now = Head(now.position + 1, row[0], link(now.digest, row))
            seals.append(AuditSeal(position=now.position, entry_id=now.entry_id, digest=now.digest))
        AuditSeal.objects.bulk_create(seals, batch_size=1000)
        added += len(seals)
    return Head(now.position, now.entry_id, now.digest, added)


def settled_id(patience: Patience) -> int:
    """An id up to which no entry can appear any more; 0 while older transactions go on.

    Commits come in another order than ids: a transaction may take an id, be overtaken by the
    entries of others, and commit last. What was not settled in time is asked about next time, so
    that one long transaction after another cannot hold the chain back for ever.
    """
    province_id, settled = required_province_id(), 0
    last, database = last_id()
    while max(settled, head().entry_id) < last:
        noted = _noted.get(province_id)
        if noted is None or noted.database != database:
            noted = _noted[province_id] = Noted(last, own_number(), database)
        while not have_ended_before(noted.number):
            if not patience.wait():
                return settled
        del _noted[province_id]
        settled = noted.entry_id
    return settled or last


def last_id() -> tuple[int, str]:
    """The last entry that is seen in the open province, and what tells its database from others."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, [required_province_id()])
        last, database = cursor.fetchone()
    return last, database


def own_number() -> int:
    """The number of the open transaction, taken now: smaller ones began to write before."""
    with connection.cursor() as cursor:
        cursor.execute(OWN_NUMBER)
        is_new, number = cursor.fetchone()
    if not is_new:
        raise NotFresh("sealing needs a transaction that has written nothing yet")
    return int(number)


def have_ended_before(number: int) -> bool:
    """Whether every transaction with a smaller number has ended."""
    with connection.cursor() as cursor:
        cursor.execute(OLDER_ENDED.format(number=number))
        return bool(cursor.fetchone()[0])


def _sealable(after: int, settled: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SEALABLE, [required_province_id(), after, settled, MOST_AT_ONCE])
        return list(cursor.fetchall())


def count_unsealed() -> int:
    return int(AuditEntry.objects.filter(pk__gt=head().entry_id).count())


def first_fault(known_head: str = "") -> Fault | None:
    """Walk the whole chain; None when it is whole and contains `known_head` (when given)."""
    link_before, position, entry_id = first_link(), 0, 0
    seen = not known_head or known_head == link_before
    fault = None
    for found_at, found_id, digest, *rest in _chain():
        row = tuple(rest)
        position += 1
        if found_at != position or found_id <= entry_id:
            fault = Fault("missing", entry_id, position)
        elif row[0] is None:
            fault = Fault("missing", found_id, position)
        elif link(link_before, row) != digest:
            fault = Fault("altered", found_id, position)
        if fault:
            break
        link_before, entry_id = digest, found_id
        seen = seen or digest == known_head
    inserted = _first_inserted(fault, entry_id, position)
    if inserted or fault:
        return inserted or fault
    return None if seen else Fault("cut off", 0, position)


def _chain() -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [required_province_id()])
        while rows := cursor.fetchmany(2000):
            yield from rows


def _first_inserted(fault: Fault | None, entry_id: int, position: int) -> Fault | None:
    """An entry without a link, before the first fault: the portal did not write it."""
    limit = fault.entry_id if fault else entry_id
    with connection.cursor() as cursor:
        cursor.execute(INSERTED, [required_province_id(), limit])
        found = cursor.fetchone()[0]
    if found is None:
        return None
    place = AuditSeal.objects.filter(entry_id__lt=found).count() + 1
    return Fault("inserted", found, place)
