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
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from organizations import access
from organizations.models import User
from ranking.models import (
    Answer,
    Assessment,
    Choice,
    Criterion,
    CycleState,
    Figure,
    FigureSource,
    Inquiry,
    Part,
    Verdict,
)
from ranking.rules.faults import Faulty
from ranking.scoring import State, parse_rule
from ranking.services.answers import criterion_of, waits_for_group
from ranking.services.council import remit_covers, require_appraiser, seat_of, works_in
from ranking.services.told import told, told_points


class VerdictRefused(DomainError):
    """The verdict cannot be kept as it is."""

    code = "verdict_refused"


class StaleVerdict(DomainError):
    """Somebody decided, or the unit changed its answer, since the page was opened."""

    code = "verdict_stale"


@dataclass(frozen=True)
class VerdictFacts:
    """What an appraiser sends; `seen` is what the page showed: newest verdict, revision."""

    criterion_id: int
    choice: str
    seen: tuple[int, int]
    given: dict[str, Any] | None = None
    not_applicable: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a choice comes to."""

    given: dict[str, Any] | None
    points: Decimal | None
    not_applicable: bool = False


@transaction.atomic
def decide(assessment_id: int, facts: VerdictFacts, *, actor: User) -> Verdict:
    """One person's verdict. Final at once with one appraiser; with two when they agree."""
    assessment = appraisable(assessment_id)
    criterion = criterion_of(assessment, facts.criterion_id)
    require_appraiser(assessment, criterion, actor)
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


def seen_of(assessment_id: int, criterion_id: int) -> tuple[int, int]:
    """What a page of this criterion shows: number of its newest verdict, revision of the answer."""
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
    return newest or 0, revision or 0


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
    return Outcome(answer.input, answer.points, answer.not_applicable)


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
        scored = parse_rule(criterion.rule, criterion.maximum or Decimal(0)).score(given)
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
    now = timezone.now()
    present = Verdict.objects.filter(assessment=assessment, criterion=criterion, superseded_at=None)
    present.filter(made_by=actor).update(superseded_at=now, is_final=False)
    verdict = Verdict(
        assessment=assessment, criterion=criterion, choice=choice, input=outcome.given,
        points=outcome.points, not_applicable=outcome.not_applicable, reason=reason,
        made_at=now, made_by=actor,
    )  # fmt: skip
    others = list(present.exclude(made_by=actor))
    needed = assessment.cycle.appraisers
    agreed = [each for each in others if same(each, verdict)]
    heads = set(
        assessment.cycle.seats.filter(part__in=[Part.CHAIR, Part.VICE], left_on=None).values_list(
            "person_id", flat=True
        )
    )
    final = next((each for each in others if each.is_final), None)
    settles = actor.pk in heads
    is_held = final is not None and final.made_by_id in heads and not settles and needed > 1
    if not is_held and (needed == 1 or settles or len(agreed) + 1 >= needed):
        present.filter(is_final=True).update(superseded_at=now, is_final=False)
        verdict.is_final = True
    elif final is not None and not is_held:
        backed = 1 + sum(each is not final and same(each, final) for each in others)
        if backed < needed:  # who agreed with it has changed his mind
            present.filter(pk=final.pk).update(is_final=False)
    verdict.save(force_insert=True)
    return verdict


def same(one: Verdict, other: Verdict) -> bool:
    """Two appraisers agree on what counts, whatever words they use."""
    return (one.points, one.not_applicable) == (other.points, other.not_applicable)


@transaction.atomic
def accept_equal(assessment_id: int, *, actor: User) -> int:
    """Accept at once every answer with the points of every figure beside it. How many."""
    assessment = appraisable(assessment_id)
    seat, unit = seat_of(assessment.cycle_id, actor), assessment.unit
    if assessment.submitted_at is None or works_in(actor, unit):
        return 0
    figures: dict[int, set[Decimal | None]] = defaultdict(set)
    for criterion_id, points in Figure.objects.filter(
        assessment=assessment, superseded_at=None
    ).values_list("criterion_id", "points"):
        figures[criterion_id].add(points)
    decided = Verdict.objects.filter(assessment=assessment, superseded_at=None)
    answers = (
        Answer.objects.filter(assessment=assessment, points__isnull=False, criterion__in=figures)
        .exclude(criterion__in=decided.values("criterion"))
        .filter(criterion__withdrawn_at=None)
        .select_related("criterion")
    )
    accepted = []
    for answer in answers:
        node = answer.criterion
        covered = remit_covers(seat, node.area_id or node.pk, assessment.group)
        if not covered or figures[node.pk] != {answer.points}:
            continue
        outcome = Outcome(answer.input, answer.points)
        _store(assessment, node, Choice.OWN, outcome, "", actor)
        accepted.append(node.code)
    if accepted:
        record(
            assessment, "ranking.equal_accepted", actor=actor, unit=assessment.unit,
            data={"criteria": accepted},
        )  # fmt: skip
    return len(accepted)


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
    inquiry: Inquiry = Inquiry.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=inquiry_id
    )
    access.require(actor, "fill_assessments", inquiry.assessment.unit_id)
    if inquiry.replied_at:
        raise TransitionError(_("The question is answered already."))
    if not text.strip():
        raise DomainError(_("Write the reply."))
    inquiry.reply, inquiry.replied_at, inquiry.replied_by = text.strip(), timezone.now(), actor
    inquiry.save(update_fields=["reply", "replied_at", "replied_by"])
    record(
        inquiry.assessment, "ranking.unit_replied", actor=actor, unit=inquiry.assessment.unit,
        data={"criterion": inquiry.criterion.code, "reply": inquiry.reply},
    )  # fmt: skip
    return inquiry


def differing(verdicts: Iterable[Verdict]) -> dict[int, list[Verdict]]:
    """Criteria whose appraisers do not agree and that nobody settled, with their verdicts."""
    found: dict[int, list[Verdict]] = {}
    for each in verdicts:
        found.setdefault(each.criterion_id, []).append(each)
    return {
        criterion: given
        for criterion, given in found.items()
        if len(given) > 1 and not any(one.is_final for one in given)
    }
