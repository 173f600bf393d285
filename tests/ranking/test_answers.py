"""A unit fills in its form: figures scored on the server, nothing lost, nobody overwrites."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from organizations.access import RefusedError
from ranking.models import Answer, Assessment
from ranking.services import answers, frameworks, submission
from ranking.services.answers import AnswerFacts, AnswerRefused, Locked, Stale
from tests.people import make_person
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(scope, town):
    return make_year(town)


def facts(year, code="1.9", revision=0, given=None, **more):
    return AnswerFacts(year.node(code).pk, revision, given or {"a": "3", "b": "4"}, **more)


def test_a_figure_is_scored_on_the_server_and_kept_as_it_was_typed(year, town):
    saved = answers.save(year.own.pk, facts(year), actor=town.leader)
    assert saved.answer.points == Decimal(15)
    assert saved.answer.input == {"a": "3", "b": "4"}
    entry = AuditEntry.objects.filter(action="ranking.answer_saved").last()
    assert (entry.data["criterion"], entry.data["points"]) == ("1.9", "15")


def test_zero_and_not_answered_differ(year, town):
    zero = answers.save(year.own.pk, facts(year, given={"a": "0", "b": "4"}), actor=town.leader)
    assert zero.answer.points == 0
    cleared = AnswerFacts(year.node("1.9").pk, 1, None)
    assert answers.save(year.own.pk, cleared, actor=town.leader).answer.points is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"a": "1.234,5", "b": "4"}, "two marks"),
        ({"a": "-1", "b": "4"}, "negative"),
        ({"a": "ba", "b": "4"}, "not a number"),
        ({"a": "1", "b": "4", "c": "2"}, "does not ask"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_a_sentence(year, town, given, words):
    with pytest.raises(AnswerRefused, match=words):
        answers.save(year.own.pk, facts(year, given=given), actor=town.leader)
    assert not Answer.objects.exists()


def test_a_stale_page_overwrites_nothing_and_says_who_saved(year, town):
    answers.save(year.own.pk, facts(year), actor=town.leader)
    with pytest.raises(Stale, match=town.leader.full_name):
        answers.save(year.own.pk, facts(year, given={"a": "4", "b": "4"}), actor=town.leader)
    assert Answer.objects.get().points == Decimal(15)


def test_the_same_answer_sent_again_by_its_writer_is_kept_once(year, town):
    """Its reply was lost on the way. A colleague who says the same has to look at it first."""
    first = answers.save(year.own.pk, facts(year), actor=town.leader).answer
    again = answers.save(year.own.pk, facts(year), actor=town.leader)
    assert (again.answer.revision, again.answer.saved_at) == (first.revision, first.saved_at)
    assert AuditEntry.objects.filter(action="ranking.answer_saved").count() == 1
    ticked = AnswerFacts(year.node("1.9").pk, 1, {}, not_applicable=True, explanation="Không có")
    answers.save(year.own.pk, ticked, actor=town.leader)
    assert answers.save(year.own.pk, ticked, actor=town.leader).answer.revision == 2
    with pytest.raises(Stale):  # the tick was taken away since: that is another answer
        answers.save(year.own.pk, facts(year, revision=1), actor=town.leader)
    filler = make_person("ranking_officer", town.agency)
    with pytest.raises(Stale):
        answers.save(year.own.pk, ticked, actor=filler)


def test_only_people_of_the_unit_write_and_a_colleague_only_what_he_was_given(year, town):
    for stranger in (town.outsider, town.officer, year.runner, year.appraiser):
        with pytest.raises(RefusedError):
            answers.save(year.own.pk, facts(year), actor=stranger)
    answers.give_to(
        year.own.pk, year.node("1.9").pk, actor=town.leader, colleague_id=town.officer.pk
    )
    answers.save(year.own.pk, facts(year), actor=town.officer)
    with pytest.raises(RefusedError):
        answers.save(year.own.pk, facts(year, "1.10", given={"choice": "co"}), actor=town.officer)


def test_what_does_not_apply_needs_a_reason_and_has_no_points(year, town):
    node = year.node("1.9").pk
    with pytest.raises(AnswerRefused, match="Say why"):
        answers.save(year.own.pk, AnswerFacts(node, 0, None, True), actor=town.leader)
    kept = answers.save(
        year.own.pk, AnswerFacts(node, 0, None, True, "Không có biên chế"), actor=town.leader
    )
    assert kept.answer.points is None
    assert kept.answer.is_complete


def test_zero_of_zero_is_taken_out_by_the_rule_and_half_an_answer_is_a_gap(year, town):
    saved = answers.save(year.own.pk, facts(year, given={"a": "0", "b": "0"}), actor=town.leader)
    assert (saved.answer.not_applicable, saved.answer.is_complete) == (True, True)
    half = answers.save(year.own.pk, facts(year, revision=1, given={"a": "3"}), actor=town.leader)
    assert (half.answer.not_applicable, half.answer.is_complete) == (False, False)


def test_a_colleague_who_left_the_unit_writes_and_sees_nothing_any_more(year, town):
    answers.give_to(
        year.own.pk, year.node("1.9").pk, actor=town.leader, colleague_id=town.officer.pk
    )
    mine = Assessment.objects.visible_to(town.officer, "fill_assessments")
    assert mine.filter(pk=year.own.pk).exists()
    today = timezone.localdate()
    town.officer.positions.update(valid_to=today - dt.timedelta(days=1))
    assert not mine.all().filter(pk=year.own.pk).exists()
    with pytest.raises(RefusedError):
        answers.save(year.own.pk, facts(year), actor=town.officer)


def test_a_criterion_withdrawn_while_units_fill_it_in_is_refused_and_keeps_what_was_written(
    year, town
):
    answers.save(year.own.pk, facts(year), actor=town.leader)
    frameworks.withdraw(year.node("1.9").pk, actor=year.runner, reason="Trùng với 1.10.")
    with pytest.raises(AnswerRefused, match=r"Trùng với 1\.10\."):
        answers.save(year.own.pk, facts(year, revision=1), actor=town.leader)
    assert Answer.objects.get().points == Decimal(15)


def test_after_the_submission_nothing_is_written_until_the_council_opens_the_form(year, town):
    answers.save(year.own.pk, facts(year), actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    with pytest.raises(Locked, match="submitted"):
        answers.save(year.own.pk, facts(year, revision=1), actor=town.leader)
    with pytest.raises(RefusedError):
        submission.reopen(year.own.pk, actor=year.runner, reason="Thiếu số liệu")
    submission.reopen(year.own.pk, actor=year.chair, reason="Thiếu số liệu")
    answers.save(year.own.pk, facts(year, revision=1), actor=town.leader)


def test_a_form_with_gaps_is_submitted_only_on_purpose(year, town):
    with pytest.raises(submission.Incomplete, match="3 criteria"):
        submission.submit(year.own.pk, actor=town.leader)
    with pytest.raises(RefusedError):
        submission.submit(year.own.pk, actor=town.officer, with_gaps=True)
    done = submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    assert done.is_submitted
    assert done.own_total is None


def test_saving_costs_the_same_with_many_criteria(scope, town):
    """At most 15 queries, whatever the size of the form."""
    year = make_year(town)
    with CaptureQueriesContext(
        connection,
    ) as few:
        answers.save(year.own.pk, facts(year), actor=town.leader)
    assert len(few) <= 13, [each["sql"][:90] for each in few]
