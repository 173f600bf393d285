"""The pages of the reports: made, read, signed, printed, and the dossiers behind each figure."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from reports.forms import MakeForm
from reports.models import PeriodKind, Report, ReportState
from reports.rules import By
from reports.services import snapshots
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.test_query_counts import cost
from tests.reports.invented import Inventor

LIST = reverse("reports:report_list")


def days_ago(count):
    return timezone.localdate() - dt.timedelta(days=count)


def made(province, town, *, seed=31, count=40, by=By.AGENCY, unit=None):
    with tenant_scope(province):
        if count:
            Inventor(town, seed).write(count)
        return snapshots.make(
            (unit or town.root).pk, actor=town.overseer, kind=PeriodKind.CUSTOM, by=by,
            first=days_ago(40), last=days_ago(3),
        )  # fmt: skip


def page_of(report, what="report_detail"):
    return reverse(f"reports:{what}", args=[report.pk])


def test_who_leads_the_province_makes_reviews_comments_and_signs(client, province, town, chair):
    with tenant_scope(province):
        Inventor(town, 32).write(20)
    client.sign_in(chair)
    form = {
        "unit": town.root.pk, "by": "agency", "kind": "custom",
        "first": f"{days_ago(30):%d/%m/%Y}", "last": f"{days_ago(1):%d/%m/%Y}",
    }  # fmt: skip
    answer = client.post(reverse("reports:report_make"), form, follow=True)
    with tenant_scope(province):
        report = Report.objects.get()
    assert answer.redirect_chain[0][0] == page_of(report)
    assert "Sở Nông nghiệp và Môi trường" in answer.content.decode()
    client.post(page_of(report, "report_review"), {"comment": "Chậm do nâng cấp"})
    client.post(page_of(report, "report_sign"), {"comment": "Chậm do nâng cấp"})
    shown = client.get(page_of(report)).content.decode()
    assert "Chậm do nâng cấp" in shown
    assert "<form method" not in shown.split('id="sign"')[1].split("</section>")[0]
    with tenant_scope(province):
        report.refresh_from_db()
        assert report.state == ReportState.SIGNED


def test_a_second_sign_off_is_answered_409_with_the_report_as_it_is(client, province, town, chair):
    report = made(province, town)
    client.sign_in(chair)
    assert client.post(page_of(report, "report_sign"), {"comment": ""}).status_code == 302
    again = client.post(page_of(report, "report_sign"), {"comment": "khác"})
    assert again.status_code == 409
    assert chair.full_name in again.content.decode()


def test_a_comment_on_a_statement_that_is_refused_stays(client, province, town, chair):
    report = made(province, town)
    client.sign_in(chair)
    long = "Chậm do nâng cấp " * 200
    refused = client.post(page_of(report, "report_review"), {"comment": long})
    assert (refused.status_code, refused.context["form"]["comment"].value()) == (422, long)
    client.post(page_of(report, "report_sign"), {"comment": ""})
    late = client.post(page_of(report, "report_review"), {"comment": "Chậm do mưa lũ"})
    assert (late.status_code, late.context["typed"]) == (409, ["Chậm do mưa lũ"])
    assert "Chậm do mưa lũ" in late.text


def test_the_list_is_filtered_by_period_rows_and_state(client, province, town):
    by_agency = made(province, town)
    by_field = made(province, town, count=0, by=By.FIELD)
    client.sign_in(town.overseer)

    def listed(query):
        return [report.pk for report in client.get(f"{LIST}?{query}").context["page"]]

    assert listed("") == [by_field.pk, by_agency.pk]
    assert listed("theo=field") == [by_field.pk]
    assert listed("loai=custom&theo=agency&tinh-trang=draft") == [by_agency.pk]
    assert listed("loai=monthly") == listed("tinh-trang=signed") == listed("theo=x") == []
    shown = client.get(f"{LIST}?loai=monthly").content.decode()
    assert '<option value="monthly" selected>' in shown


@pytest.mark.parametrize(
    "days",
    [
        {"first": "01/10/2026", "last": "30/09/2026"},
        {"first": "01/10/2026", "last": ""},
        {"first": "31/02/2026", "last": "31/03/2026"},
        {"first": "01/01/2030", "last": "02/01/2030"},
        {"kind": "monthly", "first": f"{timezone.localdate():%d/%m/%Y}"},
        {"kind": "weekly", "first": "31/12/9999"},
        {"kind": "yearly", "first": "31/12/9999"},
    ],
)
def test_a_wrong_period_is_told_beside_its_box(client, town, days):
    client.sign_in(town.overseer)
    form = {"unit": town.root.pk, "by": "agency", "kind": "custom", **days}
    answer = client.post(reverse("reports:report_make"), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_a_head_chooses_among_the_units_below_his_own(client, province, town):
    client.sign_in(town.head)
    form = client.get(LIST).context["form"]
    with tenant_scope(province):
        assert list(form.fields["unit"].queryset) == []  # its dossiers count for the agency
        make_procedure("3.000009", units=[town.division])
        form = MakeForm(user=town.head)
        assert list(form.fields["unit"].queryset) == [town.division]
        make_procedure("3.000010", units=[town.second_division])
        assert town.second_division in MakeForm(user=town.leader).fields["unit"].queryset
        assert town.agency in MakeForm(user=town.leader).fields["unit"].queryset


@pytest.mark.slow
@pytest.mark.parametrize("by", By)
def test_every_linked_figure_opens_as_many_rows(client, province, town, by):
    report = made(province, town, by=by)
    client.sign_in(town.overseer)
    shown = client.get(page_of(report)).content.decode()
    links = re.findall(r'href="([^"]*/ho-so/\?[^"]*)">(\d+)<', shown)
    assert len(links) > 20
    for link, figure in links[::4]:
        rows, at = 0, link.replace("&amp;", "&")
        while at:
            page = client.get(at).context["page"]
            rows += len(page.rows)
            at = page.next_url and f"{at.split('?')[0]}{page.next_url}"
        assert rows == int(figure), link


@pytest.mark.parametrize(
    "query", ["hang=khong-co&cot=3", "hang=&cot=2", "hang=&cot=x", "cot=99", ""]
)
def test_a_figure_that_the_report_does_not_have_is_404(client, province, town, query):
    report = made(province, town, count=0)
    client.sign_in(town.overseer)
    assert client.get(f"{page_of(report, 'report_dossiers')}?{query}").status_code == 404


def test_a_report_of_another_agency_is_not_there_for_a_leader(client, province, town):
    report = made(province, town, count=0, unit=town.other_agency)
    client.sign_in(town.leader)
    assert client.get(page_of(report)).status_code == 404
    assert client.post(page_of(report, "report_sign")).status_code == 404


def test_the_spreadsheet_holds_the_figures_and_no_formula(client, province, town):
    report = made(province, town)
    with tenant_scope(province):
        type(town.agency).objects.filter(pk=town.agency.pk).update(name="=1+1")
        report = made(province, town, count=0)
    client.sign_in(town.overseer)
    answer = client.get(page_of(report, "report_export"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = next(row for row in rows if row[1] == "=1+1")
    stored = next(row for row in report.rows if row["name"] == "=1+1")
    assert found[2:13] == stored["figures"]
    assert sheet.cell(row=1, column=1).value == "Biểu số II.06a/VPCP/KSTT"
    assert rows[-1][0] == f"SHA-256: {report.digest}"
    assert [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


@pytest.mark.slow
def test_the_signed_paper_is_one_landscape_page_with_its_digest(client, province, town, chair):
    report = made(province, town)
    client.sign_in(chair)
    client.post(page_of(report, "report_sign"), {"comment": "Chậm do nâng cấp"})
    answer = client.get(page_of(report, "report_print"))
    assert answer.headers["Content-Type"] == "application/pdf"
    [page] = PdfReader(io.BytesIO(answer.content)).pages
    assert page.mediabox.width > page.mediabox.height
    assert report.digest in page.extract_text()


@pytest.mark.parametrize("count", [1, 5])
def test_what_the_pages_cost(client, province, town, count):
    report = made(province, town)
    for _ in range(count - 1):
        made(province, town, count=0)
    _page, asked, words = cost(client, town.overseer, LIST)
    assert asked == 5, words
    _page, asked, words = cost(client, town.overseer, page_of(report))
    assert asked == 5, words
    _page, asked, words = cost(
        client, town.overseer, page_of(report, "report_dossiers"), hang="", cot=3
    )
    assert asked == 9, words
