"""What the clock asks for, done in every province."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
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


def shares(seconds: float) -> Iterator[tuple[Province, float]]:
    """The active provinces, each with the seconds that it may take: a share of what is left.

    In an order by chance, so that none stands behind the same slow one each time. When the seconds
    are over, the rest waits for the next time.
    """
    end = time.monotonic() + seconds
    provinces = list(Province.objects.filter(is_active=True))
    random.shuffle(provinces)
    for place, province in enumerate(provinces):
        left = end - time.monotonic()
        if left <= 0:
            return
        yield province, left / (len(provinces) - place)
