"""Ties, near ranks, verdicts and criteria that decide: exact, against adding up anew."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.models import Answer, Assessment, Verdict
from ranking.rules import sensitivity as rules
from ranking.rules.framework import Grade, Scale
from ranking.rules.standing import Share, Timing, raw_total
from ranking.services import publication
from tenancy.scope import tenant_scope
from tests.ranking.tables_of_years import units_below
from tests.ranking.test_publication import decided_year

CLASSES = (Grade("Tốt", Decimal(85)), Grade("Khá", Decimal(70)), Grade("Yếu"))
SCALE = Scale(maximum=Decimal(100))


def share(points, maximum="50", weight="1", *, applies=True):
    given = None if points is None else Decimal(points)
    return Share(given, Decimal(maximum), Decimal(weight), applies)


def contest(*units, scale=SCALE):
    cases = [
        rules.Case(key, group, True, Timing(), {str(n): each for n, each in enumerate(shares)})
        for key, group, shares in units
    ]
    return rules.Contest(cases, scale, CLASSES)


points = st.one_of(st.none(), st.decimals(-20, 50, places=3))
shares = st.lists(
    st.builds(
        Share, points, st.just(Decimal(20)), st.sampled_from([Decimal(1), Decimal("1.5")]),
        st.booleans(),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(shares, st.integers(0, 5))
def test_sums_give_what_adding_up_gives_also_without_one_criterion(found, place):
    maximum = Decimal(1000)
    by_code = {str(n): each for n, each in enumerate(found)}
    sums = rules.Sums.of(by_code)
    assert sums.raw(maximum) == raw_total(found, maximum)
    dropped = place % len(found)
    if found[dropped].is_applicable:
        left = [
            replace(each, is_applicable=False) if n == dropped else each
            for n, each in enumerate(found)
        ]
        assert sums.without(found[dropped]).raw(maximum) == raw_total(left, maximum)


def test_units_that_share_a_rank_are_named_and_finer_decimals_part_them():
    year = contest(
        ("a", "1", [share("40.001"), share("40")]), ("b", "1", [share("40.004"), share("40")]),
        ("c", "2", [share("40.001"), share("40")]),
    )  # fmt: skip
    table = year.table(year.sums)
    assert rules.ties(year, table) == [["a", "b"]]
    found = rules.refined(year, year.sums, table, 4)
    assert [(each.key, each.before.rank, each.after.rank) for each in found] == [("a", 1, 2)]


def test_a_class_that_hangs_on_the_decimals_is_named():
    year = contest(("a", "1", [share("42.5"), share("42.496")]))
    table = year.table(year.sums)
    assert table["a"].label == "Tốt"
    (found,) = rules.refined(year, year.sums, table, 4)
    assert (found.before.label, found.after.label) == ("Tốt", "Khá")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("0.5", {("b", 2, 1, 2), ("a", 1, 1, 2)}),
        ("0.4", {("b", 2, 1, 2)}),  # a would share its rank with b
        ("0.3", set()),
    ],
)
def test_ranks_that_a_few_points_would_change(step, expected):
    year = contest(
        ("a", "1", [share("40.4")]), ("b", "1", [share("40")]), ("c", "1", [share("30")]),
        ("d", "2", [share("40.1")]),
    )  # fmt: skip
    found = rules.shifts(year, year.table(year.sums), Decimal(step))
    told = {(each.key, each.rank, each.best, each.worst) for each in found}
    assert told == expected


def test_the_smallest_verdict_that_keeps_a_unit_from_a_better_rank_is_named():
    year = contest(
        ("a", "1", [share("40"), share("40")]), ("b", "1", [share("30"), share("45")]),
    )  # fmt: skip
    table = year.table(year.sums)
    claimed = {"b": {"0": Decimal("36"), "1": Decimal("50")}, "a": {"0": Decimal("50")}}
    (found,) = rules.swings(year, year.sums, table, claimed)
    assert (found.key, found.code, found.rank, found.better) == ("b", "1", 2, 1)
    assert rules.swings(year, year.sums, table, {"b": {"1": Decimal("49.99")}}) == []


def test_leaving_out_a_criterion_is_what_ranking_without_it_gives():
    rng = random.Random(4)
    units = [
        (n, str(n % 2), [share(str(rng.randint(0, 50))) for _each in range(6)])
        for n in range(20)
    ]  # fmt: skip
    year = contest(*units, scale=Scale(maximum=Decimal(300)))
    table = year.table(year.sums)
    for found in rules.drops(year, year.sums, table, [str(n) for n in range(6)]):
        left = [
            (key, group, [replace(each, is_applicable=str(n) != found.code)
                          for n, each in enumerate(own)])
            for key, group, own in units
        ]  # fmt: skip
        other = contest(*left, scale=year.scale)
        again = other.table(other.sums)
        moved = [abs(table[key].rank - again[key].rank) for key in table]
        assert (found.ranks, found.most) == (sum(map(bool, moved)), max(moved))
        assert found.classes == sum(table[key].label != again[key].label for key in table)


def test_dense_ranks_are_tried_densely():
    year = contest(
        ("a", "1", [share("40")]), ("b", "1", [share("40")]), ("c", "1", [share("39.8")]),
        scale=replace(SCALE, ties="dense"),
    )  # fmt: skip
    found = rules.shifts(year, year.table(year.sums), Decimal("0.5"))
    assert {(each.key, each.rank, each.best, each.worst) for each in found} == {
        ("a", 1, 1, 3), ("b", 1, 1, 3), ("c", 2, 1, 2),
    }  # fmt: skip


@pytest.mark.django_db
def test_the_council_sees_how_firm_its_table_is_and_units_do_not(client, province, town):
    with tenant_scope(province):
        year = decided_year(town)
    client.sign_in(year.chair)
    path = f"/xep-hang/ky/{year.cycle.pk}/ket-qua/do-vung/?on_dinh=1&step=45,5"
    page = client.get(path)
    assert page.status_code == 200
    assert [unit.pk for unit, _shift in page.context["firmness"].shifts] == [
        year.own.pk, year.other.pk,
    ]  # fmt: skip
    assert len(page.context["firmness"].drops) == 3
    assert page.context["firmness"].swings is None  # tries every verdict: when asked for
    assert client.get(f"{path}&phan_quyet=1").context["firmness"].swings is not None
    assert client.get(f"/xep-hang/ky/{year.cycle.pk}/ket-qua/").status_code == 200
    client.sign_in(town.leader)
    assert client.get(path).status_code == 403


@pytest.mark.django_db
def test_the_results_page_reads_no_snapshot(client, province, town):
    """It shows numbers and states of versions; a snapshot of 500 units is megabytes."""
    with tenant_scope(province):
        year = decided_year(town)
        publication.prepare(year.cycle.pk, actor=year.runner)
    client.sign_in(year.chair)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/xep-hang/ky/{year.cycle.pk}/ket-qua/")
    assert page.context["prepared"].number == 1
    assert not [query for query in asked if '"snapshot"' in query["sql"]]


@pytest.mark.django_db
def test_the_council_s_pages_ask_no_more_for_many_units_than_for_three(client, province, town):
    with tenant_scope(province):
        year = decided_year(town)
    client.sign_in(year.chair)
    client.get(f"/xep-hang/ky/{year.cycle.pk}/ket-qua/")  # the first page of a session asks more
    counts = []
    for many in (0, 20):
        units = units_below(town, many)
        with tenant_scope(province):
            for unit in units:
                more = Assessment.objects.create(
                    cycle=year.cycle, unit=unit, unit_name=unit.name, group="1",
                    counted_on=year.cycle.due,
                )  # fmt: skip
                copied(year.own, more)
        seen = {}
        for name in ("ket-qua", "ket-qua/do-vung"):
            with CaptureQueriesContext(connection) as asked:
                page = client.get(f"/xep-hang/ky/{year.cycle.pk}/{name}/?on_dinh=1&phan_quyet=1")
            assert page.status_code == 200
            seen[name] = len(asked)
        counts.append(seen)
    assert counts[0] == counts[1]
    assert len(page.context["firmness"].ties) == 1
    assert len(page.context["firmness"].ties[0]) == 21


def copied(one: Assessment, other: Assessment) -> None:
    """The same answers and verdicts for another unit."""
    for model, rows in ((Answer, one.answers.all()), (Verdict, one.verdicts.all())):
        rows = list(rows)
        for each in rows:
            each.pk, each.id, each.assessment = None, None, other
        model.objects.bulk_create(rows)
