"""Points and lists of agencies from their figures of tasks, in exact decimals. No database, no
clock.

Formulas and bands are data (`reports/data/task_ratings.yaml`), each with its source. The sum, the
percent and the class come from exact parts; each is rounded half up, once, when it is printed, so
three printed thirds of ten (3,33) are ten points.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ranking.rules.numbers import exactly, half_up, settle
from reports.rules_tasks import Figures

FILE = Path(__file__).parent / "data" / "task_ratings.yaml"
PLACES = 2  # of printed points
COMMENDED, CRITICISED = "commended", "criticised"


@dataclass(frozen=True)
class Share:
    """So many points × a figure ÷ what was assigned."""

    figure: str
    points: int
    name: str


@dataclass(frozen=True)
class Group:
    """Parts that are rated over the tasks of some origins (`directives.states.Origin`); where none
    is named, over all tasks."""

    name: str
    parts: tuple[Share, ...]
    origins: frozenset[str] = frozenset()

    def has(self, origin: str) -> bool:
        return not self.origins or origin in self.origins

    @property
    def most(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True)
class Formula:
    """`is_sum`: the parts add up to points; else each stands for itself."""

    code: str
    name: str
    source: str
    valid_from: dt.date
    groups: tuple[Group, ...]
    is_sum: bool = True

    @property
    def most(self) -> int:
        return sum(group.most for group in self.groups)


@dataclass(frozen=True)
class Band:
    """From so many percent of the most points on."""

    least: int
    is_above: bool  # more than that
    name: str


@dataclass(frozen=True)
class Bands:
    code: str
    source: str
    valid_from: dt.date
    bands: tuple[Band, ...]  # the best first

    def of(self, percent: Decimal) -> str:
        """The name of the band; the last one reaches down to nothing."""
        for band in self.bands:
            if percent > band.least or (percent == band.least and not band.is_above):
                return band.name
        return self.bands[-1].name


@dataclass(frozen=True)
class Bounds:
    """Whom the province commends and criticises, in percent of what was assigned
    (5120/UBND-KSTT Đà Nẵng, 2020: more than 200 tasks, more than 90 % done, less than 10 % done
    late; less than 50 % done)."""

    more_tasks_than: int
    more_done_than: int
    less_late_than: int
    less_done_than: int


@dataclass(frozen=True)
class RatedGroup:
    """Of how many tasks, and of each part the number of tasks and the points for them; without
    tasks no part."""

    assigned: int
    parts: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True)
class Rated:
    """`points` None: nothing was due, no formula held, or it gives shares alone."""

    groups: tuple[RatedGroup, ...] = ()
    points: Decimal | None = None
    most: int | None = None  # that could be reached
    percent: Decimal | None = None  # of these
    band: str = ""
    listed: str = ""  # COMMENDED, CRITICISED or ""


@exactly
def rate(
    whole: Figures, of_groups: Sequence[Figures], formula: Formula | None, bands: Bands | None,
    bounds: Bounds,
) -> Rated:  # fmt: skip
    """The rating of an agency by all its tasks and by those of each group of the formula. None: no
    formula, or no bands, held on the last day of the period.

    Nobody is rated for tasks that were not due, nor for a group of which he had none: its points
    are out of reach and out of the percent (Hải Phòng's decision does so for other targets).
    """
    if not whole.assigned:
        return Rated()
    on_list = listed(whole, bounds)
    if formula is None:
        return Rated(listed=on_list)
    found = list(zip(formula.groups, of_groups, strict=True))
    exact = {
        group: [_share(of, part) for part in group.parts] for group, of in found if of.assigned
    }
    groups = tuple(_told(group, of, exact.get(group, [])) for group, of in found)
    most = sum(group.most for group in exact)
    if not (formula.is_sum and most):
        return Rated(groups, listed=on_list)
    points = settle(sum((sum(values, Decimal(0)) for values in exact.values()), Decimal(0)))
    percent = points * 100 / most
    return Rated(
        groups, half_up(points, PLACES), most, half_up(percent, PLACES),
        bands.of(settle(percent)) if bands else "", on_list,
    )  # fmt: skip


def _told(group: Group, of: Figures, values: Sequence[Decimal]) -> RatedGroup:
    parts = zip(group.parts, values, strict=False)
    return RatedGroup(
        of.assigned,
        tuple((_number(of, part.figure), half_up(value, PLACES)) for part, value in parts),
    )


def _share(figures: Figures, part: Share) -> Decimal:
    return Decimal(part.points * _number(figures, part.figure)) / figures.assigned


def _number(figures: Figures, name: str) -> int:
    if name == "not_done":
        return figures.assigned - figures.done
    return int(getattr(figures, name))


@exactly
def listed(figures: Figures, bounds: Bounds) -> str:
    """On which list an agency stands."""
    done, late = (Decimal(100 * n) / figures.assigned for n in (figures.done, figures.late))
    if done < bounds.less_done_than:
        return CRITICISED
    is_much = figures.assigned > bounds.more_tasks_than and done > bounds.more_done_than
    return COMMENDED if is_much and late < bounds.less_late_than else ""


@cache
def formulas() -> Mapping[str, Formula]:
    return {
        code: Formula(
            code, known["name"], known["source"], known["valid_from"],
            tuple(_group(each) for each in known["groups"]), known.get("is_sum", True),
        )
        for code, known in _data()["formulas"].items()
    }  # fmt: skip


def _group(known: dict[str, Any]) -> Group:
    parts = tuple(Share(**part) for part in known["parts"])
    return Group(known["name"], parts, frozenset(known.get("origins", ())))


@cache
def bands() -> Mapping[str, Bands]:
    return {
        code: Bands(
            code, known["source"], known["valid_from"],
            tuple(Band(b["from"], b.get("above", False), b["name"]) for b in known["bands"]),
        )
        for code, known in _data()["bands"].items()
    }  # fmt: skip


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found
