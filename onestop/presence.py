"""Who has the form of an act open: a word in the cache for a minute. No lock, and kept nowhere:
with Redis away nobody is shown, and the services decide as ever."""

from __future__ import annotations

from django.core.cache import cache
from django.utils import timezone

from organizations.models import User

SECONDS = 60


def others_at(dossier_id: int, user: User) -> list[str]:
    """Names of the others who opened a form of this dossier in the last minute; from now on the
    person is shown to them."""
    now = timezone.now().timestamp()
    here = _still_here(dossier_id, now)
    others = sorted(name for pk, (name, _until) in here.items() if pk != user.pk)
    cache.set(_key(dossier_id), {**here, user.pk: (user.full_name, now + SECONDS)}, SECONDS)
    return others


def leave(dossier_id: int, user: User) -> None:
    """The act is done: the person is shown no longer."""
    here = _still_here(dossier_id, timezone.now().timestamp())
    if here.pop(user.pk, None):
        cache.set(_key(dossier_id), here, SECONDS)


def _still_here(dossier_id: int, now: float) -> dict[int, tuple[str, float]]:
    found: dict[int, tuple[str, float]] = cache.get(_key(dossier_id)) or {}
    return {pk: seen for pk, seen in found.items() if seen[1] > now}


def _key(dossier_id: int) -> str:
    return f"form-open:{dossier_id}"
