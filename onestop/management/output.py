"""What the import commands share: one sentence for bad arguments, JSON for everything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from tenancy.models import Province


class ImportCommand(OneSentence):
    """`manage.py NAME FILE --province H32 [--check]`: exit 1 for faults, 2 for bad arguments."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="CSV or XLSX")
        parser.add_argument("--province", required=True, help="its code, such as H32")
        parser.add_argument("--check", action="store_true", help="say what would be done, only")

    def read(self, options: dict[str, Any]) -> tuple[bytes, str, Province]:
        """The file's bytes and name, and the province."""
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as error:
            self.refuse(f"{path} cannot be read ({error.strerror})")
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        return content, path.name, province

    def answer(self, found: dict[str, Any]) -> None:
        """Print the JSON; exit 1 when it names faults."""
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        if found["faults"]:
            raise SystemExit(1)
