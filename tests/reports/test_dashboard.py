"""The dashboard of heads: its figures, the rows behind each of them, what it costs."""

import datetime as dt
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import OutboxEvent
from onestop.models import Dossier, StepRun, UnitChange
from onestop.models.dossiers import Participant
from onestop.states import Part
from organizations.models import Delegation
from reports import chosen as periods
from reports.dashboard.briefing import briefing_paper
from reports.dashboard.page import Dashboard
from reports.queries import live
from reports.queries.dashboard.flows import flows
from reports.queries.dashboard.scope import scope_of
from reports.queries.dashboard.stocks import stocks
from reports.rules import By, Figures
from reports.services import cells
from tenancy.scope import tenant_scope
from tests.marks import first
from tests.onestop.dossiers import at_kind
from tests.onestop.test_query_counts import cost
from tests.people import give_role, make_person
from tests.reports.invented import Inventor

HOME = reverse("reports:dashboard")
LINK = re.compile(r'<a href="([^"]*/dieu-hanh/(?:ho-so|buoc)/\?[^"]*)"[^>]*>([\d.]+)<')
QUERIES, OF_A_DIVISION = 18, 12


class Settled(Inventor):
    """Nothing goes from unit to unit: whose a dossier is now it was always."""

    def _changes(self, row):
        return []


def invented(town, count=60, seed=71, kind=Inventor):
    kind(town, seed).write(count)
    cells.note_everything()
    cells.settle_all()


def take_part():
    """Competent and handling units of dossiers that were written past the services."""
    pairs = {
        (each.pk, unit)
        for each in Dossier.objects.all()
        for unit in (each.competent_unit_id, each.handling_unit_id)
    }
    Participant.objects.bulk_create(
        [Participant(dossier_id=pk, unit_id=unit, part=Part.COMPETENT) for pk, unit in pairs],
        ignore_conflicts=True,
    )


def a_period(key=""):
    return periods.chosen(key, timezone.localdate())


def counted_behind(client, link):
    """Rows of the list, page by page, and the figure in its heading."""
    rows, at = 0, unescape(link)
    page = client.get(at)
    said = page.context["count"]
    while at:
        page = client.get(at)
        assert page.status_code == 200, at
        rows += len(page.context["page"].rows)
        following = page.context["page"].next_url
        at = following and f"{at.split('?')[0]}{following}"
    return rows, said


@pytest.mark.parametrize("key", ["", "2026", "2026-Q4", "2026-W40"])
@pytest.mark.parametrize("who", ["overseer", "leader"])
def test_flows_are_those_of_the_statement(scope, town, who, key):
    invented(town, kind=Settled if who == "leader" else Inventor)  # it lost and took over some
    found = scope_of(getattr(town, who))
    chosen = a_period(key)
    mine = flows(found, chosen)
    units = None if found.unit_ids is None else list(found.unit_ids)
    for flow, period in ((mine.now, chosen.period), (mine.before, chosen.before)):
        known = live.figures(period, By.AGENCY, units)
        figures = sum(known.values(), Figures())
        assert (flow.online, flow.direct, flow.early, flow.on_time, flow.late) == (
            figures.online, figures.direct, figures.early, figures.on_time, figures.late
        )  # fmt: skip
    assert sum((each.finished for each in mine.by_row.values()), 0) == mine.now.finished
    assert sum((each.received for each in mine.by_field.values()), 0) == mine.now.received


def test_the_trend_is_the_months_of_the_statement(scope, town):
    invented(town, 80)
    found = flows(scope_of(town.overseer), a_period())
    assert len(found.months) == 12
    for month, flow in found.months.items():
        period = a_period(f"{month:%Y-%m}").period
        figures = sum(live.figures(period, By.AGENCY).values(), Figures())
        assert (flow.received, flow.finished, flow.late) == (
            figures.online + figures.direct, figures.finished, figures.late
        )  # fmt: skip
    assert any(flow.finished for flow in found.months.values())


def test_what_is_open_now_is_the_closing_stock_of_today(scope, town):
    invented(town, 80)
    today = timezone.localdate()
    found = stocks(scope_of(town.overseer), today)
    figures = sum(live.figures(a_period().period, By.AGENCY).values(), Figures())
    assert (found.all.open, found.all.overdue) == (figures.open, figures.overdue)
    assert found.all.overdue
    assert sum((stock.open for stock in found.by_row.values()), 0) == found.all.open


def test_an_act_of_today_is_seen_before_the_summaries_know_it(scope, town):
    at_kind(town, "return")
    found = flows(scope_of(town.leader), a_period())
    assert (found.now.received, found.now.finished) == (1, 1)
    assert (found.by_row[town.division.pk].finished, found.is_lagging) == (1, False)


def test_a_past_day_that_is_not_counted_yet_is_told(client, province, town):
    with tenant_scope(province):
        Inventor(town, 72).write(10)
        cells.note_everything()
    client.sign_in(town.overseer)
    assert client.get(HOME).context["board"].is_lagging
    with tenant_scope(province):
        cells.settle_all()
    assert not client.get(HOME).context["board"].is_lagging


def test_an_act_of_an_earlier_day_that_the_summaries_have_not_heard_of_is_told(scope, town):
    at_kind(town, "return")
    found = scope_of(town.leader)
    assert not flows(found, a_period()).is_lagging
    waiting = OutboxEvent.objects.filter(subject_type="onestop.dossier", delivered_at=None)
    assert waiting.update(created_at=timezone.now() - dt.timedelta(days=1))
    assert flows(found, a_period()).is_lagging
    assert briefing_paper(found, town.leader, timezone.now())["is_lagging"]


def test_a_list_of_a_period_names_the_period_and_is_called_as_its_tile(client, town):
    client.sign_in(town.leader)
    late = client.get("/dieu-hanh/ho-so/?so=tre&ky=2026-10").content.decode()
    assert "Xong trễ: 0" in late
    assert "(01/10–31/10/2026)" in late
    assert (
        "(01/10–31/10/2026)"
        not in client.get("/dieu-hanh/ho-so/?so=dang&ky=2026-10").content.decode()
    )


@pytest.mark.parametrize(
    ("who", "where"),
    first(
        1,
        [
            ("leader", ""),
            ("overseer", ""),
            ("head", ""),
            ("overseer", "H32.05"),
            ("two", ""),
            ("two divisions", ""),
            ("overseer", "thu-tuc"),
        ],
    ),
)
def test_every_figure_opens_as_many_rows(client, province, town, who, where):
    with tenant_scope(province):
        invented(town, 40, seed=73)
        at_kind(town, "release")
        some = list(Dossier.objects.values_list("pk", flat=True)[:30])
        Dossier.objects.filter(pk__in=some).update(handling_unit=town.division)
        take_part()
        code = Dossier.objects.values_list("procedure__code", flat=True).first()
        two = make_person("leader", town.commune) if who == "two" else make_person()
        for place in (town.division, town.other_agency if who == "two" else town.second_division):
            give_role(two, "head", place)
    client.sign_in(getattr(town, who, two))
    url = {
        "": HOME, "H32.05": reverse("reports:dashboard_unit", args=["H32.05"]),
        "thu-tuc": reverse("reports:dashboard_procedure", args=[code]),
    }[where]  # fmt: skip
    shown = client.get(url, {"ky": "2026"}).content.decode()
    links = dict(LINK.findall(shown))
    assert len(links) > 15
    for link, figure in links.items():
        assert counted_behind(client, link) == (int(figure.replace(".", "")),) * 2, link


def test_after_a_merger_figures_go_by_whose_the_dossiers_are_and_say_so(client, province, town):
    with tenant_scope(province):
        invented(town, kind=Settled)
        mine = Dossier.objects.filter(competent_unit=town.other_agency)
        before = flows(scope_of(town.overseer), a_period("2026"))
        assert before.by_row[town.other_agency.pk].received > 5
        UnitChange.objects.bulk_create(
            UnitChange(dossier=each, at=timezone.now(), from_unit=town.other_agency,
                       to_unit=town.agency)
            for each in mine
        )  # fmt: skip
        mine.update(competent_unit=town.agency)
        for scope in (scope_of(town.overseer), scope_of(town.leader)):
            after = flows(scope, a_period("2026"))
            assert after.is_by_present
            assert not after.by_row[town.other_agency.pk].received
        assert not flows(scope_of(town.overseer, "H32.101"), a_period("2026")).is_by_present
    client.sign_in(town.leader)
    assert "tiếp nhận lại hồ sơ" in client.get(HOME).content.decode()


def test_a_person_with_two_positions_reads_of_whom_and_opens_only_what_he_may(
    client, province, town
):
    with tenant_scope(province):
        person = make_person("leader", town.commune)
        give_role(person, "head", town.division)
        at_kind(town, "return")
        Dossier.objects.update(competent_unit=town.agency, handling_unit=town.division)
        found = scope_of(person)
        assert (found.unit, found.is_mixed) == (None, True)
        assert flows(found, a_period()).now.received == 1
        invented(town, 60)
        paper = briefing_paper(found, person, timezone.now())
        assert paper["unit"] == found.title
    client.sign_in(person)
    page = client.get(HOME)
    assert "Toàn tỉnh" not in page.content.decode().split("</h1>")[0]
    assert found.title == "Phòng Đất đai, UBND phường Nha Trang"
    assert found.title in page.content.decode()
    urls = {row.name: row.url for row in page.context["board"].by_row.table.rows}
    assert urls[town.agency.name] == ""
    assert client.get(urls[town.commune.name]).status_code == 200


def slow_lives(town, count):
    """Dossiers whose division took longer than planned."""
    for _ in range(count):
        dossier = at_kind(town, "approve")
        done = StepRun.objects.filter(dossier=dossier, kind="process")
        now = timezone.now()
        done.update(
            opened_at=now - dt.timedelta(days=9), closed_at=now,
            planned_end=now - dt.timedelta(days=5),
        )  # fmt: skip


def test_the_slowest_steps_say_what_was_lost_and_open_as_many(client, province, town):
    with tenant_scope(province):
        slow_lives(town, 5)
    client.sign_in(town.leader)
    page = client.get(HOME)
    (slow,) = page.context["board"].slow
    assert (slow.count, slow.late, slow.unit) == (5, 5, town.division)
    assert (round(slow.usual), round(slow.planned), round(slow.lost)) == (9, 4, 5)
    links = [each for each in LINK.findall(page.content.decode()) if "so=cham" in each[0]]
    assert links
    assert {counted_behind(client, link) for link, _figure in links} == {(5, 5)}


def test_fewer_cases_than_the_rule_asks_for_are_not_called_slow(scope, town):
    slow_lives(town, 4)
    assert Dashboard(scope_of(town.leader), a_period(), timezone.now()).slow == []


def test_who_signs_is_told_by_person_and_delegation(client, province, town):
    with tenant_scope(province):
        at_kind(town, "release")
        deputy = make_person("leader", town.agency, title="Phó Giám đốc", full_name="Lý Văn Phó")
        stand_in = make_person("official", town.division, full_name="Tạ Thị Thay")
        today = timezone.localdate()
        Delegation.objects.create(
            giver=town.leader, receiver=stand_in, unit=town.agency, role="leader",
            valid_from=today, valid_to=today, reason="sudden", note="Quyết định 7",
        )  # fmt: skip
        runs = [at_kind(town, "release") for _ in range(2)]
        for dossier, who, lent in ((runs[0], deputy, ""), (runs[1], stand_in, "Phạm Văn Hòa")):
            StepRun.objects.filter(dossier=dossier, kind="approve").update(
                closed_by=who, on_behalf_of=lent
            )
    client.sign_in(town.leader)
    page = client.get(HOME)
    row = page.context["board"].who_signs.table.total
    assert [cell.value for cell in row.cells][:4] == ["1", "1", "1", "0"]
    for cell in row.cells[:3]:
        assert counted_behind(client, cell.url) == (1, 1)
    assert "Tạ Thị Thay" in page.content.decode()
    assert [each.receiver for each in page.context["board"].delegations] == [stand_in]


def test_a_head_of_a_division_sees_what_it_handles(scope, town):
    at_kind(town, "return")
    at_kind(town, "approve")
    found = scope_of(town.head)
    assert (found.unit, found.column) == (town.division, "handling_unit_id")
    mine = flows(found, a_period())
    assert (mine.now.received, mine.now.finished) == (2, 1)
    assert stocks(found, timezone.localdate()).all.open == 1


@pytest.mark.parametrize(
    "url",
    [
        "/dieu-hanh/H32.06/", "/dieu-hanh/H99/", "/dieu-hanh/thu-tuc/9.999999/",
        "/dieu-hanh/ho-so/", "/dieu-hanh/ho-so/?so=x", "/dieu-hanh/ho-so/?so=dang&don_vi=H32.06",
        "/dieu-hanh/buoc/", "/dieu-hanh/buoc/?so=cham&hang=H99", "/dieu-hanh/buoc/?so=ky&ai=x",
        *(f"/dieu-hanh/buoc/?so=phut&nguoi=1&phut={minute}" for minute in (
            "2026-02-30T10:00", "2026-02-20T10:00Z", "9999-12-31T23:59", "x", "")),
    ],
)  # fmt: skip
def test_what_is_beyond_the_reach_or_unknown_is_404(client, town, url):
    client.sign_in(town.leader)
    assert client.get(url).status_code == 404


def test_rows_of_another_agency_are_not_behind_a_figure_of_ones_own(client, province, town):
    with tenant_scope(province):
        invented(town, 40)
    client.sign_in(town.leader)
    page = client.get("/dieu-hanh/ho-so/?so=dang&hang=H32.06")
    assert page.context["count"] == 0


@pytest.mark.parametrize("text", ["2026-13", "2026-W54", "3026", "x", "2099-01", "2026-Q5", "١٩٩٩"])
def test_a_period_that_is_none_is_this_month(text):
    today = dt.date(2026, 11, 22)
    assert periods.chosen(text, today).key == "2026-11"


@pytest.mark.parametrize(
    ("key", "period", "before"),
    [
        ("2026-11", ("2026-11-01", "2026-11-22"), ("2026-10-01", "2026-10-22")),
        ("2026-10", ("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
        ("2026-W47", ("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15")),
        ("2026-Q4", ("2026-10-01", "2026-11-22"), ("2026-07-01", "2026-08-22")),
        ("2026", ("2026-01-01", "2026-11-22"), ("2025-01-01", "2025-11-22")),
        ("2025", ("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")),
    ],
)
def test_a_running_period_is_compared_with_as_many_days(key, period, before):
    found = periods.chosen(key, dt.date(2026, 11, 22))
    read = dt.date.fromisoformat
    assert (found.period.first, found.period.last) == tuple(map(read, period))
    assert (found.before.first, found.before.last) == tuple(map(read, before))
    assert periods.chosen(found.key, found.today) == found


def test_a_longer_month_is_not_compared_with_days_that_the_one_before_had_not():
    found = periods.chosen("2026-03", dt.date(2026, 3, 30))
    assert (found.before.first, found.before.last) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))


def test_only_procedures_of_which_some_is_overdue_are_called_so(client, province, town):
    with tenant_scope(province):
        dossier, _other = at_kind(town, "process"), at_kind(town, "process")
        of_all = scope_of(town.overseer), timezone.localdate()
        assert stocks(*of_all).procedures == []
    assert "Không có hồ sơ quá hạn." in client.sign_in(town.overseer).get(HOME).text
    with tenant_scope(province):
        Dossier.objects.filter(pk=dossier.pk).update(due_at=timezone.now() - dt.timedelta(days=5))
        ((_procedure, stock),) = stocks(*of_all).procedures
        assert (stock.open, stock.overdue) == (2, 1)


@pytest.mark.parametrize(("who", "most"), [("overseer", QUERIES), ("head", OF_A_DIVISION)])
def test_what_the_page_costs(client, province, town, who, most):
    then = timezone.now() - dt.timedelta(days=5)  # some procedure has something overdue
    with tenant_scope(province):
        invented(town, 1, kind=Settled)
        at_kind(town, "release")
        Dossier.objects.filter(finished_at=None).update(due_at=then)
    _page, one, _asked = cost(client, getattr(town, who), HOME)
    with tenant_scope(province):
        invented(town, 60, seed=74, kind=Settled)
        slow_lives(town, 5)
        Dossier.objects.filter(finished_at=None).update(due_at=then)
    _page, many, _asked = cost(client, getattr(town, who), HOME)
    assert (one, many) == (most, most)


@pytest.mark.parametrize("count", [1, 5])
def test_what_the_lists_cost(client, province, town, count):
    with tenant_scope(province):
        for _ in range(count):
            at_kind(town, "release")
    url = reverse("reports:dashboard_dossiers")
    _page, asked, _words = cost(client, town.leader, url, so="dang")
    assert asked == 8
    url = reverse("reports:dashboard_steps")
    _page, asked, _words = cost(client, town.leader, url, so="ky", ai="head")
    assert asked == 10
