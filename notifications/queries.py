"""What the bell and the page of notices show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from notifications.models import MailChoice, Notification

MOST_SHOWN = 100  # the bell says "99+"


@dataclass
class Group:
    """The notices about one thing, newest first."""

    name: str
    notices: list[Notification] = field(default_factory=list)


def unread_notices(user: Any) -> QuerySet[Notification]:
    """Notices that wait; counted up to `MOST_SHOWN` on a partial index."""
    unread: QuerySet[Notification] = Notification.objects.visible_to(user).unread()
    return unread


def grouped(notices: Iterable[Notification]) -> list[Group]:
    """By what they speak of, in the order in which each thing was last spoken of."""
    groups: dict[tuple[str, str], Group] = {}
    for notice in notices:
        key = (notice.subject_type, notice.subject_id)
        groups.setdefault(key, Group(notice.subject_name)).notices.append(notice)
    return list(groups.values())


def mail_kinds(user: Any) -> set[str]:
    return set(MailChoice.objects.filter(user_id=user.pk).values_list("kind", flat=True))
