"""What units were told of changes by their appeals, and by no date moved afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.errors import TransitionError
from organizations.access import RefusedError
from ranking.models import Assessment, Cycle, Publication, Verdict
from ranking.services import appeals, appraisal, council, cycles, submission
from ranking.services.council import OwnAgency
from ranking.services.cycles import CycleFacts, CycleRefused
from tenancy.scope import tenant_scope
from tests.people import give_role, make_person
from tests.ranking.test_appraisal import appraised, appraised_year, verdict
from tests.ranking.years import make_year, once_a_day

pytestmark = pytest.mark.django_db
NOTHING = {"choice": "other", "given": {"a": "0", "b": "4"}, "reason": "Hội đồng xét lại"}


@pytest.fixture
def year(scope, town):
    return released_year(town)


@once_a_day
def released_year(town):
    return released(make_year(town), town)


def released(year, town):
    appraised(year, town)
    for code in ("1.9", "1.10", "2.1.1"):
        appraisal.decide(year.own.pk, verdict(year, code), actor=year.appraiser)
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    return year


def changed(year, **changes):
    cycle = Cycle.objects.get(pk=year.cycle.pk)
    facts = {name: getattr(cycle, name) for name in CycleFacts.__dataclass_fields__}
    return cycles.change(cycle.pk, CycleFacts(**{**facts, **changes}), actor=year.runner)


def test_after_the_release_only_what_a_unit_appeals_against_is_decided_anew(year, town):
    with pytest.raises(TransitionError, match="only what a unit appeals"):
        appraisal.decide(year.own.pk, verdict(year, **NOTHING), actor=year.appraiser)
    node = year.node("1.9").pk
    filed = appeals.file_appeal(year.own.pk, actor=town.leader, criterion_id=node, text="Xin xét")
    with pytest.raises(TransitionError, match="only what a unit appeals"):
        appraisal.decide(year.own.pk, verdict(year, "1.10"), actor=year.appraiser)
    appraisal.decide(year.own.pk, verdict(year, **NOTHING), actor=year.appraiser)
    appeals.answer_appeal(filed.pk, actor=year.appraiser, is_granted=True, text="Đã xét")
    with pytest.raises(TransitionError, match="only what a unit appeals"):
        appraisal.decide(year.own.pk, verdict(year), actor=year.appraiser)


def test_a_step_back_to_the_appraisal_opens_every_criterion_with_its_reason(year):
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner, reason="Tính nhầm điểm của một Sở")
    assert appraisal.decide(year.own.pk, verdict(year, **NOTHING), actor=year.appraiser).points == 0


def test_nothing_is_accepted_in_bulk_after_the_release(year):
    Verdict.objects.update(superseded_at=timezone.now(), is_final=False)
    with pytest.raises(TransitionError):
        appraisal.accept_equal(year.own.pk, actor=year.appraiser)


def test_the_page_offers_no_verdict_where_none_is_taken(client, province, town):
    with tenant_scope(province):
        year = released(make_year(town), town)
        appeals.file_appeal(
            year.own.pk, actor=town.leader, criterion_id=year.node("1.9").pk, text="Xin xét"
        )
    client.sign_in(year.appraiser)
    path = f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/"
    assert 'id="decide"' in client.get(f"{path}{year.node('1.9').pk}/").content.decode()
    assert 'id="decide"' not in client.get(f"{path}{year.node('1.10').pk}/").content.decode()
    assert "chap-nhan" not in client.get(path).content.decode()


@pytest.mark.parametrize(("name", "days"), [("data_from", -1), ("data_to", 1), ("due", 1)])
def test_no_date_that_made_the_results_moves_after_the_release(year, name, days):
    other = getattr(Cycle.objects.get(pk=year.cycle.pk), name) + dt.timedelta(days=days)
    with pytest.raises(CycleRefused, match="results are out"):
        changed(year, **{name: other})
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner, reason="Sửa ngày trong quyết định")
    changed(year, **{name: other})


def test_the_last_day_for_appeals_only_moves_later_once_the_results_are_out(year):
    for sooner in (None, timezone.localdate() + dt.timedelta(days=9)):
        with pytest.raises(CycleRefused, match="only later"):
            changed(year, appeals_due=sooner)
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner, reason="Thẩm định lại")
    with pytest.raises(CycleRefused, match="only later"):
        changed(year, appeals_due=None)
    later = timezone.localdate() + dt.timedelta(days=40)
    assert changed(year, appeals_due=later).appeals_due == later


def test_results_are_not_released_when_no_day_for_appeals_is_left(scope, town):
    year = appraised_year(town)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    changed(year, due=yesterday, appeals_due=yesterday)
    with pytest.raises(CycleRefused, match="set a later one"):
        cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    changed(year, appeals_due=timezone.localdate())
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)


def entered(year, form, actor):
    day = timezone.localdate() - dt.timedelta(days=9)
    return submission.enter_day(form.pk, actor=actor, day=day, proof="Dấu bưu điện")


def test_the_day_that_counts_stays_after_the_release_but_for_a_correction(year, town):
    """It would take points from a unit, or a class, and no unit is told of it."""
    with pytest.raises(TransitionError, match="take the year back"):
        entered(year, year.other, year.runner)
    assert Assessment.objects.get(pk=year.other.pk).counted_on is None
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner, reason="Có dấu bưu điện")
    assert entered(year, year.other, year.runner).proof
    Cycle.objects.filter(pk=year.cycle.pk).update(state="decided")
    with pytest.raises(TransitionError, match="take the year back"):
        entered(year, year.commune, year.runner)
    Publication.objects.create(
        cycle=year.cycle, number=1, state="published", snapshot={}, digest="0" * 64,
        prepared_at=timezone.now(), prepared_by=year.runner,
        decision_number="01/QĐ", decided_on=timezone.localdate(), approved_at=timezone.now(),
        approved_by=year.chair,
    )  # fmt: skip
    assert entered(year, year.commune, year.runner).proof


def test_nobody_enters_the_day_that_counts_for_his_own_agency(scope, town):
    year = appraised_year(town)
    runner = make_person("ranking_officer", town.agency)
    give_role(runner, "ranking_manager", town.root)
    with pytest.raises(OwnAgency):
        entered(year, year.own, runner)
    assert entered(year, year.other, runner).proof
    assert entered(year, year.own, year.runner).proof


def test_the_chair_may_enter_it_where_all_who_run_the_year_work_there(scope, town):
    year = appraised_year(town)
    assert entered(year, year.own, year.chair).proof
    for person in (year.appraiser, town.leader):
        with pytest.raises(RefusedError):
            entered(year, year.own, person)
    give_role(year.chair, "official", town.agency)
    assert council.presides(year.cycle.pk, year.chair)
    with pytest.raises(OwnAgency):
        entered(year, year.own, year.chair)
