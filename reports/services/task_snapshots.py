"""Statements of tasks: made by the portal or a person, reviewed, signed. A correction is a new
version beside the old one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.days import MOMENT, start_of
from common.digests import digest_of_data
from directives.models import Task
from organizations import access
from organizations.access import Right
from organizations.models import Unit, UnitKind, UnitSuccession, User
from organizations.rulesets import rules
from reports.models import TaskReport
from reports.periods import ONE, made_on, span_of
from reports.queries.task_history import counted_of
from reports.rules import Period
from reports.rules_ratings import Rated, rate
from reports.rules_tasks import DEFINITION, Counted, Figures, Part, figures_of
from reports.rulesets_tasks import KINDS, TASK_REPORT, TaskReportRules
from reports.services import signing_off
from reports.services.snapshots import NoReport
from tenancy.scope import required_province_id

MAKES, SIGNS = "follow_tasks", "sign_reports"


def may_make(user: User, unit_id: int) -> bool:
    """Who follows the tasks of the body, or signs for it (QĐ 2947/QĐ-UBND Điều 11)."""
    return access.may(user, MAKES, unit_id) or access.may(user, SIGNS, unit_id)


def _require_making(actor: User, unit_id: int) -> Right:
    needed = MAKES if access.may(actor, MAKES, unit_id) else SIGNS
    return access.require(actor, needed, unit_id)


@transaction.atomic
def make(unit_id: int, *, actor: User, kind: str, day: dt.date) -> TaskReport:
    """A draft of the period in which a day lies, with what is known of it now; when there is one of
    the same days, a new version. A period that is not over is none yet."""
    unit: Unit = Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit_id)
    _require_making(actor, unit.pk)
    period, now = span_of(kind, day), timezone.now()
    if period.last >= timezone.localdate(now):
        raise NoReport(_("This period is not over yet."))
    signing_off.require_none_reviewed(_same(unit.pk, period), actor, unit.pk)
    return _store(unit, kind, period, now=now, actor=actor)


@transaction.atomic
def make_next(today: dt.date) -> int:
    """The next statement of the province that is due and not made yet; 0: there is none."""
    roots = Unit.objects.select_for_update(no_key=True, of=("self",)).filter(parent=None)
    root: Unit | None = roots.order_by("pk").first()
    if root is None:
        return 0
    for kind, period in due(today):
        begun = Task.objects.filter(unit=root, due_dates__at__lt=start_of(period.after))
        if not _same(root.pk, period).filter(made_by=None).exists() and begun.exists():
            _store(root, kind, period, now=timezone.now())
            return 1
    return 0


def due(today: dt.date) -> Iterator[tuple[str, Period]]:
    """The last period of each kind, from its day on, as long as the province makes it up."""
    for kind in KINDS:
        period = span_of(kind, span_of(kind, today).first - ONE)
        ruled = rules(TASK_REPORT, period.last)
        number = ruled.day_of(kind)
        on = made_on(kind, period, number or 1)
        if number and 0 <= (today - on).days <= ruled.make_up_days:
            yield kind, period


def _same(unit_id: int, period: Period) -> Any:
    return TaskReport.objects.filter(unit=unit_id, first_day=period.first, last_day=period.last)


def _store(
    unit: Unit, kind: str, period: Period, *, now: dt.datetime, actor: User | None = None
) -> TaskReport:
    """The next version for these days; the locked row of the unit guards the number."""
    ruled = rules(TASK_REPORT, period.last)
    found = counted_of(
        unit.pk, start_of(period.first), start_of(period.after) - MOMENT, period.last
    )
    last = _same(unit.pk, period).aggregate(last=Max("number"))["last"] or 0
    report = TaskReport(
        number=last + 1, kind=kind, first_day=period.first, last_day=period.last, unit=unit,
        definition=DEFINITION, title=ruled.task_report_title, cut_at=now, made_by=actor,
        rules=rules_as_data(ruled, period.last), rows=rows_of(list(found), ruled, period.last),
    )  # fmt: skip
    report.digest = digest_of(report)
    report.save(force_insert=True)
    record(report, "task_report.made", actor=actor, unit=unit, data=signing_off.facts_of(report))
    return report


def rules_as_data(ruled: TaskReportRules, last: dt.date) -> dict[str, Any]:
    """What is printed beside and below the table, whatever the rules say later. Without groups
    nobody is rated: the formula did not hold yet."""
    formula = ruled.formula_on(last)
    return {
        "counts_all": ruled.task_counts_all == "all", "formula": ruled.formula.name,
        "formula_source": ruled.formula.source, "most": ruled.formula.most,
        "formula_from": ruled.formula.valid_from.isoformat(), "is_sum": ruled.formula.is_sum,
        "groups": [
            {"name": group.name, "parts": [[part.name, part.points] for part in group.parts]}
            for group in (formula.groups if formula else ())
        ],
        "bands_source": ruled.bands.source, "has_bands": ruled.bands_on(last) is not None,
        "bands_from": ruled.bands.valid_from.isoformat(),
        "bounds": dataclasses.asdict(ruled.bounds),
    }  # fmt: skip


def rows_of(
    tasks: Iterable[Counted], ruled: TaskReportRules, last: dt.date
) -> list[dict[str, Any]]:
    """Of each lead the ids of its tasks in every column, and its rating: bodies of the province by
    code, then communes. Three queries."""
    tasks = list(tasks)
    by_lead: dict[int, list[Counted]] = defaultdict(list)
    for task in tasks:
        by_lead[task.lead].append(task)
    units = Unit.objects.filter(pk__in=by_lead)
    merged = _merged(by_lead, last)
    known = Task.objects.filter(pk__in=[task.pk for task in tasks])
    origins = dict(known.values_list("pk", "directive__origin"))
    return [
        _row(unit, by_lead[unit.pk], origins, ruled, last)
        | {"name": merged.get(unit.pk, unit.name)}
        for unit in sorted(units, key=lambda unit: (unit.kind == UnitKind.COMMUNE, unit.code))
    ]


def _merged(units: Iterable[int], last: dt.date) -> dict[int, str]:
    """How those are called that were merged away by that day: what they led goes on elsewhere."""
    found = UnitSuccession.objects.filter(predecessor__in=units, on__lte=last).order_by("on")
    return {
        each.predecessor_id: _("%(unit)s (merged into %(successor)s from %(day)s on)")
        % {
            "unit": each.predecessor.name, "successor": each.successor.name,
            "day": f"{each.on:%d/%m/%Y}",
        }
        for each in found.select_related("predecessor", "successor")
    }  # fmt: skip


def _row(
    unit: Unit, tasks: list[Counted], origins: Mapping[int, str], ruled: TaskReportRules,
    last: dt.date,
) -> dict[str, Any]:  # fmt: skip
    parts: dict[str, list[int]] = {
        str(part): [task.pk for task in tasks if part in (task.begun, task.stands)] for part in Part
    }
    figures, formula = _figures(tasks, ruled), ruled.formula_on(last)
    of_groups = [
        _figures([task for task in tasks if group.has(origins[task.pk])], ruled)
        for group in (formula.groups if formula else ())
    ]
    rated = rate(figures, of_groups, formula, ruled.bands_on(last), ruled.bounds)
    return {
        "code": unit.code, "name": unit.name, "tasks": parts,
        "figures": dataclasses.asdict(figures), "rating": _as_data(rated),
    }  # fmt: skip


def _figures(tasks: Sequence[Counted], ruled: TaskReportRules) -> Figures:
    numbers = Counter(part for task in tasks for part in (task.begun, task.stands))
    good = sum(task.is_good for task in tasks)
    return figures_of(numbers, good, counts_all=ruled.task_counts_all == "all")


def _as_data(rated: Rated) -> dict[str, Any]:
    return {
        "groups": [
            {"assigned": group.assigned, "parts": [[n, str(points)] for n, points in group.parts]}
            for group in rated.groups
        ],
        "points": None if rated.points is None else str(rated.points), "most": rated.most,
        "percent": None if rated.percent is None else str(rated.percent),
        "band": rated.band, "listed": rated.listed,
    }  # fmt: skip


def digest_of(report: TaskReport) -> str:
    """SHA-256 over all that must not change: who keeps it can prove that it did not."""
    kept = {
        "province": required_province_id(), "unit": report.unit_id, "number": report.number,
        "definition": report.definition, "first": report.first_day.isoformat(),
        "last": report.last_day.isoformat(), "cut_at": report.cut_at.timestamp(),
        "rules": report.rules, "rows": report.rows,
    }  # fmt: skip
    return digest_of_data(kept)


@transaction.atomic
def review(report_id: int, *, actor: User, comment: str) -> TaskReport:
    """Somebody of the body has read it, and says what must be said about the figures."""
    report: TaskReport = TaskReport.objects.lock(report_id)
    right = _require_making(actor, report.unit_id)
    signing_off.review(report, right, "task_report.reviewed", actor=actor, comment=comment)
    return report


@transaction.atomic
def sign(report_id: int, *, actor: User, comment: str) -> TaskReport:
    """Sign off: frozen from now on. What is wrong in it is put right by a new version."""
    report: TaskReport = TaskReport.objects.lock(report_id)
    right = access.require(actor, SIGNS, report.unit_id)
    signing_off.sign(
        report, right, "task_report.signed", actor=actor, comment=comment,
        same=_same(report.unit_id, Period(report.first_day, report.last_day)),
        digest=digest_of(report),
    )  # fmt: skip
    return report
