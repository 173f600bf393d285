"""A month whose evaluation was counted by hand: March 2026, begins on a Sunday, no days off.

Every dossier has ten working days, seven of them for the appraisal. Accepted on Monday 2 March at
09:00, the appraisal is planned from 3 March 09:00 to 12 March 09:00.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from audit.models import AuditEntry
from onestop.models import Dossier, Pause, StepRun
from organizations import access
from organizations.models import Position, RuleSet, User
from organizations.standing import forget_standing
from reports.models import EvaluationRow
from reports.services import evaluations
from tenancy.scope import required_scope
from tests.onestop.dossiers import make_dossier
from tests.people import Town, make_person

MARCH = dt.date(2026, 3, 1)
LONG_BEFORE = dt.date(2025, 1, 1)


def on(day: int, clock: str = "09:00", month: int = 3) -> dt.datetime:
    hour, minute = map(int, clock.split(":"))
    return timezone.make_aware(dt.datetime(2026, month, day, hour, minute))


PLANNED = on(12)


def in_office() -> None:
    """Everybody has been in office for long, so that March 2026 lies within."""
    Position.objects.update(valid_from=LONG_BEFORE)
    access.recompile(User.objects.values_list("pk", flat=True))


def set_rules(**values: int) -> None:
    RuleSet.objects.create(kind="evaluation", valid_from=LONG_BEFORE, values=values, source="thử")
    forget_standing()
    required_scope().memory.clear()


def appraisal(
    town: Town, *, opened: dt.datetime, closed: dt.datetime | None = None,
    by: User | None = None, person: User | None = None, planned: dt.datetime = PLANNED, **more,
) -> StepRun:  # fmt: skip
    """One dossier at its appraisal; its other steps are not begun, so they count nowhere."""
    dossier = make_dossier(town, at=on(2))
    dossier.steps.update(state="planned", closed_at=None, closed_by=None, person=None,
                         opened_at=None)  # fmt: skip
    run = dossier.steps.get(kind="process")
    run.unit, run.planned_end, run.opened_at = town.division, planned, opened
    run.closed_at, run.closed_by, run.person = closed, by, person or by
    run.state = "closed" if closed else "open"
    for key, value in more.items():
        setattr(run, key, value)
    run.save()
    Dossier.objects.filter(pk=dossier.pk).update(
        step=None if closed else run, holder_unit=town.division, holder=run.person
    )
    return run


def log(run: StepRun, action: str, at: dt.datetime, actor: User, **data) -> None:
    AuditEntry.objects.create(
        at=at, action=f"dossier.{action}", actor_id=str(actor.pk), actor_name=actor.full_name,
        subject_type="onestop.dossier", subject_id=str(run.dossier_id), data=data,
    )  # fmt: skip


def pause(run: StepRun, started: dt.datetime, ended: dt.datetime | None) -> None:
    Pause.objects.create(
        dossier_id=run.dossier_id, reason="supplement", started_at=started, ended_at=ended
    )


@dataclass(frozen=True)
class Example:
    town: Town
    colleague: User  # a second official of the division
    steps: dict[str, StepRun]

    def rows(self) -> dict[str, EvaluationRow]:
        """Of the last version of both sheets, by the names of the cast."""
        names = {getattr(self.town, key).pk: key for key in CAST} | {self.colleague.pk: "colleague"}
        rows = EvaluationRow.objects.filter(evaluation__superseded_at=None)
        known = rows.filter(person__in=names).select_related("evaluation")
        return {names[row.person_id]: row for row in known}


CAST = ("clerk", "officer", "head", "leader", "records_clerk")


def example(town: Town) -> Example:
    """The official's month, with one of every case."""
    colleague = make_person("official", town.division, valid_from=LONG_BEFORE)
    in_office()
    who, steps = town.officer, {}
    steps["in time"] = appraisal(town, opened=on(3), closed=on(10), by=who)
    steps["late"] = appraisal(town, opened=on(3), closed=on(13), by=who)
    # Received three days late: seven working days from 6 March end on 17 March
    steps["received late"] = appraisal(town, opened=on(6), closed=on(17, "16:00"), by=who)
    steps["received late, and late"] = appraisal(town, opened=on(6), closed=on(18), by=who)
    # Seven working days from 2 March end on 11 March; the planned end stays
    steps["opened early"] = appraisal(town, opened=on(2, "10:00"), closed=on(12, "16:00"), by=who)
    steps["given on"] = appraisal(town, opened=on(3), closed=on(20), by=colleague)
    log(steps["given on"], "assigned", on(3), town.head, person=who.pk)
    log(steps["given on"], "assigned", on(11), town.head, person=colleague.pk)
    steps["taken away late"] = appraisal(town, opened=on(3), closed=on(17), by=town.head)
    log(steps["taken away late"], "assigned", on(3), town.head, person=who.pk)
    log(steps["taken away late"], "taken_over", on(16), town.head, from_person=who.pk)
    # Taken from the queue on 16 March: in hand since it was opened, so late
    steps["from the queue"] = appraisal(town, opened=on(3), closed=on(17), by=who)
    log(steps["from the queue"], "taken_over", on(16), who, from_person=None)
    # The citizen was waited for ten working days: seven from 4 March end on 27 March
    steps["paused"] = appraisal(town, opened=on(4), closed=on(27), by=who, planned=on(26))
    pause(steps["paused"], on(5), on(19))
    steps["overdue"] = appraisal(town, opened=on(16), person=who)  # until 25 March
    steps["waiting"] = appraisal(town, opened=on(16), person=who)
    pause(steps["waiting"], on(20), None)
    steps["due on the last day"] = appraisal(town, opened=on(3), person=who, planned=on(31))
    steps["closed in April"] = appraisal(town, opened=on(31), closed=on(2, month=4), by=who)
    steps["closed in February"] = appraisal(
        town, opened=on(2, month=2), closed=on(27, month=2), by=who
    )
    void = appraisal(town, opened=on(3), closed=on(13), by=who)
    Dossier.objects.filter(pk=void.dossier_id).update(
        voided_at=on(14), closed_at=on(14), void_reason="Nhầm"
    )
    steps["sent back"] = _sent_back(town, who)
    return Example(town, colleague, steps)


def _sent_back(town: Town, who: User) -> StepRun:
    """Appraised on 5 March, returned by the head on the 6th, appraised again on the 9th."""
    first = appraisal(town, opened=on(3), closed=on(5), by=who)
    review = first.dossier.steps.get(kind="review")
    review.unit, review.state, review.opened_at, review.closed_at = (
        town.division, "sent_back", on(5), on(6)
    )  # fmt: skip
    review.closed_by = review.person = town.head
    review.save()
    StepRun.objects.create(
        dossier_id=first.dossier_id, process_step_id=first.process_step_id, order=first.order,
        round=2, kind="process", name=first.name, unit=town.division, person=who, state="closed",
        planned_end=PLANNED, opened_at=on(6), closed_at=on(9), closed_by=who,
    )  # fmt: skip
    return first


def opened(town: Town) -> int:
    return evaluations.open_month(town.agency.pk, MARCH)
