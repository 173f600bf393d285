"""Monthly evaluation of officials and heads: whose a step was, and what it says of the person.

No database, no clock. QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 9 khoản 1 điểm d asks for the monthly
evaluation and gives no numbers: what is counted here is a choice of the portal, told on the page.
The officer's share of the nine indicators of TT 01/2018/TT-VPCP (what citizens rated) would be one
more list of `Items` with figures of its own; the totals below do not depend on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from common.days import start_of
from reports.rules import last_of_month

DEFINITION = "DG/2"  # changes when what a figure counts does; kept with every sheet

Outcome = Literal["done", "moved", "open"]


@dataclass(frozen=True)
class Month:
    """A calendar month of the province, or the half year or year of a classification."""

    first: dt.date
    last: dt.date
    start: dt.datetime  # midnight before the first day
    end: dt.datetime  # midnight after the last

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """The month in which a day lies."""
        return cls.spanning(day.replace(day=1), last_of_month(day))

    @classmethod
    def spanning(cls, first: dt.date, last: dt.date) -> Month:
        """Any run of days, judged as a month is."""
        return cls(first, last, start_of(first), start_of(last + dt.timedelta(days=1)))

    @property
    def before(self) -> Month:
        return Month.of(self.first - dt.timedelta(days=1))


@dataclass(frozen=True)
class Run:
    """A step of a dossier as it is stored, in one round."""

    pk: int
    dossier: int
    unit: int
    kind: str
    planned_end: dt.datetime | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    person: int | None  # in whose hands it is, or was at the end
    closed_by: int | None
    on_behalf_of: str
    state: str


@dataclass(frozen=True)
class Change:
    """At a moment a dossier came into somebody's hands; `before`: out of whose, if anybody's."""

    at: dt.datetime
    to: int
    before: int | None
    is_own_choice: bool  # taken by the person, not given by another


@dataclass(frozen=True)
class Span:
    """A step in one person's hands, from when to when."""

    run: Run
    person: int
    since: dt.datetime
    left_at: dt.datetime | None  # None: still there
    is_done: bool  # it left because the person closed it

    def outcome(self, month: Month) -> Outcome:
        """What had become of it at the end of the month."""
        if self.left_at is None or self.left_at >= month.end:
            return "open"
        return "done" if self.is_done else "moved"

    def touches(self, month: Month) -> bool:
        is_over = self.left_at is not None and self.left_at < month.start
        return self.since < month.end and not is_over


def spans_of(run: Run, changes: Iterable[Change]) -> list[Span]:
    """Who had the step in hand, one span for each person: of one who got it twice, the last.

    Changes of hands outside the step's own time are left out. Who takes it from the unit's queue,
    or closes it there, has it since it was opened, as the whole queue saw it; who is given it by
    another, or takes it from a colleague, has it since that moment. Who ends the dossier does
    nobody's step but one that he has in hand himself.
    """
    turns: list[tuple[int, dt.datetime]] = []
    for change in sorted(changes, key=lambda each: each.at):
        if change.at < run.opened_at or (run.closed_at and change.at >= run.closed_at):
            continue
        from_queue = change.is_own_choice and change.before is None and not turns
        turns.append((change.to, run.opened_at if from_queue else change.at))
    if not turns and run.person is not None:
        turns.append((run.person, run.opened_at))
    holder = turns[-1][0] if turns else None
    if (
        run.closed_at and run.closed_by is not None and holder != run.closed_by
        and run.state != "ended"
    ):  # fmt: skip
        turns.append((run.closed_by, run.closed_at if turns else run.opened_at))
    found: dict[int, Span] = {}
    for number, (person, since) in enumerate(turns):
        is_last = number == len(turns) - 1
        left = run.closed_at if is_last else turns[number + 1][1]
        is_done = is_last and run.closed_at is not None and run.closed_by == person
        found[person] = Span(run, person, since, left, is_done)
    return list(found.values())


def time_in_hand(span: Span, length: Callable[[dt.datetime], dt.datetime] | None) -> (
    dt.datetime | None
):  # fmt: skip
    """Until when the person had time: the step's planned end, and never less than its own length
    counted from when it came into his hands. None: the step has no share of the time limit.

    So a step that was opened early keeps its planned end, and who received it late is not to
    blame. `length` answers when the step's share, begun at a moment, is used up; what the citizen
    was waited for is left out of it, and has moved the planned end already.
    """
    planned = span.run.planned_end
    if planned is None or length is None:
        return planned
    return max(planned, length(span.since))


def is_late(span: Span, until: dt.datetime | None, month: Month) -> bool:
    """Judged by days: left after the last day in hand; open, when that day is over before the
    last of the month (as column 13 of form II.06a). Planned ends are those known at the cut: a
    pause or extension that came after the month may have moved them later."""
    if until is None:
        return False
    if span.outcome(month) == "open":
        return localdate(until) < month.last
    assert span.left_at is not None
    return localdate(span.left_at) > localdate(until)


@dataclass(frozen=True)
class Step:
    """One step of a person's month as it was judged; moments are seconds since 1970."""

    id: int
    outcome: Outcome
    since: int
    until: int | None
    left: int | None
    late: bool


@dataclass
class Items:
    """What stands behind a person's figures: ids, each list without doubles. Frozen as JSON."""

    steps: list[Step] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)  # steps
    late_dossiers: list[int] = field(default_factory=list)
    extensions: list[int] = field(default_factory=list)
    opinions: list[int] = field(default_factory=list)
    late_opinions: list[int] = field(default_factory=list)
    approved: list[int] = field(default_factory=list)  # steps, and so the three below
    approved_for: list[int] = field(default_factory=list)
    by_deputies: list[int] = field(default_factory=list)
    by_delegates: list[int] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """In an order of its own, so that the same facts have the same digest."""
        lists = {key: sorted(value) for key, value in vars(self).items() if key != "steps"}
        return {"steps": [asdict(step) for step in sorted(self.steps, key=_pk)], **lists}


def _pk(step: Step) -> int:
    return step.id


@dataclass(frozen=True)
class Figure:
    """One column of the sheet: its key, its heads, and its rule in words."""

    key: str
    group: str | Promise
    title: str | Promise
    rule: str | Promise
    kind: str = "step"  # what is behind it: step, dossier, extension, opinion
    of_leaders: bool = False  # told of heads of agencies only


_WORK, _QUALITY, _OPINIONS = _("Steps of dossiers"), _("Quality"), _("Opinions")
_APPROVALS = _("Results approved")
FIGURES = (
    Figure("given", _WORK, _("In hand"),
           _("Steps that were in the person's hands in the month: done + passed to others + still"
             " open")),
    Figure("done", _WORK, _("Done"),
           _("Closed by the person in the month, by passing on, approving or returning, or"
             " refusing the dossier")),
    Figure("on_time", _WORK, _("On time"),
           _("Done no later than the last day in hand. That is the planned end of the step, and"
             " never less than its own time counted from when the person got it: who received it"
             " late is not to blame. Who takes a step from the unit's queue himself has it since it"
             " was opened. Time in which the citizen was waited for does not count")),
    Figure("late", _WORK, _("Done late"), _("Done after the last day in hand")),
    Figure("moved", _WORK, _("Passed to others"),
           _("Given to somebody else, or ended by somebody else's decision, before the person had"
             " done it")),
    Figure("moved_late", _WORK, _("Of them, too late"),
           _("Passed to others after the last day in hand")),
    Figure("open", _WORK, _("Still open"), _("In the person's hands at the end of the month")),
    Figure("overdue", _WORK, _("Of them, overdue"),
           _("The last day in hand was over before the last day of the month, and nobody waited"
             " for the citizen")),
    Figure("returned", _QUALITY, _("Sent back for correction"),
           _("Steps of the person that somebody else sent back in the month")),
    Figure("late_dossiers", _QUALITY, _("Late dossiers passed through"),
           _("Dossiers that were finished late in the month and in which the person had done a"
             " step, whoever was late"), "dossier"),
    Figure("extensions", _QUALITY, _("New dates with apology"),
           _("Extensions signed in the month that were asked for while the dossier was in the"
             " person's hands"), "extension"),
    Figure("opinions", _OPINIONS, _("Answered"), _("Opinions answered in the month"), "opinion"),
    Figure("late_opinions", _OPINIONS, _("Of them, late"),
           _("Answered after the day that was set"), "opinion"),
    Figure("approved", _APPROVALS, _("In own name"),
           _("Results that the person approved himself, a deputy in the fields given to him")),
    Figure("approved_for", _APPROVALS, _("On behalf of another"),
           _("Results that the person approved on behalf of a head who had delegated it")),
    Figure("by_deputies", _APPROVALS, _("By deputies and others"),
           _("Of a head of an agency: results of the agency that others approved in their own"
             " name"), of_leaders=True),
    Figure("by_delegates", _APPROVALS, _("On the head's behalf"),
           _("Of a head of an agency: results that others approved on his behalf (QĐ 2947/QĐ-UBND"
             " Điều 9.1b)"), of_leaders=True),
)  # fmt: skip
FIGURE_OF = {figure.key: figure for figure in FIGURES}
OF_STEPS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "given": lambda step: True,
    "done": lambda step: step["outcome"] == "done",
    "on_time": lambda step: step["outcome"] == "done" and not step["late"],
    "late": lambda step: step["outcome"] == "done" and step["late"],
    "moved": lambda step: step["outcome"] == "moved",
    "moved_late": lambda step: step["outcome"] == "moved" and step["late"],
    "open": lambda step: step["outcome"] == "open",
    "overdue": lambda step: step["outcome"] == "open" and step["late"],
}


def ids_behind(items: dict[str, Any], key: str) -> list[int]:
    """The rows behind a figure: the figure is their number."""
    if key in OF_STEPS:
        return [step["id"] for step in items["steps"] if OF_STEPS[key](step)]
    return list(items[key])


def count(items: dict[str, Any]) -> dict[str, int]:
    return {figure.key: len(ids_behind(items, figure.key)) for figure in FIGURES}


class Grade(models.TextChoices):
    """The four levels of the yearly classification of officials (Luật Cán bộ, công chức), here
    of a month's work on dossiers."""

    EXCELLENT = "excellent", _("Task fulfilled excellently")
    GOOD = "good", _("Task fulfilled well")
    FULFILLED = "fulfilled", _("Task fulfilled")
    FAILED = "failed", _("Task not fulfilled")
    NONE = "none", _("Not classified")


@dataclass(frozen=True)
class Bounds:
    """A grade is reached with at least so much in time and at most so much sent back, percent."""

    grade: str
    timely: int
    returned: int


@dataclass(frozen=True)
class Measures:
    """What the proposal rests on."""

    judged: int  # done, passed to others too late, open and overdue; opinions answered
    in_time: int
    given: int
    returned: int

    @classmethod
    def of(cls, figures: dict[str, int]) -> Measures:
        steps = figures["done"] + figures["moved_late"] + figures["overdue"]
        opinions = figures["opinions"]
        return cls(
            judged=steps + opinions,
            in_time=figures["on_time"] + opinions - figures["late_opinions"],
            given=figures["given"], returned=figures["returned"],
        )  # fmt: skip

    def reach(self, bounds: Bounds) -> bool:
        """Multiplied out, so that no rounding decides."""
        return (
            self.in_time * 100 >= bounds.timely * self.judged
            and self.returned * 100 <= bounds.returned * self.given
        )


@dataclass(frozen=True)
class Proposal:
    grade: str
    reached: Bounds | None  # of the grade; None: nothing was judged, or no grade was reached
    missed: Bounds | None  # of the next better one


def propose(measures: Measures, bounds: Sequence[Bounds]) -> Proposal:
    """The best grade whose bounds are all kept. Without any work to judge there is none: no
    evidence is not a zero. `bounds` begin with the best grade."""
    if not measures.judged:
        return Proposal(Grade.NONE, None, None)
    better: Bounds | None = None
    for each in bounds:
        if measures.reach(each):
            return Proposal(each.grade, each, better)
        better = each
    return Proposal(Grade.FAILED, None, better)
