"""`manage.py import_procedures FILE --province H32 [--check]`: the catalogue from a CSV or XLSX."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management import CommandParser
from django.utils import timezone

from onestop.management.output import ImportCommand
from onestop.queries.import_plan import plan_procedures
from onestop.rules import import_procedures as rules
from onestop.services import importing
from tenancy.scope import tenant_scope


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-01-31") from error


class Command(ImportCommand):
    help = "Import procedures: all rows or none, published. Prints JSON; exit 1 when faults."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--valid-from",
            type=day,
            help="first day of procedures that are new, YYYY-MM-DD; today unless told",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        content, name, province = self.read(options)
        with tenant_scope(province, read_only=options["check"]):
            if options["check"]:
                found = self._check(content)
            else:
                found = self._import(content, name, options["valid_from"])
        self.answer(found)

    def _check(self, content: bytes) -> dict[str, Any]:
        parsed = rules.parse(content)
        plan = plan_procedures(parsed.rows, timezone.localdate())
        importing.add_findings(plan, parsed.faults, parsed.warnings)
        return plan.as_json()

    def _import(self, content: bytes, name: str, on: dt.date | None) -> dict[str, Any]:
        staged = importing.stage_procedures(content, name, actor=None)
        if staged.draft is not None:
            importing.confirm_procedures(staged.draft.pk, actor=None, on=on)
        return staged.plan.as_json()
