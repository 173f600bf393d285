"""`manage.py due_date --at 2026-04-23T10:00 --limit 3 --unit working_days`: one moment."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from decimal import Decimal
from typing import Any, NoReturn

from django.core.management import BaseCommand, CommandParser

from common.working_time import LOCAL, Limit, TimeUnit, due
from organizations.calendars import calendar_for
from organizations.models import Unit
from tenancy.models import Province
from tenancy.scope import tenant_scope


def refuse(sentence: str) -> NoReturn:
    """Bad arguments: one sentence on standard error, nothing on standard output, exit 2."""
    sys.stderr.write(f"due_date: {sentence.rstrip('.')}.\n")
    raise SystemExit(2)


def moment(text: str) -> dt.datetime:
    """An ISO 8601 date and time; without an offset it is Vietnam's local time."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*", text.strip(), re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a moment such as 2026-04-23T10:00")
    try:
        read = dt.datetime.fromisoformat(text.strip())
        return read.astimezone(LOCAL) if read.tzinfo else read.replace(tzinfo=LOCAL)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a moment that exists") from error


def amount(text: str) -> Decimal:
    """A number that is not negative, with one comma or one point as the decimal mark."""
    if text.strip().startswith("-"):
        raise argparse.ArgumentTypeError(f"the limit cannot be negative, {text!r} is")
    if not re.fullmatch(r"[0-9]{1,12}([.,][0-9]{1,12})?", text.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 3 or 0,5")
    return Decimal(text.strip().replace(",", "."))


def clock(text: str) -> dt.time:
    """A time of day, HH:MM."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time of day such as 15:00")
    return dt.time.fromisoformat(text.strip())


class Command(BaseCommand):
    help = "Print when a time limit ends, by the calendar of a province (ISO 8601)."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = refuse  # type: ignore[method-assign, assignment]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", type=moment, required=True, help="when the clock starts")
        parser.add_argument("--limit", type=amount, help="absent or 0 with same_day")
        parser.add_argument("--unit", choices=[unit.value for unit in TimeUnit], required=True)
        parser.add_argument("--province", default="H32", help="its code, H32 unless told")
        parser.add_argument("--unit-code", help="identification code of the office")
        parser.add_argument("--cutoff", type=clock, help="received later counts as the next day")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            limit = self._limit(options["limit"], TimeUnit(options["unit"]), options["cutoff"])
        except ValueError as error:
            refuse(str(error))
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            refuse(f"there is no province {options['province']}")
        with tenant_scope(province, read_only=True):
            calendar = calendar_for(self._unit_id(options["unit_code"]))
        try:
            end = due(calendar, options["at"], limit).at
        except (OverflowError, ValueError):
            refuse("the due moment lies beyond the calendar of this world")
        self.stdout.write(end.isoformat(timespec="seconds"))

    def _limit(self, amount: Decimal | None, unit: TimeUnit, cutoff: dt.time | None) -> Limit:
        if amount is None and unit != TimeUnit.SAME_DAY:
            refuse(f"give a --limit in {unit}")
        return Limit(amount or Decimal(), unit, cutoff)

    def _unit_id(self, code: str | None) -> int | None:
        """The unit with that identification code, None when no code was given."""
        if code is None:
            return None
        unit_id: int | None = Unit.objects.filter(code=code).values_list("pk", flat=True).first()
        if unit_id is None:
            refuse(f"there is no unit {code} in this province")
        return unit_id
