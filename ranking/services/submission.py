"""A unit's form is submitted by its head, opened again by the council alone, for one unit."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from files.services import claim
from organizations import access
from organizations.models import User
from organizations.words import signing_words
from ranking.models import Assessment, Choice, CycleState, Part
from ranking.services.answers import writable
from ranking.services.council import running, seat_of
from ranking.services.told import said
from ranking.totals import Side, Terms, asked_of, entries_of, line_of, raw_of


class Incomplete(DomainError):
    """Criteria are left without an answer."""

    code = "form_incomplete"


@transaction.atomic
def submit(assessment_id: int, *, actor: User, with_gaps: bool = False) -> Assessment:
    """Sign and submit: locked from this moment, which is stamped.

    What is left empty counts as not claimed; the head must say that he means it (`with_gaps`).
    A late form is taken, too, and says what that costs (QĐ 1278 Điều 8 khoản 3, 4).
    """
    assessment = writable(assessment_id)
    right = access.require(actor, "submit_assessments", assessment.unit_id)
    criteria = list(assessment.cycle.framework.criteria.order_by("order"))
    entries = entries_of([assessment.pk], Side.OWN).get(assessment.pk, {})
    asked = [c for c in asked_of(assessment.group, criteria) if c.level == "criterion"]
    answered = set(
        assessment.answers.filter(is_complete=True).values_list("criterion_id", flat=True)
    )
    left = [each.code for each in asked if each.pk not in answered]
    if left and not with_gaps:
        raise Incomplete(
            _("%(n)s criteria have no answer yet: %(codes)s …")
            % {"n": len(left), "codes": ", ".join(left[:5])}
        )
    now = timezone.now()
    assessment.submitted_at, assessment.submitted_by = now, actor
    assessment.on_behalf_of = right.on_behalf_of
    assessment.capacity = signing_words(right.title)
    assessment.reopened_at, assessment.reopened_reason = None, ""
    if assessment.counted_on is None:  # a form that is opened again keeps the day that counts
        assessment.counted_on = timezone.localdate(now)
    terms = Terms.of(assessment.cycle)
    raw = raw_of(assessment.group, criteria, entries, terms.scale)
    assessment.own_total = line_of(assessment, raw, terms, assessment.cycle).total
    assessment.save(
        update_fields=["submitted_at", "submitted_by", "on_behalf_of", "capacity", "counted_on",
                       "own_total", "reopened_at", "reopened_reason"]
    )  # fmt: skip
    _supersede_accepted(assessment)
    record(
        assessment, "ranking.form_submitted", actor=actor, unit=assessment.unit,
        on_behalf_of=right.on_behalf_of,
        data={"left": left, "total": str(assessment.own_total),
              "counted_on": assessment.counted_on.isoformat()},
    )  # fmt: skip
    return assessment


def _supersede_accepted(assessment: Assessment) -> None:
    """What was accepted as the unit said it counts no more where the unit says otherwise now."""
    now = {answer.criterion_id: answer for answer in assessment.answers.all()}
    accepted = assessment.verdicts.filter(choice=Choice.OWN, superseded_at=None)
    changed = [
        each.pk
        for each in accepted
        if each.criterion_id not in now or now[each.criterion_id].input != each.input
    ]
    assessment.verdicts.filter(pk__in=changed).update(superseded_at=timezone.now(), is_final=False)


@transaction.atomic
def enter_day(
    assessment_id: int, *, actor: User, day: dt.date, proof: str, file_id: int | None = None
) -> Assessment:
    """The standing body enters the day of the postmark, document or official mail, with proof."""
    found = Assessment.objects.only("cycle_id").get(pk=assessment_id)
    cycle = running(found.cycle_id, actor)  # years before their forms, as everywhere
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    if cycle.state == CycleState.PREPARING or day > timezone.localdate():
        raise DomainError(_("The form cannot have come on that day."))
    if not proof.strip():
        raise DomainError(_("Say what proves the day: postmark, document number, official mail."))
    files = claim([file_id], actor=actor) if file_id else []
    before = assessment.counted_on
    assessment.counted_on, assessment.proof = day, proof.strip()
    assessment.proof_file = files[0] if files else assessment.proof_file
    assessment.save(update_fields=["counted_on", "proof", "proof_file"])
    record(
        assessment, "ranking.day_entered", actor=actor, unit=assessment.unit,
        data={"before": before.isoformat() if before else "", "day": day.isoformat(),
              "proof": assessment.proof},
    )  # fmt: skip
    return assessment


@transaction.atomic
def reopen(assessment_id: int, *, actor: User, reason: str) -> Assessment:
    """Only the council's chair or vice chair, for one unit, with a reason."""
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    found = seat_of(assessment.cycle_id, actor)
    if found is None or found.part not in {Part.CHAIR, Part.VICE}:
        raise access.RefusedError(_("Only the council's chair or vice chair opens a form again."))
    if assessment.cycle.state not in {CycleState.OPEN, CycleState.APPRAISAL}:
        raise TransitionError(_("The year is past the appraisal: forms stay closed."))
    if not assessment.is_submitted:
        raise AlreadyDone(_("The form is open already."))
    assessment.reopened_reason = said(reason, _("Say why the form is opened again."))
    assessment.reopened_at = timezone.now()
    assessment.save(update_fields=["reopened_at", "reopened_reason"])
    record(
        assessment, "ranking.form_reopened", actor=actor, unit=assessment.unit,
        data={"reason": assessment.reopened_reason},
    )  # fmt: skip
    return assessment
