"""How much of what the province gave was done, well and in time: the parts of 212/2025/QĐ-UBND
Hải Phòng, Phụ lục 01 II.4, as shares for the yearly assessment.

What was not due at the end of a period is in none of them; so is what is suspended or withdrawn.
A share is a part of `due_in`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from common.shares import Period, Share
from directives.models import Result, Task
from directives.states import Quality, Status, Verdict
from organizations.models.units import UnitKind

SOURCE = "QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 11; 212/2025/QĐ-UBND Hải Phòng"


def due_in(period: Period) -> Any:
    """What the province gave, by its lead, and that was confirmed in the period or was overdue at
    its end."""
    given = Task.objects.filter(unit__kind=UnitKind.PROVINCE, given_at__lt=period.end)
    ended = (Status.CLOSED, Status.SUSPENDED, Status.WITHDRAWN)
    is_open = ~Q(status__in=ended) | Q(status=Status.CLOSED, closed_at__gte=period.end)
    late = Q(reported_on=None) | Q(reported_on__gt=F("due_on"))
    return given.filter(_finished(period) | is_open & late & Q(due_on__lt=period.last_day))


def _finished(period: Period) -> Q:
    return Q(closed_at__gte=period.start, closed_at__lt=period.end)


def _in_time(period: Period) -> Q:
    kept = Q(judged_due_on=None) | Q(completed_on__lte=F("judged_due_on"))
    return _finished(period) & kept


def _good(period: Period) -> Q:
    """By the result that closed it."""
    results = Result.objects.filter(
        task=OuterRef("pk"), verdict=Verdict.CONFIRMED, judged_at=OuterRef("closed_at"),
        quality__in=[Quality.MEETS, Quality.EXCEEDS],
    )  # fmt: skip
    return Q(_finished(period), Exists(results))


SHARES: dict[str, Share] = {
    "directives.done": Share(
        _("Tasks of the province that were completed, of those completed or overdue"), _finished
    ),
    "directives.good": Share(
        _("Tasks of the province completed as required, of those completed or overdue"), _good
    ),
    "directives.in_time": Share(
        _("Tasks of the province completed in time, of those completed or overdue"), _in_time
    ),
}
