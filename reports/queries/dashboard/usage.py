"""Who uses the portal, and who only seems to: for heads and oversight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from common.days import start_of
from onestop.models import Procedure, StepKind, StepRun
from onestop.models.catalogue import ProcedureState, ProcedureUnit
from onestop.models.processes import Process, ProcessState
from organizations import access
from organizations.models import AGENCY_KINDS, Position, Unit, User
from reports.queries.dashboard.scope import PERMISSION, Scope
from reports.queries.dashboard.steps import seen_runs
from reports.rules import Period, last_of_month
from reports.rulesets import DashboardRules

MOST = 200  # minutes that are told
MINUTE = dt.timedelta(minutes=1)

LAST = """
    SELECT u.unit, (SELECT max(accepted_at) FROM onestop_dossier
        WHERE province_id = %(province)s AND competent_unit_id = u.unit AND voided_at IS NULL)
    FROM unnest(%(units)s::bigint[]) AS u (unit)"""
CLICKS = """
    SELECT run.closed_by_id, run.minute, count(*), count(DISTINCT run.unit_id)
    FROM unnest(%(units)s::bigint[]) AS u (unit) CROSS JOIN LATERAL (
        SELECT unit_id, closed_by_id, date_trunc('minute', closed_at) AS minute
        FROM onestop_steprun
        WHERE province_id = %(province)s AND unit_id = u.unit AND state = 'closed'
            AND closed_by_id IS NOT NULL AND closed_at >= %(since)s AND closed_at < %(until)s
            AND NOT (kind = 'receive' AND EXISTS (SELECT FROM onestop_dossier AS part
                WHERE part.id = dossier_id AND part.parent_id IS NOT NULL))
        OFFSET 0) AS run
    GROUP BY 1, 2 HAVING count(*) >= %(least)s
    ORDER BY 3 DESC, 2 DESC, 1 LIMIT %(most)s"""


@dataclass(frozen=True)
class Silent:
    """An agency that received nothing since a day; `last` is its latest dossier, if any."""

    unit: Unit
    last: dt.date | None


def silent_units(scope: Scope, since: dt.date, today: dt.date) -> list[Silent]:
    """Agencies without a dossier since that day, longest silent first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, scope.params)
        found = cursor.fetchall()
    ours = set(scope.all_ids)
    latest: dict[int, dt.date | None] = {}
    for pk, moment in found:
        unit = scope.places.agency_of(pk)
        if unit.kind not in AGENCY_KINDS or not unit.is_open_on(today) or unit.pk not in ours:
            continue
        days = [latest.get(unit.pk), moment and timezone.localdate(moment)]
        latest[unit.pk] = max((day for day in days if day), default=None)
    silent = [
        Silent(scope.places.units[pk], day) for pk, day in latest.items() if not day or day < since
    ]
    return sorted(silent, key=lambda each: (each.last or dt.date.min, each.unit.name))


def unseen_people(scope: Scope, user: User, today: dt.date, rules: DashboardRules) -> Any:
    """People with a position of today in the scope who never signed in, or not for long."""
    held = Position.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today), user=OuterRef("pk"), valid_from__lte=today,
        unit__in=scope.all_ids,
    )  # fmt: skip
    since = start_of(today - dt.timedelta(days=rules.unseen_days))
    seen_by: QuerySet[User] = access.people_visible_to(user, PERMISSION)
    return seen_by.filter(
        Exists(held), Q(last_seen_at=None) | Q(last_seen_at__lt=since), is_active=True
    )


def people_rows(found: Any, today: dt.date) -> Any:
    """What a list of people shows: with the main place of today. Dicts."""
    held = Position.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today), user=OuterRef("pk"), valid_from__lte=today
    ).order_by("-is_main", "pk")  # fmt: skip
    return found.annotate(
        unit_name=held.values("unit__name")[:1], title=held.values("title")[:1]
    ).values("id", "full_name", "username", "sort_key", "last_seen_at", "unit_name", "title")


def procedures_without_process(scope: Scope) -> Any:
    """Published ones for which no process was approved: the portal's own stands in for it."""
    own = Process.objects.filter(
        procedure=OuterRef("pk"), state=ProcessState.ACTIVE, is_default=False
    )
    found = Procedure.objects.filter(~Exists(own), state=ProcedureState.PUBLISHED)
    if scope.unit_ids is None:
        return found
    ours = ProcedureUnit.objects.filter(
        version=OuterRef("current_version"), unit__in=scope.unit_ids
    )
    return found.filter(Exists(ours))


def procedure_rows(found: Any) -> Any:
    return found.values(
        "id", "code", name=F("current_version__name"), field=F("current_version__field"),
        since=F("current_version__valid_from"),
    )  # fmt: skip


@dataclass(frozen=True)
class Clicked:
    """So many steps that one person closed within one minute."""

    person: User
    minute: dt.datetime
    count: int
    units: int


def last_days(month: dt.date, today: dt.date, rules: DashboardRules) -> Period:
    """The last days of a month, none later than today."""
    end = last_of_month(month)
    first = end - dt.timedelta(days=rules.click_days - 1)
    return Period(min(first, today), min(end, today))


def clicks(scope: Scope, days: Period, rules: DashboardRules) -> list[Clicked]:
    """Minutes in which somebody closed many steps, most first. Two queries."""
    facts = scope.params | {
        "since": start_of(days.first), "until": start_of(days.after),
        "least": rules.click_steps, "most": MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLICKS, facts)
        found: Sequence[tuple[int, dt.datetime, int, int]] = cursor.fetchall()
    people = User.objects.in_bulk({person for person, *_ in found})
    return [Clicked(people[person], minute, count, units) for person, minute, count, units in found]


def clicked_steps(scope: Scope, user: User, person: int, minute: dt.datetime) -> QuerySet[StepRun]:
    """The steps behind one of them; a linked dossier was received once, as a whole."""
    return seen_runs(user).filter(
        closed_by=person, closed_at__gte=minute, closed_at__lt=minute + MINUTE, state="closed",
        unit__in=scope.all_ids,
    ).exclude(kind=StepKind.RECEIVE, dossier__parent__isnull=False)  # fmt: skip
