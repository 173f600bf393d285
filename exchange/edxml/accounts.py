"""Under which name a province speaks with its bus: from the environment, docs/operations.md."""

from __future__ import annotations

from django.conf import settings

from common.addresses import is_safe
from exchange.edxml.client import BusAccount


def bus_account_of(code: str) -> BusAccount | None:
    """The account of the province with that code; None when it is missing, not complete or over
    plain http outside the demo."""
    told = settings.EDXML_BUS.get(code, {})
    url, system_id, secret = (told.get(name, "") for name in ("URL", "SYSTEM_ID", "SECRET"))
    if not (url and system_id and secret and is_safe(url)):
        return None
    return BusAccount(url, system_id, secret, told.get("CA_FILE", ""))
