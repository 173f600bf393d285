"""Two persons publish a frozen snapshot; the ranking can be computed from it again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from common.errors import DomainError
from organizations.access import RefusedError
from ranking.models import Assessment, Publication, Standing
from ranking.queries.published import publication_of, table_for
from ranking.services import appraisal, cycles, publication, submission
from ranking.services.publication import NotReady, digest_of, recomputed
from ranking.totals import Side, table_of
from tests.ranking.test_appraisal import appraised, verdict
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
OTHER = {"choice": "other", "reason": "Hội đồng thẩm định trực tiếp"}
FIGURES = {"1.9": {"a": "2", "b": "4"}, "1.10": {"choice": "co"}, "2.1.1": {"a": "1", "b": "2"}}


@pytest.fixture
def year(scope, town):
    """Own: 15 + 20 + 60 = 95; other: 10 + 20 + 30 = 60, late; commune: the same, never came."""
    made = appraised(make_year(town), town)
    for unit in (made.own, made.other, made.commune):
        for code, given in FIGURES.items():
            facts = verdict(made, code, **({} if unit == made.own else {**OTHER, "given": given}))
            seen = appraisal.seen_of(unit.pk, made.node(code).pk)
            appraisal.decide(
                unit.pk, type(facts)(**{**vars(facts), "seen": seen}), actor=made.appraiser
            )
    submission.enter_day(
        made.other.pk, actor=made.runner, day=timezone.localdate(), proof="Dấu bưu điện"
    )
    made.cycle.due = timezone.localdate() - dt.timedelta(days=1)
    made.cycle.save(update_fields=["due"])
    Assessment.objects.filter(pk=made.own.pk).update(counted_on=made.cycle.due)
    cycles.move(made.cycle.pk, "provisional", actor=made.runner)
    type(made.cycle).objects.filter(pk=made.cycle.pk).update(appeals_due=made.cycle.due)
    cycles.move(made.cycle.pk, "decided", actor=made.runner)
    made.cycle.refresh_from_db()
    return made


def publish(year, **more):
    made = publication.prepare(year.cycle.pk, actor=year.runner, **more)
    return publication.approve(
        made.pk, actor=year.chair, decision_number="01/QĐ", decided_on=timezone.localdate()
    )


def test_the_table_counts_lateness_forces_a_class_and_ranks_inside_groups(year):
    lines = {unit.pk: line for unit, line in table_of(year.cycle, Side.DECIDED)}
    own, other, commune = (lines[each.pk] for each in (year.own, year.other, year.commune))
    assert (own.total, own.label, own.rank) == (Decimal("95.00"), "Tốt", 1)
    assert (other.total, other.label, other.rank) == (Decimal("50.00"), "Trung bình", 2)
    assert (commune.total, commune.label, commune.rank) == (Decimal("60.00"), "Yếu", 1)
    assert commune.is_forced


def test_nothing_is_published_before_everything_is_appraised(year):
    year.own.verdicts.filter(criterion=year.node("1.9")).update(
        superseded_at=timezone.now(), is_final=False
    )
    with pytest.raises(NotReady, match="1 units"):
        publication.prepare(year.cycle.pk, actor=year.runner)


def test_who_prepared_it_does_not_approve_it_and_only_the_chair_does(year):
    made = publication.prepare(year.cycle.pk, actor=year.runner)
    for person in (year.runner, year.appraiser):
        with pytest.raises(RefusedError):
            publication.approve(
                made.pk, actor=person, decision_number="1", decided_on=timezone.localdate()
            )
    assert not Standing.objects.exists()


def test_the_ranking_is_computed_again_from_the_snapshot_alone(year):
    published = publish(year)
    fresh = Publication.objects.get(pk=published.pk)
    assert digest_of(fresh.snapshot) == fresh.digest
    again = recomputed(fresh.snapshot)
    told = [
        (Decimal(unit["total"]), unit["class"], unit["rank"]) for unit in fresh.snapshot["units"]
    ]
    assert [(line.total, line.label, line.rank) for line in again] == told
    fresh.snapshot["units"][0]["points"]["1.9"] = "20"
    assert digest_of(fresh.snapshot) != fresh.digest


def test_figures_that_were_touched_after_freezing_are_not_published(year):
    made = publication.prepare(year.cycle.pk, actor=year.runner)
    made.snapshot["units"][0]["total"] = "100"
    Publication.objects.filter(pk=made.pk).update(snapshot=made.snapshot)
    with pytest.raises(DomainError, match="not those that were frozen"):
        publication.approve(
            made.pk, actor=year.chair, decision_number="1", decided_on=timezone.localdate()
        )


def test_a_correction_is_a_version_beside_the_old_one(year):
    publish(year)
    cycles.correct(year.cycle.pk, actor=year.runner, reason="Cộng nhầm")
    with pytest.raises(DomainError, match="corrects"):
        publication.prepare(year.cycle.pk, actor=year.runner)
    publish(year, reason="Cộng nhầm điểm của Sở Tư pháp")
    assert publication_of(2026).number == 2
    assert publication_of(2026, 1).number == 1
    table = table_for(publication_of(2026))
    assert [name for name, _lines in table.groups] == ["Sở, ban, ngành", "Cấp xã"]


def test_the_number_of_queries_does_not_grow_with_the_units(year, django_assert_num_queries):
    with django_assert_num_queries(4):
        table_of(year.cycle, Side.DECIDED)


def test_what_was_frozen_is_not_published_after_something_else_was_decided(year):
    made = publication.prepare(year.cycle.pk, actor=year.runner)
    Assessment.objects.filter(pk=year.own.pk).update(counted_on=timezone.localdate())
    with pytest.raises(DomainError, match="freeze them again"):
        publication.approve(
            made.pk, actor=year.chair, decision_number="1", decided_on=timezone.localdate()
        )


def test_a_year_that_goes_back_drops_what_was_frozen(year):
    made = publication.prepare(year.cycle.pk, actor=year.runner)
    cycles.move(year.cycle.pk, "provisional", actor=year.runner, reason="Có kiến nghị mới")
    made.refresh_from_db()
    assert made.state == "dropped"
