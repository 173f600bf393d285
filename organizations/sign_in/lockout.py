"""When a sign-in is not even tried: limits on guessing, kept in PostgreSQL (django-axes).

Two limits, both from the province's `SignInRules`. An account and an address together: after so
many failures that pair is closed for a while; the person still signs in from elsewhere, so that
nobody can lock a colleague out (OWASP ASVS 6.1.1). And an account under attack from many
addresses: beyond `FAILURES_OF_AN_ACCOUNT` an hour only addresses from which this person has
signed in before are heard.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.http import HttpRequest
from django.utils import timezone

from organizations.models import User
from organizations.rulesets import SIGN_IN, rules

FAILURES_OF_AN_ACCOUNT = 10  # in an hour, from all addresses together
KNOWN_FOR = dt.timedelta(days=90)
HOUR = dt.timedelta(hours=1)
Credentials = dict[str, Any] | None


def account_name(request: HttpRequest, credentials: Credentials) -> str:
    """The user name that is being tried, the same for user name, e-mail address and capitals."""
    given = credentials or {}
    typed = given.get("username") or given.get("email") or request.POST.get("login") or ""
    typed = str(typed).strip().lower().replace("\0", "")[:255]
    if "@" not in typed:
        return typed
    known = request.__dict__.setdefault("_account_names", {})
    if typed not in known:
        names = User.objects.filter(email=typed).values_list("username", flat=True)
        known[typed] = names.first() or typed
    return str(known[typed])


def client_address(request: HttpRequest) -> str:
    """The address that allauth sees too: X-Forwarded-For counts behind a trusted proxy only."""
    if "REMOTE_ADDR" not in request.META:  # a session opened by a command or a test
        return ""
    return str(get_adapter(request).get_client_ip(request))


def cool_off(request: HttpRequest) -> dt.timedelta:
    return dt.timedelta(minutes=rules(SIGN_IN, timezone.localdate()).lock_minutes)


def failure_limit(request: HttpRequest, credentials: Credentials) -> int:
    return rules(SIGN_IN, timezone.localdate()).failures_before_lock


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """axes with the second limit."""

    def is_locked(self, request: HttpRequest, credentials: Credentials = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        name = get_client_username(request, credentials)
        return is_under_attack(name) and not is_known_address(name, client_address(request))


def is_under_attack(username: str) -> bool:
    """More failures in the last hour than a person makes; a link from an administrator clears."""
    since = timezone.now() - HOUR
    issued = User.objects.filter(username=username).values_list("invited_at", flat=True).first()
    if issued is not None:
        since = max(since, issued)
    failures = AccessFailureLog.objects.filter(username=username, attempt_time__gte=since)
    return failures.count() >= FAILURES_OF_AN_ACCOUNT


def is_known_address(username: str, address: str) -> bool:
    """The person has signed in from there lately."""
    since = timezone.now() - KNOWN_FOR
    return AccessLog.objects.filter(
        username=username, ip_address=address, attempt_time__gte=since
    ).exists()


def unlock(person: User) -> None:
    """Forget the failures of a person: a new password was set or a link was issued."""
    AccessAttempt.objects.filter(username=person.username).delete()
