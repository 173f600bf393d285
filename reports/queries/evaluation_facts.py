"""The facts of a month's evaluation: what each person of an agency had in hand and did.

Steps and the moments at which they changed hands come from the dossiers and their audit log. As
many queries for fifty people as for five.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.timezone import localdate

from audit.models import AuditEntry
from common.working_time import Pause, due
from onestop.models import (
    Dossier,
    Extension,
    ExtensionState,
    Opinion,
    ProcessStep,
    StepKind,
    StepRun,
)
from onestop.models import Pause as PauseRow
from onestop.services.clock import share_of
from onestop.states import StepState
from organizations.calendars import calendar_for
from reports.queries.evaluation_people import Crew
from reports.rules_evaluation import (
    Change,
    Items,
    Month,
    Run,
    Span,
    Step,
    is_late,
    spans_of,
    time_in_hand,
)

Key = tuple[int, int]  # person, unit
HANDS = ("dossier.assigned", "dossier.taken_over", "dossier.sent_back")
COLUMNS = (
    "pk", "dossier_id", "unit_id", "kind", "planned_end", "opened_at", "closed_at", "person_id",
    "closed_by_id", "on_behalf_of", "state",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """An extension, and the step at which it was asked for."""

    run: Run
    pk: int
    at: dt.datetime
    by: int


@dataclass
class Gathering:
    """Items of each person in each unit of one crew, filled list by list."""

    crew: Crew
    month: Month
    items: dict[Key, Items]

    def of(self, person_id: int, step_unit: int) -> Items:
        return self.items[person_id, self.crew.unit_of(person_id, step_unit)]


def gather(crew: Crew, month: Month) -> dict[Key, Items]:
    """Everything of the month as it is known now; who did nothing has no items. Ten queries."""
    known = Gathering(crew, month, defaultdict(Items))
    runs = _runs(crew, month)
    asked = _extensions(crew, month)
    changes = _changes({run.dossier for run in [*runs, *(each.run for each in asked)]})
    _judge_steps(known, runs, changes)
    _count_approvals(known, runs)
    _count_extensions(known, asked, changes)
    _count_returned(known)
    _count_late_dossiers(known)
    _count_opinions(known)
    return dict(known.items)


def _read(rows: QuerySet[StepRun]) -> list[Run]:
    return [Run(*fields) for fields in rows.order_by("pk").values_list(*COLUMNS)]


def _in_force(crew: Crew) -> QuerySet[StepRun]:
    """Steps in units of the agency; receptions made in error are left out, and those of parts:
    a linked dossier is received once, as a whole."""
    found: QuerySet[StepRun] = StepRun.objects.filter(
        unit__in=list(crew.units), dossier__voided_at=None
    )
    return found.exclude(kind=StepKind.RECEIVE, dossier__parent__isnull=False)


def _runs(crew: Crew, month: Month) -> list[Run]:
    """Steps that were open at some moment of the month: closed since it began, or open still."""
    opened = _in_force(crew).filter(opened_at__lt=month.end)
    closed = _read(opened.filter(closed_at__gte=month.start))
    held = Dossier.objects.open().filter(holder_unit__in=list(crew.units), step__isnull=False)
    return [*closed, *_read(opened.filter(state=StepState.OPEN, pk__in=held.values("step")))]


def _changes(dossiers: Iterable[int]) -> dict[int, list[Change]]:
    """When dossiers came into whose hands, from their log."""
    entries = AuditEntry.objects.filter(
        subject_type="onestop.dossier", subject_id__in=[str(pk) for pk in dossiers],
        action__in=HANDS,
    )  # fmt: skip
    found: dict[int, list[Change]] = defaultdict(list)
    rows = entries.order_by("at", "id").values_list(
        "subject_id", "at", "action", "actor_id", "data"
    )
    for subject, at, action, actor, data in rows:
        is_own = action == "dossier.taken_over"
        person = int(actor) if is_own else data.get("person")
        if person:
            before = data.get("from_person") if is_own else None
            found[int(subject)].append(Change(at, int(person), before, is_own))
    return found


def _judge_steps(known: Gathering, runs: list[Run], changes: dict[int, list[Change]]) -> None:
    month = known.month
    spans = [
        span
        for run in runs
        for span in spans_of(run, changes.get(run.dossier, ()))
        if span.touches(month)
    ]
    lengths = _lengths([span for span in spans if _may_be_late(span, month)])
    waiting = _waiting_at_end({span.run.dossier for span in spans}, month)
    for span in spans:
        until = time_in_hand(span, lengths.get(span.run.pk))
        outcome = span.outcome(month)
        late = is_late(span, until, month)
        if outcome == "open" and span.run.dossier in waiting:
            late = False
        known.of(span.person, span.run.unit).steps.append(
            Step(
                span.run.pk, outcome, since=_seconds(span.since),
                until=_seconds(until) if until else None,
                left=_seconds(span.left_at) if span.left_at and outcome != "open" else None,
                late=late,
            )
        )  # fmt: skip


def _seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())


def _may_be_late(span: Span, month: Month) -> bool:
    """Whether the planned end alone says so: then the time in hand must be counted."""
    return is_late(span, span.run.planned_end, month)


def _lengths(spans: list[Span]) -> dict[int, Callable[[dt.datetime], dt.datetime]]:
    """For each step: when its share of the limit, begun at a moment, is used up. Three queries."""
    rows = StepRun.objects.filter(pk__in={span.run.pk for span in spans}).select_related(
        "process_step", "dossier"
    )
    runs: dict[int, StepRun] = {row.pk: row for row in rows.order_by("pk")}
    shares = _shares({run.process_step.process_id for run in runs.values()})
    pauses: dict[int, list[Pause]] = defaultdict(list)
    ended = PauseRow.objects.filter(
        dossier__in={run.dossier_id for run in runs.values()}, ended_at__isnull=False
    )
    for pk, started, over in ended.values_list("dossier_id", "started_at", "ended_at"):
        pauses[pk].append(Pause(started, over))
    return {
        pk: _length(run, shares[run.process_step.process_id], pauses[run.dossier_id])
        for pk, run in runs.items()
        if run.process_step.share_amount is not None
    }


def _shares(processes: set[int]) -> dict[int, list[tuple[Decimal, str]]]:
    """What the counted steps of each process get of its limit."""
    found: dict[int, list[tuple[Decimal, str]]] = defaultdict(list)
    counted = ProcessStep.objects.filter(process__in=processes, share_amount__isnull=False)
    for process, amount, unit in counted.values_list("process_id", "share_amount", "share_unit"):
        found[process].append((amount, unit))
    return found


def _length(
    run: StepRun, shares: list[tuple[Decimal, str]], pauses: list[Pause]
) -> Callable[[dt.datetime], dt.datetime]:
    dossier: Any = run.dossier
    limit = share_of(dossier, run.process_step, shares)
    calendar = calendar_for(dossier.competent_unit_id)
    return lambda since: due(calendar, since, limit, pauses).at


def _waiting_at_end(dossiers: set[int], month: Month) -> set[int]:
    """Those in which the citizen was waited for when the month ended."""
    paused = PauseRow.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=month.end),
        dossier__in=dossiers, started_at__lt=month.end,
    )  # fmt: skip
    return set(paused.values_list("dossier_id", flat=True))


def _count_approvals(known: Gathering, runs: list[Run]) -> None:
    """Who approved results, in his own name or for another; what a head's agency approved."""
    month = known.month
    approvals = [
        run
        for run in runs
        if run.kind == StepKind.APPROVE and run.closed_by and run.state == StepState.CLOSED
        and run.closed_at and run.closed_at < month.end
    ]  # fmt: skip
    heads = [
        worker
        for worker in known.crew.workers.values()
        if worker.tier == "leader" and not worker.is_deputy
    ]
    for run in approvals:
        assert run.closed_by
        mine = known.of(run.closed_by, run.unit)
        (mine.approved_for if run.on_behalf_of else mine.approved).append(run.pk)
        for head in heads:
            if head.person.pk == run.closed_by:
                continue
            theirs = known.of(head.person.pk, known.crew.agency.pk)
            if not run.on_behalf_of:
                theirs.by_deputies.append(run.pk)
            elif run.on_behalf_of == head.person.full_name:
                theirs.by_delegates.append(run.pk)


def _extensions(crew: Crew, month: Month) -> list[Asked]:
    """New dates signed in the month, with the step of the agency at which each was asked for.
    Nobody asked for those that parts got with their whole."""
    signed = Extension.objects.filter(
        state=ExtensionState.GRANTED, decided_at__gte=month.start, decided_at__lt=month.end,
        dossier__parent=None,
    ).values_list("pk", "dossier_id", "asked_at", "asked_by_id")  # fmt: skip
    by_dossier: dict[int, list[tuple[int, dt.datetime, int]]] = defaultdict(list)
    for pk, dossier, at, by in signed.order_by("pk"):
        by_dossier[dossier].append((pk, at, by))
    runs = _read(_in_force(crew).filter(dossier__in=list(by_dossier), opened_at__isnull=False))
    return [
        Asked(run, *asked)
        for run in runs
        for asked in by_dossier[run.dossier]
        if run.opened_at <= asked[1] and (run.closed_at is None or asked[1] < run.closed_at)
    ]


def _count_extensions(
    known: Gathering, asked: list[Asked], changes: dict[int, list[Change]]
) -> None:
    """To whose hands the dossier was in; from the unit's queue, to who asked."""
    for each in asked:
        spans = spans_of(each.run, changes.get(each.run.dossier, ()))
        hands = [s for s in spans if s.since <= each.at and (not s.left_at or each.at < s.left_at)]
        person = hands[-1].person if hands else each.by
        known.of(person, each.run.unit).extensions.append(each.pk)


def _count_returned(known: Gathering) -> None:
    """A step begun once more at the moment at which another person sent its dossier back: the
    mistake is of who had closed it in the round before. Two queries."""
    month, crew = known.month, known.crew
    again = _in_force(crew).filter(
        round__gt=1, opened_at__gte=month.start, opened_at__lt=month.end
    )  # fmt: skip
    begun = list(again.values_list("dossier_id", "order", "round", "opened_at"))
    rows = StepRun.objects.filter(dossier__in={dossier for dossier, *_rest in begun}).values_list(
        "pk", "dossier_id", "order", "round", "unit_id", "closed_at", "closed_by_id", "state"
    )
    senders: dict[tuple[int, dt.datetime], int] = {}
    done: dict[tuple[int, int, int], tuple[int, int, int | None]] = {}
    for pk, dossier, order, number, unit, closed_at, closed_by, state in rows:
        done[dossier, order, number] = (pk, unit, closed_by)
        if state == StepState.SENT_BACK and closed_at and closed_by:
            senders[dossier, closed_at] = closed_by
    for dossier, order, number, opened_at in begun:
        pk, unit, author = done[dossier, order, number - 1]
        sender = senders.get((dossier, opened_at)) if opened_at else None
        if sender is not None and author is not None and author != sender and unit in crew.units:
            known.of(author, unit).returned.append(pk)


def _count_late_dossiers(known: Gathering) -> None:
    """Finished in the month after the due day, not given back as the applicant wished; to each
    who had done a step by then, or ended it with the step in hand, once, where his last one was."""
    zone, month = timezone.get_default_timezone(), known.month
    rows = (
        _in_force(known.crew)
        .filter(
            dossier__finished_at__gte=month.start, dossier__finished_at__lt=month.end,
            dossier__granted_at=None, closed_by__isnull=False,
            closed_at__lte=F("dossier__finished_at"),
        )
        .filter(~Q(state=StepState.ENDED) | Q(closed_by=F("person")))
        .annotate(
            finished_on=TruncDate("dossier__finished_at", tzinfo=zone),
            due_on=TruncDate("dossier__due_at", tzinfo=zone),
        )
        .filter(finished_on__gt=F("due_on"))
    )  # fmt: skip
    last: dict[tuple[int, int], int] = {}
    for dossier, person, unit in rows.order_by("closed_at", "order").values_list(
        "dossier_id", "closed_by_id", "unit_id"
    ):
        last[dossier, person] = unit
    for (dossier, person), unit in last.items():
        known.of(person, unit).late_dossiers.append(dossier)


def _count_opinions(known: Gathering) -> None:
    month = known.month
    answered = Opinion.objects.filter(
        unit__in=list(known.crew.units), dossier__voided_at=None,
        answered_at__gte=month.start, answered_at__lt=month.end,
    )  # fmt: skip
    for pk, person, unit, at, due_on in answered.values_list(
        "pk", "answered_by_id", "unit_id", "answered_at", "due_on"
    ):
        mine = known.of(person, unit)
        mine.opinions.append(pk)
        if localdate(at) > due_on:
            mine.late_opinions.append(pk)
