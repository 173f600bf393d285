"""What the portal counted: the figures of a month beforehand, and the rows behind a figure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from directives.queries import lists
from documents.models import Incoming, Outgoing
from onestop.models import Dossier
from organizations import access
from organizations.models import Unit, User
from organizations.rulesets import rules
from ranking.forms.answers import told_input
from ranking.measures import MEASURES, Measure, RowKind, Window
from ranking.models import Assessment, Figure, Preview
from ranking.rulesets import RANKING


@dataclass(frozen=True)
class Ahead:
    """One measure of the newest month: points it would bring, and against the month before."""

    preview: Preview
    words: str
    change: Decimal | None


@dataclass(frozen=True)
class Month:
    """The newest preview of a form."""

    cut_at: dt.datetime
    lines: list[Ahead]
    points: Decimal
    maximum: Decimal


def month_of(assessment: Assessment) -> Month | None:
    """The newest month's previews beside those of the month before. One query; none once the
    form is released, or when the province does not preview."""
    if not assessment.cycle.is_under_way:
        return None
    if not rules(RANKING, assessment.cycle.today).preview_day:
        return None
    rows = list(
        Preview.objects.filter(assessment=assessment, criterion__withdrawn_at=None)
        .select_related("criterion")
        .order_by("-month", "criterion__order")
    )
    if not rows:
        return None
    newest = rows[0].month
    before = (newest - dt.timedelta(days=1)).replace(day=1)
    last = {row.criterion_id: row.points for row in rows if row.month == before}
    lines = [
        Ahead(
            row,
            told_input(row.criterion, row.input),
            _change(row.points, last.get(row.criterion_id)),
        )
        for row in rows
        if row.month == newest
    ]
    return Month(
        rows[0].cut_at, lines,
        sum((line.preview.points or Decimal(0) for line in lines), Decimal(0)),
        sum((line.preview.criterion.maximum or Decimal(0) for line in lines), Decimal(0)),
    )  # fmt: skip


def _change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


@dataclass
class Behind:
    """A figure with what it was counted from."""

    figure: Figure
    measure: Measure
    window: Window
    units: list[tuple[Unit, int, int]] = field(default_factory=list)
    again: tuple[int, int] = (0, 0)  # the same count now, for the same window and cut-off

    @property
    def is_same(self) -> bool:
        rows: dict[str, Any] = self.figure.rows
        return self.again == (rows["a"], rows["b"])

    @property
    def ids(self) -> list[int]:
        return [unit.pk for unit, _a, _b in self.units]


def behind(figure: Figure) -> Behind | None:
    """None for a figure that was not counted from dossiers. Two queries."""
    rows: Any = figure.rows
    measure = MEASURES.get(rows.get("measure", "")) if isinstance(rows, dict) else None
    if measure is None or not measure.is_counted:
        return None
    day = dt.date.fromisoformat
    window = Window(day(rows["first"]), day(rows["last"]), figure.cut_at)
    names = {
        unit.pk: unit for unit in Unit.objects.filter(pk__in=[row[0] for row in rows["units"]])
    }
    units = [(names[pk], a, b) for pk, a, b in rows["units"] if pk in names]
    found = Behind(figure, measure, window, units)
    below = Unit.objects.below(figure.assessment.unit).values_list("pk", flat=True)
    counts = measure.counted(window, list(below)).values()
    found.again = (sum(a for a, _b in counts), sum(b for _a, b in counts))
    return found


def rows_behind(found: Behind, user: User, *, only_good: bool) -> Any:
    """Those behind the figure that the person may see, as they count now."""
    ids = found.measure.behind(found.window, found.ids, only_good=only_good)
    return _seen(found.measure.is_of, user).filter(pk__in=ids)


def _seen(is_of: RowKind, user: User) -> Any:
    if is_of is RowKind.DOSSIERS:
        seen = Dossier.objects.visible_to(user, "view_dossiers")
        return seen.select_related("procedure", "competent_unit")
    if is_of is RowKind.TASKS:
        return lists.rows(lists.seen(user))
    model: Any = Incoming if is_of is RowKind.INCOMING else Outgoing
    return model.objects.visible_to(user, "view_documents").select_related("registry")


def may_look(found: Behind, user: User) -> bool:
    """At the rows behind it: some of them may be his to see."""
    needed = {RowKind.DOSSIERS: "view_dossiers", RowKind.TASKS: lists.SEES}
    return access.may(user, needed.get(found.measure.is_of, "view_documents"))
