"""What a unit says of itself: saved criterion by criterion while people type.

One saving locks the unit's form, scores that one criterion and sums nothing, so that it costs the
same with 120 criteria and with 1,500.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from organizations.models import Position, User
from ranking import rights
from ranking.models import Answer, Assessment, Criterion
from ranking.rules.faults import Faulty
from ranking.scoring import Scored, State
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
    scored = _scored(criterion, facts)
    if answer.revision != facts.revision:
        if is_repeated(criterion, answer, facts, actor):
            return Saved(answer, scored)
        raise Stale(stale_words(answer))
    answer.input = facts.given or None
    answer.not_applicable = _applies_not(facts, scored)
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


def is_repeated(criterion: Criterion, answer: Answer, facts: AnswerFacts, actor: User) -> bool:
    """The person's own last answer once more: it was kept, and the reply was lost on the way."""
    return bool(
        answer.saved_by_id == actor.pk
        and answer.input == (facts.given or None)
        and answer.explanation == facts.explanation.strip()
        and answer.not_applicable == _applies_not(facts, _scored(criterion, facts))
    )


def _applies_not(facts: AnswerFacts, scored: Scored | None) -> bool:
    by_rule = scored is not None and scored.state is State.NOT_APPLICABLE
    return facts.not_applicable or by_rule


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
    if not cycle.is_under_way:
        raise Locked(_("The self-assessment of %(year)s is not open.") % {"year": cycle.year})
    return assessment


def criterion_of(assessment: Assessment, criterion_id: int) -> Criterion:
    """A criterion that this unit answers, or a sentence that says why it does not."""
    return criteria_of(assessment, [criterion_id])[0]


def criteria_of(assessment: Assessment, criterion_ids: Iterable[int]) -> list[Criterion]:
    """Criteria that this unit answers, in the order of the form; at least one. One query."""
    wanted = set(criterion_ids)
    scored = Criterion.objects.scored().filter(framework=assessment.cycle.framework_id)
    found = list(scored.filter(pk__in=wanted).order_by("order"))
    if len(found) != len(wanted) or not found:
        raise AnswerRefused(_("This criterion is not asked of your unit."))
    for each in found:
        if each.groups and assessment.group not in each.groups:
            raise AnswerRefused(_("This criterion is not asked of your unit."))
        if each.withdrawn_at:
            raise AnswerRefused(
                _("Criterion %(code)s was withdrawn: %(reason)s Nothing you wrote before is lost.")
                % {"code": each.code, "reason": each.withdrawn_reason}
            )
    return found


def require_writer(assessment: Assessment, answer: Answer, actor: User) -> None:
    """Who fills in forms of the unit, or the colleague to whom this criterion was given."""
    is_colleague = answer.colleague_id == actor.pk
    if not is_colleague or not people_in(assessment).filter(pk=actor.pk).exists():
        rights.require(actor, rights.FILL, assessment)


def require_writer_of(assessment: Assessment, criteria: Sequence[Criterion], actor: User) -> None:
    """As `require_writer`, for what hangs on several criteria: all of them are his."""
    if not rights.may(actor, rights.FILL, assessment) and criteria:
        given = assessment.answers.filter(colleague=actor.pk, criterion__in=criteria)
        works = people_in(assessment).filter(pk=actor.pk).exists()
        if works and given.count() == len(criteria):
            return
    rights.require(actor, rights.FILL, assessment)


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
        found = criterion.scoring_rule.score(facts.given)
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
    assessment_id: int, *criterion_ids: int, actor: User, colleague_id: int | None
) -> list[Answer]:
    """Ask a colleague of the unit to fill in these criteria; None takes them back."""
    assessment = writable(assessment_id)
    rights.require(actor, rights.FILL, assessment)
    criteria = criteria_of(assessment, criterion_ids)
    colleague = _colleague(assessment, colleague_id) if colleague_id else None
    rows = assessment.answers.filter(criterion__in=criteria)
    held = {each.criterion_id: each for each in rows}
    lost: dict[int, list[str]] = {}  # codes by the person who had them
    for each in criteria:
        holder = held[each.pk].colleague_id if each.pk in held else None
        if holder and holder != colleague_id:
            lost.setdefault(holder, []).append(each.code)
    rows.update(colleague=colleague)
    Answer.objects.bulk_create(
        Answer(assessment=assessment, criterion=each, colleague=colleague)
        for each in criteria if each.pk not in held
    )  # fmt: skip
    record(
        assessment, "ranking.criterion_given", actor=actor, unit=assessment.unit,
        data={"criterion": ", ".join(each.code for each in criteria),
              "colleague": colleague.full_name if colleague else "",
              "person": colleague.pk if colleague else None,
              "lost": [{"person": pk, "criterion": ", ".join(c)} for pk, c in lost.items()]},
    )  # fmt: skip
    return list(rows.order_by("criterion__order"))


def people_in(assessment: Assessment) -> QuerySet[User]:
    """Who works in the unit or below it today."""
    held = Position.objects.valid_on(timezone.localdate()).filter(
        unit__path__startswith=assessment.unit.path
    )
    return User.objects.filter(is_active=True, is_machine=False, pk__in=held.values("user"))


def _colleague(assessment: Assessment, person_id: int) -> User:
    """Of the unit or below it, today."""
    found: User | None = people_in(assessment).filter(pk=person_id).first()
    if found is None:
        raise DomainError(_("Choose somebody who works in your unit."))
    return found
