"""One-time links with which a person sets a password: activation and reset.

A link holds for `PASSWORD_RESET_TIMEOUT` seconds, until it is used, until a newer one is issued,
and only at the address of the person's own province. It is computed when a mail or a slip is
written and stored nowhere, the audit log included.
"""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from organizations.models import User
from tenancy.models import Province


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens bound to the province, the password, the last sign-in and the last issued link."""

    key_salt = "organizations.links"

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        assert isinstance(user, User)
        issued = user.invited_at.isoformat() if user.invited_at else ""
        return f"{super()._make_hash_value(user, timestamp)}{user.province_id}{issued}"  # type: ignore[arg-type]

    def check_token(self, user: AbstractBaseUser | None, token: str | None) -> bool:
        """A switched-off account has no valid link."""
        if not isinstance(user, User) or not user.is_active:
            return False
        return super().check_token(user, token)


def path_for(user: User) -> str:
    """The path of a fresh link; it sets a password whether there was one before or not."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": LinkTokens().make_token(user)},
    )


def address_for(user: User) -> str:
    """The whole link, at the host of the person's province: for mail and printed slips."""
    return absolute(user.province, path_for(user))


def absolute(province: Province, path: str) -> str:
    """`path` at a province's own address."""
    scheme = "https" if settings.SITE_HTTPS else "http"
    port = f":{settings.BASE_PORT}" if settings.BASE_PORT else ""
    return f"{scheme}://{province.host}{port}{path}"
