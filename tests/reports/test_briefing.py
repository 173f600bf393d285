"""Monday's paper and the page "who uses it"."""

import datetime as dt
import io
from html import unescape

import openpyxl
import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.models import Procedure, StepRun
from organizations.models import User
from reports.chosen import this
from reports.dashboard.briefing import OLDEST, WORST, briefing_paper
from reports.periods import PeriodKind
from reports.queries.dashboard import usage
from reports.queries.dashboard.scope import scope_of
from reports.rulesets import DashboardRules
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import at_kind, make_dossier
from tests.onestop.test_query_counts import cost
from tests.people import make_person, make_unit
from tests.reports.test_dashboard import Settled, counted_behind, invented

BRIEFING, USAGE = reverse("reports:dashboard_briefing"), reverse("reports:usage")


@pytest.mark.slow
@pytest.mark.parametrize("agencies", [0, 163])
def test_the_paper_is_one_page_for_any_number_of_units(client, province, town, agencies):
    with tenant_scope(province):
        many = [
            make_unit(
                f"H32.9{n:03}", parent=town.root, name=f"Ủy ban nhân dân xã số {n} rất dài tên"
            )
            for n in range(agencies)
        ]
        inventor = Settled(town, 81)
        inventor.units += many
        inventor.write(400 if agencies else 30)
        invented(town, 1)
    client.sign_in(town.overseer)
    answer = client.get(BRIEFING)
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 1


def test_the_paper_names_the_worst_and_adds_up_the_others(scope, town):
    inventor = Settled(town, 82)
    inventor.units += [make_unit(f"H32.9{n:02}", parent=town.root) for n in range(12)]
    inventor.write(200)
    invented(town, 1)
    paper = briefing_paper(scope_of(town.overseer), town.overseer, timezone.now())
    lines = paper["units"]["lines"]
    assert len(lines) == WORST + 2
    *parts, total = [[int(cell) for cell in line["cells"][:9]] for line in lines]
    assert [sum(column) for column in zip(*parts, strict=True)] == total
    overdue = [part[1] for part in parts[:WORST]]
    assert overdue == sorted(overdue, reverse=True)
    assert len(paper["oldest"]) == OLDEST
    week = this(PeriodKind.WEEKLY, timezone.localdate()).previous
    assert f"{week.first:%d/%m}–{week.end:%d/%m/%Y}" in paper["week"]


def test_a_unit_without_a_dossier_this_week_is_named_until_it_has_one(scope, town):
    today = timezone.localdate()
    monday = this(PeriodKind.WEEKLY, today).first
    found = scope_of(town.overseer)
    before = {each.unit for each in usage.silent_units(found, monday, today)}
    assert before == {town.agency, town.other_agency, town.commune}
    make_dossier(town)
    assert {each.unit for each in usage.silent_units(found, monday, today)} == before - {
        town.agency
    }
    later = usage.silent_units(found, today + dt.timedelta(days=1), today)
    assert next(each for each in later if each.unit == town.agency).last == today


def test_who_never_signed_in_or_not_for_long_is_listed_and_counted(client, province, town):
    today = timezone.now()
    with tenant_scope(province):
        User.objects.update(last_seen_at=today)
        never = make_person("official", town.division, full_name="Lê Chưa Vào")
        long_ago = make_person("official", town.division, full_name="Lê Đã Lâu")
        away = make_person("official", town.division, full_name="Lê Đã Nghỉ", is_active=False)
        other = make_person("official", town.other_agency, full_name="Lê Nơi Khác")
        User.objects.filter(pk=long_ago.pk).update(last_seen_at=today - dt.timedelta(days=31))
    client.sign_in(town.leader)
    page = client.get(reverse("reports:usage_people"))
    names = [row["full_name"] for row in page.context["page"]]
    assert sorted(names) == sorted([never.full_name, long_ago.full_name])
    assert page.context["count"] == "2"
    shown = client.get(USAGE).content.decode()
    assert never.full_name in shown
    assert away.full_name not in shown
    assert other.full_name not in shown


def test_a_published_procedure_without_a_process_of_its_own_is_listed(client, province, town):
    with tenant_scope(province):
        make_procedure("1.000007", units=[town.agency])
        make_procedure("1.000008", units=[town.other_agency])
        make_procedure("1.000009", units=[town.agency], published=False)
        known = set(usage.procedures_without_process(scope_of(town.leader)))
        assert {each.code for each in known} == {"1.000007"}
        everything = usage.procedures_without_process(scope_of(town.overseer))
        codes = set(everything.values_list("code", flat=True))
        assert codes == set(
            Procedure.objects.filter(current_version__isnull=False).values_list("code", flat=True)
        )
    client.sign_in(town.leader)
    page = client.get(reverse("reports:usage_procedures"))
    assert [row["code"] for row in page.context["page"]] == ["1.000007"]


@pytest.mark.parametrize(("count", "told"), [(20, 1), (19, 0)])
def test_steps_clicked_within_one_minute_at_the_end_of_a_month(client, province, town, count, told):
    today = timezone.localdate()
    end = today.replace(day=1) - dt.timedelta(days=1)
    at = timezone.make_aware(dt.datetime.combine(end, dt.time(16, 59, 5)))
    with tenant_scope(province):
        runs = [at_kind(town, "approve").pk for _ in range(count // 4 + 1)]
        closed = StepRun.objects.filter(dossier__in=runs, unit=town.division, state="closed")
        missing = list(StepRun.objects.filter(dossier__in=runs, state="closed")[:count])
        StepRun.objects.filter(pk__in=[run.pk for run in missing]).update(
            closed_at=at, closed_by=town.officer, unit=town.division
        )
        assert closed.filter(closed_at=at).count() == count
    client.sign_in(town.leader)
    rows = client.get(USAGE).context["usage"].minutes.rows
    assert len(rows) == told
    for row in rows:
        assert counted_behind(client, row.cells[1].url) == (count, count)


@pytest.mark.parametrize("part", ["don-vi", "nguoi", "thu-tuc", "phut"])
def test_each_table_is_downloaded_whole(client, province, town, part):
    with tenant_scope(province):
        for number in range(3):
            make_procedure(f"1.00001{number}", units=[town.agency])
        User.objects.filter(pk=town.officer.pk).update(full_name="=1+1")
    client.sign_in(town.overseer)
    answer = client.get(reverse("reports:usage_export"), {"muc": part})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    values = {cell.value for cell in cells}
    expected = {"don-vi": town.commune.name, "nguoi": "=1+1", "thu-tuc": "1.000010"}
    assert expected.get(part, unescape("Người")) in values or part == "phut"


@pytest.mark.parametrize("count", [1, 5])
def test_what_the_page_of_use_costs(client, province, town, count):
    with tenant_scope(province):
        for number in range(count):
            make_procedure(f"1.00002{number}", units=[town.agency])
            make_person("official", town.division)
    _page, asked, _words = cost(client, town.leader, USAGE)
    assert asked == 11
    _page, asked, _words = cost(client, town.leader, reverse("reports:usage_people"))
    assert asked == 8


def test_rules_of_use_have_their_defaults():
    rules = DashboardRules()
    assert (rules.unseen_days, rules.click_steps, rules.click_days) == (30, 20, 3)
