"""`manage.py edxml_export CODE --province H32 [--output FILE]`: a document of ours as a message."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management import CommandParser
from django.db.models import Q

from common.commands import OneSentence
from common.errors import DomainError
from documents.models import Outgoing
from documents.rules.references import reference_key
from exchange.edxml.outgoing import message_of
from exchange.edxml.writing import write
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = (
        "Print an issued document of the province as edXML (QCVN 102), with its files, to all its"
        " receivers; a recalled one as the recall. CODE is its document id, such as"
        " H32.05,2026/03/02,07/BC-STC, or its number and symbol where only one has it. What cannot"
        " be written is told on standard error, exit 2. The same document gives the same bytes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="document id, or number and symbol")
        parser.add_argument("--province", required=True, help="its code, such as H32")
        parser.add_argument("--output", type=Path, help="a file instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        try:
            with tenant_scope(province, read_only=True):
                data = write(message_of(self._outgoing(options["code"])))
        except DomainError as refused:
            self.refuse(str(refused))
        self._write(options["output"], data)

    def _outgoing(self, code: str) -> Outgoing:
        rows = Outgoing.objects.filter(Q(document_id=code) | Q(reference_key=reference_key(code)))
        rows = rows.exclude(document_id="").select_related(
            "registry__unit", "signer", "answers", "replaces"
        )
        found = list(rows.order_by("document_id")[:10])
        exact = [each for each in found if each.document_id == code]
        if len(exact or found) > 1:
            ids = "; ".join(each.document_id for each in found)
            self.refuse(f"{code} is the number of several documents, name one by its id: {ids}")
        if not found:
            self.refuse(f"there is no document {code} with a number")
        return (exact or found)[0]

    def _write(self, path: Path | None, data: bytes) -> None:
        """Into a new file beside the old one, which takes its place: never half a message."""
        if path is None:
            self.stdout.write(data.decode())
            return
        try:
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            draft.write_bytes(data)
            draft.replace(path)
        except OSError as error:
            self.refuse(f"{path} cannot be written ({error.strerror})")
