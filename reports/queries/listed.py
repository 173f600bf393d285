"""The dossiers behind a figure of a report, as they were at its cut-off: they count the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from onestop.models import Dossier, Level
from onestop.models.dossiers import DossierQuerySet
from organizations.models import User
from reports.models import Report
from reports.queries import live
from reports.queries.statements import Places
from reports.rules import COLUMN_OF, COLUMNS, By, Column, Period, counted

NAMED = re.compile(r"%\((\w+)\)s")
KEYS_OF = {column.number: column.key for column in COLUMNS}


@dataclass(frozen=True)
class Figure:
    """One figure of a report: its row ("" is the total), its column, and what it says."""

    report: Report
    code: str
    name: str
    column: Column
    value: int


def figure_of(report: Report, code: str, number: str) -> Figure | None:
    """None when the report has no such row or column."""
    column = COLUMN_OF.get(int(number)) if number.isdecimal() and len(number) < 3 else None
    rows = [row for row in report.rows if not code or row["code"] == code]
    if column is None or (code and not rows):
        return None
    index = COLUMNS.index(column)
    value = sum(row["figures"][index] for row in rows)
    return Figure(report, code, rows[0]["name"] if code else "", column, value)


def dossiers_behind(figure: Figure, user: User) -> DossierQuerySet:
    """Those of them that the person may see, which are all when he sees the report's unit."""
    report, places = figure.report, Places()
    unit = places.units[report.unit_id]
    period = Period(report.first_day, report.last_day)
    facts = live.facts_of(period, places.below(unit), known_at=report.cut_at)
    conditions = [live.CONDITIONS[KEYS_OF[number]] for number in counted(figure.column.number)]
    of_units = "" if facts["units"] is None else live.OF_UNITS
    # As an array the ids are found once, before the list is put in order
    sql, params = positional(
        f"""{Dossier._meta.db_table}.id = ANY (ARRAY (
            SELECT id FROM ({live.STATE}{of_units}) AS state
            WHERE ({") OR (".join(conditions)})))""",  # noqa: S608
        facts,
    )
    behind = RawSQL(sql, params, output_field=BooleanField())  # noqa: S611  values are parameters
    found: DossierQuerySet = Dossier.objects.visible_to(user, "view_dossiers").filter(behind)
    return found.filter(_of_row(figure, places)) if figure.code else found


def positional(sql: str, facts: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The same statement with its values in order, as an expression of Django wants them."""
    return NAMED.sub("%s", sql), tuple(facts[name] for name in NAMED.findall(sql))


def _of_row(figure: Figure, places: Places) -> Q:
    """Whether a dossier belongs to the row of that code."""
    if figure.report.by == By.AGENCY:
        units = [pk for pk in places.units if places.agency_of(pk).code == figure.code]
        return Q(competent_unit__in=units)
    level, _colon, field = figure.code.partition(":")
    there = [pk for pk in places.units if places.level_of(pk, Level.BOTH) == level]
    of_level = Q(version__level=level) | Q(version__level=Level.BOTH, competent_unit__in=there)
    return Q(version__field=field) & of_level
