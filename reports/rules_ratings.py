"""Points and lists of agencies from their figures of tasks, in exact decimals. No database, no
clock.

Formulas and bands are data (`reports/data/task_ratings.yaml`), each with its source. The sum, the
percent and the class come from exact parts; each is rounded half up, once, when it is printed, so
three printed thirds of ten (3,33) are ten points.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
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
class Formula:
    """`is_sum`: the parts add up to points; else each stands for itself."""

    code: str
    name: str
    source: str
    valid_from: dt.date
    parts: tuple[Share, ...]
    is_sum: bool = True

    @property
    def most(self) -> int:
        return sum(part.points for part in self.parts)


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
class Rated:
    """`points` None: nothing was due, or the formula gives shares alone."""

    parts: tuple[tuple[str, Decimal], ...]  # name and points
    points: Decimal | None
    percent: Decimal | None
    band: str
    listed: str  # COMMENDED, CRITICISED or ""


@exactly
def rate(figures: Figures, formula: Formula, bands: Bands, bounds: Bounds) -> Rated:
    """The rating of an agency. Nobody is rated for tasks that were not due."""
    if not figures.assigned:
        return Rated((), None, None, "", "")
    exact = [(part.name, _share(figures, part)) for part in formula.parts]
    parts = tuple((name, half_up(value, PLACES)) for name, value in exact)
    if not formula.is_sum:
        return Rated(parts, None, None, "", listed(figures, bounds))
    points = settle(sum((value for _name, value in exact), Decimal(0)))
    percent = points * 100 / formula.most
    return Rated(
        parts, half_up(points, PLACES), half_up(percent, PLACES), bands.of(settle(percent)),
        listed(figures, bounds),
    )  # fmt: skip


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
            tuple(Share(**part) for part in known["parts"]), known.get("is_sum", True),
        )
        for code, known in _data()["formulas"].items()
    }  # fmt: skip


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
