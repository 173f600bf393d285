"""Reading a procedure file: what is accepted, and every fault with its row and column."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from onestop.rules.import_procedures import HEADERS, parse
from onestop.rules.import_table import MOST_ROWS, MOST_UNPACKED
from onestop.rules.processes import DATA

GOOD = {
    "code": "1.004194", "name": "Đăng ký tạm trú", "field": "Cư trú", "level": "xa",
    "agency": "UBND xã, phường", "deadline": "3", "deadline_unit": "Ngày làm việc",
    "fee_online_vnd": "7000", "fee_direct_vnd": "10.000", "channels": "Trực tuyến; Trực tiếp",
    "publishing_decision": "9354/QĐ-BCA",
}  # fmt: skip


def csv_of(*rows: dict, header=None, mark=",", encoding="utf-8") -> bytes:
    columns = list(GOOD)
    lines = [mark.join(header or columns)]
    lines += [mark.join(f'"{row.get(name, "")}"' for name in columns) for row in rows]
    return "\r\n".join(lines).encode(encoding)


def faults(*rows: dict) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in parse(csv_of(*rows)).faults]


def test_the_real_procedures_have_no_fault_and_the_known_warnings():
    parsed = parse((DATA / "procedures.csv").read_bytes())
    assert (len(parsed.rows), parsed.faults) == (283, [])
    refusals = {parsed.rows[w.row - 2].code for w in parsed.warnings if w.column == "result_name"}
    assert refusals == {"1.004194", "1.005399", "2.002725", "3.000441", "3.000442", "3.000443"}
    assert sum(w.column == "deadline_unit" for w in parsed.warnings) == 4


def test_limits_cutoffs_and_channels_of_the_real_file_are_read():
    rows = {row.code: row for row in parse((DATA / "procedures.csv").read_bytes()).rows}
    birth = rows["1.001193"]
    assert (birth.limit_unit, birth.limit_amount, birth.cutoff) == ("same_day", "0", "15:00")
    assert rows["2.001683"].limit_amount == "31.5"
    assert rows["3.000333"].limit_unit == "days"
    assert rows["1.013817"].channels == [1, 2, 3]  # none named: all
    assert rows["2.000815"].channels == [1]
    assert (rows["1.004194"].fee_online_vnd, rows["1.004194"].fee_direct_vnd) == (7000, 10000)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_commas_semicolons_and_a_byte_order_mark_read_the_same(mark, encoding):
    (row,) = parse(csv_of(GOOD, mark=mark, encoding=encoding)).rows
    assert (row.code, row.name, row.fee_direct_vnd) == ("1.004194", "Đăng ký tạm trú", 10000)


def test_the_vietnamese_header_reads_the_same_as_the_english_one():
    header = [HEADERS[name][0] for name in GOOD]
    assert parse(csv_of(GOOD, header=header)).rows == parse(csv_of(GOOD)).rows


def test_letters_typed_in_two_parts_are_joined():
    nfd = "Đa\u0306ng ky\u0301"
    (row,) = parse(csv_of({**GOOD, "name": nfd})).rows
    assert row.name == "Đăng ký"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", "1.04194"), ("code", "1.004194.H32"), ("code", "١.004194"), ("code", ""),
        ("name", ""), ("name", "x" * 1001), ("level", "huyen"), ("agency", ""),
        ("deadline", "-3"), ("deadline", ""), ("deadline", "ba"), ("deadline", "0"),
        ("deadline", "1.000,5"), ("deadline", "99999999"), ("deadline", "NaN"),
        ("deadline_unit", "tuần"), ("fee_online_vnd", "-1"), ("fee_direct_vnd", "mười đồng"),
        ("channels", "Điện tín"), ("name", "=1+1"), ("name", "Ná»™i vá»¥"), ("name", "a\x00b"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_row_and_column(column, value):
    assert (3, column) in faults(GOOD, {**GOOD, "code": "1.004222", column: value})


def test_a_fraction_of_calendar_days_is_refused_and_of_working_days_is_not():
    assert faults({**GOOD, "deadline": "1,5", "deadline_unit": "Ngày"}) == [(2, "deadline")]
    assert faults({**GOOD, "deadline": "1,5"}) == []


def test_a_code_that_stands_twice_is_refused_with_the_first_row():
    (fault,) = parse(csv_of(GOOD, GOOD)).faults
    assert (fault.row, fault.column) == (3, "code")
    assert "2" in fault.message


def test_broken_letters_are_found_where_they_are():
    content = csv_of(GOOD, {**GOOD, "code": "1.004222"}).replace("Cư trú".encode(), b"C\xfd tr\xfa")
    assert [(f.row, f.column) for f in parse(content).faults] == [(2, "field"), (3, "field")]


def test_every_fault_of_a_row_and_of_a_file_is_found():
    bad = {**GOOD, "code": "x", "deadline": "-1", "level": "?"}
    found = faults(bad, GOOD, bad)
    assert found.count((2, "code")) == 1
    assert {(2, "deadline"), (2, "level"), (4, "code"), (4, "deadline"), (4, "level")} < set(found)
    assert len(parse(csv_of(bad, GOOD)).rows) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \r\n",
        "code,name".encode("utf-16"),
        b"%PDF-1.7",
        b"PK\x03\x04 not a zip",
        b'code,name\n"open quotation ' + b"x" * 200_000,
    ],
)
def test_what_is_not_a_table_is_one_fault_of_the_whole_file(content):
    parsed = parse(content)
    assert parsed.rows == []
    assert {fault.row for fault in parsed.faults} == {1}


def test_missing_double_and_unknown_columns_are_named():
    found = parse(b"code,code,name,colour\n1.000001,1.000001,a,red\n")
    assert (1, "code") in [(f.row, f.column) for f in found.faults]
    assert (1, "deadline") in [(f.row, f.column) for f in found.faults]
    assert [w.column for w in found.warnings] == ["colour"]


def test_more_rows_than_allowed_are_refused_before_any_is_read():
    line = csv_of(GOOD).split(b"\r\n")[1]
    header = csv_of().split(b"\r\n")[0]
    (fault,) = parse(b"\n".join([header, *([line] * (MOST_ROWS + 1))])).faults
    assert "20" in fault.message


def xlsx_of(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_workbook_reads_the_same_as_text():
    values = {**GOOD, "deadline": 3, "fee_online_vnd": 7000.0, "fee_direct_vnd": 10000}
    (row,) = parse(xlsx_of(list(GOOD), list(values.values()))).rows
    assert row == parse(csv_of(GOOD)).rows[0]


def test_a_formula_in_a_workbook_is_refused_in_its_cell():
    values = {**GOOD, "deadline": "=1+2"}
    found = parse(xlsx_of(list(GOOD), list(values.values()))).faults
    assert (2, "deadline") in [(fault.row, fault.column) for fault in found]
    assert len(found) == 1


@pytest.mark.slow
def test_a_damaged_workbook_and_one_that_unpacks_to_too_much_are_one_fault():
    whole = xlsx_of(list(GOOD), list(GOOD.values()))
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(damaged, "w") as new:
        for entry in old.infolist():
            text = b"<worksheet><broken" if "sheet1" in entry.filename else old.read(entry)
            new.writestr(entry.filename, text)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (MOST_UNPACKED + 1))
    for content in (damaged.getvalue(), bomb.getvalue(), whole[:-200]):
        assert [(fault.row, fault.column) for fault in parse(content).faults] == [(1, "")]


def test_a_stray_cell_far_away_does_no_harm():
    book = Workbook()
    book.active.append(list(GOOD))
    book.active.append(list(GOOD.values()))
    book.active["XFD2"] = "lạc"
    kept = io.BytesIO()
    book.save(kept)
    assert len(parse(kept.getvalue()).rows) == 1


@pytest.mark.slow
def test_a_row_number_made_up_by_hand_costs_no_hours():
    """6 KB that name row 900,000,000: every row before it would be made, empty, in memory."""
    whole = xlsx_of(list(GOOD), list(GOOD.values()))
    forged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(forged, "w") as new:
        for entry in old.infolist():
            part = old.read(entry).replace(b'<row r="2"', b'<row r="900000000"')
            new.writestr(entry.filename, part)
    found = parse(forged.getvalue())
    assert not found.rows
    assert [(fault.row, fault.column) for fault in found.faults] == [(1, "")]
