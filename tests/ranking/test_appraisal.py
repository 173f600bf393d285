"""The council decides beside the unit's answer; a later verdict leaves the earlier one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.errors import DomainError
from organizations.access import RefusedError
from ranking.models import Figure, Part, Verdict
from ranking.queries.appraisal import cases_of
from ranking.services import answers, appeals, appraisal, council, cycles, evidence, submission
from ranking.services.answers import AnswerFacts
from ranking.services.appraisal import StaleVerdict, VerdictFacts, VerdictRefused, seen_of
from ranking.services.council import OwnAgency, RemitFacts
from ranking.services.evidence import DocumentFacts
from tests.people import give_role, make_person
from tests.ranking.years import make_year, once_a_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(scope, town):
    return appraised_year(town)


@once_a_day
def appraised_year(town):
    return appraised(make_year(town), town)


def appraised(year, town):
    """The town's agency has claimed 15 of 20, 20 of 20 and 60 of 60; the appraisal is open."""
    for code, given in (
        ("1.9", {"a": "3", "b": "4"}), ("1.10", {"choice": "co"}),
        ("2.1.1", {"a": "9", "b": "9"}),
    ):  # fmt: skip
        facts = AnswerFacts(year.node(code).pk, 0, given)
        answers.save(year.own.pk, facts, actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader)
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
    return year


def verdict(year, code="1.9", choice="own", **more):
    node = year.node(code)
    facts = {"seen": seen_of(year.own.pk, node.pk), **more}
    return VerdictFacts(node.pk, choice, **facts)


def test_accepting_takes_the_units_points_and_another_figure_is_scored_by_the_same_rule(year):
    taken = appraisal.decide(year.own.pk, verdict(year), actor=year.appraiser)
    assert (taken.points, taken.is_final) == (Decimal(15), True)
    other = appraisal.decide(
        year.own.pk,
        verdict(year, choice="other", given={"a": "2", "b": "4"}, reason="Chỉ có 2 máy"),
        actor=year.appraiser,
    )
    assert other.points == Decimal(10)
    assert Verdict.objects.get(pk=taken.pk).superseded_at is not None


@pytest.mark.parametrize("reason", ["", "  ", "1.4"])
def test_a_changed_score_needs_a_reason_that_says_something(year, reason):
    with pytest.raises(VerdictRefused, match="Say why"):
        appraisal.decide(
            year.own.pk,
            verdict(year, choice="other", given={"a": "0", "b": "4"}, reason=reason),
            actor=year.appraiser,
        )


def test_a_zero_is_a_verdict_and_no_verdict_is_none(year):
    zero = appraisal.decide(
        year.own.pk,
        verdict(year, choice="other", given={"a": "0", "b": "4"}, reason="Không có minh chứng"),
        actor=year.appraiser,
    )
    assert zero.points == 0
    assert not Verdict.objects.filter(criterion=year.node("1.10")).exists()


def test_the_system_is_taken_only_where_there_is_a_figure(year):
    with pytest.raises(VerdictRefused, match="no figure"):
        appraisal.decide(
            year.own.pk, verdict(year, choice="system", reason="Theo hệ thống"),
            actor=year.appraiser,
        )  # fmt: skip
    Figure.objects.create(
        assessment=year.own, criterion=year.node("1.9"), source="system",
        input={"a": "1", "b": "4"}, points=Decimal(5), cut_at=timezone.now(),
    )  # fmt: skip
    found = appraisal.decide(
        year.own.pk, verdict(year, choice="system", reason="Theo hệ thống"), actor=year.appraiser
    )
    assert found.points == Decimal(5)


def test_nobody_appraises_his_own_agency_nor_what_he_was_not_given(year, town):
    with pytest.raises(RefusedError):
        appraisal.decide(year.own.pk, verdict(year), actor=year.runner)
    member = make_person("official", town.division, full_name="Người Trong Sở")
    council.seat(
        year.cycle.pk, actor=year.runner, username=member.username, part=Part.SUPPORT,
        remits=[RemitFacts()],
    )  # fmt: skip
    with pytest.raises(OwnAgency):
        appraisal.decide(year.own.pk, verdict(year), actor=member)
    narrow = make_person("oversight", town.root)
    council.seat(
        year.cycle.pk, actor=year.runner, username=narrow.username, part=Part.SUPPORT,
        remits=[RemitFacts(year.node("2").pk)],
    )  # fmt: skip
    with pytest.raises(RefusedError, match="did not give you"):
        appraisal.decide(year.own.pk, verdict(year), actor=narrow)
    appraisal.decide(year.own.pk, verdict(year, "2.1.1"), actor=narrow)


def test_a_page_that_is_out_of_date_decides_nothing(year):
    stale = verdict(year)
    appraisal.decide(year.own.pk, stale, actor=year.appraiser)
    with pytest.raises(StaleVerdict):
        appraisal.decide(year.own.pk, stale, actor=year.appraiser)


def test_a_figure_that_came_meanwhile_is_compared_with_before_it_counts(year):
    def measured(points):
        Figure.objects.filter(superseded_at=None).update(superseded_at=timezone.now())
        Figure.objects.create(
            assessment=year.own, criterion=year.node("1.9"), source="system",
            input={"a": points, "b": "20"}, points=points, cut_at=timezone.now(),
        )  # fmt: skip

    measured("10")
    facts = verdict(year, choice="system", reason="Theo hệ thống")
    measured("0")
    with pytest.raises(StaleVerdict):
        appraisal.decide(year.own.pk, facts, actor=year.appraiser)
    again = verdict(year, choice="system", reason="Theo hệ thống")
    assert appraisal.decide(year.own.pk, again, actor=year.appraiser).points == 0


def test_two_appraisers_must_agree_or_the_chair_settles(scope, town):
    year = appraised(make_year(town, appraisers=2), town)
    second = make_person("oversight", town.root)
    for person, part in ((second, Part.MEMBER), (year.chair, Part.CHAIR)):
        council.seat(
            year.cycle.pk, actor=year.runner, username=person.username, part=part,
            remits=[RemitFacts()],
        )  # fmt: skip
    first = appraisal.decide(year.own.pk, verdict(year), actor=year.appraiser)
    assert not first.is_final
    low = {"choice": "other", "given": {"a": "1", "b": "4"}, "reason": "Thiếu minh chứng"}
    assert not appraisal.decide(year.own.pk, verdict(year, **low), actor=second).is_final
    assert [case.item.node.pk for case in cases_of(year.own) if case.differs] == [
        year.node("1.9").pk
    ]
    assert appraisal.decide(year.own.pk, verdict(year), actor=year.chair).is_final
    agreed = appraisal.decide(year.own.pk, verdict(year, "1.10"), actor=year.appraiser)
    assert not agreed.is_final
    assert appraisal.decide(year.own.pk, verdict(year, "1.10"), actor=second).is_final


def counted_by_the_portal(year, code, given, points):
    return Figure.objects.create(
        assessment=year.own, criterion=year.node(code), source="system", input=given,
        points=points, cut_at=timezone.now(),
    )  # fmt: skip


def test_what_equals_the_system_is_accepted_at_once(year):
    counted_by_the_portal(year, "1.9", {"a": "3.0", "b": "4"}, 15)
    counted_by_the_portal(year, "1.10", {"choice": "khong"}, 0)
    assert appraisal.accept_equal(year.own.pk, actor=year.appraiser) == 1
    assert Verdict.objects.get().criterion.code == "1.9"


def test_equal_points_of_other_figures_are_not_accepted_at_once(year):
    """3 of 4 computers are not 300 of 400, and 15 points are what both come to."""
    figure = counted_by_the_portal(year, "1.9", {"a": "300", "b": "400"}, 15)
    assert appraisal.accept_equal(year.own.pk, actor=year.appraiser) == 0
    figure.input = {"a": "3", "b": "4"}
    figure.save(update_fields=["input"])
    assert appraisal.accept_equal(year.own.pk, actor=year.appraiser) == 1


def test_a_figure_with_a_gap_is_no_verdict(year):
    with pytest.raises(VerdictRefused, match="Enter the figure"):
        appraisal.decide(
            year.own.pk,
            verdict(year, choice="other", given={"a": "1"}, reason="Theo báo cáo"),
            actor=year.appraiser,
        )


def test_what_a_rule_takes_out_is_taken_out_and_blocks_nothing(year):
    found = appraisal.decide(
        year.own.pk,
        verdict(year, choice="other", given={"a": "0", "b": "0"}, reason="Không phát sinh"),
        actor=year.appraiser,
    )
    assert (found.points, found.not_applicable, found.is_final) == (None, True, True)


def test_who_changes_his_mind_takes_his_agreement_away(scope, town):
    year = appraised(make_year(town, appraisers=2), town)
    second = make_person("oversight", town.root)
    council.seat(
        year.cycle.pk, actor=year.runner, username=second.username, part=Part.MEMBER,
        remits=[RemitFacts()],
    )  # fmt: skip
    appraisal.decide(year.own.pk, verdict(year), actor=year.appraiser)
    assert appraisal.decide(year.own.pk, verdict(year), actor=second).is_final
    low = {"choice": "other", "given": {"a": "1", "b": "4"}, "reason": "Thiếu minh chứng"}
    appraisal.decide(year.own.pk, verdict(year, **low), actor=year.appraiser)
    assert not Verdict.objects.filter(is_final=True, superseded_at=None).exists()


def test_after_a_form_was_opened_again_what_changed_is_appraised_anew(year, town):
    for code in ("1.9", "1.10"):
        appraisal.decide(year.own.pk, verdict(year, code), actor=year.appraiser)
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    answers.save(
        year.own.pk, AnswerFacts(year.node("1.9").pk, 1, {"a": "4", "b": "4"}), actor=town.leader
    )
    submission.submit(year.own.pk, actor=town.leader)
    final = Verdict.objects.filter(is_final=True, superseded_at=None)
    assert [each.criterion.code for each in final] == ["1.10"]


REPORT = DocumentFacts("12/BC-SNN", dt.date(2026, 1, 5), "Sở Nông nghiệp", "Báo cáo mạng")


@pytest.mark.parametrize("change", ["evidence", "words", "another document", "nothing"])
def test_what_was_accepted_with_its_evidence_counts_no_more_without_it(scope, town, change):
    year = make_year(town)
    node = year.node("1.10").pk
    proof = evidence.cite(year.own.pk, REPORT, actor=town.leader, criterion_ids=[node])
    appraised(year, town)
    accepted = appraisal.decide(year.own.pk, verdict(year, "1.10"), actor=year.appraiser)
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung tiêu chí khác")
    if change == "words":
        facts = AnswerFacts(node, 1, {"choice": "co"}, explanation="Hai đường truyền")
        answers.save(year.own.pk, facts, actor=town.leader)
    elif change == "another document":
        more = dataclasses.replace(REPORT, number="13/BC-SNN")
        evidence.cite(year.own.pk, more, actor=town.leader, criterion_ids=[node])
    else:
        evidence.take_away(year.own.pk, actor=town.leader, evidence_id=proof.pk, criterion_id=node)
        if change == "nothing":  # taken away by mistake and cited again
            evidence.cite(year.own.pk, REPORT, actor=town.leader, criterion_ids=[node])
    submission.submit(year.own.pk, actor=town.leader)
    accepted.refresh_from_db()
    assert accepted.is_final == (change == "nothing")


def test_an_answer_that_did_not_apply_is_appraised_anew_when_it_does(scope, town):
    year = make_year(town)
    node = year.node("1.9").pk
    away = AnswerFacts(node, 0, None, not_applicable=True, explanation="Không có cán bộ")
    answers.save(year.own.pk, away, actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
    taken = appraisal.decide(year.own.pk, verdict(year), actor=year.appraiser)
    assert taken.not_applicable
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    answers.save(year.own.pk, AnswerFacts(node, 1, None), actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    taken.refresh_from_db()
    assert (taken.is_final, taken.superseded_at is None) == (False, False)


def test_the_second_appraiser_accepts_at_once_what_the_first_did(scope, town):
    year = appraised(make_year(town, appraisers=2), town)
    second = make_person("oversight", town.root)
    council.seat(
        year.cycle.pk, actor=year.runner, username=second.username, part=Part.MEMBER,
        remits=[RemitFacts()],
    )  # fmt: skip

    def figure(code, points):
        answer = year.own.answers.get(criterion=year.node(code))
        counted_by_the_portal(year, code, answer.input, points)

    assert appraisal.accept_equal(year.own.pk, actor=year.appraiser) == 0
    figure("1.9", 15)
    with CaptureQueriesContext(connection) as one:
        assert appraisal.accept_equal(year.own.pk, actor=year.appraiser) == 1
    figure("1.10", 20)
    figure("2.1.1", 60)
    with CaptureQueriesContext(connection) as two:
        assert appraisal.accept_equal(year.own.pk, actor=year.appraiser) == 2
    assert len(one) == len(two)
    final = Verdict.objects.filter(is_final=True)
    assert not final.exists()
    assert appraisal.accept_equal(year.own.pk, actor=year.appraiser) == 0
    assert appraisal.accept_equal(year.own.pk, actor=second) == 3
    assert {each.made_by for each in final} == {second}
    assert appraisal.accept_equal(year.own.pk, actor=second) == 0


def test_a_question_is_asked_and_replied_once(year, town):
    asked = appraisal.ask(
        year.own.pk, actor=year.appraiser, criterion_id=year.node("1.9").pk, text="Số máy?"
    )
    with pytest.raises(RefusedError):
        appraisal.reply(asked.pk, actor=town.outsider, text="3")
    appraisal.reply(asked.pk, actor=town.leader, text="3 máy")
    with pytest.raises(DomainError, match="answered already"):
        appraisal.reply(asked.pk, actor=town.leader, text="4 máy")


def test_an_appeal_is_granted_only_after_a_new_verdict(year, town):
    for code in ("1.9", "1.10", "2.1.1"):
        appraisal.decide(year.own.pk, verdict(year, code), actor=year.appraiser)
    node = year.node("1.9")
    with pytest.raises(DomainError, match="provisional"):
        appeals.file_appeal(year.own.pk, actor=town.leader, criterion_id=node.pk, text="Xin xét")
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    filed = appeals.file_appeal(
        year.own.pk, actor=town.leader, criterion_id=node.pk, text="Xin xét lại"
    )
    with pytest.raises(DomainError, match="Decide on the criterion anew"):
        appeals.answer_appeal(filed.pk, actor=year.appraiser, is_granted=True, text="Đồng ý")
    appraisal.decide(
        year.own.pk,
        verdict(year, choice="other", given={"a": "4", "b": "4"}, reason="Đã bổ sung"),
        actor=year.appraiser,
    )
    done = appeals.answer_appeal(filed.pk, actor=year.appraiser, is_granted=True, text="Đồng ý")
    assert done.verdict.points == Decimal(20)


def test_after_the_last_day_no_appeal_is_taken(year, town):
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    year.cycle.refresh_from_db()
    year.cycle.appeals_due = timezone.localdate() - dt.timedelta(days=1)
    year.cycle.save(update_fields=["appeals_due"])
    with pytest.raises(DomainError, match="last day for appeals"):
        appeals.file_appeal(
            year.own.pk, actor=town.leader, criterion_id=year.node("1.9").pk, text="Xin xét lại"
        )


def test_a_leader_of_the_province_may_appraise_every_agency(year, town):
    """A position above the unit is no position in it."""
    give_role(year.appraiser, "province_leader", town.root)
    assert appraisal.decide(year.own.pk, verdict(year), actor=year.appraiser).is_final
