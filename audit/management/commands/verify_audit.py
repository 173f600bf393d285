"""`manage.py verify_audit --province H32 [--head HASH]`: is the audit log as it was written?

Prints `OK <entries> <unsealed> <head>` and exits 0, or names the first altered, missing or
inserted entry in one line and exits 1; bad arguments exit 2. What it cannot detect is written in
audit/seals.py and docs/operations.md: keep a head outside the database and pass it as --head.
"""

import re
import sys
from typing import Any

from django.core.management import CommandParser

from audit import seals
from audit.models import AuditEntry
from common.commands import OneSentence
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = "Compare the audit log of a province with its hash chain."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", required=True, help="code, for example H32")
        parser.add_argument("--head", default="", help="a head noted earlier, 64 hex digits")

    def handle(self, *args: Any, **options: Any) -> None:
        known_head = options["head"].strip().lower()
        if known_head and not re.fullmatch(r"[0-9a-f]{64}", known_head):
            self.refuse("--head wants 64 hexadecimal digits")
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        with tenant_scope(province):
            seals.seal()
        with tenant_scope(province, read_only=True):
            fault = seals.first_fault(known_head)
            head, unsealed = seals.head(), seals.count_unsealed()
            entries = AuditEntry.objects.count()
        if fault:
            self.stdout.write(str(fault))
            sys.exit(1)
        self.stdout.write(f"OK {entries} {unsealed} {head.digest}")
