"""Figures beside the units' own: measured by the portal at a cut-off, or found by others.

QĐ 1278/QĐ-CTUBND Điều 7 khoản 2: the council compares with what specialised agencies know and with
field surveys. A newer figure supersedes the older one, which stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from directives.queries import shares as of_tasks
from files.services import claim
from organizations import access
from organizations.models import Unit, User
from ranking.measures import MEASURES, Counts, Measure, TaskMeasure, Window, measured
from ranking.models import (
    UNDER_WAY,
    Assessment,
    Criterion,
    Cycle,
    CycleState,
    Figure,
    FigureSource,
    Verification,
)
from ranking.rights import ids_in
from ranking.scoring import State
from ranking.services import rolling
from ranking.services.answers import criterion_of
from ranking.services.appraisal import outcome_of
from ranking.services.council import require_appraiser


@transaction.atomic
def measure(cycle_id: int, *, actor: User) -> int:
    """Count every automatic measure of the year now; answers how many figures there are.

    The data window is the year's, up to this moment, which is the recorded cut-off. One query for
    each measure. What the years of units below came to is taken over anew, too.
    """
    asked, now = Cycle.objects.get(pk=cycle_id), timezone.now()
    access.require(actor, "manage_rankings", asked.owner_id)
    _require_counting(asked)
    # Over a million dossiers this takes seconds: the year is locked afterwards, else nobody saves
    found = list(counted(asked, Window(asked.data_from, asked.data_to, now)))
    cycle: Cycle = Cycle.objects.lock(cycle_id)
    _require_counting(cycle)
    if (cycle.data_from, cycle.data_to) != (asked.data_from, asked.data_to):
        raise TransitionError()
    if cycle.measured_at and cycle.measured_at > now:
        raise AlreadyDone()
    enrolled = set(cycle.assessments.values_list("pk", flat=True))
    found = [each for each in found if each.assessment.pk in enrolled]
    present = Figure.objects.filter(
        assessment__cycle=cycle, source=FigureSource.SYSTEM, superseded_at=None
    )
    present.update(superseded_at=now)
    Figure.objects.bulk_create(
        [
            Figure(
                assessment=each.assessment, criterion=each.criterion, source=FigureSource.SYSTEM,
                input=each.given, points=each.points, not_applicable=each.not_applicable,
                definition=each.definition, rows=each.rows, cut_at=now,
            )
            for each in found
        ],
        batch_size=500,
    )  # fmt: skip
    for child in cycle.children.filter(state__in=rolling.DONE).order_by("pk"):
        rolling.roll_up(child)
    cycle.measured_at = now
    cycle.save(update_fields=["measured_at"])
    record(
        cycle, "ranking.figures_measured", actor=actor, unit=cycle.owner,
        data={"measures": sorted({each.criterion.measure for each in found}),
              "figures": len(found)},
    )  # fmt: skip
    return len(found)


def _require_counting(cycle: Cycle) -> None:
    if not cycle.is_under_way:
        raise TransitionError(_("Figures are counted during self-assessment and appraisal."))


@dataclass(frozen=True)
class Counted:
    """What a measure gives for one criterion of one unit."""

    assessment: Assessment
    criterion: Criterion
    given: dict[str, str]
    points: Decimal | None
    not_applicable: bool
    definition: str
    rows: dict[str, Any]


def counted(cycle: Cycle, window: Window) -> Iterator[Counted]:
    """Every automatic measure of the year for every unit that is asked. One query each; of
    tasks, told once by their history for all their measures, four for each thousand."""
    criteria = cycle.framework.criteria.filter(level="criterion", withdrawn_at=None)
    nodes = [node for node in criteria if node.measure in MEASURES]
    units = list(cycle.assessments.select_related("unit"))
    paths = dict(Unit.objects.values_list("pk", "path"))
    known: dict[str, Counts] = {}
    due = cache(lambda: list(of_tasks.due_in(window)))
    for node in nodes:
        measure = MEASURES[node.measure]
        if not measure.is_counted:
            continue
        if node.measure not in known:
            known[node.measure] = (
                measure.of(due()) if isinstance(measure, TaskMeasure) else measure.counted(window)
            )
        below = below_of(units, paths, known[node.measure])
        for unit in units:
            if not node.groups or unit.group in node.groups:
                made = _counted(unit, node, measure, below[unit.pk], window)
                if made is not None:
                    yield made


Below = dict[int, tuple[int, int]]


def below_of(
    units: Iterable[Assessment], paths: Mapping[int, str], counts: Counts
) -> dict[int, Below]:
    """Of each assessed unit the numbers of it and of every unit below it."""
    by_unit = {unit.unit_id: unit.pk for unit in units}
    found: dict[int, Below] = {pk: {} for pk in by_unit.values()}
    for pk, numbers in counts.items():
        for above in ids_in(paths[pk]):
            if above in by_unit:
                found[by_unit[above]][pk] = numbers
    return found


def _counted(
    unit: Assessment, node: Criterion, measure: Measure, below: Below, window: Window
) -> Counted | None:
    a, b = (sum(numbers[place] for numbers in below.values()) for place in (0, 1))
    whole = Decimal(b) if measure.is_share else None
    found = measured(node.scoring_rule, Decimal(a), whole)
    if found is None:
        return None
    given, scored = found
    numbers = f"{a}/{b}" if measure.is_share else f"{a}"
    rows = {
        "measure": node.measure, "first": window.first.isoformat(),
        "last": window.last.isoformat(), "a": a, "b": b,
        "units": [[pk, *below[pk]] for pk in sorted(below)],
    }  # fmt: skip
    return Counted(
        unit, node, given, scored.points, scored.state is State.NOT_APPLICABLE,
        f"{measure.words}: {numbers}"[:300], rows,
    )  # fmt: skip


def checker_of(assessment: Assessment, criterion: Criterion) -> str:
    """The department that checks the criterion itself, or has done so; two queries."""
    given = Verification.objects.filter(cycle=assessment.cycle_id, criterion=criterion)
    kept = assessment.figures.filter(
        criterion=criterion, source=FigureSource.DEPARTMENT, superseded_at=None
    )
    found = given.values_list("unit__name", flat=True).first()
    itself = kept.filter(unit__isnull=False).values_list("unit__name", flat=True)
    return found or itself.first() or ""


@transaction.atomic
def enter(
    assessment_id: int, *, actor: User, criterion_id: int, source: str,
    given: dict[str, Any] | None, note: str, found_on: dt.date | None = None,
    file_id: int | None = None,
) -> Figure:  # fmt: skip
    """What a department confirmed, or a field survey found, entered by who appraises it; of a
    survey the day, and its minutes or a photo."""
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    if assessment.cycle.state not in {*UNDER_WAY, CycleState.PROVISIONAL}:
        raise TransitionError(_("Figures are compared during self-assessment and appraisal."))
    criterion = criterion_of(assessment, criterion_id)
    require_appraiser(assessment, criterion, actor)
    if source not in {FigureSource.DEPARTMENT, FigureSource.SURVEY}:
        raise DomainError(_("Choose where the figure comes from."))
    if not note.strip():
        raise DomainError(_("Say who found it, when and where."))
    if source == FigureSource.SURVEY and found_on is None:
        raise DomainError(_("Enter the day of the survey."))
    if found_on is not None and found_on > assessment.cycle.today:
        raise DomainError(_("The survey cannot have been on a day to come."))
    if source == FigureSource.DEPARTMENT and (name := checker_of(assessment, criterion)):
        raise DomainError(
            _("%(unit)s checks this criterion itself: its figure is not entered for it.")
            % {"unit": name}
        )
    now, found = timezone.now(), outcome_of(criterion, given)
    files = claim([file_id], actor=actor) if file_id else [None]
    Figure.objects.filter(
        assessment=assessment, criterion=criterion, source=source, superseded_at=None
    ).update(superseded_at=now)
    made: Figure = Figure.objects.create(
        assessment=assessment, criterion=criterion, source=source, input=given or {},
        points=found.points, not_applicable=found.not_applicable, note=note.strip(),
        cut_at=now, made_by=actor, found_on=found_on, file=files[0],
    )  # fmt: skip
    record(
        assessment, "ranking.figure_entered", actor=actor, unit=assessment.unit,
        data={"criterion": criterion.code, "source": source, "input": made.input,
              "note": made.note},
    )  # fmt: skip
    return made
