"""Tokens of the machine interface: made, kept as a hash, and looked at for each request."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.addresses import network_of
from organizations import rates
from organizations.models import ApiClient, ApiToken

MARK = "motcua"  # what scanners of lost secrets find a token by
MINUTE, HOUR = 60, 3600  # seconds
LONGEST = 120  # characters; more is no token of ours


@dataclass(frozen=True)
class Admission:
    """Who is at the door, or why nobody is let in."""

    client: ApiClient | None = None
    retry_after: int = 0  # seconds, when too many came


def make_token(client: ApiClient, expires_at: dt.datetime, secret: str = "") -> str:
    """A new token of the client: shown to a person once, and kept as a hash. Joins the act.

    Only the demo names its `secret`, so that `demo_facts` can print the token.
    """
    words = words_of(secret or secrets.token_urlsafe(32))  # 256 random bits
    ApiToken.objects.create(
        client=client, prefix=words.split(".")[1], digest=digest_of(words), expires_at=expires_at
    )
    return words


def words_of(secret: str) -> str:
    """The whole token: mark, what finds it, and the secret itself."""
    return f"{MARK}.{sha256(secret.encode()).hexdigest()[:12]}.{secret}"


def digest_of(words: str) -> str:
    """A plain hash: nobody guesses 256 random bits, so nothing has to slow him down."""
    return sha256(words.encode()).hexdigest()


@transaction.atomic
def admit(words: str, address: str) -> Admission:
    """Find the client of a token and count the request: three statements, four once a day.

    A wrong token counts against the address; past the limit it is told to wait and nothing is
    written. A right one always passes there: 256 random bits are not guessed.
    """
    token = _find(words)
    if token is None:
        key = f"address {network_of(address)}"
        return Admission(retry_after=rates.take(key, settings.API_WRONG_TOKENS_PER_HOUR, HOUR))
    client = token.client
    wait = rates.take(f"client {client.pk}", client.per_minute, MINUTE)
    today = timezone.localdate()
    if not wait and token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return Admission(client, wait)


def _find(words: str) -> ApiToken | None:
    """The valid token of a client in use. The same query whatever is wrong with it."""
    parts = words.split(".") if len(words) <= LONGEST and words.isascii() else []
    prefix = parts[1] if len(parts) == 3 and "\0" not in words else ""
    token: ApiToken | None = (
        ApiToken.objects.filter(prefix=prefix).select_related("client__user").first()
    )
    known = token.digest if token else digest_of("")
    if not compare_digest(known, digest_of(words)) or token is None:
        return None
    client = token.client
    if not token.is_valid or client.revoked_at or not client.user.is_active:
        return None
    return token
