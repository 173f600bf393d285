"""Documents as they come out: the sheet, the letters, what is read from it, the fields."""

import csv
import datetime as dt
import io
import unicodedata

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pypdf import PdfReader

from common.urgency import Urgency
from documents.document_types import document_types
from documents.layouts.measures import DATA, forms
from documents.layouts.paper import Copy, Signer, issue_values
from documents.layouts.rendering import render, render_copy
from tests.documents.layouts.samples import SUBJECT, annexed, paper

A4 = (595, 842)
ALL = {"so", "ngay", "nguoi_ky", "con_dau"}


def pages_of(pdf):
    return PdfReader(io.BytesIO(pdf)).pages


def text_of(page):
    return " ".join(page.extract_text().split())


def rects_of(pdf):
    """Fields by name: page from 0, rectangle."""
    return {
        str(widget["/T"]): (number, [float(each) for each in widget["/Rect"]])
        for number, page in enumerate(pages_of(pdf))
        for widget in (each.get_object() for each in page.get("/Annots", []))
    }


def unembedded(pdf):
    fonts = [
        font.get_object() for page in pages_of(pdf) for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    return [
        font["/BaseFont"]
        for font in fonts
        if not font["/BaseFont"].split("+")[-1].startswith("Tinos")
        or "/FontFile2" not in font["/DescendantFonts"][0]["/FontDescriptor"]
    ]


def under(picture, rect):
    """The darkest point below a rectangle: 255 is white paper."""
    dot = 100 / 72
    left, bottom, right, top = rect[0] + 1, rect[1] + 1, rect[2] - 1, rect[3] - 1
    box = (left * dot, picture.height - top * dot, right * dot, picture.height - bottom * dot)
    return picture.crop([round(each) for each in box]).getextrema()[0]


TYPES = [code for code, each in document_types().items() if each.kind != "copy"]


@pytest.mark.parametrize("code", TYPES)
def test_each_type_is_one_sheet_that_says_what_was_written(code, drawn):
    pdf = render(paper(code))
    form = forms()[code]
    (page,) = pages_of(pdf)
    assert tuple(round(float(each)) for each in page.mediabox[2:]) == A4
    assert unembedded(pdf) == []
    text = text_of(page)
    assert unicodedata.is_normalized("NFC", text)
    assert SUBJECT in text
    assert ("Số:" in text) == form.numbered
    name = document_types()[code].short_name.upper()
    assert (name in text) == (form.layout != "letter")
    assert text.count("./.") == form.ending
    assert "Nguyễn Đắc Tài" in text
    assert "- Lưu: VT, KSTT." in text
    rects = rects_of(pdf)
    second = {"nguoi_ky_2"} if form.beside else set()
    assert set(rects) == (ALL | second) - (set() if form.numbered else {"so"}) - (
        set() if form.dated else {"ngay"}
    )
    picture = drawn(pdf, 0)
    blank = set(rects) - {"ngay"}  # which shows where month and year come
    assert {name: under(picture, rects[name][1]) for name in blank} == dict.fromkeys(blank, 255)


def test_a_letter_says_what_it_is_about_below_its_number_and_to_whom_it_goes():
    text = text_of(pages_of(render(paper("cong-van", urgency=Urgency.IMMEDIATE)))[0])
    assert "V/v Tăng cường" in text
    assert "HỎA TỐC" in text
    assert "Kính gửi: - Các sở, ban, ngành; - Ủy ban nhân dân các xã, phường, đặc khu." in text


def test_a_single_addressee_stands_on_the_line_of_the_greeting():
    text = text_of(pages_of(render(paper("to-trinh", addressees=("Bộ Nội vụ.",))))[0])
    assert "Kính gửi: Bộ Nội vụ Thực hiện" in text


def test_an_invitation_names_the_meeting_and_a_telegram_its_sender():
    text = text_of(pages_of(render(paper("giay-moi")))[0])
    assert "Ủy ban nhân dân tỉnh Khánh Hòa trân trọng kính mời:" in text
    assert "Tới dự phiên họp thứ ba của Ban Chỉ đạo chuyển đổi số." in text
    assert "Thời gian: 08 giờ 00, ngày 25 tháng 11 năm 2026." in text
    telegram = paper("cong-dien", decider="Chủ tịch Ủy ban nhân dân tỉnh")
    assert "Chủ tịch Ủy ban nhân dân tỉnh điện:" in text_of(pages_of(render(telegram))[0])


def test_the_signer_says_for_whom_he_signs_line_by_line():
    text = text_of(pages_of(render(paper()))[0])
    assert "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH" in text
    acting = Signer("Giám đốc", "Lê A", "Q.")
    assert "Q. GIÁM ĐỐC Lê A" in text_of(pages_of(render(paper(signer=acting)))[0])


def test_the_fields_lie_where_the_decree_has_them():
    rects = rects_of(render(paper("quyet-dinh")))
    number, date, person, seal = (rects[name][1] for name in ("so", "ngay", "nguoi_ky", "con_dau"))
    assert number[2] < date[0]  # left of the sheet, right of the sheet
    assert abs(number[1] - date[1]) < 2  # on the same line
    assert number[2] - number[0] > 5 * 6.5  # five figures
    overlap = (seal[2] - person[0]) / (person[2] - person[0])
    assert overlap == pytest.approx(1 / 3, abs=0.01)
    assert seal[0] < person[0]
    assert number[1] > person[3]


def test_a_reader_aloud_meets_every_field_with_its_name():
    """PDF/UA-1, 7.18: each field is a part of the tree, and has words."""
    with pikepdf.open(io.BytesIO(render(paper()))) as document:
        parents = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
        for field in document.Root.AcroForm.Fields:
            part = parents[int(field.StructParent)]
            assert part.S == "/Form"
            assert part.K.Obj.objgen == field.objgen
            assert part.objgen in [kid.objgen for kid in part.P.K]
            assert len(str(field.TU)) > 10


def test_a_signing_program_finds_both_places_of_signatures_and_they_are_empty():
    reader = PdfFileReader(io.BytesIO(render(annexed())))
    assert {name for name, _value, _field in enumerate_sig_fields(reader, filled_status=False)} == {
        "nguoi_ky", "con_dau",
    }  # fmt: skip


def test_a_number_and_date_that_are_known_are_printed_and_are_no_fields():
    pdf = render(paper("ke-hoach", number=5, issued_on=dt.date(2026, 2, 3)))
    text = text_of(pages_of(pdf)[0])
    assert "Số: 05/KH-UBND" in text
    assert "Khánh Hòa, ngày 03 tháng 02 năm 2026" in text
    assert set(rects_of(pdf)) == {"nguoi_ky", "con_dau"}


@pytest.mark.usefixtures("vietnamese")
def test_the_values_of_the_fields_are_what_would_have_been_printed():
    assert issue_values(7, dt.date(2026, 10, 9)) == {
        "so": "07", "ngay": "09 tháng 10 năm 2026",
    }  # fmt: skip


@pytest.fixture
def vietnamese():
    from django.utils import translation

    with translation.override("vi"):
        yield


def test_nothing_that_is_written_becomes_a_tag():
    nasty = '<script>alert("x")</script> <img src="file:///etc/passwd"> & {{ x }}'
    pdf = render(paper(text=nasty, subject=nasty, issuer=nasty, recipients=(nasty,)))
    text = text_of(pages_of(pdf)[0])
    assert text.count("</script>") == 3
    assert text.count("{{ x }}") == 3


def test_annexes_begin_their_own_sheets_with_pages_of_their_own():
    pages = pages_of(render(annexed()))
    heads = [text_of(page)[:40] for page in pages]
    assert [head.split(" ")[0] for head in heads] == ["ỦY", "QUY", "Phụ", "Phụ"]
    assert heads[2].startswith("Phụ lục I DANH MỤC CƠ QUAN (Kèm theo")
    assert heads[3].startswith("Phụ lục II BIỂU TỔNG HỢP")
    assert pages[3].mediabox.width > pages[3].mediabox.height
    assert 'Sở Tài chính <b> & "x"' in text_of(pages[2])
    assert "QUYẾT ĐỊNH:" in text_of(pages[0])


LINE = "Các cơ quan, đơn vị căn cứ chức năng, nhiệm vụ được giao chủ động triển khai thực hiện"


@pytest.mark.parametrize("last", [LINE + ".", " ".join([LINE] * 4) + "."])
def test_the_signature_is_never_alone_on_its_sheet(last):
    """Whatever the length: two lines of the text at least stand before it on the same sheet."""
    seen = set()
    for count in range(6, 14):
        text = "\n".join([f"{number}. {LINE}, bảo đảm." for number in range(count)] + [last])
        pdf = render(paper(text=text))
        page = rects_of(pdf)["nguoi_ky"][0]
        seen.add(page)
        lines = pages_of(pdf)[page].extract_text().splitlines()
        end = next(at for at, line in enumerate(lines) if "Nơi nhận" in line)
        words = [line for line in lines[:end] if len(line.strip()) > 2]  # not the page's number
        assert len(words) >= 2, count
        assert rects_of(pdf)["con_dau"][0] == page
    assert seen == {0, 1}


def test_a_list_of_recipients_longer_than_a_sheet_leaves_the_signature_where_it_belongs():
    names = tuple(f"Ủy ban nhân dân xã số {number}" for number in range(90))
    pdf = render(paper(recipients=names))
    pages = pages_of(pdf)
    assert [page for page, _rect in rects_of(pdf).values()] == [0, 0, 0, 0]
    text = " ".join(text_of(page) for page in pages)
    assert all(f"- {each};" in text for each in names)
    assert len(pages) == 3
    assert "- Lưu: VT, KSTT." in text_of(pages[2])


def test_a_long_document_has_its_numbers_from_the_second_page_and_its_fields_at_both_ends():
    text = "\n".join(" ".join([LINE] * 6) + "." for _each in range(30))
    names = tuple(f"Ủy ban nhân dân xã số {number}" for number in range(40))
    pdf = render(
        paper(
            text=text,
            recipients=names,
            superior="Ủy ban nhân dân tỉnh Khánh Hòa",
            issuer="Trung tâm Phục vụ hành chính công tỉnh Khánh Hòa",
            subject=" ".join([SUBJECT] * 4),
        )
    )
    pages = pages_of(pdf)
    assert 5 <= len(pages) <= 8
    assert [text_of(page).split()[-1] for page in pages[1:]] == [
        str(number) for number in range(2, len(pages) + 1)
    ]
    rects = rects_of(pdf)
    assert rects["so"][0] == rects["ngay"][0] == 0
    assert rects["nguoi_ky"][0] == len(pages) - 1
    assert all(each in text_of(pages[-1]) for each in names)


@pytest.mark.parametrize(
    ("code", "words"),
    [("ban-sao-y", "SAO Y"), ("ban-sao-luc", "SAO LỤC"), ("ban-trich-sao", "TRÍCH SAO")],
)
def test_a_copy_says_what_kind_it_is_and_who_answers_for_it(code, words):
    copy = Copy(
        code, "Ủy ban nhân dân phường Nha Trang", "Nha Trang", "SY-UBND", Signer("Chủ tịch", "Lê A")
    )
    pdf = render_copy(copy)
    text = text_of(pages_of(pdf)[0])
    assert words in text
    assert "ỦY BAN NHÂN DÂN PHƯỜNG NHA TRANG" in text
    assert set(rects_of(pdf)) == ALL


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_size_and_measure_is_within_what_the_decree_allows_and_says_its_source():
    sizes = [(row["least_pt"], row["size_pt"], row["most_pt"]) for row in rows("layout_styles.csv")]
    found = [(row["least"], row["value"], row["most"]) for row in rows("layout_measures.csv")]
    for least, value, most in [*sizes, *found]:
        assert float(least or value) <= float(value) <= float(most or value)
    assert all(row["source"] for name in ("layout_styles", "layout_measures", "layouts")
               for row in rows(f"{name}.csv"))  # fmt: skip


def test_every_type_but_the_copies_has_its_layout():
    assert set(forms()) == set(TYPES)


def test_what_is_filled_in_stands_on_the_line_of_the_words_around_it():
    """A field's words stand 0.237 of their size above its foot."""
    pdf = render(paper())
    baselines = {}

    def read(text, matrix, at, _font, _size):
        if "Số" in text or "Khánh Hòa, ngày" in text:
            baselines[text.strip()] = matrix[3] * at[5] + matrix[5]

    pages_of(pdf)[0].extract_text(visitor_text=read)
    rects = rects_of(pdf)
    for words, name in (("Số:", "so"), ("Khánh Hòa, ngày", "ngay")):
        foot = rects[name][1][1]
        assert foot + 0.237 * 13 == pytest.approx(baselines[words], abs=0.2)
