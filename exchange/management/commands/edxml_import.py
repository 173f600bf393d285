"""`manage.py edxml_import FILE --province H32 [--signed]`: a message from another agency."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from common.errors import DomainError
from exchange.edxml.incoming import Answer, take
from exchange.edxml.messages import Message, StatusMessage
from exchange.edxml.reading import read
from exchange.edxml.trusting import limits, trust
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = (
        "Take in one edXML message (QCVN 102): the document has then arrived in the register of"
        " each receiver of the province. Prints JSON: document_id, signed_by, receivers (code,"
        " incoming, status, is_new), elsewhere. The same message again changes nothing. A message"
        " that is refused: its faults on standard error, exit 2, nothing is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="edXML")
        parser.add_argument("--province", required=True, help="its code, such as H32")
        parser.add_argument(
            "--signed", action="store_true",
            help="refuse a message that is not signed; one with a bad signature is refused anyway",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        data = self._content(options["file"])
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        try:
            with tenant_scope(province, read_only=True):
                believed = trust()
            message = read(data, limits=limits(), trust=believed, unsigned=not options["signed"])
            with tenant_scope(province):
                answer = take(message)
        except DomainError as refused:
            self.refuse(str(refused))
        self.stdout.write(json.dumps(_told(message, answer), ensure_ascii=False, indent=2))

    def _content(self, path: Path) -> bytes:
        """No more of the file than is needed to know that it is too large."""
        try:
            with path.open("rb") as file:
                return file.read(limits().size + 1)
        except OSError as error:
            self.refuse(f"{path} cannot be read ({error.strerror})")


def _told(message: Message | StatusMessage, answer: Answer) -> dict[str, Any]:
    return {
        "document_id": answer.taken[0].incoming.document_id,
        "signed_by": message.signed_by,
        "receivers": [
            {
                "code": each.organ_id, "incoming": each.incoming.pk,
                "status": each.incoming.status, "is_new": each.is_new,
            }
            for each in answer.taken
        ],
        "elsewhere": list(answer.elsewhere),
    }  # fmt: skip
