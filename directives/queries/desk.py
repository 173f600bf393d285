"""What needs a person today: to accept, to decide, to confirm, to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common import counting
from common.counting import capped_counts, in_words
from directives.queries import lists
from organizations.models import User

SHOWN = 20  # rows of each heap


@dataclass(frozen=True)
class Heap(counting.Heap):
    name: str
    title: str


def desk_of(user: User, today: dt.date) -> list[Heap]:
    """Everything that waits for the person, what he alone can do first. Ten queries."""
    wanted = queues(user, today)
    counts = capped_counts(wanted)
    words = {
        "decide": _("More time is asked for"),
        "answer": _("Urged, to answer"),
        "confirm": _("Results to confirm"),
        "again": _("Returned, to give again"),
        "unanswered": _("Urged, answer overdue"),
        "accept": _("To accept"),
        "late": _("Overdue in your hands and units"),
        "hand": _("Tasks in your hands"),
        "help": _("Tasks that your unit helps with"),
    }
    heaps = []
    for name, found in wanted.items():
        rows = list(lists.rows(found).order_by(*lists.ORDER)[:SHOWN])
        lists.tell(rows, today)
        heaps.append(Heap(rows, in_words(counts[name]), name, words[name]))
    return heaps


def queues(user: User, today: dt.date) -> dict[str, Any]:
    return {
        "decide": lists.to_decide(user),
        "answer": lists.to_answer(user),
        "confirm": lists.to_confirm(user),
        "again": lists.to_give_again(user),
        "unanswered": lists.unanswered(user, today),
        "accept": lists.to_accept(user),
        "late": lists.late_of_units(user, today),
        "hand": lists.in_hand(user),
        "help": lists.to_help(user),
    }
