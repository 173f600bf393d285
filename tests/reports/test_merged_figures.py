"""After a merger: past periods say what they said, later ones count at the successor."""

import csv
import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from onestop.models import Dossier, UnitChange
from organizations.services.mergers import merge_unit
from organizations.standing import forget_standing
from reports.models import Cell
from reports.queries import listed, live, summaries
from reports.queries.statements import Places, statement
from reports.rules import COLUMNS, By, Figures, Period
from reports.services import cells, checks, stocks
from tests.onestop.dossiers import at_kind, make_dossier
from tests.people import make_person
from tests.reports.invented import Inventor
from tests.reports.test_cells import deliver
from tests.reports.test_snapshots import make

ONE = dt.timedelta(days=1)
pytestmark = pytest.mark.usefixtures("scope")


def today() -> dt.date:
    return timezone.localdate()


def last_month() -> Period:
    last = today().replace(day=1) - ONE
    return Period(last.replace(day=1), last)


def past() -> list[Period]:
    """All of them end before today, the day of the merger."""
    return [
        last_month(),
        Period(today() - 40 * ONE, today() - ONE),
        Period(*[today() - 9 * ONE] * 2),
    ]


def later() -> list[Period]:
    return [Period(today() - 60 * ONE, today()), Period(today(), today())]


def rows(period: Period, by: By, find=live.figures) -> list:
    return statement(period, by, find(period, by), Places.then(period)).rows


def counted() -> None:
    deliver()
    cells.note_everything()
    cells.settle_all()
    stocks.take_all(timezone.now())


def merge(town, old, new) -> None:
    merge_unit(old.pk, new.pk, actor=town.superuser, on=today() - ONE, reason="NQ")


def test_the_statement_of_a_month_before_the_merger_stays_what_it_was(town):
    Inventor(town, 41).write(120)
    counted()
    before = {(each.first, by): rows(each, by) for each in past() for by in By}
    names = {row.code for row in before[last_month().first, By.AGENCY] if not row.figures.is_empty}
    assert town.agency.code in names
    merge(town, town.agency, town.other_agency)
    assert UnitChange.objects.filter(to_unit=town.other_agency, from_unit=town.agency).exists()
    for each in past():
        for by in By:
            assert rows(each, by) == before[each.first, by]
            assert rows(each, by, summaries.figures) == before[each.first, by]


def test_after_the_merger_the_successor_has_what_was_open(town):
    Inventor(town, 42).write(120)
    counted()
    sums = {row.code: row.figures for row in rows(later()[0], By.AGENCY)}
    merge(town, town.agency, town.other_agency)
    now = {row.code: row.figures for row in rows(later()[0], By.AGENCY)}
    old, new = town.agency.code, town.other_agency.code
    assert sums[old].open > 0
    assert now[old].open == 0
    assert now[new].open == sums[old].open + sums[new].open
    assert 0 < now[old].finished < sums[old].finished  # what it finished itself is its own; its
    # division stands below the successor now, with all that it did
    assert now[old] + now[new] == sums[old] + sums[new]
    assert all(each.received == each.finished + each.open for each in now.values())


def test_the_summaries_need_no_count_after_a_merger(town):
    Inventor(town, 43).write(120)
    counted()
    stored = list(Cell.objects.order_by("pk").values())
    merge(town, town.agency, town.other_agency)
    deliver()
    assert summaries.are_settled()
    assert list(Cell.objects.order_by("pk").values()) == stored
    for each in [*past(), *later()]:
        for by in By:
            both = live.figures(each, by), summaries.figures(each, by)
            assert checks.differing(*both) == [], (each, by)
    cells.note_everything()
    cells.settle_all()
    for each in [*past(), *later()]:  # without stocks, and with all counted anew
        both = live.figures(each, By.FIELD), summaries.figures(each, By.FIELD)
        assert checks.differing(*both) == [], each


def test_a_division_of_the_merged_agency_counts_there_in_the_past(town):
    dossier = make_dossier(town)
    Dossier.objects.filter(pk=dossier.pk).update(competent_unit=town.division)
    period = Period(today() - ONE, today() - ONE)
    found = {(town.division.pk, "", ""): Figures(direct=1, in_time=1)}
    merge(town, town.agency, town.other_agency)
    town.division.refresh_from_db()
    assert town.division.path.startswith(town.other_agency.path)
    then = statement(period, By.AGENCY, found, Places.then(period)).rows
    assert [row.code for row in then if row.figures.direct] == [town.agency.code]
    now = Period(today(), today())
    after = {row.code: row.figures.direct for row in rows(now, By.AGENCY)}
    assert after[town.other_agency.code] == 1


def test_an_act_that_the_summaries_hear_of_after_the_merger_counts_where_it_was_done(town):
    dossier = at_kind(town, "process")
    merge(town, town.agency, town.other_agency)
    assert UnitChange.objects.get(dossier=dossier).from_unit == town.agency
    deliver()
    cells.settle_all()
    assert Cell.objects.filter(span="day", unit=town.agency, direct=1).exists()
    both = live.figures(later()[1], By.FIELD), summaries.figures(later()[1], By.FIELD)
    assert checks.differing(*both) == []


@pytest.mark.parametrize("by", By)
def test_the_figures_of_a_report_from_before_still_lead_to_its_dossiers(town, by):
    Inventor(town, 44).write(80)
    report = make(town, by=by, last=today() - ONE)
    merge(town, town.agency, town.other_agency)
    for row in report.rows:
        for column in COLUMNS:
            figure = listed.figure_of(report, row["code"], str(column.number))
            found = listed.dossiers_behind(figure, town.overseer).count()
            assert found == figure.value, (row["code"], column.number)


def test_the_report_of_the_merged_agency_alone_can_be_made_for_the_past(town):
    Inventor(town, 45).write(80)
    last = today() - ONE
    period = Period(last - 30 * ONE, last)
    expected = {row.code: row for row in rows(period, By.AGENCY)}[town.agency.code].figures
    merge(town, town.agency, town.other_agency)
    overseer = make_person("oversight", town.root)
    report = make(town, by=By.FIELD, unit=town.agency, actor=overseer, last=last)
    sums = [sum(each) for each in zip(*(row["figures"] for row in report.rows), strict=True)]
    assert sums == expected.as_row()


@pytest.mark.slow
def test_report_run_prints_the_same_before_and_after_a_merger(province, town, scope):
    Inventor(town, 46).write(80)
    counted()

    def run(source):
        out = io.StringIO()
        call_command("report_run", "II.06a", "--province", "H32", "--from", str(last_month().first),
                     "--to", str(last_month().last), "--by", "agency", "--source", source,
                     stdout=out)  # fmt: skip
        return out.getvalue()

    before = run("live")
    merge(town, town.agency, town.other_agency)
    forget_standing()
    assert run("live") == run("summaries") == run("auto") == before
    assert len(list(csv.DictReader(io.StringIO(before)))) > 1
