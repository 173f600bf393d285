"""Deadlines of tasks as a calendar (RFC 5545): one event of a whole day for each task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from directives.queries.lists import deadlines_of
from directives.states import Status
from organizations.models import User
from organizations.sign_in.links import absolute
from tenancy.models import Province

PRODUCT = "-//govit//tasks//VI"
EVERY = dt.timedelta(hours=1)  # so often a calendar is asked to look
LETTERS = 120  # of a title


def calendar_of(user: User, province: Province) -> bytes:
    """Number and title of each task, no more; in the person's language. One query for tasks."""
    with translation.override(user.language or "vi"):
        made = Calendar()
        made.add("prodid", PRODUCT)
        made.add("version", "2.0")
        made.add("calscale", "GREGORIAN")
        made.add("x-wr-calname", _("Deadlines of my tasks"))
        made.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
        for event in _events(deadlines_of(user, timezone.localdate()), province):
            made.add_component(event)
        return bytes(made.to_ical())


def _events(rows: Iterable[dict[str, Any]], province: Province) -> Iterable[Event]:
    now = timezone.now().astimezone(dt.UTC)
    for row in rows:
        event = Event()
        event.add("uid", f"task-{row['pk']}@{province.host}")
        event.add("dtstamp", now)
        event.add("dtstart", row["due_on"])
        event.add("dtend", row["due_on"] + dt.timedelta(days=1))
        event.add("summary", _title(row))
        event.add("url", absolute(province, reverse("directives:task_detail", args=[row["pk"]])))
        event.add("transp", "TRANSPARENT")  # nobody is busy because something is due
        is_withdrawn = row["status"] == Status.WITHDRAWN
        event.add("status", "CANCELLED" if is_withdrawn else "CONFIRMED")
        yield event


def _title(row: dict[str, Any]) -> str:
    words = " ".join(str(row["content"]).split())
    short = words if len(words) <= LETTERS else f"{words[: LETTERS - 1]}…"
    number = row["directive__reference"]
    return f"{number}: {short}" if number else short
