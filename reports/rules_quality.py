"""Classification of officials every half year and year: what is counted and which class follows.

No database, no clock. QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 9.2d asks for early, on time, late
and overdue of each person; Điều 10.3 for IT application as one criterion. The thresholds are dated
rules (`reports.rulesets.QUALITY`): NĐ 90/2020/NĐ-CP by conditions, NĐ 335/2025/NĐ-CP by points,
the latter as the press told it. The machine proposes, a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.rules_evaluation import Grade

DEFINITION = "XL/2"  # changes when what a figure counts does; kept with every round


class Source(models.TextChoices):
    """Of which system of QĐ 2947/QĐ-UBND Điều 4 a piece of work is."""

    DOSSIERS = "dossiers", _("Steps of dossiers")
    DOCUMENTS = "documents", _("Official documents")
    TASKS = "tasks", _("Tasks given by leaders")
    OPINIONS = "opinions", _("Opinions on dossiers of others")


class How(models.TextChoices):
    """How a piece of work stood at the end of the period."""

    EARLY = "early", _("Done early")
    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Done late")
    OVERDUE = "overdue", _("Overdue")
    UNDATED = "undated", _("Done, no deadline")
    OPEN = "open", _("Not due by the end")


class Level(models.TextChoices):
    """How good something is: IT application of a person, the result of a task."""

    EXCEEDS = "exceeds", _("Exceeds the requirement")
    MEETS = "meets", _("Meets the requirement")
    WEAK = "weak", _("Below the requirement")


def how(due_on: dt.date | None, done_on: dt.date | None, last: dt.date) -> How:
    """By days. Unfinished work is overdue when its day was over before the last of the period, as
    column 13 of form II.06a; what was finished later was unfinished then."""
    if done_on is None or done_on > last:
        return How.OVERDUE if due_on is not None and due_on < last else How.OPEN
    if due_on is None:
        return How.UNDATED
    if done_on == due_on:
        return How.ON_TIME
    return How.EARLY if done_on < due_on else How.LATE


@dataclass(frozen=True)
class Piece:
    """One step, assignment or task of a person as it was judged; frozen as JSON."""

    source: str
    id: int
    how: str
    due: str = ""  # ISO days; "" for none
    done: str = ""
    failed: int = 0  # times it was sent back
    quality: str = ""  # Level, of the confirmed result of a task

    @classmethod
    def of(
        cls, source: str, pk: int, due: dt.date | None, done: dt.date | None, last: dt.date,
        **more: Any,
    ) -> Piece:  # fmt: skip
        stands = how(due, done, last)
        shown = done if done is not None and done <= last else None
        return cls(source, pk, str(stands), _iso(due), _iso(shown), **more)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True)
class Counts:
    """What the pieces of a person, or of a unit, come to."""

    early: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    undated: int = 0
    open: int = 0  # in hand, not due at the end of the period: judged in the next one
    unmet: int = 0  # late, overdue, or of weak quality: each once
    exceeded: int = 0  # tasks whose result exceeded the requirement (vượt mức), as who gave it said
    tasks_done: int = 0
    quality_lost: int = 0  # percent of products that reviews took, summed over what was done

    @property
    def done(self) -> int:
        return self.early + self.on_time + self.late + self.undated

    @property
    def judged(self) -> int:
        """Everything that had to be done in the period, the denominator."""
        return self.done + self.overdue

    @property
    def timely(self) -> int:
        return self.early + self.on_time + self.undated

    def __add__(self, other: Counts) -> Counts:
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(Counts))
        return Counts(*(a + b for a, b in pairs))


def count(pieces: Iterable[Piece], t: Thresholds) -> Counts:
    """A product loses quality each time that it was sent back, and when it was confirmed below the
    requirement; never more than all."""
    total = Counts()
    for each in pieces:
        is_done = each.how not in (How.OVERDUE, How.OPEN)
        is_task = is_done and each.source == Source.TASKS
        is_late = each.how in (How.LATE, How.OVERDUE)
        is_weak = each.quality == Level.WEAK
        lost = each.failed * t.review_percent + is_weak * t.weak_percent
        total += Counts(
            **{each.how: 1},
            unmet=int(is_late or is_weak),
            exceeded=int(is_task and each.quality == Level.EXCEEDS),
            tasks_done=int(is_task),
            quality_lost=min(WHOLE, lost) if is_done else 0,
        )
    return total


def tally(pieces: Iterable[Piece]) -> dict[str, dict[str, int]]:
    """Source → how → number, zeros too: what the page shows and opens."""
    table = {str(source): {str(how): 0 for how in How} for source in Source}
    for each in pieces:
        table[each.source][each.how] += 1
    return table


class HeadPart(models.TextChoices):
    """What the points of a head have beside quantity, quality and progress: each is whole or a
    percent of it (NĐ 335/2025/NĐ-CP Điều 15, 16)."""

    UNIT = "unit", _("Results of the unit that he is in charge of")
    ORGANISING = "organising", _("Ability to organise the work")
    UNITING = "uniting", _("Ability to bring people together")


WHOLE = 100


MUST_BE_KNOWN = ("exceeded", "unit_exceeded")


class Basis(StrEnum):
    CONDITIONS = "conditions"  # NĐ 90/2020/NĐ-CP
    POINTS = "points"  # NĐ 335/2025/NĐ-CP


@dataclass(frozen=True)
class Thresholds:
    """The numbers of the decree in force at the end of the period; `reports.rulesets`."""

    basis: str
    exceed: int
    fulfilled_unmet: int
    failed_unmet: int
    unit_timely: int
    unit_fulfilled: int
    unit_failed: int
    excellent_points: int
    good_points: int
    fulfilled_points: int
    general_points: int
    result_points: int
    review_percent: int
    delay_percent: int
    head_missed: int = 0  # percent of a part of a head that is not kept; 0: parts are not counted
    weak_percent: int = 0  # of a product confirmed below the requirement


@dataclass(frozen=True)
class Reason:
    """One condition of a class: kept, missed, or (None) one that the portal cannot know.

    `n` of `of` against `bound` percent; of points `n` hundredths against `bound` points.
    """

    grade: str
    key: str
    met: bool | None
    n: int = 0
    of: int = 0
    bound: int = 0

    @property
    def is_kept(self) -> bool:
        """So far as is known, or, where it must be known, known."""
        return bool(self.met) or (self.met is None and self.key not in MUST_BE_KNOWN)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Proposal:
    grade: str
    reasons: list[Reason]
    points: Fraction | None = None  # of 100, under NĐ 335/2025 only


@dataclass(frozen=True)
class Judged:
    """What people say and the portal cannot count."""

    general: int | None = None  # points for the general criteria; None: not given yet
    it: str = ""  # Level of IT application
    parts: Mapping[str, int] = field(default_factory=dict)  # HeadPart → percent


def propose(own: Counts, unit: Counts | None, said: Judged, t: Thresholds) -> Proposal:
    """`unit` is what a head's unit did, None of an official. Without work to judge there is no
    class: no evidence is not a zero."""
    if not own.judged and not (unit and unit.judged):
        return Proposal(Grade.NONE, [Reason(Grade.NONE, "no_work", None)])
    if t.basis == Basis.POINTS:
        return _by_points(own, unit, said, t)
    return _by_conditions(own, unit, said, t)


def _by_conditions(own: Counts, unit: Counts | None, said: Judged, t: Thresholds) -> Proposal:
    """The best class all of whose known conditions are kept (NĐ 90/2020/NĐ-CP Điều 8–11 and
    12–15). Between 20 and 50 percent unmet the decree names no class: none is proposed. Vượt mức
    makes a class excellent, so it is never taken for granted."""
    told: list[Reason] = []
    for grade, conditions in (
        (Grade.EXCELLENT, _excellent(own, unit, said, t)),
        (Grade.GOOD, _good(own, unit, t)),
        (Grade.FULFILLED, _fulfilled(own, unit, t)),
    ):
        missing = [each for each in conditions if not each.is_kept]
        if not missing:
            return Proposal(grade, [*told, *conditions])
        told += missing
    failed = _failed(own, unit, t)
    if any(each.met for each in failed):
        return Proposal(Grade.FAILED, [*told, *(each for each in failed if each.met)])
    return Proposal(Grade.NONE, [*told, *failed])


def _excellent(own: Counts, unit: Counts | None, said: Judged, t: Thresholds) -> list[Reason]:
    """Vượt mức is what who gave the task says of its result; finished early is not the same."""
    g = Grade.EXCELLENT
    found = [
        Reason(g, "all_timely", own.timely == own.judged, own.timely, own.judged, 100),
        Reason(g, "exceeded", _exceeds(own, t), own.exceeded, own.tasks_done, t.exceed),
        Reason(g, "quality", own.unmet == 0, own.judged - own.unmet, own.judged, 100),
        Reason(g, "it", said.it != Level.WEAK if said.it else None),
    ]  # fmt: skip
    if unit:
        found += [
            Reason(g, "unit_done", unit.overdue == 0, unit.done, unit.judged, 100),
            Reason(g, "unit_exceeded", _exceeds(unit, t), unit.exceeded, unit.tasks_done, t.exceed),
            Reason(g, "units_classed", None),
        ]  # fmt: skip
    return found


def _good(own: Counts, unit: Counts | None, t: Thresholds) -> list[Reason]:
    g = Grade.GOOD
    found = [
        Reason(g, "all_timely", own.timely == own.judged, own.timely, own.judged, 100),
        Reason(g, "quality", own.unmet == 0, own.judged - own.unmet, own.judged, 100),
    ]
    if unit:
        found += [
            Reason(g, "unit_done", unit.overdue == 0, unit.done, unit.judged, 100),
            Reason(g, "unit_timely", _at_least(unit.timely, unit.judged, t.unit_timely),
                   unit.timely, unit.judged, t.unit_timely),
            Reason(g, "units_classed", None),
        ]  # fmt: skip
    return found


def _fulfilled(own: Counts, unit: Counts | None, t: Thresholds) -> list[Reason]:
    g = Grade.FULFILLED
    within = own.unmet * 100 <= t.fulfilled_unmet * own.judged
    found = [
        Reason(g, "all_done", own.overdue == 0, own.done, own.judged, 100),
        Reason(g, "unmet_at_most", within, own.unmet, own.judged, t.fulfilled_unmet),
    ]
    if unit:
        more = unit.done * 100 > t.unit_fulfilled * unit.judged
        found.append(
            Reason(g, "unit_more_than", more, unit.done, unit.judged, t.unit_fulfilled)
        )  # fmt: skip
    return found


def _failed(own: Counts, unit: Counts | None, t: Thresholds) -> list[Reason]:
    g = Grade.FAILED
    over = own.unmet * 100 > t.failed_unmet * own.judged
    found = [Reason(g, "unmet_over", over, own.unmet, own.judged, t.failed_unmet)]
    if unit:
        less = unit.done * 100 < t.unit_failed * unit.judged
        found.append(Reason(g, "unit_less_than", less, unit.done, unit.judged, t.unit_failed))
    return found


def _exceeds(counts: Counts, t: Thresholds) -> bool | None:
    """Without a task whose result exceeded nothing exceeds; without any task people must say it:
    dossiers and documents do not."""
    if not counts.tasks_done:
        return None
    return counts.exceeded > 0 and _at_least(counts.exceeded, counts.tasks_done, t.exceed)


def _at_least(part: int, whole: int, percent: int) -> bool:
    return part * 100 >= percent * whole


def _by_points(own: Counts, unit: Counts | None, said: Judged, t: Thresholds) -> Proposal:
    """General points, and of the result points the mean of quantity, quality and progress, each
    of all that was assigned (Điều 14): what is not done has neither quality nor progress. Of a
    head the further parts are in the mean, too; where he has no work of his own, that of his unit
    is counted. What people have not given yet is taken in full for the proposal. IT application
    is a criterion of its own (QĐ 2947/QĐ-UBND Điều 10.3): below the requirement nobody is
    excellent, as under the decree before."""
    base = own if own.judged or unit is None else unit
    quantity = Fraction(100 * base.done, base.judged)
    quality = Fraction(100 * base.done - base.quality_lost, base.judged)
    progress = Fraction(100 * base.done - t.delay_percent * base.late, base.judged)
    counted = HeadPart.values if unit and t.head_missed else []
    parts = {part: said.parts.get(part, WHOLE) for part in counted}
    shares = [quantity, quality, progress, *(Fraction(n) for n in parts.values())]
    result = sum(shares, Fraction(0)) / len(shares) * t.result_points / 100
    general = t.general_points if said.general is None else said.general
    total = general + result
    bounds: Sequence[tuple[str, int]] = (
        (Grade.EXCELLENT, t.excellent_points), (Grade.GOOD, t.good_points),
        (Grade.FULFILLED, t.fulfilled_points),
    )  # fmt: skip
    grade = next((name for name, least in bounds if total >= least), str(Grade.FAILED))
    it = Reason(Grade.EXCELLENT, "it", said.it != Level.WEAK if said.it else None)
    by_it = [it] if grade == Grade.EXCELLENT else []
    if by_it and not it.is_kept:
        grade = Grade.GOOD
    least = dict(bounds).get(grade, 0)
    told = [
        Reason(grade, "points", True, _hundredths(total), 100, least),
        Reason(grade, "general", None if said.general is None else True, general * 100,
               t.general_points),
        Reason(grade, "quantity", True, _hundredths(quantity), 100),
        Reason(grade, "product_quality", True, _hundredths(quality), 100),
        Reason(grade, "progress", True, _hundredths(progress), 100),
    ]  # fmt: skip
    for part, percent in parts.items():
        met = percent == WHOLE if part in said.parts else None
        told.append(Reason(grade, f"head_{part}", met, percent * 100, WHOLE))
    told += by_it
    if unit and not parts:
        told.append(Reason(grade, "unit_points", None, unit.timely, unit.judged))
    return Proposal(grade, told, total)


def _hundredths(value: Fraction) -> int:
    """Cut off, never rounded up: 89,999 is not the 90 that it misses."""
    return int(value * 100)


def over_quota(grades: Sequence[str], percent: int) -> bool:
    """Whether more were classed excellent than the share of those classed well (NĐ 48/2023/NĐ-CP
    Điều 1). In a small group one is more already: the reason says why."""
    excellent = sum(grade == Grade.EXCELLENT for grade in grades)
    good = sum(grade == Grade.GOOD for grade in grades)
    return excellent > 0 and excellent * 100 > percent * good
