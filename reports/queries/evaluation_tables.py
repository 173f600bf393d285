"""A sheet of the evaluation as a table for page, paper and spreadsheet: heads, rows, words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from reports.models import Evaluation, EvaluationRow, EvaluationState, SheetKind
from reports.rules_evaluation import FIGURES, Bounds, Figure, Grade, Measures, propose


def columns_of(kind: str) -> list[Figure]:
    """What a sheet shows: what a head's agency approved belongs to the sheet of the heads."""
    return [figure for figure in FIGURES if kind == SheetKind.LEADERS or not figure.of_leaders]


@dataclass(frozen=True)
class Sheet:
    """What is shown of an evaluation to a person: `rows` are those that he may see."""

    evaluation: Evaluation
    rows: Sequence[EvaluationRow]
    total: int  # rows of the whole sheet

    @cached_property
    def columns(self) -> list[Figure]:
        return columns_of(self.evaluation.kind)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The heads above the heads, each over so many columns."""
        found = groupby(self.columns, key=attrgetter("group"))
        return [{"words": str(words), "size": len(list(columns))} for words, columns in found]

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Every row under the name of its unit."""
        return list(self._lines())

    def _lines(self) -> Iterator[dict[str, Any]]:
        number = 0
        for unit, rows in groupby(self.rows, key=attrgetter("unit.name")):
            yield {"unit": unit}
            for row in rows:
                number += 1
                figures = [
                    {"key": c.key, "title": c.title, "value": row.figures[c.key]}
                    for c in self.columns
                ]
                yield {"row": row, "number": number, "figures": figures}

    @property
    def judges(self) -> list[str]:
        """Who decided on the rows, in the order of the sheet."""
        return list(dict.fromkeys(row.judged_by.full_name for row in self.rows if row.judged_by))

    @property
    def decided(self) -> int:
        return sum(1 for row in self.rows if row.grade)

    @property
    def is_extract(self) -> bool:
        return len(self.rows) < self.total

    @property
    def title(self) -> str:
        return (
            _("Evaluation of heads of agencies in settling administrative procedures")
            if self.evaluation.kind == SheetKind.LEADERS
            else _("Evaluation of officials in settling administrative procedures")
        )

    @property
    def month_words(self) -> str:
        return _("Month %(month)s") % {"month": f"{self.evaluation.month:%m/%Y}"}

    @property
    def cut_words(self) -> str:
        return _("Figures as at %(moment)s, version %(number)s, definition %(definition)s") % {
            "moment": f"{timezone.localtime(self.evaluation.cut_at):%H:%M %d/%m/%Y}",
            "number": self.evaluation.number, "definition": self.evaluation.definition,
        }  # fmt: skip

    @property
    def state_words(self) -> str:
        sheet = self.evaluation
        if sheet.state != EvaluationState.CONFIRMED:
            return _("%(state)s, not confirmed. %(cut)s") % {
                "state": sheet.get_state_display(), "cut": self.cut_words
            }  # fmt: skip
        assert sheet.confirmed_by
        assert sheet.confirmed_at
        return _("Confirmed by %(name)s at %(moment)s. %(cut)s") % {
            "name": sheet.confirmed_by.full_name,
            "moment": f"{timezone.localtime(sheet.confirmed_at):%H:%M %d/%m/%Y}",
            "cut": self.cut_words,
        }  # fmt: skip

    @property
    def extract_words(self) -> str:
        if not self.is_extract:
            return ""
        return _("Extract: %(n)s of %(total)s rows, those that you may see.") % {
            "n": len(self.rows), "total": self.total
        }  # fmt: skip

    @property
    def source_words(self) -> str:
        return _(
            "Made under QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 9 khoản 1 điểm d, which gives no"
            " numbers: figures and bounds are set by the province. Unit: steps and dossiers."
        )

    @property
    def bounds_words(self) -> list[str]:
        """The bounds of the proposals, the best grade first."""
        return [
            _("%(grade)s: at least %(timely)s%% in time, at most %(returned)s%% sent back")
            % {"grade": Grade(b.grade).label, "timely": b.timely, "returned": b.returned}
            for b in bounds_of(self.evaluation)
        ]


def bounds_of(evaluation: Evaluation) -> list[Bounds]:
    return [Bounds(*each) for each in evaluation.bounds]


def reasons(evaluation: Evaluation, row: EvaluationRow) -> list[str]:
    """Why the portal proposes this grade and not the next better one."""
    measures = Measures.of(row.figures)
    if not measures.judged:
        return [_("There was no work to judge in the month.")]
    found = propose(measures, bounds_of(evaluation))
    words = [
        _("In time: %(percent)s%% (%(n)s of %(total)s that had to be done)")
        % _share(measures.in_time, measures.judged),
        _("Sent back for correction: %(percent)s%% (%(n)s of %(total)s steps in hand)")
        % _share(measures.returned, measures.given),
    ]
    if better := found.missed:
        words.append(
            _("“%(grade)s” needs at least %(timely)s%% in time, at most %(returned)s%% sent back")
            % {
                "grade": Grade(better.grade).label, "timely": better.timely,
                "returned": better.returned,
            }
        )  # fmt: skip
    return words


def _share(part: int, whole: int) -> dict[str, object]:
    """Rounded down, so that 99.96 does not read as the 100 that it misses."""
    tenths = part * 1000 // whole if whole else 0
    percent = f"{Decimal(tenths) / 10:.1f}".replace(".", ",").removesuffix(",0")
    return {"percent": percent, "n": part, "total": whole}
