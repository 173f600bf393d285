"""What the clock asks for, done in every province."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from tenancy.models import Province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.tasks")
Result = TypeVar("Result")


def in_each_province(act: Callable[[], Result]) -> dict[str, Result]:
    """What `act` answers in each active province, each in a transaction of its own.

    A fault in one province is logged and does not keep the others waiting; at the end it raises,
    so that the task counts as failed.
    """
    found: dict[str, Result] = {}
    failed = []
    for province in Province.objects.filter(is_active=True).order_by("pk"):
        try:
            with tenant_scope(province):
                found[province.code] = act()
        except Exception:
            log.exception("failed in province %s", province.code)
            failed.append(province.code)
    if failed:
        raise RuntimeError(f"failed in {', '.join(failed)}")
    return found
