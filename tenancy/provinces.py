"""Find a province by host or code; go through all of them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.conf import settings

from tenancy.models import Province
from tenancy.scope import tenant_scope

_by_host: dict[str, tuple[float, Province]] = {}
KEPT_SECONDS = 60.0


def province_for_host(host: str) -> Province | None:
    """The active province of a host name (without port). Known hosts are kept for a minute."""
    name = host.lower().rstrip(".")
    known = _by_host.get(name)
    if known and known[0] > time.monotonic():
        return known[1]
    province = Province.objects.filter(host=name, is_active=True).first()
    if province is None and settings.GOVIT_DEMO and name in {"127.0.0.1", "localhost"}:
        province = Province.objects.filter(is_active=True).order_by("pk").first()
    if province is not None:
        _by_host[name] = (time.monotonic() + KEPT_SECONDS, province)
    return province


def forget_hosts() -> None:
    _by_host.clear()


def for_each_province() -> Iterator[Province]:
    """Every active province, each inside its own transaction."""
    for province in Province.objects.filter(is_active=True).order_by("pk"):
        with tenant_scope(province):
            yield province
