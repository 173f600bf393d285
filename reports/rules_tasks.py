"""The statement of tasks, from the history of each: what it was at a moment. No database, no clock.

QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 11: the office of the committee sums up and rates how
agencies carry out tasks, each month, quarter and year. Whatever was written after the end of the
period changes nothing in it: acts, days and results carry the moment at which they were written.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from directives.rules import Due, Label, Standing, in_force, label_of
from directives.states import ENDED, Quality, Status, Verdict

DEFINITION = "NV-1"


@dataclass(frozen=True)
class Act:
    """Something that was done with a task, and how it stood then: from the log."""

    at: dt.datetime
    status: str
    lead: int


@dataclass(frozen=True)
class Filed:
    """A reported result, and what came of it."""

    at: dt.datetime
    document_on: dt.date
    judged_at: dt.datetime | None
    verdict: str
    quality: str


@dataclass(frozen=True)
class Story:
    """Everything that was ever written of one task, each in the order of its moments."""

    pk: int
    acts: Sequence[Act]
    dues: Sequence[Due]
    results: Sequence[Filed]


@dataclass(frozen=True)
class Then:
    """A task as everybody saw it at a moment."""

    lead: int
    standing: Standing
    since: dt.datetime  # of the last act that gave it another status
    quality: str = ""

    @property
    def is_ended(self) -> bool:
        return self.standing.status in ENDED


class Part(StrEnum):
    """The columns that are counted; every task of a period is in one of the first two and in one
    of the others."""

    OPENING = "opening"
    GIVEN = "given"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    DONE = "done"  # without a deadline
    OVERDUE = "overdue"
    IN_TIME = "in_time"
    NO_DUE = "no_due"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


FINISHED = (Part.EARLY, Part.ON_TIME, Part.LATE, Part.DONE)
TIMELY = (Part.EARLY, Part.ON_TIME, Part.DONE)
NOT_DUE = (Part.IN_TIME, Part.NO_DUE, Part.SUSPENDED)


def then(story: Story, moment: dt.datetime) -> Then | None:
    """How the task stood at that moment; None: nobody had given it yet."""
    acts = [act for act in story.acts if act.at <= moment]
    if not acts:
        return None
    last, dues = acts[-1], [due for due in story.dues if due.at <= moment]
    since = _since(acts)
    if last.status == Status.CLOSED:
        return _closed(last, since, dues, story.results, moment)
    due_on = dues[-1].due_on if dues else None  # as the task showed it: the last that was written
    waiting = [each for each in story.results if _waits(each, moment)]
    reported_on = waiting[-1].document_on if waiting else None
    return Then(last.lead, Standing(last.status, due_on, None, reported_on), since)


def _since(acts: Sequence[Act]) -> dt.datetime:
    for earlier, act in reversed(list(itertools.pairwise(acts))):
        if earlier.status != act.status:
            return act.at
    return acts[0].at


def _closed(
    last: Act, since: dt.datetime, dues: Sequence[Due], results: Sequence[Filed],
    moment: dt.datetime,
) -> Then:  # fmt: skip
    """Judged against the day that was in force on the completion, as it was known when the result
    was confirmed."""
    confirmed = [
        each for each in results
        if each.verdict == Verdict.CONFIRMED and each.judged_at and each.judged_at <= moment
    ]  # fmt: skip
    known = [due for due in dues if due.at <= since]
    result = confirmed[-1]
    due_on = in_force(known, result.document_on) if known else None
    standing = Standing(Status.CLOSED, due_on, result.document_on)
    return Then(last.lead, standing, since, result.quality)


def _waits(result: Filed, moment: dt.datetime) -> bool:
    is_judged = result.judged_at is not None and result.judged_at <= moment
    return result.at <= moment and not is_judged


@dataclass(frozen=True)
class Counted:
    """In which columns of a period a task is, and under which lead."""

    pk: int
    lead: int
    begun: Part
    stands: Part
    is_good: bool


def counted(story: Story, since: dt.datetime, until: dt.datetime, last: dt.date) -> Counted | None:
    """A task in the period from one moment to the other; None: it was over before, or began later.

    `last` is the day on which what is open is judged. One that ended before and was reopened in
    the period counts as given in it.
    """
    now = then(story, until)
    if now is None or (now.is_ended and now.since < since):
        return None
    before = then(story, since - dt.timedelta(microseconds=1))
    begun = Part.OPENING if before is not None and not before.is_ended else Part.GIVEN
    is_good = now.quality in (Quality.MEETS, Quality.EXCEEDS)
    return Counted(story.pk, now.lead, begun, part_of(now.standing, last), is_good)


def part_of(standing: Standing, last: dt.date) -> Part:
    """The column of a task that stands so on that day; what is due soon is not due yet."""
    label = label_of(standing, last, last)
    return Part.IN_TIME if label is Label.DUE_SOON else Part(label)


@dataclass(frozen=True)
class Figures:
    """What a rating is computed from. `assigned` is the denominator: what was due or finished;
    `not_due` stands beside it, unless the province counts everything that was given."""

    assigned: int
    done: int
    good: int
    timely: int
    late: int
    overdue: int
    not_due: int


def figures_of(parts: dict[Part, int], good: int, *, counts_all: bool = False) -> Figures:
    """Of the numbers of each column, and of the results that meet the requirement."""
    done = sum(parts.get(part, 0) for part in FINISHED)
    overdue, not_due = parts.get(Part.OVERDUE, 0), sum(parts.get(part, 0) for part in NOT_DUE)
    return Figures(
        done + overdue + (not_due if counts_all else 0), done, good,
        sum(parts.get(part, 0) for part in TIMELY), parts.get(Part.LATE, 0), overdue, not_due,
    )  # fmt: skip
