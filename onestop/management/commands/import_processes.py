"""`manage.py import_processes FILE --province H32 [--check] [--draft]`: internal processes."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandParser
from django.utils import timezone

from onestop.management.output import ImportCommand
from onestop.queries.step_plan import plan_processes
from onestop.rules import import_steps as rules
from onestop.services import import_processes, importing
from tenancy.scope import tenant_scope


class Command(ImportCommand):
    help = "Import internal processes: all or none. Prints JSON; exit 1 when faults."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--draft", action="store_true", help="do not put them in use yet")

    def handle(self, *args: Any, **options: Any) -> None:
        content, name, province = self.read(options)
        with tenant_scope(province, read_only=options["check"]):
            if options["check"]:
                found = self._check(content)
            else:
                found = self._import(content, name, in_use=not options["draft"])
        self.answer(found)

    def _check(self, content: bytes) -> dict[str, Any]:
        parsed = rules.parse(content)
        plan = plan_processes(parsed.groups, timezone.localdate())
        importing.add_findings(plan, parsed.faults, parsed.warnings)
        return plan.as_json()

    def _import(self, content: bytes, name: str, *, in_use: bool) -> dict[str, Any]:
        staged = import_processes.stage_processes(content, name, actor=None)
        if staged.draft is not None:
            import_processes.confirm_processes(staged.draft.pk, actor=None, in_use=in_use)
        return staged.plan.as_json()
