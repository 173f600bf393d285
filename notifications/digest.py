"""The daily mail: what waits for a person, and for administrators the head of the audit log.

Upper apps say what waits: `register("dossiers", lines)` in their `ready()`, where `lines(user)`
answers whole sentences. Once per working day and person; it goes out between 7 and 9 o'clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit import seals
from notifications.models import EmailMessage
from notifications.services import queue_mail
from organizations import access
from organizations.models import User
from organizations.sign_in.links import absolute
from tenancy.models import Province
from tenancy.scope import required_province_id

Source = Callable[[User], list[str]]
_sources: dict[str, Source] = {}
FROM_HOUR, TO_HOUR = 7, 9
AT_ONCE = 100


def register(name: str, source: Source) -> None:
    _sources[name] = source


def unregister(name: str) -> None:
    """For tests that register."""
    _sources.pop(name, None)


def is_time(now: dt.datetime) -> bool:
    """Monday to Friday, 7:00 to 8:59 in Vietnam."""
    local = timezone.localtime(now)
    return local.weekday() < 5 and FROM_HOUR <= local.hour < TO_HOUR


def write_page(day: dt.date, after: int = 0) -> int | None:
    """Queue the mails of the next people of the open province; the last one's id, None at the end.

    A page is a transaction, so that 3,000 officials are not one of half a minute.
    """
    people = list(
        User.objects.filter(pk__gt=after, is_active=True, wants_digest=True)
        .exclude(email="")
        .order_by("pk")[:AT_ONCE]
    )
    keys = {_key(day, user): user for user in people}
    done = set(
        EmailMessage.objects.filter(kind="digest", key__in=keys).values_list("key", flat=True)
    )
    for key, user in keys.items():
        if key not in done:
            _write(key, user)
    return people[-1].pk if people else None


def _key(day: dt.date, user: User) -> str:
    return f"digest:{day}:{user.pk}"


def _write(key: str, user: User) -> None:
    with translation.override(user.language):
        lines = [line for source in _sources.values() for line in source(user)]
        head = seals.head() if access.may(user, "view_health") else None
        if not lines and head is None:
            return
        province = Province.objects.get(pk=required_province_id())
        queue_mail(
            key,
            "digest",
            user.email,
            _("Daily digest: %(count)s items") % {"count": len(lines)},
            "notifications/mail/digest.txt",
            {"name": user.full_name, "lines": lines, "head": head, "url": absolute(province, "/")},
            language=user.language,
        )
