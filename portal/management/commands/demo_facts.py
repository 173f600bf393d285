"""`manage.py demo_facts`: what is in the demo, as JSON, for people who try it by machine."""

from __future__ import annotations

import json
import os
from typing import Any

from django.conf import settings

from common.commands import OneSentence
from portal.demo.facts import facts_of
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = "Demo only: base URL, password, accounts and some dossiers of each province as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.GOVIT_DEMO:
            self.refuse("this is not a demo, GOVIT_DEMO is not 1")
        port = settings.BASE_PORT or os.environ.get("GOVIT_BASE_PORT") or "8000"
        found = facts_of(f"http://127.0.0.1:{port}")
        for province in Province.objects.filter(is_active=True).order_by("pk"):
            with tenant_scope(province, read_only=True):
                found.add(province)
        self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
