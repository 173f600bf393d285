"""What brings a unit to the next class, and what it would come to with other points."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.models import Criterion, Cycle
from ranking.rules.framework import Grade, Scale
from ranking.rules.improving import Sheet, next_class
from ranking.rules.standing import Share, Timing
from ranking.services import answers, appraisal, cycles, publication, submission
from ranking.services.answers import AnswerFacts
from ranking.services.appraisal import VerdictFacts, seen_of
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.test_appraisal import appraised_year
from tests.ranking.test_publication import decided_year
from tests.ranking.years import make_year

CLASSES = (Grade("Tốt", Decimal(85)), Grade("Khá", Decimal(70)), Grade("Yếu"))
D = Decimal


def sheet(*shares, classes=CLASSES, late=None, maximum="100"):
    found = {
        n: Share(D(points) if points is not None else None, D(most), D(1), applies)
        for n, (points, most, applies) in enumerate(shares)
    }
    return Sheet(found, late or Timing(), Scale(maximum=D(maximum)), classes)


def test_the_fewest_criteria_that_bring_the_next_class_are_named():
    found = next_class(sheet(("30", "40", True), ("20", "25", True), ("10", "35", True)))
    assert (found.label, found.missing) == ("Khá", D("10"))
    assert [(each.key, each.total) for each in found.gains] == [(2, D("25.00"))]


def test_what_does_not_apply_makes_every_point_worth_more():
    """Half of the maximum is left: 10 points bring 20, enough for 70 %."""
    found = next_class(sheet(("25", "50", True), (None, "50", False)))
    assert found.missing == D("20")
    assert found.gains[0].total == D("50.00")


def test_a_bound_that_is_left_out_must_be_passed():
    classes = (Grade("Tốt", D(75), inclusive=False), Grade("Khá"))
    found = next_class(sheet(("50", "50", True), ("0", "25", True), ("0", "25", True),
                             classes=classes))  # fmt: skip
    assert found.is_above
    assert len(found.gains) == 2  # one of them only reaches the bound


def test_where_not_even_everything_is_enough_nothing_is_promised():
    late = Timing(deduction=D(40))
    found = next_class(sheet(("50", "60", True), ("30", "40", True), late=late))
    assert found.label == "Khá"
    assert list(found.gains) == []


def test_the_best_class_and_a_class_by_lateness_have_no_next_one():
    assert next_class(sheet(("90", "100", True))) is None
    assert next_class(sheet(("50", "100", True), late=Timing(forced_class="Yếu"))) is None
    assert next_class(sheet((None, "100", True))) is None


parts = st.lists(
    st.tuples(st.decimals(0, 20, places=2), st.just("20"), st.booleans()), min_size=1, max_size=8
)


@settings(max_examples=60, deadline=None)
@given(parts)
def test_what_is_promised_is_kept_and_no_shorter_prefix_keeps_it(found):
    made = sheet(*found, maximum=str(20 * len(found)))
    better = next_class(made)
    if better is None or not better.gains:
        return
    labels = [grade.label for grade in CLASSES]
    reached = [
        made.line({each.key: each.most for each in better.gains[:n]}).label
        for n in range(len(better.gains) + 1)
    ]
    assert labels.index(reached[-1]) <= labels.index(better.label)
    assert all(labels.index(label) > labels.index(better.label) for label in reached[:-1])


@pytest.mark.django_db
def test_a_unit_tries_points_on_its_own_figures_before_any_release(client, province, town):
    with tenant_scope(province):
        year = appraised_year(town)
    client.sign_in(town.leader)
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/neu-dat/"
    page = client.get(path)
    assert page.status_code == 200
    assert page.context["outlook"].side == "own"
    node = page.context["outlook"].items[0].node.pk
    before = page.context["outlook"].line.total
    done = client.post(path, {f"c{node}": "20"})
    assert done.context["tried"].line.total > before
    assert done.context["tried"].rank is None
    wrong = client.post(path, {f"c{node}": "20,5"})
    assert wrong.status_code == 422
    assert 'value="20,5"' in wrong.text
    with tenant_scope(province):
        other = year.other.pk
    assert client.get(f"/xep-hang/tu-danh-gia/{other}/neu-dat/").status_code == 404


@pytest.mark.django_db
def test_what_others_write_in_their_forms_is_not_told_by_what_if(client, province, town):
    """Where a criterion compares within the group, own points would tell the best of the others."""
    with tenant_scope(province):
        year = make_year(town)
        node = year.node("1.9")
        rule = {"type": "best_of_group", "a": "máy"}
        Criterion.objects.filter(pk=node.pk).update(rule=rule)
        head = make_person("leader", town.other_agency)
        for form, actor, figure in ((year.own, town.leader, "10"), (year.other, head, "40")):
            answers.save(form.pk, AnswerFacts(node.pk, 0, {"a": figure}), actor=actor)
    client.sign_in(town.leader)
    page = client.get(f"/xep-hang/tu-danh-gia/{year.own.pk}/neu-dat/")
    outlook = page.context["outlook"]
    assert {item.node.pk: item.has for item in outlook.items}[node.pk] == 0
    assert (outlook.compared, outlook.line.total) == (1, 0)
    assert page.text.count(WHEN_RELEASED) == 1
    with tenant_scope(province):
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
        for form, figure in ((year.own, "10"), (year.other, "40")):
            facts = VerdictFacts(
                node.pk, "other", seen_of(form.pk, node.pk), {"a": figure}, reason="Theo báo cáo"
            )
            appraisal.decide(form.pk, facts, actor=year.appraiser)
        cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    page = client.get(f"/xep-hang/tu-danh-gia/{year.own.pk}/neu-dat/")
    outlook = page.context["outlook"]
    assert outlook.sheet.shares[node.pk].points == 5
    assert WHEN_RELEASED not in page.text


WHEN_RELEASED = "So sánh trong nhóm chỉ tính được khi hội đồng công bố kết quả."


@pytest.mark.django_db
def test_a_rank_is_told_only_beside_a_published_table(client, province, town):
    with tenant_scope(province):
        year = decided_year(town)
    client.sign_in(year.runner)
    path = f"/xep-hang/tu-danh-gia/{year.other.pk}/neu-dat/"
    page = client.get(path)
    nodes = {item.node.code: item.node.pk for item in page.context["outlook"].items}
    data = {f"c{nodes['1.9']}": "20", f"c{nodes['2.1.1']}": "60"}
    unpublished = client.post(path, data).context["tried"]
    assert (unpublished.line.total, unpublished.rank) == (D("90.00"), None)
    with tenant_scope(province):
        made = publication.prepare(year.cycle.pk, actor=year.runner)
        publication.approve(
            made.pk, actor=year.chair, decision_number="1", decided_on=dt.date(2026, 1, 5)
        )
        assert Cycle.objects.get(pk=year.cycle.pk).state == "published"
    found = client.post(path, data).context["tried"]
    assert (found.line.total, found.rank) == (D("90.00"), 2)
