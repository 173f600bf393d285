"""The tasks that a body gave, each in its columns of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from audit.models import AuditEntry
from directives.models import Task
from directives.queries import history
from organizations.models import UnitSuccession
from reports.rules_tasks import Counted, counted


def counted_of(
    unit_id: int, since: dt.datetime, until: dt.datetime, last: dt.date
) -> Iterator[Counted]:
    """Every task that the unit gave and that was not over before the period. Four queries for each
    thousand tasks, and one."""
    for story in history.told(_given_by(unit_id, until), since, until):
        if found := counted(story, since, until, last):
            yield found


def _given_by(unit_id: int, moment: dt.datetime) -> Any:
    """The tasks that the unit gave then: a merger since moves what is open to another giver. The
    log is read only of units that a merger touched."""
    found = Task.objects.filter(unit=unit_id)
    touched = Q(predecessor=unit_id) | Q(successor=unit_id)
    if not UnitSuccession.objects.filter(touched).exists():
        return found
    moved = AuditEntry.objects.filter(
        subject_type=Task._meta.label_lower, action=history.HANDED_OVER, at__gt=moment,
        data__gives=True,
    )  # fmt: skip
    went, came = (
        [int(pk) for pk in moved.filter(**{key: unit_id}).values_list("subject_id", flat=True)]
        for key in ("data__from", "data__to")
    )
    return Task.objects.filter(Q(pk__in=found.values("pk")) | Q(pk__in=went)).exclude(pk__in=came)
