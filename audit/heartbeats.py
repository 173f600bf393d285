"""Signs of life that can be read with Redis away: one row per province and part."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from audit.models import Heartbeat

WORKER, BEAT = "worker", "beat"


def beat(*names: str) -> None:
    """Note that these parts are alive, in the open province."""
    now = timezone.now()
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now) for name in sorted(names)],
        update_conflicts=True,
        unique_fields=["province", "name"],
        update_fields=["at"],
    )


def last_beats() -> dict[str, dt.datetime]:
    return dict(Heartbeat.objects.values_list("name", "at"))
