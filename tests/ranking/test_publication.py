"""Two persons publish a frozen snapshot; the ranking can be computed from it again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from common.digests import digest_of_data
from common.errors import DomainError
from organizations.access import RefusedError
from ranking.annex import annex_of, annex_paper
from ranking.exports import name_of
from ranking.models import Assessment, Publication, Standing, Verdict
from ranking.queries.league import table_for
from ranking.queries.published import publication_of, versions_of
from ranking.services import appraisal, cycles, publication, submission
from ranking.services.appraisal import VerdictFacts
from ranking.services.cycles import not_appraised
from ranking.services.publication import NotReady, recomputed
from ranking.totals import Side, table_of
from tenancy.scope import tenant_scope
from tests.ranking.test_appraisal import appraised_year, verdict
from tests.ranking.years import once_a_day

pytestmark = pytest.mark.django_db
OTHER = {"choice": "other", "reason": "Hội đồng thẩm định trực tiếp"}
FIGURES = {"1.9": {"a": "2", "b": "4"}, "1.10": {"choice": "co"}, "2.1.1": {"a": "1", "b": "2"}}


@pytest.fixture
def year(scope, town):
    return decided_year(town)


@once_a_day
def decided_year(town):
    """Own: 15 + 20 + 60 = 95; other: 10 + 20 + 30 = 60, late; commune: the same, never came."""
    made = appraised_year(town)
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
    assert digest_of_data(fresh.snapshot) == fresh.digest
    again = recomputed(fresh.snapshot)
    told = [
        (Decimal(unit["total"]), unit["class"], unit["rank"]) for unit in fresh.snapshot["units"]
    ]
    assert [(line.total, line.label, line.rank) for line in again] == told
    fresh.snapshot["units"][0]["points"]["1.9"] = "20"
    assert digest_of_data(fresh.snapshot) != fresh.digest


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
    assert [group.name for group in table.groups] == ["Sở, ban, ngành", "Cấp xã"]


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


def test_what_was_never_public_is_not_corrected(year):
    """The chair sends the first one back: the next is the first that anybody reads."""
    first = publication.prepare(year.cycle.pk, actor=year.runner)
    publication.drop(first.pk, actor=year.chair, reason="Thiếu một đơn vị")
    published = publish(year)  # asks for no reason
    assert (published.number, published.reason) == (1, "")
    assert annex_paper(annex_of(published))["version"] == ""
    assert name_of(published, "pdf") == "xep-hang-2026.pdf"
    cycles.correct(year.cycle.pk, actor=year.runner, reason="Cộng nhầm")
    again = publication.prepare(year.cycle.pk, actor=year.runner, reason="Cộng nhầm")
    publication.drop(again.pk, actor=year.chair, reason="Chưa đủ")
    assert publish(year, reason="Cộng nhầm điểm").number == 2
    assert [each.number for each in versions_of(publication_of(2026))] == [1, 2]


@pytest.mark.parametrize("number", [1, 2])
def test_the_page_asks_for_a_reason_only_after_something_was_public(client, province, town, number):
    with tenant_scope(province):
        year = decided_year(town)
        if number == 2:
            publish(year)
            cycles.correct(year.cycle.pk, actor=year.runner, reason="Cộng nhầm")
        else:
            first = publication.prepare(year.cycle.pk, actor=year.runner)
            publication.drop(first.pk, actor=year.chair, reason="Thiếu một đơn vị")
    client.sign_in(year.runner)
    page = client.get(f"/xep-hang/ky/{year.cycle.pk}/ket-qua/").content.decode()
    assert ('id="new-reason"' in page) is (number == 2)


def test_a_unit_to_which_nothing_applies_waits_for_nobody_and_has_no_line(scope, town):
    made = appraised_year(town)
    for unit in (made.own, made.other, made.commune):
        for code, given in FIGURES.items():
            node = made.node(code).pk
            how = {"given": given} if unit != made.commune else {"not_applicable": True}
            facts = VerdictFacts(
                node, "other", appraisal.seen_of(unit.pk, node), reason="Hội đồng xem tại chỗ",
                **how,
            )  # fmt: skip
            if unit == made.commune:  # something is open yet: it is waited for
                assert unit.unit_name in not_appraised(table_of(made.cycle, Side.DECIDED))
            appraisal.decide(unit.pk, facts, actor=made.appraiser)
    line = dict(table_of(made.cycle, Side.DECIDED))[made.commune]
    assert (line.total, line.rank, line.applies) == (None, None, False)
    type(made.cycle).objects.filter(pk=made.cycle.pk).update(appeals_due=None)
    for step in ("provisional", "decided"):
        cycles.move(made.cycle.pk, step, actor=made.runner)
    frozen = publication.prepare(made.cycle.pk, actor=made.runner)
    assert frozen.snapshot["nothing_applies"] == [made.commune.unit_name]
    publication.approve(
        frozen.pk, actor=made.chair, decision_number="01/QĐ", decided_on=timezone.localdate()
    )
    last = annex_paper(annex_of(frozen))["method"][-1]
    name = made.commune.unit_name
    assert last == f"Không tiêu chí nào áp dụng với: {name}. Không có điểm và hạng."
    public = set(Standing.objects.values_list("unit", flat=True))
    assert public == {made.own.unit_id, made.other.unit_id}
    assert publication.faults_of(frozen.snapshot) == []


def test_a_day_to_come_is_refused_beside_its_field_and_the_number_stays(client, province, town):
    with tenant_scope(province):
        made = decided_year(town)
        waits = publication.prepare(made.cycle.pk, actor=made.runner)
    client.sign_in(made.chair)
    act = f"/xep-hang/ky/{made.cycle.pk}/cong-bo/{waits.pk}/duyet/"
    sent = {"decision_number": "77/QĐ-UBND", "decided_on": "31/12/2199"}
    page = client.post(act, sent)
    assert page.status_code == 422
    assert "77/QĐ-UBND" in page.text
    assert "tương lai" in page.text
    done = client.post(act, {**sent, "decided_on": f"{timezone.localdate():%d/%m/%Y}"})
    assert done.status_code == 302
    page = client.get(f"/xep-hang/ky/{made.cycle.pk}/ket-qua/").text
    assert "khi Hội đồng đã quyết định" not in page


def test_a_unit_reads_the_decision_and_what_is_public_beside_its_own_results(
    client, province, town
):
    with tenant_scope(province):
        made = decided_year(town)
    own = f"/xep-hang/tu-danh-gia/{made.own.pk}/ket-qua/"
    public = f"/cong-bo/xep-hang/2026/{town.agency.code}/"
    client.sign_in(town.leader)
    assert public not in client.get(own).text
    with tenant_scope(province):
        publish(made)
    page = client.get(own).text
    assert "Công bố theo Quyết định số 01/QĐ" in page
    assert public in page
    assert client.get(public).status_code == 200


def test_a_unit_without_a_line_is_led_to_no_page_of_its_own(client, province, town):
    with tenant_scope(province):
        made = decided_year(town)
        publish(made)
        final = Verdict.objects.filter(assessment=made.own, is_final=True, superseded_at=None)
        final.update(not_applicable=True, points=None)
    client.sign_in(town.leader)
    page = client.get(f"/xep-hang/tu-danh-gia/{made.own.pk}/ket-qua/").text
    assert "Công bố theo Quyết định số 01/QĐ" in page
    assert "/cong-bo/xep-hang/2026/" not in page
