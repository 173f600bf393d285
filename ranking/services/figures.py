"""Figures beside the units' own: measured by the portal at a cut-off, or found by others.

QĐ 1278/QĐ-CTUBND Điều 7 khoản 2: the council compares with what specialised agencies know and with
field surveys. A newer figure supersedes the older one, which stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from organizations import access
from organizations.models import Unit, User
from ranking.measures import MEASURES, Counts
from ranking.models import Assessment, Criterion, Cycle, CycleState, Figure, FigureSource
from ranking.rules.faults import Faulty
from ranking.scoring import State, parse_rule
from ranking.services.answers import criterion_of
from ranking.services.appraisal import outcome_of
from ranking.services.council import require_appraiser


@transaction.atomic
def measure(cycle_id: int, *, actor: User) -> int:
    """Count every automatic measure of the year now; answers how many figures there are.

    The data window is the year's, up to this moment. One query for each measure.
    """
    cycle: Cycle = Cycle.objects.lock(cycle_id)
    access.require(actor, "manage_rankings", cycle.owner_id)
    if cycle.state not in {CycleState.OPEN, CycleState.APPRAISAL}:
        raise TransitionError(_("Figures are counted during self-assessment and appraisal."))
    criteria = cycle.framework.criteria.filter(level="criterion", withdrawn_at=None)
    measured = [node for node in criteria if node.measure in MEASURES]
    now, rows = timezone.now(), []
    units = list(cycle.assessments.select_related("unit"))
    paths = dict(Unit.objects.values_list("pk", "path"))
    for node in measured:
        found = MEASURES[node.measure]
        sums = summed(units, paths, found.count(cycle.data_from, cycle.data_to))
        counted = (
            _figure(unit, node, sums[unit.pk], str(found.words))
            for unit in units
            if not node.groups or unit.group in node.groups
        )
        rows += [each for each in counted if each is not None]
    present = Figure.objects.filter(
        assessment__cycle=cycle, source=FigureSource.SYSTEM, superseded_at=None
    )
    present.update(superseded_at=now)
    for row in rows:
        row.cut_at = now
    Figure.objects.bulk_create(rows, batch_size=500)
    cycle.measured_at = now
    cycle.save(update_fields=["measured_at"])
    record(
        cycle, "ranking.figures_measured", actor=actor, unit=cycle.owner,
        data={"measures": sorted({node.measure for node in measured}), "figures": len(rows)},
    )  # fmt: skip
    return len(rows)


def summed(
    units: Iterable[Assessment], paths: dict[int, str], counts: Counts
) -> dict[int, tuple[int, int]]:
    """Of each assessed unit and all below it."""
    return {
        unit.pk: (
            sum(a for pk, (a, _b) in counts.items() if paths[pk].startswith(unit.unit.path)),
            sum(b for pk, (_a, b) in counts.items() if paths[pk].startswith(unit.unit.path)),
        )
        for unit in units
    }


def _figure(
    unit: Assessment, node: Criterion, counted: tuple[int, int], words: str
) -> Figure | None:
    given = {"a": str(counted[0]), "b": str(counted[1])}
    try:
        scored = parse_rule(node.rule, node.maximum or Decimal(0)).score(given)
    except Faulty:  # the rule asks for something else than two numbers: nothing to compare
        return None
    return Figure(
        assessment=unit, criterion=node, source=FigureSource.SYSTEM, input=given,
        points=scored.points, not_applicable=scored.state is State.NOT_APPLICABLE,
        definition=f"{words}: {counted[0]}/{counted[1]}"[:300],
    )  # fmt: skip


@transaction.atomic
def enter(
    assessment_id: int, *, actor: User, criterion_id: int, source: str,
    given: dict[str, Any] | None, note: str,
) -> Figure:  # fmt: skip
    """What a department confirmed, or a field survey found, entered by who appraises it."""
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    criterion = criterion_of(assessment, criterion_id)
    require_appraiser(assessment, criterion, actor)
    if source not in {FigureSource.DEPARTMENT, FigureSource.SURVEY}:
        raise DomainError(_("Choose where the figure comes from."))
    if not note.strip():
        raise DomainError(_("Say who found it, when and where."))
    now, found = timezone.now(), outcome_of(criterion, given)
    Figure.objects.filter(
        assessment=assessment, criterion=criterion, source=source, superseded_at=None
    ).update(superseded_at=now)
    made: Figure = Figure.objects.create(
        assessment=assessment, criterion=criterion, source=source, input=given or {},
        points=found.points, not_applicable=found.not_applicable, note=note.strip(),
        cut_at=now, made_by=actor,
    )  # fmt: skip
    record(
        assessment, "ranking.figure_entered", actor=actor, unit=assessment.unit,
        data={"criterion": criterion.code, "source": source, "input": made.input,
              "note": made.note},
    )  # fmt: skip
    return made
