"""How long a person may stay signed in, and whether a second factor is due."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone

from organizations.models import Delegation, Position, User
from organizations.rulesets import SIGN_IN, rules

SINCE, SEEN, IDLE, FACTOR_DUE = "since", "seen", "idle", "second_factor_due"
TRACKED = "tracked"  # this session has a row that its owner can revoke
TOUCH_EVERY = 60  # seconds


@dataclass(frozen=True)
class Limits:
    """What a person's roles ask of his session."""

    idle_seconds: int
    second_factor_due: bool


def roles_of(user: User) -> set[str]:
    """Roles that a person has today, own and lent. Two queries."""
    today = timezone.localdate()
    own = Position.objects.filter(user=user).valid_on(today).values_list("role", flat=True)
    lent = Delegation.objects.filter(receiver=user, revoked_at=None).valid_on(today)
    found = set(own) | set(lent.values_list("role", flat=True))
    return found | {"superuser"} if user.is_superuser else found


def limits_of(user: User) -> Limits:
    """The strictest idle limit of his roles, and whether one of them asks for a second factor."""
    roles = roles_of(user)
    values = rules(SIGN_IN, timezone.localdate())
    asks = settings.MFA_REQUIRED and not roles.isdisjoint(values.mfa_required)
    return Limits(
        idle_seconds=values.idle_minutes_of(roles) * 60,
        second_factor_due=asks and not has_second_factor(user),
    )


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def start(session: Any, user: User) -> None:
    """Stamp a session that has just begun."""
    now = int(time.time())
    session[SINCE] = session[SEEN] = now
    _stamp_limits(session, user)


def has_ended(session: Any) -> bool:
    """Idle for longer than the roles allow, or older than a working day."""
    now = int(time.time())
    return now - session[SEEN] > session[IDLE] or now - session[SINCE] > settings.SESSION_COOKIE_AGE


def is_fresh(session: Any) -> bool:
    """Signed in within the last five minutes."""
    return int(time.time()) - int(session[SINCE]) < 300


def is_touch_due(session: Any) -> bool:
    return int(time.time()) - int(session[SEEN]) >= TOUCH_EVERY


def touch(session: Any, user: User) -> bool:
    """Once a minute: note the moment, read the limits anew. False when it was revoked.

    A revoked session may live on in a cache that was away when it was revoked; its row tells.
    """
    rows = UserSession.objects.filter(session_key=session.session_key)
    if session.get(TRACKED) and not rows.exists():
        return False
    session[SEEN] = int(time.time())
    _stamp_limits(session, user)
    return True


def _stamp_limits(session: Any, user: User) -> None:
    limits = limits_of(user)
    session[IDLE] = limits.idle_seconds
    session[FACTOR_DUE] = limits.second_factor_due


def note_seen(user_id: int, session_key: str) -> None:
    """Write when a person was last here; runs after the page, in a transaction of its own."""
    now = timezone.now()
    User.objects.filter(pk=user_id).update(last_seen_at=now)
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=now)
