"""Three ways to the same figures: the rule dossier by dossier, the one statement, the summaries."""

import datetime as dt
from collections import defaultdict

import pytest
from django.utils import timezone

from common.working_time import add_months
from onestop.models import Dossier
from reports.queries import live, summaries
from reports.queries.statements import Places, statement
from reports.rules import By, Figures, Period, columns_of
from reports.services import cells, stocks
from tests.onestop.linked import finish, make_linked, part_at, receive
from tests.onestop.test_query_counts import questions
from tests.reports.invented import Inventor, facts_then, unit_then

pytestmark = pytest.mark.usefixtures("scope")


def day(back: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=back)


def periods() -> list[Period]:
    """Today, a day, weeks, months that begin and end anywhere, and everything."""
    return [Period(day(first), day(last)) for first, last in (
        (0, 0), (40, 40), (30, 0), (31, 1), (60, 31), (75, 13), (119, 60), (200, 0), (90, 89),
    )]  # fmt: skip


def by_hand(period: Period, by: By) -> dict[live.Key, Figures]:
    found: dict[live.Key, Figures] = defaultdict(Figures)
    until = live.facts_of(period)["until"]
    for row in Dossier.objects.whole().select_related("version"):
        facts = facts_then(row, until) if row.accepted_at else None
        keys = set(columns_of(facts, period)) if facts else set()
        if keys:
            field = (row.version.level, row.version.field) if by == By.FIELD else ("", "")
            found[unit_then(row, until), *field] += Figures(**dict.fromkeys(keys, 1))
    return dict(found)


def some(found: dict[live.Key, Figures]) -> dict[live.Key, Figures]:
    return {key: figures for key, figures in found.items() if not figures.is_empty}


def months() -> list[Period]:
    """Whole months that are over, one, two and four; and one that ends in another."""
    this = timezone.localdate().replace(day=1)
    ends = [add_months(this, -count) - dt.timedelta(days=1) for count in (0, 1, 2)]
    return [
        *(Period(last.replace(day=1), last) for last in ends),
        Period(add_months(this, -2), ends[0]), Period(add_months(this, -4), ends[0]),
        Period(add_months(this, -3) + dt.timedelta(days=9), ends[1]),
        Period(add_months(this, -1), timezone.localdate()),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("are_taken", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_rule_statement_and_summaries_agree_row_for_row(town, seed, are_taken):
    Inventor(town, seed).write(300)
    cells.note_everything()
    cells.settle_all()
    if are_taken:
        assert stocks.take_all(timezone.now()) >= 4
    places = Places()
    for period in [*periods(), *months()]:
        for by in By:
            by_statement = live.figures(period, by)
            assert by_statement == by_hand(period, by), (period, by)
            by_cells = summaries.figures(period, by)
            assert some(by_cells) == by_statement, (period, by)
            rows = statement(period, by, by_statement, places).rows
            assert statement(period, by, by_cells, places).rows == rows
            assert all(row.figures.received == row.figures.finished + row.figures.open
                       for row in rows)  # fmt: skip
    everything = sum(live.figures(Period(day(60), day(5)), By.AGENCY).values(), Figures())
    assert all(everything.as_row()), "no column may stand empty in this test"


@pytest.mark.parametrize("are_taken", [True, False])
def test_the_statement_and_the_summaries_agree_on_a_few(town, are_taken):
    Inventor(town, 3, days=70).write(60)
    cells.note_everything()
    cells.settle_all()
    if are_taken:
        stocks.take_all(timezone.now())
    for period in [*periods()[:4], *months()[:2]]:
        assert some(summaries.figures(period, By.FIELD)) == live.figures(period, By.FIELD)
        one = [town.other_agency.pk]
        asked = summaries.figures(period, By.AGENCY, one)
        assert some(asked) == live.figures(period, By.AGENCY, one)
        assert {unit for unit, _level, _field in asked} <= set(one)


def test_a_past_period_is_the_same_when_the_due_day_moves_later(town):
    """The state on a past day comes from history, never from the columns of today."""
    inventor = Inventor(town, 4)
    inventor.write(60)
    period = Period(day(50), day(20))
    before = live.figures(period, By.FIELD)
    moved = timezone.now() + dt.timedelta(days=30)
    Dossier.objects.in_force().filter(finished_at=None, accepted_at__isnull=False).update(
        due_at=moved, status=5
    )
    assert live.figures(period, By.FIELD) == before


def test_what_happened_after_the_cut_off_does_not_count(town):
    inventor = Inventor(town, 5)
    inventor.write(40)
    cut = timezone.now()
    period = Period(day(30), day(0))
    before = live.figures(period, By.AGENCY)
    Dossier.objects.filter(closed_at=None).update(
        voided_at=timezone.now(), closed_at=timezone.now(), void_reason="Nhầm"
    )
    inventor.now += dt.timedelta(days=1)
    assert live.figures(period, By.AGENCY, known_at=cut) == before
    assert live.figures(period, By.AGENCY) != before


@pytest.mark.parametrize("count", [1, 40])
def test_the_figures_of_all_units_cost_one_query_and_those_of_the_summaries_two(town, count):
    Inventor(town, 6).write(count)
    cells.note_everything()
    cells.settle_all()
    period = Period(day(30), day(0))
    for ask, most in ((live.figures, 1), (summaries.figures, 2)):
        for each in (period, months()[0]):
            _found, asked = questions(lambda ask=ask, each=each: ask(each, By.AGENCY))
            assert len(asked) == most, asked


def test_every_agency_that_was_open_has_its_row(town):
    rows = statement(Period(day(30), day(0)), By.AGENCY, {}, Places()).rows
    assert [row.code for row in rows] == sorted(
        unit.code for unit in (town.agency, town.other_agency, town.commune)
    )


def test_a_division_counts_with_its_agency_and_a_procedure_of_both_levels_where_it_is(town):
    period = Period(day(1), day(0))
    found = {
        (town.division.pk, "tinh+xa", "Hộ tịch"): Figures(online=1, in_time=1),
        (town.commune.pk, "tinh+xa", "Hộ tịch"): Figures(direct=2, early=2),
    }
    rows = {row.code: row.figures for row in statement(period, By.AGENCY, found, Places()).rows}
    assert rows[town.agency.code].online == 1
    by_field = statement(period, By.FIELD, found, Places())
    assert [(row.group, row.name, row.figures.received) for row in by_field.rows] == [
        ("tinh", "Hộ tịch", 1), ("xa", "Hộ tịch", 2),
    ]  # fmt: skip
    assert by_field.total.received == 3


def test_a_linked_dossier_counts_once_in_every_way_of_counting(town):
    linked = make_linked(town)
    dossier = receive(town, linked)
    finish(part_at(dossier, linked.police), linked.police_leader, linked.police_officer)
    cells.note_everything()
    cells.settle_all()
    period = Period(day(0), day(0))
    for way in (live.figures, summaries.figures):
        found = way(period, By.AGENCY)
        assert {key[0] for key in found} == {town.agency.pk}
        assert sum(each.direct for each in found.values()) == 1
    assert by_hand(period, By.AGENCY) == live.figures(period, By.AGENCY)
