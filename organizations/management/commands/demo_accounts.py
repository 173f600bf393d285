"""`manage.py demo_accounts`: the accounts of the demo, for all provinces."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from common.commands import OneSentence
from organizations import demo
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = "Prints a table of the demo accounts: host, user name, role, unit; then the password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.GOVIT_DEMO:
            self.refuse("this is not a demo, GOVIT_DEMO is not 1")
        rows = [("host", "user name", "role", "unit")]
        for province in Province.objects.filter(is_active=True).order_by("code"):
            with tenant_scope(province, read_only=True):
                rows += [
                    (province.host, found["username"], found["role"], found["unit_name"])
                    for found in demo.present()
                ]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [row[column].ljust(widths[column]) for column in range(3)]
            self.stdout.write("  ".join([*cells, row[3]]).rstrip())
        self.stdout.write(f"\npassword of all: {demo.password()}")
