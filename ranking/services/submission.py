"""A unit's form is submitted by its head, opened again by the council alone, for one unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from files.services import claim
from organizations import access
from organizations.models import User
from organizations.words import signing_words
from ranking import clock, rights
from ranking.models import (
    Assessment,
    Choice,
    Criterion,
    Cycle,
    CycleState,
    PublicationState,
    Submission,
    confirmations,
)
from ranking.papers import form_paper
from ranking.queries.sheets import Sheet
from ranking.rules.inputs import same_input
from ranking.services.answers import writable
from ranking.services.council import open_year, presides, require_stranger
from ranking.services.judged import said_in
from ranking.services.told import said
from ranking.totals import Entries, Side, Terms, asked_of, entries_of, line_of, raw_of


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
    right = rights.require(actor, rights.SUBMIT, assessment)
    criteria = list(assessment.cycle.framework.criteria.order_by("order"))
    entries = entries_of([assessment.pk], Side.OWN).get(assessment.pk, {})
    asked = [c for c in asked_of(assessment.group, criteria) if c.level == "criterion"]
    answered = set(
        assessment.answers.filter(is_complete=True).values_list("criterion_id", flat=True)
    )
    left = [each.code for each in asked if each.pk not in answered]
    if left and not with_gaps:
        raise Incomplete(
            _(
                "%(n)s criteria have no answer yet: %(codes)s … Answer them, or tick that you"
                " submit with these gaps."
            )
            % {"n": len(left), "codes": ", ".join(left[:5])}
        )
    now = timezone.now()
    assessment.submitted_at, assessment.submitted_by = now, actor
    assessment.on_behalf_of = right.on_behalf_of
    assessment.capacity = signing_words(right.title)
    assessment.reopened_at, assessment.reopened_reason = None, ""
    assessment.offered_at, assessment.offered_by = None, None
    if assessment.counted_on is None:  # a form that is opened again keeps the day that counts
        assessment.counted_on = clock.day_of(assessment.cycle.rehearsed_on, now)
        if assessment.cycle.is_rehearsed:
            assessment.proof = _("Day of a rehearsal")
    assessment.own_total = _own_total(assessment, criteria, entries)
    assessment.save(
        update_fields=["submitted_at", "submitted_by", "on_behalf_of", "capacity", "counted_on",
                       "own_total", "proof", "reopened_at", "reopened_reason", "offered_at",
                       "offered_by"]
    )  # fmt: skip
    _supersede_accepted(assessment)
    _supersede_confirmed(assessment)
    kept = _keep(assessment)
    record(
        assessment, "ranking.form_submitted", actor=actor, unit=assessment.unit,
        on_behalf_of=right.on_behalf_of,
        data={"left": left, "total": str(assessment.own_total), "sha256": kept.digest,
              "counted_on": assessment.counted_on.isoformat()},
    )  # fmt: skip
    return assessment


def _keep(assessment: Assessment) -> Submission:
    """The form as it was signed; whatever is written after a reopening, this stays."""
    signer = assessment.submitted_by
    paper = form_paper(Sheet.of(assessment), signer)
    kept: Submission = Submission.objects.create(
        assessment=assessment, submitted_at=assessment.submitted_at, submitted_by=signer,
        total=assessment.own_total, digest=paper["digest"], paper=paper,
    )  # fmt: skip
    return kept


def _is_kept(assessment: Assessment) -> bool:
    return assessment.submitted_at in assessment.submissions.values_list("submitted_at", flat=True)


def _is_closed_unsigned(assessment: Assessment) -> bool:
    """The unit wrote in it since the submission, and the council closed it: nobody signed that."""
    since = assessment.submitted_at
    written = assessment.answers.filter(saved_at__gt=since).exists()
    return bool(written or assessment.evidence.filter(added_at__gt=since).exists())


def _own_total(
    assessment: Assessment, criteria: Sequence[Criterion], entries: Entries
) -> Decimal | None:
    """What the unit's own points come to, lateness counted."""
    terms = Terms.of(assessment.cycle)
    raw = raw_of(assessment.group, criteria, entries, terms.scale)
    return line_of(assessment, raw, terms, assessment.cycle).total


@transaction.atomic
def offer(assessment_id: int, *, actor: User) -> Assessment:
    """Lay the form before the head, who is told and finds it in his work; it stays open."""
    assessment = writable(assessment_id)
    rights.require(actor, rights.FILL, assessment)
    if assessment.offered_at is not None:
        raise AlreadyDone(_("The form lies before the head already."))
    assessment.offered_at, assessment.offered_by = timezone.now(), actor
    assessment.save(update_fields=["offered_at", "offered_by"])
    record(assessment, "ranking.form_offered", actor=actor, unit=assessment.unit)
    return assessment


def _supersede_accepted(assessment: Assessment) -> None:
    """What was accepted as the unit said it counts no more where the unit says otherwise now, in
    figures, words or evidence: the appraiser accepted them together."""
    accepted = list(assessment.verdicts.filter(choice=Choice.OWN, superseded_at=None))
    now = said_in(assessment, [each.criterion_id for each in accepted]) if accepted else {}
    changed = [each.pk for each in accepted if now.get(each.criterion_id) != each.judged]
    assessment.verdicts.filter(pk__in=changed).update(superseded_at=timezone.now(), is_final=False)


def _supersede_confirmed(assessment: Assessment) -> None:
    """A department confirmed what the unit declared, not what it declares now; where it entered
    another figure, that is what it knows, and stays."""
    figures = assessment.figures.filter(confirmations(), superseded_at=None)
    confirmed = {each.criterion_id: each for each in figures}
    now = {
        each.criterion_id: (each.not_applicable, each.input)
        for each in assessment.answers.filter(criterion__in=confirmed)
    }
    changed = [
        each.pk
        for each in confirmed.values()
        if now[each.criterion_id][0] != each.not_applicable
        or not same_input(now[each.criterion_id][1], each.input)
    ]
    if changed:
        assessment.figures.filter(pk__in=changed).update(superseded_at=timezone.now())


def takes_days(cycle: Cycle) -> bool:
    """Whether a day that counts may change: until the release, by which it has made a class, and
    in a correction, which says what it corrects."""
    if cycle.is_released:
        public = cycle.publications.filter(state=PublicationState.PUBLISHED)
        return cycle.state == CycleState.DECIDED and bool(public.exists())
    return cycle.state != CycleState.PREPARING


@transaction.atomic
def enter_day(
    assessment_id: int, *, actor: User, day: dt.date, proof: str, file_id: int | None = None
) -> Assessment:
    """The day of the postmark, document or official mail, with proof: entered by the standing body
    or who presides over the council, and never by somebody of the unit's own agency."""
    found = Assessment.objects.only("cycle_id").get(pk=assessment_id)
    cycle = open_year(found.cycle_id)  # years before their forms, as everywhere
    if not presides(cycle.pk, actor):
        access.require(actor, "manage_rankings", cycle.owner_id)
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    require_stranger(assessment, actor)
    if cycle.is_released and not takes_days(cycle):
        raise TransitionError(
            _("The results are out: take the year back to the appraisal, with a reason, before the"
              " day that counts changes.")
        )  # fmt: skip
    if cycle.state == CycleState.PREPARING or day > cycle.today:
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
    """Only the council's chair or vice chair, for one unit, with a reason. What was signed before
    papers were kept is kept now."""
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    if not presides(assessment.cycle_id, actor):
        raise access.RefusedError(_("Only the council's chair or vice chair opens a form again."))
    require_stranger(assessment, actor)
    if not assessment.cycle.is_under_way:
        raise TransitionError(_("The year is past the appraisal: forms stay closed."))
    if not assessment.is_submitted:
        raise AlreadyDone(_("The form is open already."))
    assessment.reopened_reason = said(reason, _("Say why the form is opened again."))
    if not _is_kept(assessment) and not _is_closed_unsigned(assessment):
        _keep(assessment)
    assessment.reopened_at = timezone.now()
    assessment.save(update_fields=["reopened_at", "reopened_reason"])
    record(
        assessment, "ranking.form_reopened", actor=actor, unit=assessment.unit,
        data={"reason": assessment.reopened_reason},
    )  # fmt: skip
    return assessment


@transaction.atomic
def close(assessment_id: int, *, actor: User, reason: str) -> Assessment:
    """End a reopening that the unit does not use, so that it does not hold up the others.

    What the unit wrote since stays, unsigned, and is judged as it stands; a verdict that accepted
    something else counts no more. The day that counts is that of the submission, as before.
    """
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    if not presides(assessment.cycle_id, actor):
        raise access.RefusedError(_("Only the council's chair or vice chair closes a form."))
    require_stranger(assessment, actor)
    if assessment.submitted_at is None or assessment.reopened_at is None:
        raise AlreadyDone(_("The form is not open again."))
    reason = said(reason, _("Say why the form is closed without the unit."))
    since = assessment.answers.filter(saved_at__gt=assessment.reopened_at)
    codes = list(since.order_by("criterion__order").values_list("criterion__code", flat=True))
    assessment.reopened_at, assessment.reopened_reason = None, ""
    assessment.offered_at, assessment.offered_by = None, None
    criteria = list(assessment.cycle.framework.criteria.order_by("order"))
    entries = entries_of([assessment.pk], Side.OWN).get(assessment.pk, {})
    assessment.own_total = _own_total(assessment, criteria, entries)
    assessment.save(
        update_fields=["reopened_at", "reopened_reason", "offered_at", "offered_by", "own_total"]
    )
    _supersede_accepted(assessment)
    _supersede_confirmed(assessment)
    record(
        assessment, "ranking.form_closed", actor=actor, unit=assessment.unit,
        data={"reason": reason, "unsigned": codes},
    )  # fmt: skip
    return assessment
