"""Workbooks: text stays text, moments are local, names are what a spreadsheet program takes."""

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from common.spreadsheets import XLSX, Spreadsheet, spreadsheet_response


def read(content: bytes):
    return load_workbook(io.BytesIO(content)).active


@pytest.mark.parametrize("streamed", [False, True])
def test_what_looks_like_a_formula_or_an_address_is_written_as_text(streamed):
    out = Spreadsheet("Hồ sơ", streamed=streamed)
    texts = ("=1+1", "@SUM(A1)", "https://example.org", "+84900000001", "007", "Hai\ndòng")
    out.write_heads(["Tên"])
    out.write_texts(1, 0, [text.replace("\n", "\r\n") for text in texts])
    sheet = read(out.content())
    assert tuple(cell.value for cell in sheet[2]) == texts
    assert {cell.data_type for cell in sheet[2]} == {"s"}
    assert [cell.hyperlink for cell in sheet[2]] == [None] * 6


def test_moments_are_those_of_vietnam_and_an_unknown_one_is_an_empty_cell():
    out = Spreadsheet("Sổ")
    at = dt.datetime(2026, 10, 31, 17, 30, 5, 900, tzinfo=dt.UTC)
    out.write_moments(0, 0, (at, None, at))
    sheet = read(out.content())
    local = dt.datetime(2026, 11, 1, 0, 30, 5)
    assert [sheet.cell(1, column).value for column in (1, 2, 3)] == [local, None, local]


def test_a_name_with_marks_that_a_sheet_may_not_have_or_too_long_is_made_to_fit():
    name = Spreadsheet("Mẫu 06/2018: sổ [theo dõi] của một cửa cấp xã").sheet.get_name()
    assert name == "Mẫu 06 2018  sổ  theo dõi  của một cửa cấp xã"[:31]


def test_the_answer_is_a_download_under_its_name():
    response = spreadsheet_response(b"x", "sổ.xlsx")
    assert response.headers["Content-Type"] == XLSX
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''s%E1%BB%95.xlsx"
