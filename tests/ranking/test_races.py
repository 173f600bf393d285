"""Who is second waits for the first and is told what it did. Really committed, two connections.

Every race has a control: the same meeting with the lock taken away must end otherwise.
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from unittest import mock

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError, TransitionError
from ranking.models import Answer, Assessment, Cycle, EvidenceUse, Standing, Verdict
from ranking.models.assessments import AssessmentQuerySet
from ranking.models.cycles import CycleQuerySet
from ranking.services import (
    answers,
    appraisal,
    council,
    cycles,
    evidence,
    figures,
    frameworks,
    publication,
    submission,
)
from ranking.services.answers import AnswerFacts, AnswerRefused, Locked, Stale
from ranking.services.appraisal import StaleVerdict, VerdictFacts, seen_of
from ranking.services.council import RemitFacts
from ranking.services.evidence import DocumentFacts
from tenancy.scope import tenant_scope
from tests.people import make_person, make_town
from tests.ranking.racing import meet
from tests.ranking.years import make_year

DOCUMENT = DocumentFacts("12/BC", dt.date(2026, 1, 5), "Sở", "Báo cáo")
FOUND = {"1.9": {"a": "3", "b": "4"}, "1.10": {"choice": "co"}, "2.1.1": {"a": "1", "b": "2"}}


class Stage:
    """A year in a province of its own, with what the acts need."""

    def __init__(self, province):
        self.province = province
        with tenant_scope(province):
            self.town = make_town()
            self.year = make_year(self.town)
            self.second = make_person("oversight", self.town.root, full_name="Người Thứ Hai")
            council.seat(
                self.year.cycle.pk, actor=self.year.runner, username=self.second.username,
                part="vice", remits=[RemitFacts()],
            )  # fmt: skip
        self.nodes = {code: self.year.node(code).pk for code in FOUND}
        self.cycle, self.own = self.year.cycle.pk, self.year.own.pk

    def do(self, act):
        with tenant_scope(self.province):
            return act()

    # --- the acts -------------------------------------------------------------------------------

    def save(self, revision=0, given=None, code="1.9"):
        facts = AnswerFacts(self.nodes[code], revision, given or {"a": "3", "b": "4"})
        return answers.save(self.own, facts, actor=self.town.leader)

    def submit(self):
        return submission.submit(self.own, actor=self.town.leader, with_gaps=True)

    def move(self, to):
        return cycles.move(self.cycle, to, actor=self.year.runner)

    def decide(self, who=None, code="1.9", form=None, seen=None):
        form, node = form or self.own, self.nodes[code]
        facts = VerdictFacts(
            node, "other", seen or seen_of(form, node), FOUND[code], reason="Hội đồng tự thẩm định"
        )
        return appraisal.decide(form, facts, actor=who or self.year.appraiser)

    def cite(self):
        node = self.nodes["1.9"]
        return evidence.cite(self.own, DOCUMENT, actor=self.town.leader, criterion_ids=[node])

    def withdraw(self):
        return frameworks.withdraw(
            self.nodes["1.9"], actor=self.year.runner, reason="Trùng với 1.10."
        )

    def reopen(self):
        return submission.reopen(self.own, actor=self.year.chair, reason="Thiếu số liệu")

    def prepare(self):
        return publication.prepare(self.cycle, actor=self.year.runner)

    def approve(self, pk, who):
        return publication.approve(
            pk, actor=who, decision_number="01/QĐ", decided_on=timezone.localdate()
        )

    # --- states of the year ---------------------------------------------------------------------

    def appraising(self):
        self.do(lambda: self.move("appraisal"))

    def judged(self):
        self.appraising()
        for form in (self.own, self.year.other.pk, self.year.commune.pk):
            for code in FOUND:
                self.do(lambda form=form, code=code: self.decide(code=code, form=form))

    def provisional(self):
        self.judged()
        self.do(lambda: self.move("provisional"))
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        with tenant_scope(self.province):
            Cycle.objects.filter(pk=self.cycle).update(due=yesterday, appeals_due=yesterday)


@pytest.fixture
def stage(fresh_province):
    return Stage(fresh_province)


def without(*locks):
    """The meeting without one of its locks: `form`, `held` (the year, by who works in it), `year`
    (by who moves it)."""
    stack = ExitStack()
    if "form" in locks:
        plain = lambda self, pk: self.select_related("cycle", "unit").get(pk=pk)  # noqa: E731
        stack.enter_context(mock.patch.object(AssessmentQuerySet, "lock", plain))
    if "held" in locks:
        stack.enter_context(mock.patch("ranking.models.assessments.hold_year_of"))
    if "year" in locks:
        plain = lambda self, pk: self.get(pk=pk)  # noqa: E731
        stack.enter_context(mock.patch.object(CycleQuerySet, "lock", plain))
    return stack


def run(stage, first, second, at, locks=(), step="record"):
    with without(*locks):
        return meet(stage.province, first, second, f"ranking.services.{at}.{step}")


# --- a form that is being submitted ---------------------------------------------------------------


@pytest.mark.parametrize("locks", [(), pytest.param(("form",), marks=pytest.mark.slow)])
def test_an_answer_that_comes_while_the_form_is_submitted_is_refused(stage, locks):
    met = run(stage, stage.submit, stage.save, "submission", locks)
    kept = stage.do(Answer.objects.count)
    if locks:  # the control: saved into a form that is submitted
        assert (met.second.fault, kept) == (None, 1)
    else:
        assert (met.waited, type(met.second.fault), kept) == (True, Locked, 0)


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("form",)])
def test_evidence_that_comes_while_the_form_is_submitted_is_refused(stage, locks):
    met = run(stage, stage.submit, stage.cite, "submission", locks)
    kept = stage.do(EvidenceUse.objects.count)
    if locks:
        assert (met.second.fault, kept) == (None, 1)
    else:
        assert (met.waited, type(met.second.fault), kept) == (True, Locked, 0)


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("form",)])
def test_a_form_that_is_opened_again_is_submitted_by_who_waited(stage, locks):
    stage.do(stage.submit)
    met = run(stage, stage.reopen, stage.submit, "submission", locks)
    form = stage.do(lambda: Assessment.objects.get(pk=stage.own))
    if locks:  # told that it is submitted, while it is being opened
        assert (type(met.second.fault), form.is_submitted) == (Locked, False)
    else:
        assert (met.waited, met.second.fault, form.is_submitted) == (True, None, True)


# --- a year that moves ----------------------------------------------------------------------------


@pytest.mark.parametrize("locks", [(), pytest.param(("held",), marks=pytest.mark.slow)])
def test_an_answer_that_comes_while_the_year_moves_on_is_refused(stage, locks):
    stage.appraising()
    met = run(stage, lambda: stage.move("provisional"), stage.save, "cycles", locks)
    kept = stage.do(Answer.objects.count)
    if locks:  # the control: saved into a year whose results are out
        assert (met.second.fault, kept) == (None, 1)
    else:
        assert (met.waited, type(met.second.fault), kept) == (True, Locked, 0)


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("held",)])
def test_a_year_waits_for_an_answer_that_is_being_saved(stage, locks):
    stage.appraising()
    met = run(stage, stage.save, lambda: stage.move("provisional"), "answers", locks)
    assert met.second.fault is None
    assert met.waited is not bool(locks)
    actions = stage.do(
        lambda: list(
            AuditEntry.objects.filter(action__in=["ranking.answer_saved", "ranking.year_moved"])
            .order_by("-pk").values_list("action", flat=True)[:2]
        )
    )  # fmt: skip
    assert "ranking.answer_saved" in actions


def test_nobody_waits_with_his_answer_while_figures_are_counted(stage):
    """Counting takes longer than a lock is waited for."""
    measure = lambda: figures.measure(stage.cycle, actor=stage.year.runner)  # noqa: E731
    met = run(stage, measure, stage.save, "figures", step="counted")
    assert (met.waited, met.first.fault, met.second.fault) == (False, None, None)


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("held",)])
def test_a_verdict_that_comes_while_the_results_are_released_is_refused(stage, locks):
    stage.judged()
    seen = stage.do(lambda: seen_of(stage.own, stage.nodes["1.9"]))
    met = run(
        stage, lambda: stage.move("provisional"), lambda: stage.decide(seen=seen), "cycles", locks
    )
    newest = stage.do(lambda: seen_of(stage.own, stage.nodes["1.9"]))
    if locks:  # decided once more beside what the units were told
        assert met.second.fault is None
        assert newest != seen
    else:
        assert (met.waited, type(met.second.fault), newest) == (True, TransitionError, seen)


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("held",)])
def test_what_is_frozen_holds_every_verdict_that_was_being_given(stage, locks):
    stage.judged()
    stage.do(lambda: Cycle.objects.filter(pk=stage.cycle).update(appeals_due=None))

    def close_and_freeze():
        stage.move("provisional")
        stage.move("decided")
        return stage.prepare()

    met = run(stage, stage.decide, close_and_freeze, "appraisal", locks)
    assert met.second.fault is None
    assert met.waited is not bool(locks)


# --- the same thing at once -----------------------------------------------------------------------


@pytest.mark.parametrize("locks", [(), pytest.param(("form",), marks=pytest.mark.slow)])
def test_of_two_who_save_the_same_criterion_the_second_is_told_who_was_first(stage, locks):
    stage.do(stage.save)
    second = lambda: stage.save(1, {"a": "4", "b": "4"})  # noqa: E731
    met = run(stage, lambda: stage.save(1, {"a": "1", "b": "4"}), second, "answers", locks)
    answer = stage.do(Answer.objects.get)
    if locks:  # written over, and nobody knows
        assert (met.second.fault, answer.revision, answer.input["a"]) == (None, 2, "4")
    else:
        assert (met.waited, type(met.second.fault)) == (True, Stale)
        assert (answer.revision, answer.input["a"]) == (2, "1")


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("form",)])
def test_of_two_appraisers_at_once_the_second_compares_again(stage, locks):
    stage.appraising()
    met = run(
        stage, lambda: stage.decide(seen=(0, 0, 0)),
        lambda: stage.decide(who=stage.second, seen=(0, 0, 0)), "appraisal", locks,
    )  # fmt: skip
    final = stage.do(lambda: Verdict.objects.filter(is_final=True, superseded_at=None).count())
    assert final == 1
    wanted = IntegrityError if locks else StaleVerdict
    assert type(met.second.fault) is wanted


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("year",)])
def test_a_publication_is_approved_once(stage, locks):
    stage.provisional()
    stage.do(lambda: stage.move("decided"))
    pk = stage.do(stage.prepare).pk
    met = run(
        stage, lambda: stage.approve(pk, stage.year.chair),
        lambda: stage.approve(pk, stage.second), "publication", locks,
    )  # fmt: skip
    assert stage.do(lambda: Standing.objects.filter(publication=pk).count()) == 3
    if locks:
        assert isinstance(met.second.fault, IntegrityError)
    else:
        assert (met.waited, type(met.second.fault)) == (True, AlreadyDone)


@pytest.mark.slow
@pytest.mark.parametrize("locks", [(), ("held",)])
def test_an_answer_to_a_criterion_that_is_being_withdrawn_is_refused_with_the_reason(stage, locks):
    met = run(stage, stage.withdraw, stage.save, "frameworks", locks)
    kept = stage.do(Answer.objects.count)
    if locks:
        assert (met.second.fault, kept) == (None, 1)
    else:
        assert (met.waited, type(met.second.fault), kept) == (True, AnswerRefused, 0)
        assert "Trùng với 1.10." in str(met.second.fault)


@pytest.mark.slow
def test_a_criterion_is_not_withdrawn_from_a_year_that_is_being_published(stage):
    stage.provisional()
    stage.do(lambda: stage.move("decided"))
    pk = stage.do(stage.prepare).pk
    met = run(
        stage, lambda: stage.approve(pk, stage.year.chair), stage.withdraw, "publication"
    )  # fmt: skip
    assert (met.waited, met.first.fault, type(met.second.fault)) == (True, None, DomainError)
    assert not stage.year.node("1.9").withdrawn_at
