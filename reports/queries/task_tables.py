"""A stored statement of tasks as a table for page, paper and spreadsheet; which tasks are behind
each figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.queries import lists
from directives.rules import Label
from directives.words import label_words
from organizations.models import User
from reports.models import TaskReport
from reports.queries.stored import StoredTable
from reports.rules_ratings import COMMENDED, CRITICISED, PLACES
from reports.rules_tasks import FINISHED, NOT_DUE, Part

TOTAL = "total"  # of the two columns before it
COLUMNS = (
    Part.OPENING, Part.GIVEN, TOTAL, *FINISHED, Part.OVERDUE, *NOT_DUE, Part.WITHDRAWN
)  # fmt: skip
HELD = {TOTAL: (Part.OPENING, Part.GIVEN)}  # columns that are sums
Line = dict[str, Any]


@dataclass(frozen=True)
class TaskTable(StoredTable):
    """What is shown of a statement. Reads `report.unit` and who signed."""

    report: TaskReport

    @cached_property
    def titles(self) -> dict[str, str]:
        """Of each column; labels in the words that the province had then."""
        day = self.report.last_day
        own = {
            str(Part.OPENING): _("From before"), str(Part.GIVEN): _("Given in the period"),
            TOTAL: _("Total"), str(Part.WITHDRAWN): _("Withdrawn tasks"),
        }  # fmt: skip
        return {
            str(column): own.get(column) or label_words(Label(column), day) for column in COLUMNS
        }

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The heads above the heads, each over so many columns."""
        return [
            {"words": _("Tasks of the period"), "size": 3},
            {"words": _("Tasks completed"), "size": len(FINISHED)},
            {"words": _("Not completed, overdue"), "size": 1},
            {"words": _("Not due yet, counted apart"), "size": len(NOT_DUE)},
            {"words": _("Not carried out"), "size": 1},
            {"words": _("Rating"), "size": 4},
        ]

    @cached_property
    def lines(self) -> list[Line]:
        """The total, then every lead."""
        rows = self.report.rows
        counts = [_counts(row) for row in rows]
        sums = {str(c): sum(each[c] for each in counts) for c in COLUMNS}
        figures = [row["figures"] for row in rows]
        shares = {key: sum(each[key] for each in figures) for key in ("assigned", "timely")}
        whole = self._line("", _("Total"), "", sums, shares, {})
        return [whole] + [
            self._line(str(n), row["name"], row["code"], count, row["figures"], row["rating"])
            for n, (row, count) in enumerate(zip(rows, counts, strict=True), 1)
        ]

    def _line(
        self, number: str, name: str, code: str, counts: dict[str, int], figures: dict[str, int],
        rating: dict[str, Any],
    ) -> Line:  # fmt: skip
        """`code` "" names the tasks of all leads."""
        assigned, timely = figures["assigned"], figures["timely"]
        points = rating.get("points")
        return {
            "number": number, "name": name, "code": code, "is_sum": not number,
            "figures": [{"value": counts[str(c)], "column": str(c)} for c in COLUMNS],
            "assigned": assigned, "timely": timely,
            "percent": Decimal(100 * timely) / assigned if assigned else None,
            "points": None if points is None else Decimal(points),
            "band": rating.get("band", ""),
        }  # fmt: skip

    @property
    def rated(self) -> bool:
        return any(line["points"] is not None for line in self.lines)

    @property
    def detail(self) -> RatingDetail:
        return RatingDetail(self.report)

    @property
    def commended(self) -> list[str]:
        return self._listed(COMMENDED)

    @property
    def criticised(self) -> list[str]:
        return self._listed(CRITICISED)

    def _listed(self, name: str) -> list[str]:
        return [row["name"] for row in self.report.rows if row["rating"]["listed"] == name]

    @property
    def unit_words(self) -> str:
        return _("Tasks given by: %(unit)s") % {"unit": self.report.unit.name}

    @property
    def denominator_words(self) -> str:
        """Of how many tasks the shares are, and how many stand apart."""
        figures = [row["figures"] for row in self.report.rows]
        assigned = sum(each["assigned"] for each in figures)
        not_due = sum(each["not_due"] for each in figures)
        told = {"n": assigned, "apart": not_due}
        if self.report.rules.get("counts_all"):
            return _("Shares and points are of all %(n)d tasks, not due ones among them.") % told
        return ngettext(
            "Shares and points are of the %(n)d task that was completed or overdue;"
            " %(apart)d not due yet are counted apart.",
            "Shares and points are of the %(n)d tasks that were completed or overdue;"
            " %(apart)d not due yet are counted apart.", assigned,
        ) % told  # fmt: skip

    @property
    def rule_words(self) -> list[str]:
        """By which rules it was rated, with their sources."""
        ruled = self.report.rules
        bounds = ruled["bounds"]
        return [
            *self.detail.rule_words,
            _("Commended: more than %(more_tasks_than)s tasks, more than %(more_done_than)s %%"
              " completed, less than %(less_late_than)s %% of them late. Criticised: less than"
              " %(less_done_than)s %% completed.") % bounds,
            _("Each task is judged by the deadline that was in force, as it was known at the end"
              " of the period."),
        ]  # fmt: skip


@dataclass(frozen=True)
class RatingDetail:
    """How the points of every lead came about, so that who reads a signed statement can count them
    again."""

    report: TaskReport

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Each with the number of its columns and their heads; none: nobody is rated."""
        return [
            {
                "words": group["name"], "size": 1 + 2 * len(group["parts"]),
                "titles": [_("Denominator"), *self._titles(group["parts"])],
            }
            for group in self.report.rules.get("groups", [])
        ]  # fmt: skip

    def _titles(self, parts: list[list[Any]]) -> list[str]:
        return [words for name, most in parts for words in (name, self._share_words(most))]

    def _share_words(self, most: int) -> str:
        return _("Points (of %(n)s)") % {"n": most} if self.is_sum else _("Percent of the tasks")

    @property
    def is_sum(self) -> bool:
        return bool(self.report.rules.get("is_sum", True))

    @property
    def lines(self) -> list[Line]:
        return [
            {
                "name": row["name"], "cells": list(self._cells(row["rating"])),
                "points": _decimal(row["rating"]["points"]), "most": row["rating"]["most"],
                "percent": _decimal(row["rating"]["percent"]), "band": row["rating"]["band"],
            }
            for row in self.report.rows if row["rating"].get("groups")
        ]  # fmt: skip

    def _cells(self, rating: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Of every part the number of tasks, then their points; None where there were no tasks."""
        for group, known in zip(rating["groups"], self.report.rules["groups"], strict=True):
            yield {"value": group["assigned"], "places": 0}
            for n, points in group["parts"] or [(None, None)] * len(known["parts"]):
                yield {"value": n, "places": 0}
                yield {"value": _decimal(points), "places": PLACES}

    @property
    def rule_words(self) -> list[str]:
        """The formula and its bands, and what they do not hold for."""
        ruled = self.report.rules
        told = {
            "formula": ruled["formula"], "source": ruled["formula_source"], "most": ruled["most"],
            "bands": self._bands_words,
        }  # fmt: skip
        if "groups" in ruled and not ruled["groups"]:
            day = f"{dt.date.fromisoformat(ruled['formula_from']):%d/%m/%Y}"
            words = _("No points: %(formula)s (%(source)s) holds from %(day)s on.")
            return [words % {**told, "day": day}]
        if not self.is_sum:
            words = _("Shares: %(formula)s (%(source)s); neither points nor classes follow.")
            return [words % told, *self._left_words]
        points = _("Points: %(formula)s (%(source)s), at most %(most)s; classes: %(bands)s.") % told
        return [points, *self._left_words]

    @property
    def _bands_words(self) -> str:
        ruled = self.report.rules
        if ruled.get("has_bands", True):
            return str(ruled["bands_source"])
        day = f"{dt.date.fromisoformat(ruled['bands_from']):%d/%m/%Y}"
        return _("none, %(source)s holds from %(day)s on") % {
            "source": ruled["bands_source"], "day": day
        }  # fmt: skip

    @property
    def _left_words(self) -> list[str]:
        """What the groups do not count, and what follows where one of them is empty."""
        words = []
        if len(self.groups) > 1:
            words.append(
                _("Who had no tasks of one kind is rated by the other: the percent is of the points"
                  " that could be reached.")
            )  # fmt: skip
        of_rows = [row["rating"].get("groups", []) for row in self.report.rows]
        rated = sum(group["assigned"] for groups in of_rows for group in groups)
        whole = sum(row["figures"]["assigned"] for row in self.report.rows)
        if self.groups and rated < whole:
            words.append(
                _("By where they come from %(n)s of %(of)s tasks are in no points.")
                % {"n": whole - rated, "of": whole}
            )
        return words


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _counts(row: dict[str, Any]) -> dict[str, int]:
    """0 in a column that statements did not have yet when this one was made."""
    parts = dict.fromkeys(map(str, Part), 0)
    parts |= {name: len(ids) for name, ids in row["tasks"].items()}
    return parts | {name: sum(parts[part] for part in held) for name, held in HELD.items()}


def tasks_behind(report: TaskReport, code: str, column: str, user: User) -> Any:
    """The tasks that a figure of a lead (or of all: "") counted, of those that the person sees, as
    they are now; None: there is no such figure."""
    rows = [row for row in report.rows if code in ("", row["code"])]
    if not rows or column not in COLUMNS:
        return None
    parts = HELD.get(column, (column,))
    ids = [pk for row in rows for part in parts for pk in row["tasks"].get(part, ())]
    return lists.seen(user).filter(pk__in=ids)
