"""`manage.py read_document_texts --province H32`: the search finds words of older files too."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from documents.services.text_reading import read_waiting
from tenancy.models import Province


class Command(OneSentence):
    help = (
        "Read the words of documents' files that were not read yet, the newest first. May be ended"
        " and started again at any time; the clock does a part of it each night. Prints JSON:"
        " read, missing (not in the storage), is_done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", required=True, help="its code, such as H32")
        parser.add_argument(
            "--seconds",
            type=float,
            default=math.inf,
            help="how long; without it, until all is read",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        self.stdout.write(json.dumps(asdict(read_waiting(province, options["seconds"]))))
