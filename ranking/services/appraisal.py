"""The council decides criterion by criterion: accept, take the system's figure, or another one.

A unit reads every reason. Nobody decides about his own agency (services.council), and nothing that
was decided is overwritten: a later verdict supersedes the earlier one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from organizations import access
from organizations.models import User
from ranking import rights
from ranking.models import (
    PRESIDING,
    Answer,
    Assessment,
    Choice,
    Criterion,
    CycleState,
    Figure,
    FigureSource,
    Inquiry,
    Verdict,
)
from ranking.rules.faults import Faulty
from ranking.rules.inputs import same_input
from ranking.scoring import State
from ranking.services.answers import criterion_of, waits_for_group
from ranking.services.council import (
    remit_covers,
    require_appraiser,
    require_stranger,
    seat_of,
)
from ranking.services.judged import said_in
from ranking.services.told import told, told_points


class VerdictRefused(DomainError):
    """The verdict cannot be kept as it is."""

    code = "verdict_refused"


class StaleVerdict(DomainError):
    """Somebody decided, the unit changed its answer or a figure came since the page was opened."""

    code = "verdict_stale"


@dataclass(frozen=True)
class VerdictFacts:
    """What an appraiser sends; `seen` is what the page showed, by `seen_of`."""

    criterion_id: int
    choice: str
    seen: tuple[int, int, int]
    given: dict[str, Any] | None = None
    not_applicable: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a choice comes to."""

    given: dict[str, Any] | None
    points: Decimal | None
    not_applicable: bool = False
    judged: str = ""  # digest of the answer that is accepted


@transaction.atomic
def decide(assessment_id: int, facts: VerdictFacts, *, actor: User) -> Verdict:
    """One person's verdict. Final at once with one appraiser; with two when they agree."""
    assessment = appraisable(assessment_id)
    criterion = criterion_of(assessment, facts.criterion_id)
    require_appraiser(assessment, criterion, actor)
    require_open(assessment, criterion)
    if seen_of(assessment.pk, criterion.pk) != facts.seen:
        raise StaleVerdict(
            _("This criterion changed meanwhile. Compare with its state now, then decide again.")
        )
    outcome = _outcome(assessment, criterion, facts)
    reason = facts.reason.strip()
    if facts.choice != Choice.OWN and len(reason) < MEANT:
        raise VerdictRefused(_("Say why: the unit reads it and can only mend what it understands."))
    verdict = _store(assessment, criterion, facts.choice, outcome, reason, actor)
    record(
        assessment, "ranking.verdict_given", actor=actor, unit=assessment.unit,
        data={"criterion": criterion.code, "choice": verdict.choice, "input": verdict.input,
              "points": told_points(verdict.points),
              "reason": reason, "final": verdict.is_final},
    )  # fmt: skip
    return verdict


MEANT = 5  # signs: a reason of "x" or "1.4" was found in real data (a placeholder left in)


def appraisable(assessment_id: int) -> Assessment:
    """The locked form while the council works on it."""
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    if assessment.cycle.state not in {CycleState.APPRAISAL, CycleState.PROVISIONAL}:
        raise TransitionError(_("The appraisal of this year is not open."))
    if assessment.reopened_at is not None:
        raise TransitionError(_("The form is open again for the unit: wait until it is submitted."))
    return assessment


def may_decide(assessment: Assessment, criterion: Criterion) -> bool:
    """Whether the criterion is under appraisal; after the release, while an appeal on it waits."""
    if assessment.cycle.state != CycleState.PROVISIONAL:
        return assessment.cycle.state == CycleState.APPRAISAL
    waits = assessment.appeals.filter(criterion=criterion, answered_at=None)
    return bool(waits.exists())


def require_open(assessment: Assessment, criterion: Criterion) -> None:
    """What a unit was told of changes by its appeal, or after the year went back with a reason."""
    if not may_decide(assessment, criterion):
        raise TransitionError(
            _("The results are out: only what a unit appeals against is decided anew. For anything"
              " else the year goes back to the appraisal, with a reason.")
        )  # fmt: skip


def seen_of(assessment_id: int, criterion_id: int) -> tuple[int, int, int]:
    """What a page of this criterion shows: numbers of its newest verdict and of the newest figure
    beside the answer, and between them the revision of the answer."""
    newest = (
        Verdict.objects.filter(assessment=assessment_id, criterion=criterion_id)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    revision = (
        Answer.objects.filter(assessment=assessment_id, criterion=criterion_id)
        .values_list("revision", flat=True)
        .first()
    )
    beside = Figure.objects.filter(
        assessment=assessment_id, criterion=criterion_id, superseded_at=None
    ).aggregate(newest=Max("pk"))["newest"]
    return newest or 0, revision or 0, beside or 0


def _outcome(assessment: Assessment, criterion: Criterion, facts: VerdictFacts) -> Outcome:
    if facts.choice == Choice.OWN:
        return _own(assessment, criterion)
    if facts.choice == Choice.SYSTEM:
        return _system(assessment, criterion)
    if facts.choice != Choice.OTHER:
        raise VerdictRefused(_("Choose what counts."))
    if facts.not_applicable:
        return Outcome(None, None, True)
    return outcome_of(criterion, facts.given)


def _own(assessment: Assessment, criterion: Criterion) -> Outcome:
    answer = Answer.objects.filter(assessment=assessment, criterion=criterion).first()
    if assessment.submitted_at is None:
        raise VerdictRefused(_("The unit has not submitted its form: enter what you find."))
    if answer is None or not answer.is_complete:
        raise VerdictRefused(
            _("The unit gave no answer: enter what you find, zero if there is nothing.")
        )
    judged = said_in(assessment, [criterion.pk])[criterion.pk]
    return Outcome(answer.input, answer.points, answer.not_applicable, judged)


def _system(assessment: Assessment, criterion: Criterion) -> Outcome:
    figure = Figure.objects.filter(
        assessment=assessment,
        criterion=criterion,
        superseded_at=None,
        source=FigureSource.SYSTEM,
    ).first()
    if figure is None:
        raise VerdictRefused(_("There is no figure of the system for this criterion."))
    return Outcome(figure.input, figure.points, figure.not_applicable)


def outcome_of(criterion: Criterion, given: dict[str, Any] | None) -> Outcome:
    """What the rule makes of it; a figure that cannot be is refused with a sentence."""
    try:
        scored = criterion.scoring_rule.score(given)
    except Faulty as wrong:
        raise VerdictRefused(told(wrong.faults)) from wrong
    if scored.state is State.NOT_YET and not waits_for_group(scored):
        raise VerdictRefused(_("Enter the figure that counts."))
    return Outcome(given, scored.points, scored.state is State.NOT_APPLICABLE)


def _store(
    assessment: Assessment, criterion: Criterion, choice: str, outcome: Outcome, reason: str,
    actor: User,
) -> Verdict:  # fmt: skip
    """The new verdict in place of the person's last one; final when nobody else is waited for."""
    verdict = _drafted(assessment, criterion, choice, outcome, reason, actor)
    now = verdict.made_at
    present = Verdict.objects.filter(assessment=assessment, criterion=criterion, superseded_at=None)
    present.filter(made_by=actor).update(superseded_at=now, is_final=False)
    others, heads = list(present.exclude(made_by=actor)), _heads(assessment)
    final = next((each for each in others if each.is_final), None)
    needed, settles = assessment.cycle.appraisers, actor.pk in heads
    is_held = final is not None and final.made_by_id in heads and not settles and needed > 1
    if not is_held and _settles(verdict, others, needed, heads):
        present.filter(is_final=True).update(superseded_at=now, is_final=False)
        verdict.is_final = True
    elif final is not None and not is_held:
        backed = 1 + sum(each is not final and same(each, final) for each in others)
        if backed < needed:  # who agreed with it has changed his mind
            present.filter(pk=final.pk).update(is_final=False)
    verdict.save(force_insert=True)
    return verdict


def _drafted(
    assessment: Assessment, criterion: Criterion, choice: str, outcome: Outcome, reason: str,
    actor: User,
) -> Verdict:  # fmt: skip
    return Verdict(
        assessment=assessment, criterion=criterion, choice=choice, input=outcome.given,
        points=outcome.points, not_applicable=outcome.not_applicable, reason=reason,
        made_at=timezone.now(), made_by=actor, judged=outcome.judged,
    )  # fmt: skip


def _heads(assessment: Assessment) -> set[int]:
    """Chair and vice chairs, who settle what others leave open. One query."""
    heads = assessment.cycle.seats.filter(part__in=PRESIDING, left_on=None)
    return set(heads.values_list("person_id", flat=True))


def _settles(verdict: Verdict, others: Iterable[Verdict], needed: int, heads: set[int]) -> bool:
    """Nobody else is waited for: one appraiser is enough, a head decides, or they agree."""
    agreed = sum(same(each, verdict) for each in others)
    return needed == 1 or verdict.made_by_id in heads or agreed + 1 >= needed


def same(one: Verdict, other: Verdict) -> bool:
    """Two appraisers agree on what counts, whatever words they use."""
    return (one.points, one.not_applicable) == (other.points, other.not_applicable)


@transaction.atomic
def accept_equal(assessment_id: int, *, actor: User) -> int:
    """Accept at once every answer that every figure beside it repeats, where nothing is final yet
    and he has not decided himself. How many; as many queries for one as for all."""
    assessment = appraisable(assessment_id)
    seat = seat_of(assessment.cycle_id, actor)
    if seat is None or not seat.remits.all():
        raise access.RefusedError(_("The council did not give you this area to appraise."))
    require_stranger(assessment, actor)
    if assessment.cycle.state != CycleState.APPRAISAL:
        raise TransitionError(_("The appraisal of this year is not open."))
    if assessment.submitted_at is None:
        return 0
    present: dict[int, list[Verdict]] = defaultdict(list)
    for each in Verdict.objects.filter(assessment=assessment, superseded_at=None):
        present[each.criterion_id].append(each)
    settled = {
        pk for pk, verdicts in present.items()
        if any(each.is_final or each.made_by_id == actor.pk for each in verdicts)
    }  # fmt: skip
    answers = [
        answer for answer in _equal(assessment)
        if answer.criterion_id not in settled
        and remit_covers(seat, answer.criterion.area_id or answer.criterion_id, assessment.group)
    ]  # fmt: skip
    if not answers:
        return 0
    judged = said_in(assessment, [answer.criterion_id for answer in answers])
    heads, made = _heads(assessment), []
    for answer in answers:
        outcome = Outcome(answer.input, answer.points, judged=judged[answer.criterion_id])
        verdict = _drafted(assessment, answer.criterion, Choice.OWN, outcome, "", actor)
        others = present[answer.criterion_id]
        verdict.is_final = _settles(verdict, others, assessment.cycle.appraisers, heads)
        made.append(verdict)
    Verdict.objects.bulk_create(made)
    record(
        assessment, "ranking.equal_accepted", actor=actor, unit=assessment.unit,
        data={"criteria": [answer.criterion.code for answer in answers]},
    )  # fmt: skip
    return len(made)


def _equal(assessment: Assessment) -> list[Answer]:
    """Answers beside which every figure says the same, in points and in what they are of: 9,000 of
    9,000 has the points of 3 of 3, and what is accepted is published. Two queries."""
    figures: dict[int, list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(assessment=assessment, superseded_at=None):
        figures[figure.criterion_id].append(figure)
    answers = Answer.objects.filter(
        assessment=assessment, points__isnull=False, criterion__in=figures,
        criterion__withdrawn_at=None,
    )  # fmt: skip
    return [
        each for each in answers.select_related("criterion")
        if all(
            figure.points == each.points and same_input(figure.input, each.input)
            for figure in figures[each.criterion_id]
        )
    ]  # fmt: skip


@transaction.atomic
def ask(assessment_id: int, *, actor: User, criterion_id: int, text: str) -> Inquiry:
    """Ask the unit about a criterion."""
    assessment = appraisable(assessment_id)
    criterion = criterion_of(assessment, criterion_id)
    require_appraiser(assessment, criterion, actor)
    if not text.strip():
        raise DomainError(_("Write the question."))
    made: Inquiry = Inquiry.objects.create(
        assessment=assessment, criterion=criterion, text=text.strip(),
        asked_at=timezone.now(), asked_by=actor,
    )  # fmt: skip
    record(
        assessment, "ranking.unit_asked", actor=actor, unit=assessment.unit,
        data={"criterion": criterion.code, "text": made.text},
    )  # fmt: skip
    return made


@transaction.atomic
def reply(inquiry_id: int, *, actor: User, text: str) -> Inquiry:
    """The unit's reply; a reply that was given stays."""
    inquiry: Inquiry = Inquiry.objects.get(pk=inquiry_id)
    assessment: Assessment = Assessment.objects.lock(inquiry.assessment_id)
    inquiry.refresh_from_db()
    rights.require(actor, rights.FILL, assessment)
    if inquiry.replied_at:
        raise TransitionError(_("The question is answered already."))
    if not text.strip():
        raise DomainError(_("Write the reply."))
    inquiry.reply, inquiry.replied_at, inquiry.replied_by = text.strip(), timezone.now(), actor
    inquiry.save(update_fields=["reply", "replied_at", "replied_by"])
    record(
        assessment, "ranking.unit_replied", actor=actor, unit=assessment.unit,
        data={"criterion": inquiry.criterion.code, "reply": inquiry.reply},
    )  # fmt: skip
    return inquiry
