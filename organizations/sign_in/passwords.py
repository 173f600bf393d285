"""The province's password policy, as one of Django's validators."""

from __future__ import annotations

import string

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.text import unaccented
from organizations.models import User
from organizations.rulesets import SIGN_IN, SignInRules, rules
from tenancy.scope import current_scope


def _policy() -> SignInRules:
    """The rules of the open province; the law's defaults in a command outside any province."""
    return rules(SIGN_IN, timezone.localdate()) if current_scope() else SignInRules()


def kinds_of(password: str) -> int:
    """How many of capitals, small letters, digits and other signs are in it."""
    return sum(
        (
            any(char.isupper() for char in password),
            any(char.islower() for char in password),
            any(char.isdigit() for char in password),
            any(char in string.punctuation or char.isspace() for char in password),
        )
    )


def holds_name(password: str, user: AbstractBaseUser | None) -> bool:
    """The full name or the user name stands in it, with or without marks, blanks and dots."""
    if not isinstance(user, User):
        return False
    bare = _letters(password)
    names = (_letters(user.full_name), _letters(user.username), _letters(user.email.split("@")[0]))
    return any(len(name) >= 5 and name in bare for name in names)


def _letters(text: str) -> str:
    return "".join(char for char in unaccented(text) if char.isalnum())


class PolicyValidator:
    """Length, and kinds of characters where a province follows TCVN 14423:2026 to the letter."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        policy = _policy()
        if len(password) < policy.password_length:
            raise ValidationError(self._length(policy.password_length), code="too_short")
        if holds_name(password, user):
            raise ValidationError(
                _("Do not use your own name or user name in it."), code="password_too_similar"
            )
        if kinds_of(password) < policy.password_kinds:
            raise ValidationError(
                _("Use capitals, small letters, digits and other signs: %(n)s of these kinds.")
                % {"n": policy.password_kinds},
                code="too_simple",
            )

    def get_help_text(self) -> str:
        return self._length(_policy().password_length)

    @staticmethod
    def _length(length: int) -> str:
        return ngettext(
            "Use at least %(n)s character. A short sentence is easy to keep in mind.",
            "Use at least %(n)s characters. A short sentence is easy to keep in mind.",
            length,
        ) % {"n": length}
