"""Who may call our webhooks: HMAC-SHA256 over moment and body, with a secret of the province.

    X-Timestamp: 1795420800
    X-Signature: hex of HMAC-SHA256(secret, "1795420800." + body)

Several secrets hold at once while one replaces another (SMS_SECRETS_H32="new,old").
"""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings


def secrets_of(province_code: str) -> list[str]:
    """The province's secrets; in the demo one made of the installation's key."""
    found: list[str] = settings.SMS_SECRETS.get(province_code, [])
    if found or not settings.GOVIT_DEMO:
        return found
    key = settings.SECRET_KEY.encode()
    return [hmac.new(key, f"sms\0{province_code}".encode(), hashlib.sha256).hexdigest()]


def sign(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def is_genuine(
    province_code: str, timestamp: str, signature: str, body: bytes, *, now: float
) -> bool:
    """Signed with one of the secrets, not longer ago and not further ahead than the window."""
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not signature.isascii():
        return False
    fresh = abs(now - int(timestamp)) <= settings.SMS_REPLAY_SECONDS
    matches = [
        hmac.compare_digest(sign(secret, timestamp, body), signature.lower())
        for secret in secrets_of(province_code)
    ]
    return fresh and any(matches)
