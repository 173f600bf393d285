"""What leaders, and who follows tasks for them, read at the beginning of a week: in the daily mail
of its first working day."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from common.counting import capped_counts, in_words
from directives.queries import lists
from directives.rules import Label
from directives.services.ground import FOLLOWS, GIVES
from directives.states import AWAITED
from organizations import access
from organizations.calendars import calendar_for
from organizations.models import User

WEEK = dt.timedelta(days=7)


def digest_lines(user: User) -> list[str]:
    """Nothing on the other days, nor for who only does tasks: they stand on his desk."""
    today = timezone.localdate()
    steers = any(each.permission in (GIVES, FOLLOWS) for each in access.grants_of(user))
    return lines(user, today) if steers and begins_week(today) else []


def begins_week(today: dt.date) -> bool:
    """Whether it is the first working day of its week."""
    calendar, monday = calendar_for(), today - dt.timedelta(days=today.weekday())
    days = (monday + dt.timedelta(days=each) for each in range(today.weekday()))
    return calendar.is_working_day(today) and not any(map(calendar.is_working_day, days))


def lines(user: User, today: dt.date) -> list[str]:
    """How many are due in these seven days, overdue, and wait for an answer. One query."""
    found = lists.concerning(user)
    counts = capped_counts({
        "soon": found.filter(status__in=AWAITED, due_on__gte=today, due_on__lt=today + WEEK),
        "late": lists.with_label(found, Label.OVERDUE, today),
        "answer": lists.awaiting_answer(found),
    })  # fmt: skip
    words = {
        "soon": _("Tasks due in the next seven days: %s"),
        "late": _("Overdue tasks: %s"),
        "answer": _("Tasks that were urged and wait for an answer: %s"),
    }
    return [words[name] % in_words(count) for name, count in counts.items() if count]
