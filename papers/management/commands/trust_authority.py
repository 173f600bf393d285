"""`manage.py trust_authority NAME FILE --province H32 [--crl FILE]`: whose certificates count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.core.management import CommandParser

from common.commands import OneSentence
from common.errors import DomainError
from papers.certificates import trust_authority
from papers.models import TrustAnchor
from tenancy.models import Province
from tenancy.scope import tenant_scope

MOST_BYTES = 64 * 1024 * 1024  # of a list of revocations; a guard, no legal source


class Command(OneSentence):
    help = (
        "Trust a certificate authority under that name: the file has its root and those between"
        " the root and the signers (PEM, or one as DER). Lists of revocations are replaced by newer"
        " ones, an older one is refused, one that is not brought is kept. Prints JSON: name,"
        " certificates (subject, sha256, valid_to), lists. What is refused: one sentence on"
        " standard error, exit 2, nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="under which it is kept, such as the authority's own")
        parser.add_argument("file", type=Path, help="certificates of the authority")
        parser.add_argument("--province", required=True, help="its code, such as H32")
        parser.add_argument(
            "--crl", type=Path, action="append", default=[],
            help="list of revocations, PEM or DER; again for each authority of the chain",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        chain, lists = self._content(options["file"]), [self._content(p) for p in options["crl"]]
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        try:
            with tenant_scope(province):
                anchor = trust_authority(options["name"], chain, revoked=lists)
        except DomainError as refused:
            self.refuse(str(refused))
        self.stdout.write(json.dumps(_told(anchor), ensure_ascii=False, indent=2))

    def _content(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            self.refuse(f"{path} cannot be read ({error.strerror})")
        if not content or len(content) > MOST_BYTES:
            self.refuse(f"{path} is empty or too large")
        return content


def _told(anchor: TrustAnchor) -> dict[str, Any]:
    return {
        "name": anchor.name,
        "certificates": [
            {
                "subject": each.subject.rfc4514_string(),
                "sha256": each.fingerprint(hashes.SHA256()).hex(),
                "valid_to": each.not_valid_after_utc.isoformat(),
            }
            for each in x509.load_pem_x509_certificates(anchor.pem.encode())
        ],
        "lists": anchor.revoked.count("-----BEGIN X509 CRL-----"),
    }
