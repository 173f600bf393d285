"""The statement of tasks, from the history of each (`directives.rules_history`). No database, no
clock.

QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 11: the office of the committee sums up and rates how
agencies carry out tasks, each month, quarter and year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from common.days import MOMENT
from directives import rules
from directives.rules_history import Story, at_end, then

DEFINITION = "NV-2"  # changes when what a figure counts does; kept with every statement


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
    RETURNED = "returned"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


FINISHED = tuple(Part(label) for label in rules.FINISHED)
TIMELY = tuple(Part(label) for label in rules.TIMELY)
NOT_DUE = (Part.IN_TIME, Part.NO_DUE, Part.RETURNED, Part.SUSPENDED)


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
    now = at_end(story, since, until)
    if now is None:
        return None
    before = then(story, since - MOMENT)
    begun = Part.OPENING if before is not None and not before.is_ended else Part.GIVEN
    return Counted(story.pk, now.lead, begun, Part(now.label(last)), now.is_good)


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
