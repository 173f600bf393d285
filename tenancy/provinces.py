"""Find a province by host or code; go through all of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings

from tenancy.models import Province
from tenancy.scope import tenant_scope

Result = TypeVar("Result")
log = logging.getLogger("govit.tenancy")

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


def active_provinces() -> list[Province]:
    """In the order of their numbers; the table is global and readable without a scope."""
    return list(Province.objects.filter(is_active=True).order_by("pk"))


def for_each_province(act: Callable[[Province], Result]) -> list[Result]:
    """Run `act` for every active province, each in a transaction of its own.

    A fault in one province does not keep the others waiting: all are tried, then every fault is
    raised together. Celery does not loop: a beat task sends one task per province instead.
    """
    results: list[Result] = []
    faults: list[Exception] = []
    for province in active_provinces():
        try:
            with tenant_scope(province):
                results.append(act(province))
        except Exception as error:
            error.add_note(f"in province {province.code}")
            log.exception("province %s", province.code)
            faults.append(error)
    if faults:
        raise ExceptionGroup("some provinces failed; the others are done", faults)
    return results
