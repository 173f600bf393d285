"""The registers as they are printed: NĐ 30/2020/NĐ-CP Phụ lục IV."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from audit.models import AccessNote
from documents.books import books
from documents.drafting import To
from documents.forms.books import BookForm
from documents.issuing import Manner, Stage
from documents.models import Incoming, Outgoing
from documents.papers_books import book_paper
from documents.queries.books import NAMES, Asked, lines_of, rows_of
from documents.services import handling, issuing, posting
from documents.states import Status
from documents.views import books as views
from papers.models import PaperOrder
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, given, registry_of
from tests.documents.drafts import brought_to

PAGE, SHEET, PAPER = "/van-ban/so/", "/van-ban/so/xuat.xlsx", "/van-ban/so/in.pdf"


def asked(town, code: str, **changes) -> Asked:
    today = timezone.localdate()
    return Asked(books()[code], registry_of(town), today, today, **changes)


def lines(town, code: str, **changes):
    wanted = asked(town, code, **changes)
    return lines_of(wanted, list(rows_of(wanted)))


def cells(town, code: str, **changes) -> list[dict[str, str]]:
    """Of each line the words under each head."""
    heads = [each.words for each in books()[code].columns]
    return [dict(zip(heads, line.cells, strict=True)) for line in lines(town, code, **changes)]


def test_the_books_have_the_columns_of_the_decree_and_fit_the_sheet():
    known = {code: len(book.columns) for code, book in books().items()}
    assert known == {
        "den": 10, "di": 10, "theo-doi": 7, "buu-dien": 6, "chuyen-den": 5, "chuyen-di": 5
    }  # fmt: skip
    assert all(sum(each.width_mm for each in book.columns) == 272 for book in books().values())


def test_what_came_in_stands_in_the_order_of_its_numbers_with_who_got_it(scope, town):
    first = entered(town, note="Bản sao")
    second = entered(town, reference="08/CT-UBND", type="")
    directed(town, incoming=second)
    handling.take_up(given(second).pk, actor=town.head)
    one, two = cells(town, "den")
    assert (one["Số đến"], one["Ghi chú"], one["Đơn vị hoặc người nhận"]) == ("1", "Bản sao", "")
    assert one["Tên loại và trích yếu nội dung văn bản"].startswith("Chỉ thị: Tăng cường")
    assert two["Tên loại và trích yếu nội dung văn bản"].startswith("Tăng cường")
    assert two["Đơn vị hoặc người nhận"] == f"{town.division.name}, {town.head} (chủ trì)"
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert (two["Ngày chuyển"], two["Ký nhận"]) == (today, f"Đã nhận {today}")
    assert [each["Số đến"] for each in cells(town, "chuyen-den")] == ["1", "2"]
    assert first.number == 1


def test_how_far_the_work_is_and_by_what_it_was_answered(scope, town):
    made = directed(town)
    handling.finish(
        given(made).pk, actor=town.head, words="Đã báo cáo", answer_reference="15/BC-SNNMT"
    )
    (line,) = cells(town, "theo-doi")
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert line["Tiến độ giải quyết"] == f"Đã xong {today}: Đã báo cáo"
    assert line["Số, ký hiệu văn bản trả lời"] == "15/BC-SNNMT"


def test_a_cancelled_number_stays_with_its_reason(scope, town):
    numbered = brought_to(Stage.NUMBERED, town)
    issuing.cancel(numbered.pk, actor=town.records_clerk, reason="Cấp nhầm loại")
    brought_to(Stage.ISSUED, town, subject="Báo cáo khác", note="Kèm đĩa")
    void, issued = lines(town, "di")
    assert (void.is_void, issued.is_void) == (True, False)
    assert "Cấp nhầm loại" in void.cells[-1]
    one = cells(town, "di")[1]
    assert one["Nơi nhận văn bản"] == town.other_agency.name
    assert one["Ký nhận"] == "0/1 nơi đã nhận"
    assert (one["Người ký"], one["Ghi chú"]) == (town.leader.full_name, "Kèm đĩa")
    assert [line["Số, ký hiệu văn bản"] for line in cells(town, "chuyen-di")] == [issued.number]


def test_who_gave_it_back_before_it_had_a_number_has_not_received_it(scope, town):
    brought_to(Stage.ISSUED, town)
    came = Incoming.objects.get()
    issuing.recall(Outgoing.objects.get().pk, actor=town.records_clerk, reason="Sai nội dung")
    came.refresh_from_db()
    assert (came.status, came.number) == (Status.RECALLED, None)
    assert cells(town, "di")[0]["Ký nhận"] == "0/1 nơi đã nhận"


def test_only_what_left_on_paper_goes_by_post(scope, town):
    sent = [brought_to(Stage.ISSUED, town) for _ in range(2)]
    changed = {"manner": Manner.BOTH, "paper_reason": "Hồ sơ gốc", "copies": 4}
    Outgoing.objects.filter(pk=sent[0].pk).update(**changed)
    assert [each["Số lượng bản"] for each in cells(town, "di")] == ["4", "Điện tử"]
    (line,) = cells(town, "buu-dien")
    assert (line["Số, ký hiệu văn bản"], line["Số lượng bì"]) == (sent[0].reference, "")


def test_who_gets_paper_stands_in_the_books_and_in_that_of_the_post_with_its_day(scope, town):
    to = [To(None, "G12", "Bộ Khoa học"), To(organ_name="Công ty A"), To(organ_name="Hội B")]
    sent = brought_to(Stage.ISSUED, town, receivers=to)
    brought_to(Stage.ISSUED, town)  # nobody gets that on paper
    today, company = timezone.localdate(), sent.on_paper.get(name="Công ty A")
    posting.posted(
        sent.pk, actor=town.records_clerk, receivers=[company.pk], sent_on=today, words="RR 12 VN"
    )
    lines = cells(town, "buu-dien")
    assert {each["Số, ký hiệu văn bản"] for each in lines} == {sent.reference}
    told = [(each["Nơi nhận văn bản"], each["Ngày chuyển"], each["Ghi chú"]) for each in lines]
    assert told == [("Công ty A", f"{today:%d/%m/%Y}", "RR 12 VN"), ("Hội B", "", "")]
    for code in ("di", "chuyen-di"):
        assert cells(town, code)[0]["Nơi nhận văn bản"] == "Bộ Khoa học; Công ty A; Hội B"
    assert [each["Số lượng bản"] for each in cells(town, "di")] == ["", "Điện tử"]
    Outgoing.objects.filter(pk=sent.pk).update(manner=Manner.BOTH, paper_reason="Hồ sơ gốc")
    whom = [each["Nơi nhận văn bản"] for each in cells(town, "buu-dien")]
    assert whom == ["Bộ Khoa học", "Công ty A", "Hội B"]


def test_a_type_and_a_period_are_chosen(scope, town):
    entered(town)
    entered(town, reference="99/BC-UBND", type="bao-cao")
    assert len(lines(town, "den", type="bao-cao")) == 1
    wanted = asked(town, "den")
    Incoming.objects.filter(type="bao-cao").update(registered_at="2020-05-01T02:00Z", year=2020)
    assert [row["type"] for row in rows_of(wanted)] == ["chi-thi"]


def test_a_paper_names_the_first_of_many_receivers(scope, town, monkeypatch):
    monkeypatch.setattr("documents.papers_books.NAMES", 0)
    brought_to(Stage.ISSUED, town)
    wanted = asked(town, "di")
    paper = book_paper(wanted, list(rows_of(wanted)), 1)
    assert paper["lines"][0]["cells"][4].strip() == "và 1 nơi khác"
    assert (paper["first_number"], paper["year"]) == (paper["last_number"], str(wanted.first.year))
    assert NAMES > 1


@pytest.mark.parametrize(("code", "reads"), [("den", 3), ("theo-doi", 3), ("di", 3)])
def test_a_book_is_read_in_as_many_queries_for_one_line_as_for_three(
    scope, town, django_assert_num_queries, code, reads
):
    make = directed if books()[code].is_incoming else lambda town: brought_to(Stage.ISSUED, town)
    for _ in range(3):
        make(town) if code == "di" else directed(
            town, incoming=entered(town, reference=f"{Incoming.objects.count()}/CT")
        )
        wanted = asked(town, code)
        with django_assert_num_queries(reads):
            lines_of(wanted, list(rows_of(wanted)))


@pytest.fixture
def three(province, town):
    with tenant_scope(province):
        return [entered(town, reference=f"{n}/CT-UBND", subject=f"Văn bản {n}") for n in range(3)]


def test_the_sheet_and_the_paper_hold_the_same_lines(client, province, town, three):
    client.sign_in(town.records_clerk)
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get(SHEET).content)).active.values)
    assert [row[1] for row in rows] == ["Số đến", "1", "2", "3"]
    paper = client.get(PAPER)
    pages = PdfReader(io.BytesIO(paper.content)).pages
    cover, inside = (page.extract_text() for page in pages)
    year = timezone.localdate().year
    assert f"Từ số 1/{year} đến số 3/{year}" in cover
    assert all(f"Văn bản {n}" in inside.replace("\n", " ") for n in range(3))
    assert pages[0].mediabox.width > pages[0].mediabox.height
    with tenant_scope(province):
        notes = AccessNote.objects.filter(kind="register.exported").values_list("data", flat=True)
        assert {"rows": 3, "book": "den"} in list(notes)


def test_a_long_book_is_ordered_and_a_longer_one_says_where_it_ends(
    client, province, town, three, monkeypatch
):
    monkeypatch.setattr(views, "MOST", 2)
    monkeypatch.setattr(views, "VOLUME", 2)
    monkeypatch.setattr(views, "AT_ONCE", 1)
    client.sign_in(town.records_clerk)
    page = client.get(PAGE)
    assert (page.context["volumes"], page.context["is_cut"]) == ([1], True)
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get(SHEET).content)).active.values)
    assert "2 dòng" in rows[3][0]
    assert client.get(PAPER, {"quyen": "2"}).status_code == 404
    assert client.post(PAPER).status_code == 302
    with tenant_scope(province):
        order = PaperOrder.objects.get()
        assert [line["cells"][1] for line in order.data["lines"]] == ["1", "2"]


def test_the_register_of_another_body_has_no_file(client, province, town, three):
    with tenant_scope(province):
        foreign = registry_of(unit=town.other_agency).pk
    client.sign_in(town.records_clerk)
    assert client.get(SHEET, {"cua": foreign}).status_code == 404
    page = client.get(PAGE, {"cua": foreign})
    assert page.context["form"].errors
    assert "lines" not in page.context


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ({"tu_ngay": "02/03/2026", "den_ngay": "01/03/2026"}, "trước ngày đầu"),
        ({"tu_ngay": "01/01/2024", "den_ngay": "01/03/2026"}, "một năm"),
    ],
)
def test_a_wrong_period_is_a_sentence(scope, town, period, words):
    form = BookForm(period, [registry_of(town)])
    with translation.override("vi"):
        assert words in str(form.errors)
