"""The dossiers behind a figure of a report, as they were at its cut-off: they count the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField
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
    report = figure.report
    period = Period(report.first_day, report.last_day)
    places = Places.then(period, report.cut_at)
    below = places.below(places.units[report.unit_id])
    facts = live.facts_of(period, below, known_at=report.cut_at)
    conditions = [live.CONDITIONS[KEYS_OF[number]] for number in counted(figure.column.number)]
    of_row = _of_row(figure, places, facts) if figure.code else "true"
    # As an array the ids are found once, before the list is put in order
    sql, params = positional(
        f"""{Dossier._meta.db_table}.id = ANY (ARRAY (
            SELECT id FROM ({live.state(below)}) AS state
            WHERE (({") OR (".join(conditions)})) AND {of_row}))""",  # noqa: S608
        facts,
    )
    behind = RawSQL(sql, params, output_field=BooleanField())  # noqa: S611  values are parameters
    found: DossierQuerySet = Dossier.objects.visible_to(user, "view_dossiers").filter(behind)
    return found


def positional(sql: str, facts: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The same statement with its values in order, as an expression of Django wants them."""
    return NAMED.sub("%s", sql), tuple(facts[name] for name in NAMED.findall(sql))


def _of_row(figure: Figure, places: Places, facts: dict[str, Any]) -> str:
    """Whether a dossier belongs to the row of that code; its values are added to the facts."""
    if figure.report.by == By.AGENCY:
        facts["there"] = [pk for pk in places.units if places.agency_of(pk).code == figure.code]
        return "unit = ANY(%(there)s)"
    level, _colon, facts["field"] = figure.code.partition(":")
    facts["there"] = [pk for pk in places.units if places.level_of(pk, Level.BOTH) == level]
    facts |= {"level": level, "both": Level.BOTH.value}
    return """field = %(field)s
        AND (level = %(level)s OR level = %(both)s AND unit = ANY(%(there)s))"""
