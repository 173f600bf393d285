"""What a unit says of itself: saved criterion by criterion while people type.

One saving locks the unit's form, scores that one criterion and sums nothing, so that it costs the
same with 120 criteria and with 1,500.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from organizations import access
from organizations.models import Position, User
from ranking.models import Answer, Assessment, Criterion, CycleState
from ranking.rules.faults import Faulty
from ranking.scoring import Scored, State, parse_rule
from ranking.services.told import told, told_points


class AnswerRefused(DomainError):
    """The answer cannot be kept as it is; what was typed stays on the page."""

    code = "answer_refused"


class Stale(DomainError):
    """Somebody saved the same criterion since the page was opened."""

    code = "answer_stale"


class Locked(DomainError):
    """The form is submitted, or the time for it is over."""

    code = "form_locked"


@dataclass(frozen=True)
class AnswerFacts:
    """What a page sends for one criterion; `revision` is the one that it showed."""

    criterion_id: int
    revision: int
    given: dict[str, Any] | None
    not_applicable: bool = False
    explanation: str = ""


@dataclass(frozen=True)
class Saved:
    answer: Answer
    scored: Scored | None  # None: nothing is answered


@transaction.atomic
def save(assessment_id: int, facts: AnswerFacts, *, actor: User) -> Saved:
    """Keep one answer and what it scores. Raises AnswerRefused, Stale or Locked."""
    assessment = writable(assessment_id)
    criterion = criterion_of(assessment, facts.criterion_id)
    answer = Answer.objects.filter(assessment=assessment, criterion=criterion).first()
    answer = answer or Answer(assessment=assessment, criterion=criterion)
    require_writer(assessment, answer, actor)
    if answer.revision != facts.revision:
        raise Stale(stale_words(answer))
    scored = _scored(criterion, facts)
    answer.input = facts.given or None
    by_rule = scored is not None and scored.state is State.NOT_APPLICABLE
    answer.not_applicable = facts.not_applicable or by_rule
    answer.is_complete = facts.not_applicable or is_complete(scored)
    answer.explanation = facts.explanation.strip()
    answer.points = scored.points if scored else None
    answer.revision += 1
    answer.saved_at, answer.saved_by = timezone.now(), actor
    answer.save()
    record(
        assessment, "ranking.answer_saved", actor=actor, unit=assessment.unit,
        data={"criterion": criterion.code, "input": answer.input,
              "not_applicable": answer.not_applicable, "explanation": answer.explanation,
              "points": told_points(answer.points)},
    )  # fmt: skip
    return Saved(answer, scored)


def is_complete(scored: Scored | None) -> bool:
    """Nothing is missing that the unit itself could give."""
    if scored is None:
        return False
    return scored.state is not State.NOT_YET or waits_for_group(scored)


def waits_for_group(scored: Scored) -> bool:
    """Its points are known when the whole group has answered."""
    return scored.state is State.NOT_YET and scored.steps[0].facts["names"] == ["group"]


def writable(assessment_id: int) -> Assessment:
    """The locked form, while its unit may write in it: whoever submits it waits, or we do."""
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    cycle = assessment.cycle
    if assessment.is_submitted:
        raise Locked(_("The form is submitted: the council can open it again for your unit."))
    if cycle.state not in {CycleState.OPEN, CycleState.APPRAISAL}:
        raise Locked(_("The self-assessment of %(year)s is not open.") % {"year": cycle.year})
    return assessment


def criterion_of(assessment: Assessment, criterion_id: int) -> Criterion:
    """A criterion that this unit answers, or a sentence that says why it does not."""
    found: Criterion | None = (
        Criterion.objects.scored()
        .filter(framework=assessment.cycle.framework_id, pk=criterion_id)
        .first()
    )
    if found is None or (found.groups and assessment.group not in found.groups):
        raise AnswerRefused(_("This criterion is not asked of your unit."))
    if found.withdrawn_at:
        raise AnswerRefused(
            _("Criterion %(code)s was withdrawn: %(reason)s Nothing you wrote before is lost.")
            % {"code": found.code, "reason": found.withdrawn_reason}
        )
    return found


def require_writer(assessment: Assessment, answer: Answer, actor: User) -> None:
    """Who fills in forms of the unit, or the colleague to whom this criterion was given."""
    is_colleague = answer.colleague_id == actor.pk
    if not is_colleague or not _people(assessment).filter(pk=actor.pk).exists():
        access.require(actor, "fill_assessments", assessment.unit_id)


def _scored(criterion: Criterion, facts: AnswerFacts) -> Scored | None:
    if facts.not_applicable:
        if facts.given:
            raise AnswerRefused(_("Either not applicable or a figure, not both."))
        if not facts.explanation.strip():
            raise AnswerRefused(_("Say why the criterion does not apply to your unit."))
        return None
    if not facts.given:
        return None
    try:
        found = parse_rule(criterion.rule, criterion.maximum or Decimal(0)).score(facts.given)
    except Faulty as wrong:
        raise AnswerRefused(told(wrong.faults)) from wrong
    return found


def stale_words(answer: Answer) -> str:
    """Who saved it meanwhile, and what to do."""
    if answer.saved_by is None or answer.saved_at is None:
        return _("Somebody cleared this answer meanwhile. Reload the page; your text stays here.")
    return _(
        "%(who)s saved this criterion at %(time)s. Compare with that answer, then save again."
    ) % {
        "who": answer.saved_by.full_name,
        "time": f"{timezone.localtime(answer.saved_at):%H:%M:%S}",
    }


@transaction.atomic
def give_to(
    assessment_id: int, criterion_id: int, *, actor: User, colleague_id: int | None
) -> Answer:
    """Ask a colleague of the unit to fill in one criterion; None takes it back."""
    assessment = writable(assessment_id)
    access.require(actor, "fill_assessments", assessment.unit_id)
    criterion = criterion_of(assessment, criterion_id)
    colleague = _colleague(assessment, colleague_id) if colleague_id else None
    answer, _made = Answer.objects.update_or_create(
        assessment=assessment, criterion=criterion, defaults={"colleague": colleague}
    )
    record(
        assessment, "ranking.criterion_given", actor=actor, unit=assessment.unit,
        data={"criterion": criterion.code, "colleague": colleague.full_name if colleague else ""},
    )  # fmt: skip
    return answer


def colleagues_of(assessment: Assessment) -> list[User]:
    """Who works in the unit or below it today, by given name; 500 at most."""
    return list(_people(assessment).order_by("sort_key", "pk")[:500])


def _people(assessment: Assessment) -> QuerySet[User]:
    held = Position.objects.valid_on(timezone.localdate()).filter(
        unit__path__startswith=assessment.unit.path
    )
    return User.objects.filter(is_active=True, is_machine=False, pk__in=held.values("user"))


def _colleague(assessment: Assessment, person_id: int) -> User:
    """Of the unit or below it, today."""
    found: User | None = _people(assessment).filter(pk=person_id).first()
    if found is None:
        raise DomainError(_("Choose somebody who works in your unit."))
    return found
