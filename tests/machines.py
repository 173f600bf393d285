"""Systems that call the portal: a client with its token, and how it sends requests."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from organizations.models import ApiClient, ApiScope, Unit
from organizations.services import machines
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.people import Town

ALL_SCOPES = [scope.value for scope in ApiScope]


def let_in(
    town: Town, *units: Unit, scopes: list[str] | None = None, per_minute: int = 6000
) -> tuple[ApiClient, str]:
    """A client of these units (the standing agency), and its token. In the open scope."""
    return machines.create_client(
        actor=town.superuser, name="Cổng quốc gia (thử)", contact="Nguyễn Văn A, 0900 000 001",
        unit_ids=[unit.pk for unit in units or (town.agency,)],
        scopes=ALL_SCOPES if scopes is None else scopes, per_minute=per_minute, days=30,
    )  # fmt: skip


class Machine(Client):
    """Sends a token with each request, and JSON."""

    def __init__(self, province: Province, token: str = "", **defaults: str) -> None:
        head = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
        super().__init__(HTTP_HOST=province.host, **head, **defaults)

    def read(self, path: str, **query: Any) -> Any:
        return self.get(f"/api/v1/{path}", query)

    def send(self, path: str, body: Any, key: str = "", **more: Any) -> Any:
        if key:
            more["HTTP_IDEMPOTENCY_KEY"] = key
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.post(f"/api/v1/{path}", text, content_type="application/json", **more)


def machine_of(province: Province, town: Town, *units: Unit, **wishes: Any) -> Machine:
    with tenant_scope(province):
        _client, token = let_in(town, *units, **wishes)
    return Machine(province, token)
