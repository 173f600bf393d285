"""What the sender takes, and what it writes when an answer came. Inside a scope; short.

Claim → call → write: the call to the server happens between two transactions. A claim is a
lease: a sender that dies leaves rows whose lease runs out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from common.waits import doubled
from exchange.models import WAITS, SyncProgress, SyncState
from exchange.queries.facts import dossier_facts, progress_facts
from exchange.rules import answers
from exchange.rules.answers import Answer, Verdict
from exchange.rules.items import Item, digest, dossier_item, progress_item
from exchange.rulesets import NationalRules
from exchange.states import Fault, Sending, Service

LEASE = dt.timedelta(seconds=300)  # longer than call, log-in and call at their slowest
LONGEST_WAIT_SECONDS = 3600
EARLY_TRIES = 3  # of "exists" and "does not exist" by turns, before patience is asked for


@dataclass
class Parcel:
    """One call: the rows that are ours, and what is said of each."""

    service: Service
    updating: bool
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    rows: list[Any] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)  # row → MaHoSo
    items: dict[int, Item] = field(default_factory=dict)
    looked_at: int = 0  # rows that were due, those that need no call included


@dataclass
class Tally:
    """What became of the rows of one run."""

    sent: int = 0
    refused: int = 0
    again: int = 0  # to be sent in another way, or by itself
    trouble: int = 0


def wait_after(attempts: int) -> dt.timedelta:
    """Half a minute, doubled each time, at most an hour. Nothing is given up."""
    return dt.timedelta(seconds=doubled(30, attempts, LONGEST_WAIT_SECONDS))


def claim_dossiers(rules: NationalRules, *, updating: bool, alone: bool = False) -> Parcel:
    """At most a batch of dossiers that are due, all new ones or all known ones; or the one of them
    that must go alone."""
    parcel = Parcel(Service.DOSSIER, updating)
    due = SyncState.objects.unsettled().filter(is_known=updating, due_at__lte=timezone.now())
    rows = _take(due, rules, alone=alone)
    facts = dossier_facts([row.dossier_id for row in rows])
    for row in rows:
        known = facts[row.dossier_id]
        item = dossier_item(known, rules)
        if known.voided_at and not row.was_tried:
            _leave_out(row)
        elif row.is_known and row.digest == digest(item):
            _settled(row)
        else:
            row.was_tried = True
            _claim(parcel, row, known.code, item, "was_tried")
    parcel.looked_at = len(rows)
    return parcel


def claim_progress(rules: NationalRules, *, alone: bool = False) -> Parcel:
    """At most a batch of lines: of dossiers that the server knows, the next one of each; or the one
    of them that must go alone."""
    parcel = Parcel(Service.PROGRESS, updating=False)
    earlier = SyncProgress.objects.filter(WAITS, dossier=OuterRef("dossier")).filter(
        Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), run__lt=OuterRef("run"))
    )
    known = SyncState.objects.filter(dossier=OuterRef("dossier"), is_known=True)
    due = SyncProgress.objects.unsettled().filter(
        Exists(known), ~Exists(earlier), due_at__lte=timezone.now()
    )
    rows = _take(due, rules, alone=alone)
    facts = progress_facts(rows)
    for row in rows:
        _claim(parcel, row, facts[row.pk].code, progress_item(facts[row.pk]))
    parcel.looked_at = len(rows)
    return parcel


def _take(due: QuerySet[Any], rules: NationalRules, *, alone: bool) -> list[Any]:
    """Locked, oldest first."""
    locked = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
    most = 1 if alone else rules.batch_size
    return list(locked.filter(alone=alone).order_by("due_at", "pk")[:most])


def _claim(parcel: Parcel, row: Any, code: str, item: Item, *more: str) -> None:
    row.claim, row.due_at = parcel.token, timezone.now() + LEASE
    row.attempts = min(row.attempts + 1, 32_000)
    row.save(update_fields=["claim", "due_at", "attempts", *more])
    parcel.rows.append(row)
    parcel.codes[row.pk], parcel.items[row.pk] = code, item


def _settled(row: SyncState) -> None:
    """The server has this already: nothing that it is told has changed."""
    row.state, row.claim, row.attempts, row.alone = Sending.SENT, None, 0, False
    row.words = row.fault = ""
    row.save(update_fields=["state", "claim", "attempts", "alone", "words", "fault"])


def _leave_out(row: SyncState) -> None:
    """A reception by mistake of which the server never heard, with its steps."""
    row.state, row.claim = Sending.LEFT_OUT, None
    row.save(update_fields=["state", "claim"])
    lines = SyncProgress.objects.unsettled().filter(dossier=row.dossier_id)
    lines.update(state=Sending.LEFT_OUT)


def settle(parcel: Parcel, answer: Answer) -> Tally:
    """Write what the server said of each row, as far as it is still ours."""
    tally, batch = Tally(), list(parcel.codes.values())
    for row in parcel.rows:
        verdict = answers.judge(answer, parcel.codes[row.pk], batch)
        if parcel.service is Service.DOSSIER:
            _write_dossier(parcel, row, verdict, answer, tally)
        else:
            _write_line(parcel, row, verdict, answer, tally)
    return tally


def _write_dossier(
    parcel: Parcel, row: SyncState, verdict: Verdict, answer: Answer, tally: Tally
) -> None:
    mine = SyncState.objects.filter(pk=row.pk, claim=parcel.token)
    if verdict is Verdict.TAKEN:
        seen = digest(parcel.items[row.pk])
        _taken(mine, row.version, is_known=True, digest=seen)
        tally.sent += 1
    elif verdict is Verdict.UNSAID:
        _alone(mine, tally)
    elif verdict is Verdict.EXISTS and not parcel.updating:
        _other_way(mine, row, tally, is_known=True)
    elif verdict is Verdict.MISSING and parcel.updating:
        _other_way(mine, row, tally, is_known=False)
    else:
        _refused(mine, answers.words_for(answer, parcel.codes[row.pk]), tally, row.version)


def _write_line(
    parcel: Parcel, row: SyncProgress, verdict: Verdict, answer: Answer, tally: Tally
) -> None:
    mine = SyncProgress.objects.filter(pk=row.pk, claim=parcel.token)
    if verdict in (Verdict.TAKEN, Verdict.EXISTS):
        _taken(mine)
        tally.sent += 1
    elif verdict is Verdict.UNSAID:
        _alone(mine, tally)
    elif verdict is Verdict.MISSING:  # the server lost the dossier: it comes first
        lost = SyncState.objects.filter(dossier=row.dossier_id, is_known=True)
        lost.filter(claim=None).update(
            is_known=False, digest="", state=Sending.WAITING, due_at=timezone.now(),
            version=F("version") + 1,
        )  # fmt: skip
        due = timezone.now() + wait_after(row.attempts)
        mine.update(state=Sending.TROUBLE, due_at=due, claim=None)
        tally.again += 1
    else:
        _refused(mine, answers.words_for(answer, parcel.codes[row.pk]), tally)


def _taken(mine: QuerySet[Any], version: int | None = None, **facts: Any) -> None:
    """Sent; or, when more was heard of it meanwhile, due again at once."""
    now = timezone.now()
    facts |= {
        "sent_at": now, "attempts": 0, "words": "", "fault": "", "alone": False, "claim": None,
    }  # fmt: skip
    last = mine if version is None else mine.filter(version=version)
    if not last.update(state=Sending.SENT, **facts):
        mine.update(state=Sending.WAITING, due_at=now, noted_at=now, **facts)


def _alone(mine: QuerySet[Any], tally: Tally) -> None:
    """The whole batch was refused: this row by itself, at once."""
    mine.update(alone=True, claim=None, due_at=timezone.now())
    tally.again += 1


def _other_way(mine: QuerySet[Any], row: SyncState, tally: Tally, *, is_known: bool) -> None:
    """New ones that exist become updates, and the other way round; at once, at first."""
    wait = wait_after(row.attempts) if row.attempts > EARLY_TRIES else dt.timedelta(0)
    mine.update(
        is_known=is_known, digest="", state=Sending.WAITING, claim=None,
        due_at=timezone.now() + wait,
    )  # fmt: skip
    tally.again += 1


def _refused(mine: QuerySet[Any], words: str, tally: Tally, version: int | None = None) -> None:
    """Final until somebody sends it again or the dossier changes; it may have changed already."""
    facts = {"words": words, "fault": "", "claim": None, "alone": False}
    last = mine if version is None else mine.filter(version=version)
    if last.update(state=Sending.REFUSED, noted_at=timezone.now(), **facts):
        tally.refused += 1
    else:
        mine.update(state=Sending.WAITING, due_at=timezone.now(), **facts)
        tally.again += 1


def put_back(
    rows: Sequence[Any], token: uuid.UUID, fault: Fault, *, blames: bool, not_before: dt.datetime
) -> int:
    """No answer: each row comes again, by itself when the batch may be the cause."""
    now = timezone.now()
    for row in rows:
        due = max(not_before, now + wait_after(row.attempts)) if blames else not_before
        type(row).objects.filter(pk=row.pk, claim=token).update(
            state=Sending.TROUBLE, fault=fault, alone=row.alone or (blames and len(rows) > 1),
            due_at=due, claim=None,
        )  # fmt: skip
    return len(rows)
