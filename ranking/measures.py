"""Automatic measures that a criterion may name: counted by the portal itself, with their rule.

Each gives two numbers for each unit, `a` of `b`, as a proportion asks for. What was received in
error and parts of linked dossiers are left out, as in every statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.models import Dossier

Counts = Mapping[int, tuple[int, int]]  # by competent unit: a of b
ONLINE = 2  # channel


@dataclass(frozen=True)
class Measure:
    """What is counted, in words, and the count itself over days that are both included."""

    words: str | Promise
    count: Callable[[dt.date, dt.date], Counts]


def _moments(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """From the first moment of the first day to the first after the last."""
    start = dt.datetime.combine(first, dt.time.min)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min)
    return timezone.make_aware(start), timezone.make_aware(end)


def on_time(first: dt.date, last: dt.date) -> Counts:
    """Finished not after the due day, or open and not overdue, of all that was in hand.

    As QĐ 766/QĐ-TTg 2022 counts (code PROGRESS). Only days are compared.
    """
    start, end = _moments(first, last)
    day = min(last, timezone.localdate())  # what was open is judged on the last day
    is_open = Q(finished_at=None) | Q(finished_at__gte=end)
    kept = Q(finished_at__lt=end, done_on__lte=F("due_on")) | (is_open & Q(due_on__gte=day))
    rows = (
        Dossier.objects.whole()
        .in_force()
        .filter(is_open | Q(finished_at__gte=start))
        .filter(accepted_at__lt=end)
        .annotate(done_on=TruncDate("finished_at"), due_on=TruncDate("due_at"))
        .values_list("competent_unit")
        .annotate(kept=Count("pk", filter=kept), whole=Count("pk"))
    )
    return {unit: (good, whole) for unit, good, whole in rows}


def online(first: dt.date, last: dt.date) -> Counts:
    """Handed in online, of all that was received."""
    start, end = _moments(first, last)
    rows = (
        Dossier.objects.whole()
        .in_force()
        .filter(accepted_at__gte=start, accepted_at__lt=end)
        .values_list("competent_unit")
        .annotate(net=Count("pk", filter=Q(channel=ONLINE)), whole=Count("pk"))
    )
    return {unit: (net, whole) for unit, net, whole in rows}


MEASURES: dict[str, Measure] = {
    "onestop.on_time": Measure(
        _("Dossiers finished in time or open and not overdue, of all that were in hand"), on_time
    ),
    "onestop.online": Measure(
        _("Dossiers handed in online, of all that were received"), online
    ),
}  # fmt: skip
