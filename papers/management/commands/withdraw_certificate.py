"""`manage.py withdraw_certificate SHA256 --province H32`: nobody signs with it any more."""

from __future__ import annotations

import json
from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from papers.certificates import owner_key, withdraw
from papers.models import SigningCertificate
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = (
        "Withdraw a certificate from everybody who told the portal that it is his, when it is lost"
        " or was told by the wrong one. What was signed with it holds. Prints JSON: of whom"
        " (person:ID or the code of a body). None in use: exit 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sha256", help="fingerprint of the certificate, hexadecimal")
        parser.add_argument("--province", required=True, help="its code, such as H32")

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        fingerprint = options["sha256"].replace(":", "").lower()
        with tenant_scope(province):
            rows = SigningCertificate.objects.filter(fingerprint=fingerprint, withdrawn_at=None)
            gone = [
                withdraw(pk, actor=None) for pk in rows.order_by("pk").values_list("pk", flat=True)
            ]
        if not gone:
            self.refuse("no certificate with this fingerprint is in use")
        of = [owner_key(each.person_id, each.body_code) for each in gone]
        self.stdout.write(json.dumps({"withdrawn": of}, ensure_ascii=False))
