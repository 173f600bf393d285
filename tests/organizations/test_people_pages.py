"""Pages about people and units over HTTP: who sees them, what they show, what they refuse."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.utils import timezone, translation
from openpyxl import Workbook

from audit.models import AuditEntry, OutboxEvent
from common.text import unaccented
from organizations.models import Delegation, Position, Unit, User
from organizations.people_sheet import COLUMNS, HEADINGS, MOST_ROWS
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.people import LONG_AGO, make_person

PEOPLE = "/quan-tri/nguoi-dung/"
UNITS = "/quan-tri/don-vi/"


@pytest.fixture
def admin(province, town):
    return HostClient(province).sign_in(town.agency_admin)


@pytest.fixture
def system(province, town):
    return HostClient(province).sign_in(town.superuser)


def text(response):
    return response.content.decode()


def test_the_list_shows_people_of_ones_own_units_by_given_name(admin, town):
    page = text(admin.get(PEOPLE, HTTP_HX_REQUEST="true"))
    order = ["Nguyễn Văn An", "Đỗ Thị Bích", "Võ Quốc Đạt", "Trần Thị Hoa", "Phạm Văn Hòa"]
    places = [page.index(name) for name in order]
    assert places == sorted(places)
    assert town.outsider.full_name not in page
    assert town.superuser.full_name not in page


@pytest.mark.parametrize("query", ["le thi thuong", "Lê Thị Thưởng", "thưởng lê"])
def test_the_search_finds_without_accents_and_in_other_spellings(admin, query):
    page = text(admin.get(PEOPLE, {"q": query}))
    assert "Lê Thị Thưởng" in page
    assert "Nguyễn Văn An" not in page


def test_the_list_is_filtered_by_unit_and_state(admin, town):
    page = text(admin.get(PEOPLE, {"don_vi": town.division.code}))
    assert "Lê Thị Thưởng" in page
    assert "Trần Thị Hoa" not in page
    page = text(admin.get(PEOPLE, {"tinh_trang": "khoa"}))
    assert "Lê Thị Thưởng" not in page


def test_the_list_costs_the_same_for_one_person_and_for_many(
    admin, province, town, django_assert_num_queries, django_assert_max_num_queries
):
    admin.get(PEOPLE)  # province and standing facts are remembered from here on
    with django_assert_max_num_queries(14) as few:  # five of them are transaction control
        admin.get(PEOPLE)
    expected = len(few)
    with tenant_scope(province):
        for _ in range(10):
            make_person("official", town.division)
    admin.get(PEOPLE)
    with django_assert_num_queries(expected):
        admin.get(PEOPLE)


def test_the_htmx_answer_is_the_rows_alone(admin):
    page = text(admin.get(PEOPLE, HTTP_HX_REQUEST="true"))
    assert "<table" in page
    assert "<html" not in page


@pytest.mark.parametrize("who", ["officer", "clerk", "records_clerk", "outsider"])
def test_people_without_the_right_are_told_why(province, town, who):
    browser = HostClient(province).sign_in(getattr(town, who))
    answer = browser.get(PEOPLE)
    assert answer.status_code == 403
    assert browser.get(f"{PEOPLE}{town.head.pk}/").status_code == 404


def test_a_person_of_another_agency_or_province_is_a_404(admin, town, other_town):
    for person in (town.outsider, town.superuser, other_town.officer):
        assert admin.get(f"{PEOPLE}{person.pk}/").status_code == 404
        assert admin.post(f"{PEOPLE}{person.pk}/lien-ket/", {"by": "print"}).status_code == 404
        assert admin.get(f"{PEOPLE}{person.pk}/chuc-vu/").status_code == 404


def test_the_page_of_a_person_says_what_he_may_do_and_why(admin, town):
    page = text(admin.get(f"{PEOPLE}{town.head.pk}/"))
    since = timezone.localdate() - LONG_AGO
    assert f"Phòng Đất đai, từ {since:%d/%m/%Y}" in page or f"since {since:%d/%m/%Y}" in page
    assert page.count("<dt>") >= 8


def test_a_head_sees_his_people_but_changes_nothing(province, town):
    browser = HostClient(province).sign_in(town.head)
    assert browser.get(f"{PEOPLE}{town.officer.pk}/").status_code == 200
    assert browser.get(f"{PEOPLE}{town.officer.pk}/sua/").status_code == 403
    assert browser.get(f"{PEOPLE}{town.officer.pk}/chuc-vu/").status_code == 403
    assert browser.get(f"{PEOPLE}moi/").status_code == 403


def test_a_person_is_added_and_invited_by_mail_later(admin, province, town):
    answer = admin.post(
        f"{PEOPLE}moi/",
        {
            "full_name": "Ngô Thị Mới", "username": "ngo.moi", "email": "moi@vi-du.example",
            "unit": town.division.pk, "role": "official", "valid_from": "01/03/2026",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert mail.outbox == []
    with tenant_scope(province):
        person = User.objects.get(username="ngo.moi")
        assert OutboxEvent.objects.filter(action="person.invited").count() == 1
        assert Position.objects.get(user=person).valid_from.isoformat() == "2026-03-01"


@pytest.mark.parametrize("role", ["superuser", "agency_admin", "oversight"])
def test_a_role_above_the_table_is_no_choice_of_the_form(admin, province, town, role):
    answer = admin.post(
        f"{PEOPLE}moi/",
        {
            "full_name": "X", "username": "x", "unit": town.division.pk, "role": role,
            "valid_from": "01/03/2026",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "role" in answer.context["form"].errors
    with tenant_scope(province):
        assert not User.objects.filter(username="x").exists()


def test_a_unit_out_of_reach_is_no_choice_of_the_form(admin, town):
    answer = admin.post(
        f"{PEOPLE}{town.officer.pk}/chuc-vu/",
        {"unit": town.other_agency.pk, "role": "official", "valid_from": "01/03/2026"},
    )
    assert answer.status_code == 422
    assert "unit" in answer.context["form"].errors


def test_an_administrator_does_not_open_the_acts_on_himself(admin, town):
    own = f"{PEOPLE}{town.agency_admin.pk}"
    assert admin.get(f"{own}/").status_code == 200
    assert admin.get(f"{own}/sua/").status_code == 403
    answer = admin.post(
        f"{own}/chuc-vu/",
        {"unit": town.agency.pk, "role": "leader", "valid_from": "01/03/2026"},
    )
    assert answer.status_code == 403


def test_a_position_is_given_and_ended(admin, province, town):
    admin.post(
        f"{PEOPLE}{town.officer.pk}/chuc-vu/",
        {"unit": town.second_division.pk, "role": "head", "title": "Trưởng phòng",
         "valid_from": f"{timezone.localdate():%d/%m/%Y}"},
    )  # fmt: skip
    with tenant_scope(province):
        position = Position.objects.get(user=town.officer, role="head")
    day = f"{timezone.localdate():%d/%m/%Y}"
    assert admin.post(f"{PEOPLE}chuc-vu/{position.pk}/ket-thuc/", {"on": day}).status_code == 302
    again = admin.post(f"{PEOPLE}chuc-vu/{position.pk}/ket-thuc/", {"on": day})
    assert again.status_code == 409


def test_a_printed_link_is_shown_once_and_kept_by_no_cache(admin, town):
    answer = admin.post(f"{PEOPLE}{town.officer.pk}/lien-ket/", {"by": "print"})
    assert "http://h32.localhost" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert admin.get(f"{PEOPLE}{town.officer.pk}/lien-ket/").status_code == 405


def test_switching_off_and_on(admin, province, town):
    page = f"{PEOPLE}{town.officer.pk}/"
    assert admin.get(f"{page}khoa/").status_code == 200
    assert admin.post(f"{page}khoa/", {"reason": ""}).status_code == 422
    assert admin.post(f"{page}khoa/", {"reason": "Chuyển công tác"}).status_code == 302
    browser = HostClient(province)
    answer = browser.post(
        "/dang-nhap/", {"login": town.officer.username, "password": "Mot-cua-dien-tu-2026"}
    )
    assert answer.status_code in (200, 302)
    assert browser.get("/tai-khoan/").status_code == 302
    assert admin.post(f"{page}mo/").status_code == 302
    assert admin.post(f"{page}mo/").status_code == 409


def test_a_second_factor_is_removed_on_two_screens(admin, system, province, town):
    with tenant_scope(province):
        Authenticator.objects.create(user=town.officer, type="totp", data={})
    admin.post(f"{PEOPLE}{town.officer.pk}/hai-lop/", {"reason": "Mất điện thoại"})
    page = system.get(f"{PEOPLE}{town.officer.pk}/")
    reset = page.context["reset"]
    assert admin.post(f"{PEOPLE}hai-lop/{reset.pk}/dong-y/").status_code == 403
    assert system.post(f"{PEOPLE}hai-lop/{reset.pk}/dong-y/").status_code == 302
    with tenant_scope(province):
        assert not Authenticator.objects.filter(user_id=town.officer.pk).exists()


def test_a_leader_delegates_on_his_own_page_and_an_official_cannot(province, town):
    day = f"{timezone.localdate():%d/%m/%Y}"
    facts = {
        "unit": town.division.pk, "receiver": town.head.pk, "reason": "prevented",
        "note": "Giấy ủy quyền 3", "valid_from": day, "valid_to": day,
    }  # fmt: skip
    leader = HostClient(province).sign_in(town.leader)
    assert leader.post("/tai-khoan/uy-quyen/", facts).status_code == 302
    with tenant_scope(province):
        delegation = Delegation.objects.get()
    assert "Giấy ủy quyền 3" in text(leader.get("/tai-khoan/"))
    outsider = HostClient(province).sign_in(town.outsider)
    assert outsider.post("/tai-khoan/uy-quyen/", facts).status_code == 422
    assert outsider.post(f"/tai-khoan/uy-quyen/{delegation.pk}/thu-hoi/").status_code == 404
    assert leader.post(f"/tai-khoan/uy-quyen/{delegation.pk}/thu-hoi/").status_code == 302


def test_ones_own_page_saves_language_and_digest(province, town):
    browser = HostClient(province).sign_in(town.officer)
    answer = browser.post("/tai-khoan/", {"language": "en", "shortcuts_on": "on"})
    assert answer.cookies["django_language"].value == "en"
    with tenant_scope(province):
        person = User.objects.get(pk=town.officer.pk)
    assert (person.language, person.wants_digest, person.shortcuts_on) == ("en", False, True)


# --- units ----------------------------------------------------------------------------------------


def test_a_unit_is_found_in_the_tree_by_words_without_marks(system, town):
    def names(**sought):
        return [row["unit"].name for row in system.get(UNITS, sought).context["rows"]]

    assert "Phòng Đất đai" in names(q="phong dat")
    assert names(q=town.other_agency.code) == [town.other_agency.name]
    assert names(q="khong-co-don-vi-nay") == []


def test_the_tree_of_units_shows_only_ones_own(admin, system, town):
    page = text(admin.get(UNITS))
    assert "Phòng Đất đai" in page
    assert "Sở Tư pháp" not in page
    assert admin.get(f"{UNITS}{town.other_agency.code}/").status_code == 404
    assert admin.get(f"{UNITS}{town.agency.code}/dong/").status_code == 403
    assert "Sở Tư pháp" in text(system.get(UNITS))


def test_a_unit_is_made_changed_merged_and_closed_on_screen(system, province, town):
    today = timezone.localdate()
    day, before = f"{today:%d/%m/%Y}", f"{today - dt.timedelta(days=1):%d/%m/%Y}"
    facts = {"code": "H32.05.09", "name": "Phòng Biển", "kind": "division", "valid_from": before}
    assert system.post(f"{UNITS}H32.05/them/", facts).status_code == 302
    assert system.post(f"{UNITS}H32.05/them/", facts).status_code == 409
    assert system.post(f"{UNITS}H32.05.09/sua/", {"name": "Phòng Biển đảo"}).status_code == 302
    assert system.get(f"{UNITS}H32.05.02/sap-nhap/").status_code == 200
    merger = {"successor": town.division.pk, "on": day, "reason": "QĐ 9"}
    assert system.post(f"{UNITS}H32.05.02/sap-nhap/", merger).status_code == 409
    merger["on"] = before
    assert system.post(f"{UNITS}H32.05.02/sap-nhap/", merger).status_code == 302
    closed = system.post(f"{UNITS}H32.05.09/dong/", {"on": before, "reason": "QĐ 10"})
    assert closed.status_code == 302
    with tenant_scope(province):
        assert Unit.objects.get(code="H32.05.02").valid_to is not None
        assert Unit.objects.get(code="H32.05.09").name == "Phòng Biển đảo"
    assert "QĐ 9" in text(system.get(f"{UNITS}H32.05.02/"))


# --- import ---------------------------------------------------------------------------------------

HEADER = ["Họ và tên", "Tên đăng nhập", "Thư điện tử", "Điện thoại", "Mã đơn vị", "Vai trò",
          "Chức danh", "Từ ngày"]  # fmt: skip
GOOD = [
    ["Lý Thị Ánh", "ly.anh", "anh@vi-du.example", "0900000001", "H32.05.01", "official",
     "Chuyên viên", "01/03/2026"],
    ["Tô Văn Bé", "TO.BE", "", "", "H32.05.03", "counter", "", None],
]  # fmt: skip


def sheet(rows, header=HEADER, below=0):
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    if below:
        book.active.cell(below, 1, "Tô Văn Bé")
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "nguoi.xlsx"
    return stream


def upload(browser, stream):
    return browser.post(f"{PEOPLE}nhap/", {"file": stream})


def test_people_are_imported_after_a_preview_and_invited(admin, province, town):
    preview = upload(admin, sheet(GOOD))
    assert preview.context["faults"] == []
    with tenant_scope(province):
        assert not User.objects.filter(username="ly.anh").exists()
    answer = admin.post(f"{PEOPLE}nhap/xac-nhan/", {"payload": preview.context["payload"]})
    assert answer.status_code == 302
    with tenant_scope(province):
        person = User.objects.get(username="ly.anh")
        assert person.positions.get().title == "Chuyên viên"
        assert User.objects.filter(username="to.be").exists()
        assert AuditEntry.objects.filter(action="person.invited").count() == 2
    twice = admin.post(f"{PEOPLE}nhap/xac-nhan/", {"payload": preview.context["payload"]})
    assert twice.status_code == 409


def test_every_heading_of_the_screen_is_read_in_the_file():
    for language in ("vi", "en"):
        with translation.override(language):
            for column, heading in HEADINGS.items():
                assert unaccented(str(heading)) in COLUMNS[column], heading


def test_english_headers_and_role_names_are_read_too(admin):
    header = ["Full name", "User name", "E-mail", "Phone", "Unit code", "Role", "Title", "From"]
    rows = [["A", "a.a", "", "", "H32.05.01", "Head of division", "", "2026-03-01"]]
    assert upload(admin, sheet(rows, header)).context["faults"] == []


def test_every_fault_is_shown_with_row_and_column_and_nothing_is_imported(admin, province):
    rows = [
        *GOOD,
        ["", "ly.anh", "khong-phai-thu", "", "H32.99", "vua", "", "31/02/2026"],
        ["Ai Đó", "clerk.h32", "", "", "H32.06", "official", "", None],
        ["Ai Khác", "ai khác", "ANH@vi-du.example", "", "H32.05.01", "superuser", "", None],
    ]
    preview = upload(admin, sheet(rows))
    found = {(fault.row, fault.column) for fault in preview.context["faults"]}
    assert found == {
        (4, "full_name"), (4, "username"), (4, "email"), (4, "unit"), (4, "role"),
        (4, "valid_from"), (5, "username"), (5, "role"), (6, "username"), (6, "email"),
        (6, "role"),
    }  # fmt: skip
    assert preview.context["payload"] == ""
    with tenant_scope(province):
        assert not User.objects.filter(username="to.be").exists()


def test_the_preview_of_one_administrator_is_no_paper_for_another(admin, system, province):
    payload = upload(system, sheet([[*GOOD[0][:4], "H32.06", "oversight", "", None]])).context[
        "payload"
    ]
    assert payload
    assert admin.post(f"{PEOPLE}nhap/xac-nhan/", {"payload": payload}).status_code == 409
    with tenant_scope(province):
        assert not User.objects.filter(username="ly.anh").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a sheet", b"a,b,c\n1,2,3\n"])
def test_a_file_that_is_no_sheet_is_a_fault_of_the_form(admin, content):
    stream = io.BytesIO(content)
    stream.name = "nguoi.xlsx"
    answer = upload(admin, stream)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_a_sheet_without_the_columns_is_refused_in_words(admin):
    answer = upload(admin, sheet([["x"]], ["Tên"]))
    assert answer.status_code == 422


@pytest.mark.parametrize("below", [MOST_ROWS + 2, MOST_ROWS + 5, 40_000, 1_048_576])
def test_a_row_below_a_gap_is_refused_and_not_left_out(admin, below):
    answer = upload(admin, sheet([GOOD[0]], below=below))
    assert answer.status_code == 422
    assert "2000" in str(answer.context["form"].errors["file"]).replace(".", "")


def test_empty_rows_at_the_end_are_no_rows(admin):
    assert upload(admin, sheet([*GOOD, *[[""] * 8] * (MOST_ROWS + 10)])).status_code == 200


def test_only_administrators_import(province, town):
    browser = HostClient(province).sign_in(town.head)
    assert browser.get(f"{PEOPLE}nhap/").status_code == 403
    assert browser.post(f"{PEOPLE}nhap/xac-nhan/", {"payload": "x"}).status_code == 403
