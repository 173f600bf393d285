"""What a person changes about himself."""

from __future__ import annotations

from django.db import transaction

from common.errors import DomainError
from organizations.access import RefusedError
from organizations.models import User

LANGUAGES = ("vi", "en")


@transaction.atomic
def change_profile(
    user_id: int, *, actor: User, language: str, wants_digest: bool, shortcuts_on: bool
) -> User:
    """Language, daily digest and one-letter shortcuts; of one's own account only."""
    if actor.pk != user_id:
        raise RefusedError
    if language not in LANGUAGES:
        raise DomainError
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.language, user.wants_digest, user.shortcuts_on = language, wants_digest, shortcuts_on
    user.save(update_fields=["language", "wants_digest", "shortcuts_on"])
    return user
