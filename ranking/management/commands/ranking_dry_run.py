"""`manage.py ranking_dry_run --framework FILE.yaml --scores FILE.csv --output FILE.csv`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from ranking.rules.dry_run import Outcome, dry_run
from ranking.rules.faults import Faulty
from ranking.wording import sentence_of, summary_of


class Command(OneSentence):
    help = (
        "Rank the units of a CSV file by the framework of a YAML file, without storing anything."
        " Both formats: docs/ranking.md. The output has unit, group, total, percent, class, rank"
        " in the order of the input; what is odd but no mistake is told on standard error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--framework", type=Path, required=True, help="YAML, UTF-8")
        parser.add_argument("--scores", type=Path, required=True, help="CSV, UTF-8")
        parser.add_argument("--output", type=Path, required=True, help="CSV, replaced in one step")

    def handle(self, *args: Any, **options: Any) -> None:
        framework, scores, output = options["framework"], options["scores"], options["output"]
        if output.exists() and any(output.samefile(each) for each in (framework, scores)
                                   if each.exists()):  # fmt: skip
            self.refuse(f"{output} is read, so it cannot be the output too")
        found = self._found(self._content(framework), self._content(scores))
        self._write(output, found.as_csv())
        for odd in found.warnings:
            self.stderr.write(sentence_of(odd))

    def _content(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            self.refuse(f"cannot read {path} ({error.strerror})")

    def _found(self, framework: bytes, scores: bytes) -> Outcome:
        try:
            return dry_run(framework, scores)
        except Faulty as wrong:
            self.refuse(summary_of(wrong.faults))

    def _write(self, path: Path, text: str) -> None:
        """Into a new file beside the old one, which takes its place: never half a table."""
        try:
            target = path.resolve()
            if target.exists() and not target.is_file():  # /dev/stdout
                target.write_text(text, encoding="utf-8")
                return
            draft = target.with_name(f".{target.name}.{os.getpid()}")
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        except OSError as error:
            self.refuse(f"cannot write {path} ({error.strerror})")
