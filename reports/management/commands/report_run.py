"""`manage.py report_run II.06a --province H32 --from 2026-10-01 --to 2026-10-31 --by agency`."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import re
from typing import Any

from django.core.management import CommandParser
from django.utils import timezone

from common.commands import OneSentence
from organizations.models import Unit
from organizations.rulesets import rules
from reports.queries import live, summaries
from reports.queries.statements import Places, Statement, statement
from reports.rules import COLUMNS, By, Period, WrongPeriod
from reports.rulesets import REPORT
from tenancy.models import Province
from tenancy.scope import tenant_scope

SOURCES = {"auto": summaries.figures_now, "live": live.figures, "summaries": summaries.figures}
HEADER = ["code", "name", *(f"c{column.number}" for column in COLUMNS)]


def day(text: str) -> dt.date:
    """A local date, YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-10-31")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"there is no day {text}") from error


class Command(OneSentence):
    help = (
        f"Print a statement as CSV, UTF-8. Header: {','.join(HEADER)}. c3 to c13 are the columns"
        " of the form. One line for each agency (its code and name) or field (its level, tinh or"
        " xa, and its name), ordered by code and name, without a total: lines add up."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", choices=["II.06a"])
        parser.add_argument("--province", required=True, help="its code, such as H32")
        parser.add_argument("--from", dest="first", type=day, required=True, help="first day")
        parser.add_argument("--to", dest="last", type=day, required=True, help="last day, included")
        parser.add_argument("--by", choices=[by.value for by in By], default=By.AGENCY.value)
        parser.add_argument("--unit", help="identification code: this unit and all below it only")
        parser.add_argument("--format", choices=["csv"], default="csv")
        parser.add_argument(
            "--source", choices=list(SOURCES), default="auto",
            help="summaries, the dossiers themselves (live), or summaries when they are complete",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        with tenant_scope(province, read_only=True):
            period = self._period(options["first"], options["last"])
            found = self._statement(period, By(options["by"]), options["unit"], options["source"])
        self._print(found)

    def _period(self, first: dt.date, last: dt.date) -> Period:
        try:
            longest = rules(REPORT, last).longest_days
            return Period.checked(first, last, timezone.localdate(), longest)
        except WrongPeriod as fault:
            self.refuse(str(fault))

    def _statement(self, period: Period, by: By, code: str | None, source: str) -> Statement:
        places = Places.then(period)
        units = places.below(self._unit(code)) if code else None
        return statement(period, by, SOURCES[source](period, by, units), places, units)

    def _unit(self, code: str) -> Unit:
        unit: Unit | None = Unit.objects.filter(code=code).first()
        if unit is None:
            self.refuse(f"there is no unit {code} in this province")
        return unit

    def _print(self, found: Statement) -> None:
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(HEADER)
        for row in found.rows:
            writer.writerow([row.group or row.code, row.name, *row.figures.as_row()])
