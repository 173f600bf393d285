"""Specialised departments confirm or correct figures (QĐ 1278/QĐ-CTUBND Điều 7 khoản 2 điểm b).

They see and touch the criteria that the standing body gave them, of submitted forms, and never
those of their own agency. What they find stands beside the unit's own figure; it changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from organizations import access
from organizations.models import Unit, User
from ranking import rights
from ranking.models import (
    Answer,
    Assessment,
    Cycle,
    Figure,
    FigureSource,
    Verification,
)
from ranking.services.answers import criterion_of
from ranking.services.appraisal import outcome_of
from ranking.services.council import require_stranger, running


@dataclass(frozen=True)
class Seen:
    """A form of which a page showed the figure: as saved for the `revision`th time."""

    assessment_id: int
    revision: int


@dataclass(frozen=True)
class Confirmed:
    """How many were confirmed, and how many not because the unit changed them meanwhile."""

    count: int = 0
    stale: int = 0


@transaction.atomic
def give(cycle_id: int, units: Mapping[int, int], *, actor: User, due: dt.date) -> int:
    """Say which unit checks which criterion: exactly these. What was found already stays."""
    cycle = running(cycle_id, actor)
    nodes = set(
        cycle.framework.criteria.scored()
        .in_force()
        .filter(pk__in=units)
        .values_list("pk", flat=True)
    )
    known = Unit.objects.filter(kind="agency", pk__in=set(units.values()))
    if nodes != set(units) or set(known.values_list("pk", flat=True)) != set(units.values()):
        raise DomainError(_("Choose criteria of this year and agencies that check them."))
    cycle.verifications.exclude(criterion__in=nodes).delete()
    present = {each.criterion_id: each for each in cycle.verifications.all()}
    now, told = timezone.now(), set()
    for criterion_id, unit_id in units.items():
        row = present.get(criterion_id) or Verification(cycle=cycle, criterion_id=criterion_id)
        if row.pk is None or (row.unit_id, row.due) != (unit_id, due):
            row.unit_id, row.due, row.given_at, row.given_by = unit_id, due, now, actor
            row.save(update_fields=["unit", "due", "given_at", "given_by"] if row.pk else None)
            told.add(unit_id)
    record(
        cycle, "ranking.verifications_given", actor=actor, unit=cycle.owner,
        data={"criteria": len(units), "units": len(set(units.values())), "due": due.isoformat(),
              "told": sorted(told)},
    )  # fmt: skip
    return len(units)


@transaction.atomic
def confirm(verification_id: int, rows: Sequence[Seen], *, actor: User) -> Confirmed:
    """Confirm what these units declared, as the page showed it. One lock for all forms."""
    found = _for_change(verification_id, actor)
    revisions = {seen.assessment_id: seen.revision for seen in rows}
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .filter(cycle=found.cycle_id, pk__in=revisions)
        .select_related("cycle", "unit")
        .order_by("pk")
    )
    forms = [form for form in locked if _may_check(found, form, actor)]
    answers = {
        answer.assessment_id: answer
        for answer in Answer.objects.filter(
            criterion=found.criterion_id, assessment__in=forms, is_complete=True
        )
    }
    fresh = [
        answer for form in forms
        if (answer := answers.get(form.pk)) and answer.revision == revisions[form.pk]
    ]  # fmt: skip
    _keep(found, [_confirmed(found, answer, actor) for answer in fresh])
    if fresh:
        record(
            found.cycle, "ranking.figures_confirmed", actor=actor, unit=found.unit,
            data={"criterion": found.criterion.code,
                  "units": [form.unit_name for form in forms if form.pk in answers]},
        )  # fmt: skip
    return Confirmed(len(fresh), len(revisions) - len(fresh))


def _confirmed(found: Verification, answer: Answer, actor: User) -> Figure:
    return Figure(
        assessment_id=answer.assessment_id, criterion_id=answer.criterion_id,
        source=FigureSource.DEPARTMENT, input=answer.input or {}, points=answer.points,
        not_applicable=answer.not_applicable, definition=_("Confirmed as the unit declared it"),
        cut_at=timezone.now(), unit_id=found.unit_id, made_by=actor,
    )  # fmt: skip


@transaction.atomic
def correct(
    verification_id: int, assessment_id: int, *, actor: User, given: dict[str, Any] | None,
    note: str,
) -> Figure:  # fmt: skip
    """Another figure than the unit's, with what it rests on."""
    found = _for_change(verification_id, actor)
    form: Assessment = Assessment.objects.lock(assessment_id)
    if form.cycle_id != found.cycle_id:
        raise DomainError(_("This form belongs to another year."))
    require_stranger(form, actor)
    criterion = criterion_of(form, found.criterion_id)
    if not form.is_submitted:
        raise TransitionError(_("The unit has not submitted its form yet."))
    if not note.strip():
        raise DomainError(_("Say what your figure rests on."))
    outcome = outcome_of(criterion, given)
    made = Figure(
        assessment=form, criterion=criterion, source=FigureSource.DEPARTMENT, input=given or {},
        points=outcome.points, not_applicable=outcome.not_applicable, note=note.strip(),
        cut_at=timezone.now(), unit_id=found.unit_id, made_by=actor,
    )  # fmt: skip
    _keep(found, [made])
    record(
        form, "ranking.figure_corrected", actor=actor, unit=form.unit,
        data={"criterion": criterion.code, "by": found.unit.name, "input": made.input,
              "note": made.note},
    )  # fmt: skip
    return made


def _keep(found: Verification, figures: Sequence[Figure]) -> None:
    """In place of what a department said before."""
    Figure.objects.filter(
        criterion=found.criterion_id, source=FigureSource.DEPARTMENT, superseded_at=None,
        assessment__in=[each.assessment_id for each in figures],
    ).update(superseded_at=timezone.now())  # fmt: skip
    Figure.objects.bulk_create(figures)


def _for_change(verification_id: int, actor: User) -> Verification:
    rows = Verification.objects.select_related("cycle", "criterion", "unit")
    found: Verification = rows.get(pk=verification_id)
    if found.unit_id not in rights.units_of(actor, rights.FILL):
        access.refuse(rights.FILL)
    found.cycle = Cycle.objects.hold(found.cycle_id)
    if not found.cycle.is_under_way:
        raise TransitionError(_("Figures are compared during self-assessment and appraisal."))
    return found


def _may_check(found: Verification, form: Assessment, actor: User) -> bool:
    """A submitted form of another agency that is asked this criterion."""
    asked = not found.criterion.groups or form.group in found.criterion.groups
    return form.is_submitted and asked and not rights.works_in(actor, form)


def proposed(cycle: Cycle, units: Iterable[Unit]) -> dict[int, int]:
    """Criteria whose text names an agency as who verifies. One query."""
    by_name = {_plain(unit.name): unit.pk for unit in units}
    nodes = cycle.framework.criteria.scored().in_force().exclude(verifier="")
    return {
        node.pk: by_name[_plain(node.verifier)]
        for node in nodes
        if _plain(node.verifier) in by_name
    }


def _plain(name: str) -> str:
    return " ".join(name.casefold().split()).rstrip(".")
