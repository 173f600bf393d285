"""What the pages of the evaluation read: sheets, rows, and what stands behind a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from onestop.models import Dossier, Extension, Opinion, StepRun
from organizations.models import User
from reports.models import Evaluation, EvaluationRow
from reports.queries.evaluation_tables import Sheet
from reports.rules_evaluation import FIGURE_OF, Figure, ids_behind

SEES = "view_reports"


def sheets_for(
    user: User, month: dt.date | None, kind: str = "", state: str = ""
) -> QuerySet[Evaluation]:
    """Sheets with how many of their rows are decided. Ordered by the page: newest month, unit."""
    rows = EvaluationRow.objects.filter(evaluation=OuterRef("pk")).order_by().values("evaluation")
    total = rows.annotate(n=Count("pk")).values("n")
    decided = rows.annotate(n=Count("pk", filter=~Q(grade=""))).values("n")
    found: QuerySet[Evaluation] = Evaluation.objects.visible_to(user, SEES)
    found = found.select_related("unit", "confirmed_by").annotate(
        place=F("unit__path"), total=Coalesce(Subquery(total), 0),
        decided=Coalesce(Subquery(decided), 0),
    )  # fmt: skip
    wanted = {"month": month, "kind": kind, "state": state}
    return found.filter(**{key: value for key, value in wanted.items() if value})


def months_for(user: User) -> list[dt.date]:
    """Months of which the person sees a sheet, newest first, two years at most."""
    months = Evaluation.objects.visible_to(user, SEES).order_by("-month").values_list("month")
    return [month for (month,) in months.distinct()[:24]]


def sheet_for(evaluation: Evaluation, user: User) -> Sheet:
    """Two queries."""
    rows = EvaluationRow.objects.visible_to(user, SEES).filter(evaluation=evaluation)
    shown = rows.select_related("unit", "judged_by").defer("items").order_by("order")
    return Sheet(evaluation, list(shown), evaluation.rows.count())


def mine(user: User) -> QuerySet[EvaluationRow]:
    """The person's own rows of the versions in force."""
    rows = EvaluationRow.objects.of(user).filter(evaluation__superseded_at=None)
    found: QuerySet[EvaluationRow] = rows.select_related("evaluation", "unit").defer("items")
    return found.annotate(month=F("evaluation__month"))


def row_for(user: User, evaluation_id: int, row_id: int) -> EvaluationRow | None:
    """A row that is the person's own, or that he sees by his office. One query."""
    seen = EvaluationRow.objects.visible_to(user, SEES)
    rows = EvaluationRow.objects.filter(Q(person=user) | Q(pk__in=seen.values("pk")))
    found: EvaluationRow | None = (
        rows.filter(pk=row_id, evaluation=evaluation_id)
        .select_related(
            "evaluation__unit", "evaluation__judge_unit", "evaluation__confirmed_by", "unit",
            "person", "judged_by",
        )
        .first()
    )  # fmt: skip
    return found


@dataclass(frozen=True)
class Behind:
    """One figure of one row, and the rows of the portal that it counts."""

    row: EvaluationRow
    figure: Figure

    @property
    def value(self) -> int:
        return int(self.row.figures[self.figure.key])

    def rows(self) -> Any:
        """As many as the figure says, whatever has become of them since: id, code of the dossier
        and what it was."""
        ids = ids_behind(self.row.items, self.figure.key)
        kind = self.figure.kind
        if kind == "dossier":
            found = Dossier.objects.filter(pk__in=ids)
            return found.values("id", number=F("code"), words=F("version__name"))
        model, words = {
            "step": (StepRun, "name"), "extension": (Extension, "reason"),
            "opinion": (Opinion, "question"),
        }[kind]  # fmt: skip
        found = model.objects.filter(pk__in=ids)
        return found.values("id", number=F("dossier__code"), words=F(words))

    def describe(self, rows: Iterable[dict[str, Any]], user: User) -> None:
        """Add to each what was judged, and whether the person may open its dossier. One query."""
        judged = {step["id"]: step for step in self.row.items["steps"]}
        rows = list(rows)
        codes = [row["number"] for row in rows]
        seen = Dossier.objects.visible_to(user, "view_dossiers").filter(code__in=codes)
        may_open = set(seen.values_list("code", flat=True))
        for row in rows:
            row["may_open"] = row["number"] in may_open
            step = judged.get(row["id"]) if self.figure.kind == "step" else None
            for key in ("since", "until", "left"):
                row[key] = _moment(step[key]) if step else None
            row["late"] = step["late"] if step else None


def _moment(seconds: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(seconds, timezone.get_default_timezone()) if seconds else None


def behind(row: EvaluationRow, key: str) -> Behind | None:
    """None when there is no such figure."""
    return Behind(row, FIGURE_OF[key]) if key in FIGURE_OF else None
