"""Mẫu 07: the register of a counter, on the screen, as a spreadsheet and on paper."""

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.models import AccessNote
from onestop.models import Dossier
from onestop.queries import register as queries
from onestop.services import corrections
from onestop.views import register as views
from papers.models import PrintedForm
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.onestop.test_query_counts import cost

PAGE, SHEET, PAPER = "/so-theo-doi/", "/so-theo-doi/xuat.xlsx", "/so-theo-doi/in.pdf"


@pytest.fixture
def dossiers(province, town):
    with tenant_scope(province):
        return [make_dossier(town) for _ in range(3)]


def sheet_of(answer):
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)


def paper_of(answer):
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return words.replace("\n", "")


def test_rows_carry_the_number_of_their_slip_in_the_order_of_reception(
    client, province, town, dossiers
):
    rows = client.sign_in(town.clerk).get(PAGE).context["page"].rows
    assert [row["code"] for row in rows] == [dossier.code for dossier in dossiers]
    with tenant_scope(province):
        slips = {slip.subject_name: slip.number for slip in PrintedForm.objects.filter(form="01")}
    assert [row["number"] for row in rows] == [slips[dossier.code] for dossier in dossiers]


@pytest.mark.slow
def test_the_spreadsheet_and_the_paper_hold_the_same_rows(client, town, dossiers, province):
    client.sign_in(town.clerk)
    rows = sheet_of(client.get(SHEET))
    assert [row[1] for row in rows[1:]] == [dossier.code for dossier in dossiers]
    words = paper_of(client.get(PAPER))
    assert "SỔ THEO DÕI HỒ SƠ" in words.upper()
    assert all(dossier.code.replace("-", "") in words.replace("-", "") for dossier in dossiers)
    with tenant_scope(province):
        kinds = list(AccessNote.objects.values_list("kind", "data"))
    assert kinds.count(("dossiers.exported", {"rows": 3, "view": "register"})) >= 1


def test_void_receptions_and_other_periods_are_left_out(client, province, town, dossiers):
    with tenant_scope(province):
        corrections.void(dossiers[0].pk, actor=town.clerk, reason="Nhầm")
        old = timezone.now() - dt.timedelta(days=400)
        Dossier.objects.filter(pk=dossiers[1].pk).update(accepted_at=old)
    client.sign_in(town.clerk)
    found = client.get(PAGE).context["page"].rows
    assert [row["code"] for row in found] == [dossiers[2].code]


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ({"tu_ngay": "02/03/2026", "den_ngay": "01/03/2026"}, "trước ngày đầu"),
        ({"tu_ngay": "01/01/2024", "den_ngay": "01/03/2026"}, "một năm"),
        ({"tu_ngay": "31/02/2026"}, "Không có ngày"),
    ],
)
def test_a_wrong_period_is_a_sentence_on_the_page_and_no_file(
    client, town, dossiers, period, words
):
    client.sign_in(town.clerk)
    page = client.get(PAGE, period)
    assert page.context["page"] is None
    assert words in str(page.context["form"].errors)
    assert client.get(SHEET, period).status_code == 404
    assert client.get(PAPER, period).status_code == 404


@pytest.mark.slow
def test_volumes_end_where_the_next_begins(client, town, dossiers, monkeypatch):
    monkeypatch.setattr(views, "VOLUME", 2)
    client.sign_in(town.clerk)
    assert client.get(PAGE).context["volumes"] == [1, 2]
    assert dossiers[1].code[-4:] in paper_of(client.get(PAPER, {"quyen": "1"}))
    second = paper_of(client.get(PAPER, {"quyen": "2"}))
    assert dossiers[2].code[-4:] in second
    assert client.get(PAPER, {"quyen": "0"}).status_code == 404
    assert client.get(PAPER, {"quyen": "٢"}).status_code == 404


def test_a_longer_register_says_that_it_was_cut(client, town, dossiers, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    rows = sheet_of(client.sign_in(town.clerk).get(SHEET))
    assert len(rows) == 4
    assert rows[-1][1] is None


def test_another_office_is_not_to_be_chosen(client, province, town, dossiers):
    with tenant_scope(province):
        foreign = town.other_agency.pk
        assert town.counter_unit in queries.units_with_register(town.clerk)
    client.sign_in(town.clerk)
    assert client.get(SHEET, {"don_vi": foreign}).status_code == 404
    assert client.get(PAGE, {"don_vi": foreign}).context["page"] is None


def test_the_page_costs_the_same_for_one_row_and_for_four(client, province, town):
    with tenant_scope(province):
        make_dossier(town)
    _page, one, _asked = cost(client, town.clerk, reverse("onestop:register"))
    with tenant_scope(province):
        for _ in range(3):
            make_dossier(town)
    page, four, asked = cost(client, town.clerk, reverse("onestop:register"))
    assert len(page.context["page"].rows) == 4
    assert one == four <= 7, asked
