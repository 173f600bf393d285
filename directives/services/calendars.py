"""The secret address of one's own calendar: made, made anew, withdrawn."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from audit.services import record
from common.errors import AlreadyDone
from directives.models import CalendarAddress
from directives.queries.lists import SEES
from organizations import access
from organizations.models import User
from organizations.services.tokens import digest_of

LONGEST = 64  # characters; more is no token of ours


@transaction.atomic
def make_address(*, actor: User) -> str:
    """A token for the actor's calendar, which nobody can read again. An older one ends."""
    access.require_anywhere(actor, SEES)
    _lock(actor)
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.filter(user=actor).delete()
    CalendarAddress.objects.create(
        user=actor, digest=digest_of(token), made_at=timezone.now()
    )  # fmt: skip
    record(actor, "person.calendar_made", actor=actor)
    return token


@transaction.atomic
def withdraw_address(*, actor: User) -> None:
    """From now on nobody reads it."""
    _lock(actor)
    found, _rows = CalendarAddress.objects.filter(user=actor).delete()
    if not found:
        raise AlreadyDone
    record(actor, "person.calendar_withdrawn", actor=actor)


def owner_of(token: str) -> User | None:
    """Whose calendar it opens, while he is active. One query."""
    if len(token) > LONGEST or not token.isascii():
        return None
    found = CalendarAddress.objects.filter(digest=digest_of(token), user__is_active=True)
    row: CalendarAddress | None = found.select_related("user").first()
    return row.user if row else None


def _lock(actor: User) -> None:
    """Two presses make one address."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
