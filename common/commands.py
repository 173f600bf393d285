"""Commands that a machine calls: the answer on standard output, and nothing but the answer."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from django.core.management import BaseCommand, CommandParser


class OneSentence(BaseCommand):
    """Bad arguments: one sentence on standard error, nothing on standard output, exit 2."""

    requires_system_checks: Any = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = self.refuse  # type: ignore[method-assign, assignment]
        return parser

    def refuse(self, sentence: str) -> NoReturn:
        name = type(self).__module__.rpartition(".")[2]
        sys.stderr.write(f"{name}: {sentence.rstrip('.')}.\n")
        raise SystemExit(2)
