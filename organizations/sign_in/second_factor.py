"""The second factor: codes that work once, guesses counted in PostgreSQL, secrets encrypted."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import segno
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WINDOW = 15 * 60  # seconds in which wrong codes are counted
WRONG_CODES = 5


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are stored encrypted, so that a stolen dump opens no second factor."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        svg: str = segno.make(url, error="m").svg_inline(scale=5, border=4)
        return svg


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class _OneTimeCode:
    """Checks a code under a lock on the person's factors.

    A code counts once, also for two requests at once and with the cache away (RFC 6238, 5.2);
    five wrong ones close the second step for a quarter of an hour.
    """

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).replace(" ", "")
        found = Authenticator.objects.select_for_update().filter(user_id=self.user.pk)
        factors = list(found.order_by("-type"))  # "totp" before "recovery_codes"
        if not factors:
            raise get_adapter().validation_error("incorrect_code")
        main = factors[0]
        _refuse_guessing(main)
        for factor in factors:
            if _accepts(factor, code):
                factor.user = self.user
                self.authenticator = factor
                return code
        main.data["wrong"] = [*_wrong_codes(main), int(time.time())]
        main.save(update_fields=["data"])
        raise get_adapter().validation_error("incorrect_code")


def _accepts(factor: Authenticator, code: str) -> bool:
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        return bool(factor.wrap().validate_code(code))
    secret = decrypt(factor.data["secret"])
    for counter in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            if counter <= factor.data.get("last_counter", -1):
                return False
            factor.data["last_counter"] = counter
            factor.data["wrong"] = []
            factor.save(update_fields=["data"])
            return True
    return False


def _wrong_codes(factor: Authenticator) -> list[int]:
    since = time.time() - WINDOW
    return [moment for moment in factor.data.get("wrong", []) if moment > since]


def _refuse_guessing(factor: Authenticator) -> None:
    if len(_wrong_codes(factor)) >= WRONG_CODES:
        raise ValidationError(
            _("Too many wrong codes. Wait 15 minutes, or ask your agency's administrator."),
            code="rate_limited",
        )


class SignInCodeForm(_OneTimeCode, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ConfirmCodeForm(_OneTimeCode, ReauthenticateForm):  # type: ignore[misc]
    """The same code, asked again before something delicate."""
