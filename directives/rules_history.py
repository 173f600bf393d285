"""A task as everybody saw it at a moment, from its history. No database, no clock.

Whatever is written after the end of a period changes nothing in what is said of it: acts, days and
results carry the moment at which they were written. Statements, the yearly assessment and the
classification of officials ask here.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from directives.rules import Due, Label, Standing, in_force, label_of
from directives.states import ENDED, Quality, Status, Verdict

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Act:
    """Something that was done with a task, and how it stood then: from the log."""

    at: dt.datetime
    status: str
    lead: int
    person: int | None = None  # who answered for it


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

    def sent_back(self, moment: dt.datetime) -> int:
        """How often its results were not enough, until then."""
        return sum(
            each.verdict == Verdict.SENT_BACK and not _waits(each, moment)
            for each in self.results if each.at <= moment
        )  # fmt: skip


@dataclass(frozen=True)
class Then:
    """A task as everybody saw it at a moment."""

    lead: int
    person: int | None
    standing: Standing
    since: dt.datetime  # of the last act that gave it another status
    quality: str = ""

    @property
    def is_ended(self) -> bool:
        return self.standing.status in ENDED

    @property
    def is_good(self) -> bool:
        """Completed as required (212/2025/QĐ-UBND Hải Phòng, Phụ lục 01 II.4)."""
        return self.quality in (Quality.MEETS, Quality.EXCEEDS)

    def label(self, last: dt.date) -> Label:
        """How it stands when what is open is judged on that day; what is due soon is not due."""
        return label_of(self.standing, last, last - DAY)


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
    return Then(last.lead, last.person, Standing(last.status, due_on, None, reported_on), since)


def at_end(story: Story, since: dt.datetime, until: dt.datetime) -> Then | None:
    """How a task of the period from one moment to the other stood at its end; None: it was over
    before, or given later."""
    now = then(story, until)
    return None if now is None or (now.is_ended and now.since < since) else now


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
    return Then(last.lead, last.person, standing, since, result.quality)


def _waits(result: Filed, moment: dt.datetime) -> bool:
    is_judged = result.judged_at is not None and result.judged_at <= moment
    return result.at <= moment and not is_judged
