"""Appeals against provisional results: filed by the unit's head, answered by the council.

No scheme that was found has an article on appeals (QĐ 1278 Điều 12 only routes difficulties), so
the window is a date of the year.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from files.services import claim
from organizations.models import User
from ranking import rights
from ranking.models import Appeal, Assessment, Cycle, CycleState, Verdict
from ranking.services.answers import criterion_of
from ranking.services.council import require_appraiser


def is_open(cycle: Cycle) -> bool:
    """Whether units may appeal today."""
    is_provisional = cycle.state == CycleState.PROVISIONAL
    due = cycle.appeals_due
    return is_provisional and due is not None and cycle.today <= due


@transaction.atomic
def file_appeal(
    assessment_id: int, *, actor: User, criterion_id: int, text: str, file_id: int | None = None
) -> Appeal:
    """Ask the council to look again at one criterion, until the last day for appeals."""
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    right = rights.require(actor, rights.SUBMIT, assessment)
    cycle = assessment.cycle
    if cycle.state != CycleState.PROVISIONAL:
        raise TransitionError(_("Appeals are filed while the results are provisional."))
    if not is_open(cycle):
        raise TransitionError(_("The last day for appeals is over."))
    criterion = criterion_of(assessment, criterion_id)
    if assessment.appeals.filter(criterion=criterion, answered_at=None).exists():
        raise AlreadyDone(_("An appeal on this criterion waits for its answer."))
    if not text.strip():
        raise DomainError(_("Write what the council should look at again, and why."))
    files = claim([file_id], actor=actor) if file_id else [None]
    made: Appeal = Appeal.objects.create(
        assessment=assessment, criterion=criterion, text=text.strip(), file=files[0],
        filed_at=timezone.now(), filed_by=actor, on_behalf_of=right.on_behalf_of,
    )  # fmt: skip
    record(
        assessment, "ranking.appeal_filed", actor=actor, unit=assessment.unit,
        on_behalf_of=right.on_behalf_of, data={"criterion": criterion.code, "text": made.text},
    )  # fmt: skip
    return made


@transaction.atomic
def answer_appeal(appeal_id: int, *, actor: User, is_granted: bool, text: str) -> Appeal:
    """Answer; granted only after a new verdict was given on that criterion since the appeal."""
    appeal: Appeal = Appeal.objects.get(pk=appeal_id)
    assessment: Assessment = Assessment.objects.lock(appeal.assessment_id)
    appeal.refresh_from_db()
    require_appraiser(assessment, appeal.criterion, actor)
    if appeal.answered_at:
        raise AlreadyDone()
    if assessment.cycle.state != CycleState.PROVISIONAL:
        raise TransitionError(_("The results are not provisional any more."))
    if not text.strip():
        raise DomainError(_("Write the answer to the unit."))
    newest = Verdict.objects.filter(
        assessment=assessment, criterion=appeal.criterion, is_final=True, superseded_at=None
    ).first()
    if is_granted and (newest is None or newest.made_at < appeal.filed_at):
        raise DomainError(_("Decide on the criterion anew first, then grant the appeal."))
    appeal.is_granted, appeal.answer = is_granted, text.strip()
    appeal.answered_at, appeal.answered_by = timezone.now(), actor
    appeal.verdict = newest if is_granted else None
    appeal.save(update_fields=["is_granted", "answer", "answered_at", "answered_by", "verdict"])
    record(
        assessment, "ranking.appeal_answered", actor=actor, unit=assessment.unit,
        data={"criterion": appeal.criterion.code, "granted": is_granted, "answer": appeal.answer},
    )  # fmt: skip
    return appeal
