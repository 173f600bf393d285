"""Where time is lost, and who signs: from the steps that were closed in a period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from common.days import start_of
from onestop.models import Dossier, StepRun
from onestop.models.processes import StepKind
from onestop.states import StepState
from organizations.models import Position, Unit, User
from organizations.words import signing_words, title_of
from reports.queries.dashboard.scope import Scope
from reports.queries.listed import positional
from reports.rules import Period
from reports.rules_dashboard import Approvals
from reports.rulesets import DashboardRules

DAY = 86_400

# The newest of each unit, so that a province of a thousand units costs what one of them costs
CLOSED_BY_UNITS = """
    SELECT run.* FROM unnest(%(units)s::bigint[]) AS u (unit) CROSS JOIN LATERAL (
        SELECT id, unit_id, name, opened_at, closed_at, planned_end FROM onestop_steprun
        WHERE province_id = %(province)s AND unit_id = u.unit AND state = 'closed'
            AND closed_at >= %(since)s AND closed_at < %(until)s
        ORDER BY closed_at DESC LIMIT %(most)s) AS run"""
CLOSED_OF_PROCEDURE = """
    SELECT run.id, run.unit_id, run.name, run.opened_at, run.closed_at, run.planned_end
    FROM (SELECT d.id FROM onestop_dossier d
        WHERE {scope} AND d.voided_at IS NULL
            AND d.finished_at >= %(since)s AND d.finished_at < %(until)s
        ORDER BY d.finished_at DESC LIMIT %(most)s) AS d
    JOIN onestop_steprun run ON run.province_id = %(province)s AND run.dossier_id = d.id
        AND run.state = 'closed'"""
MEASURED = "opened_at IS NOT NULL AND planned_end IS NOT NULL"
IS_LATE = """(closed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    > (planned_end AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"""
SLOW = """
    SELECT unit_id, name, count(*), count(*) FILTER (WHERE {is_late}),
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
            ORDER BY EXTRACT(EPOCH FROM closed_at - opened_at)),
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY GREATEST(0, EXTRACT(EPOCH FROM planned_end - opened_at))),
        avg(GREATEST(0, EXTRACT(EPOCH FROM
            closed_at - GREATEST(planned_end, opened_at))) / {day}) AS lost
    FROM ({closed}) AS run WHERE {measured}
    GROUP BY unit_id, name HAVING count(*) >= %(least)s AND count(*) FILTER (WHERE {is_late}) > 0
    ORDER BY lost DESC, unit_id, name LIMIT %(shown)s"""


@dataclass(frozen=True)
class SlowStep:
    """What is called so in the processes, done by one unit. Times in days of 24 hours, as they
    passed, nights and waits too; the plan is what was left of it when the step was opened."""

    unit: Unit
    name: str
    count: int
    late: int
    usual: float  # half of them took no longer
    slow: float  # nine of ten took no longer
    planned: float
    lost: float  # past the planned end, on average


def slow_steps(scope: Scope, period: Period, rules: DashboardRules) -> list[SlowStep]:
    """Those that lose most time on average, worst first. One query."""
    sql = SLOW.format(closed=_closed(scope), measured=MEASURED, is_late=IS_LATE, day=DAY)
    with connection.cursor() as cursor:
        cursor.execute(sql, _facts(scope, period, rules))
        found = cursor.fetchall()
    units = scope.places.units
    return [
        SlowStep(units[pk], name, count, late, usual / DAY, slow / DAY, planned / DAY, float(lost))
        for pk, name, count, late, (usual, slow), planned, lost in found
    ]


def runs_behind(
    scope: Scope, user: User, period: Period, rules: DashboardRules, unit: int, name: str,
    *, late: bool,
) -> QuerySet[StepRun]:  # fmt: skip
    """The closed steps behind a line of `slow_steps`, of dossiers that the person may see."""
    also = f"AND {IS_LATE}" if late else ""
    sql = f"""{StepRun._meta.db_table}.id = ANY (ARRAY (SELECT id FROM ({_closed(scope)}) AS run
        WHERE {MEASURED} AND unit_id = %(unit)s AND name = %(name)s {also}))"""  # noqa: S608
    facts = _facts(scope, period, rules) | {"unit": unit, "name": name}
    sql, params = positional(sql, facts)
    behind = RawSQL(sql, params, output_field=BooleanField())  # noqa: S611  values are parameters
    return seen_runs(user).filter(behind)


def _closed(scope: Scope) -> str:
    if scope.procedure is not None:
        return CLOSED_OF_PROCEDURE.format(scope=scope.sql())
    return CLOSED_BY_UNITS


def _facts(scope: Scope, period: Period, rules: DashboardRules) -> dict[str, Any]:
    units = 1 if scope.procedure else max(len(scope.all_ids), 1)
    return scope.params | {
        "since": start_of(period.first), "until": start_of(period.after),
        "most": most_of_each(units, rules), "least": rules.slow_step_least,
        "shown": rules.slow_steps_shown,
    }  # fmt: skip


def most_of_each(units: int, rules: DashboardRules) -> int:
    """How many steps of each unit are looked at."""
    return max(rules.slow_step_least, rules.steps_read // units)


def seen_runs(user: User) -> QuerySet[StepRun]:
    """Steps of dossiers that the person may see."""
    seen = Dossier.objects.visible_to(user, "view_dossiers").filter(voided_at=None)
    found: QuerySet[StepRun] = StepRun.objects.filter(dossier__in=seen)
    return found


# --- who signs ----------------------------------------------------------------------------------

APPROVED = """
    SELECT run.unit_id, run.closed_by_id, run.on_behalf_of, count(*)
    FROM unnest(%(units)s::bigint[]) AS u (unit) CROSS JOIN LATERAL (
        SELECT unit_id, closed_by_id, on_behalf_of FROM onestop_steprun
        WHERE province_id = %(province)s AND unit_id = u.unit AND state = 'closed'
            AND kind = 'approve' AND closed_at >= %(since)s AND closed_at < %(until)s
        OFFSET 0) AS run
    GROUP BY 1, 2, 3"""


@dataclass(frozen=True)
class Signer:
    """How often one person signed in one agency, in which quality."""

    unit_id: int
    person_id: int | None
    name: str
    title: str
    on_behalf_of: str
    part: str  # a field of `Approvals`
    count: int


@dataclass(frozen=True)
class Signing:
    """Who signed results in the scope: all together, by row of the scope, person by person."""

    all: Approvals
    by_row: dict[int, Approvals]
    people: list[Signer]


def signing(scope: Scope, period: Period) -> Signing:
    """Three queries: the steps, the people, their positions."""
    facts = scope.params | {"since": start_of(period.first), "until": start_of(period.after)}
    with connection.cursor() as cursor:
        cursor.execute(APPROVED, facts)
        found = cursor.fetchall()
    names = User.objects.in_bulk({person for _unit, person, *_ in found if person})
    titles = _titles(names, period)
    people: list[Signer] = []
    rows: dict[int, Approvals] = defaultdict(Approvals)
    for unit, person, lent_by, count in found:
        title, role = titles.get((person, unit)) or titles.get((person, None)) or ("", "")
        part = part_of(role, title, lent_by)
        name = names[person].full_name if person else ""
        people.append(Signer(unit, person, name, title, lent_by, part, count))
        rows[scope.places.agency_of(unit).pk] += Approvals(**{part: count})
    people.sort(key=lambda each: (-each.count, each.name, each.on_behalf_of))
    return Signing(sum(rows.values(), Approvals()), rows, people)


def part_of(role: str, title: str, on_behalf_of: str) -> str:
    """In which quality somebody signed, by the position he holds there."""
    if on_behalf_of:
        return "delegated"
    if role != "leader":
        return "other"
    return "deputy" if signing_words(title).startswith("KT.") else "head"


def _titles(people: dict[int, User], period: Period) -> dict[Any, tuple[str, str]]:
    """Title and role at a unit, (person, unit), and a leader's anywhere, (person, None)."""
    held = Position.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=period.first), user__in=people,
        valid_from__lte=period.last,
    ).order_by("valid_from")  # fmt: skip
    found: dict[Any, tuple[str, str]] = {}
    for one in held:
        words = (title_of(one.role, one.title), one.role)
        if found.get((one.user_id, one.unit_id), ("", ""))[1] != "leader":
            found[one.user_id, one.unit_id] = words
        if one.role == "leader":
            found[one.user_id, None] = words
    return found


def approvals_behind(
    scope: Scope, user: User, period: Period, signers: list[Signer]
) -> QuerySet[StepRun]:
    """The steps that these people closed in these qualities."""
    mine = Q(pk=None)
    for each in signers:
        mine |= Q(unit=each.unit_id, closed_by=each.person_id, on_behalf_of=each.on_behalf_of)
    return seen_runs(user).filter(
        mine, kind=StepKind.APPROVE, state=StepState.CLOSED,
        closed_at__gte=start_of(period.first), closed_at__lt=start_of(period.after),
        unit__in=scope.all_ids,
    )  # fmt: skip


def step_rows(found: QuerySet[StepRun]) -> Any:
    """What a list of closed steps shows, as dicts."""
    return found.values(
        "id", "name", "opened_at", "closed_at", "planned_end", "on_behalf_of",
        code=F("dossier__code"), procedure_name=F("dossier__version__name"),
        unit_name=F("unit__name"), person_name=F("closed_by__full_name"),
    )  # fmt: skip
