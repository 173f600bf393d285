"""A framework as a workbook: no loss on the way there and back, every fault with its cell."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from unicodedata import normalize

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ranking.models import Framework
from ranking.rules.faults import Faulty
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read, slots
from ranking.rules.yaml_files import read_framework, write_framework
from ranking.scoring import RULES
from ranking.vocabulary import VALUES
from ranking.wording import sentence_of
from ranking.workbooks import layout
from ranking.workbooks.build import read_workbook
from ranking.workbooks.write import KEYS_OF_KINDS, write_workbook
from tenancy.scope import tenant_scope
from tests.marks import at_most
from tests.people import make_person
from tests.ranking.years import FORM
from tests.security.test_sheets import BOMB, HOSTILE, PEEK

FOLDER = Path(__file__).resolve().parents[2] / "ranking" / "frameworks"
PATH = "/xep-hang/bo-tieu-chi/nap/"


def back(content: Content, language="vi") -> Content:
    with translation.override(language):
        written = write_workbook(content)
    return read_workbook(written)[0]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_framework_comes_back_the_same_to_the_last_sign(path):
    framework = read_framework(path.read_bytes())
    found = back(framework)
    assert found == framework
    assert write_framework(found) == write_framework(framework)


def test_a_workbook_in_english_is_read_on_a_vietnamese_page():
    framework = read(Content, FORM)
    with translation.override("vi"):
        assert back(framework, "en") == framework


# --- generated frameworks ------------------------------------------------------------------------

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=12
).map(lambda text: " ".join(normalize("NFC", text).split()))
named = words.filter(bool)
numbers = st.decimals(0, 10**9, places=4, allow_nan=False, allow_infinity=False).map(
    lambda value: f"{value:f}"
) | st.sampled_from(["0", "1", "4.10", "0.1", "123456789012345.123456789012345678901234567890"])
above_zero = numbers.filter(lambda text: Decimal(text) > 0)
codes = st.sampled_from(["1", "1.1", "1.10", "1.2", "4.10", "4.9", "I", "a", "2020-11-15", "1/2"])
days = st.dates(dt.date(1901, 1, 1), dt.date(2199, 12, 31))


def some(**optional):
    return st.fixed_dictionaries({}, optional=optional)


def simple_rules():
    return st.one_of(
        some(a=named, b=named, out_of=above_zero, full_at=st.sampled_from(["50", "99.5"]),
             on_empty=st.sampled_from(list(VALUES["on_empty"])),
             on_excess=st.sampled_from(["cap", "refuse"])).map(typed("proportion")),
        st.fixed_dictionaries({"each": above_zero}, optional={"label": named})
        .map(typed("per_item")),
        some(label=named, target=numbers, side=st.sampled_from(list(VALUES["side"])))
        .map(typed("target")),
        some(label=named, highest=above_zero).map(typed("survey")),
        some(guide=named).map(typed("graded")),
        st.fixed_dictionaries({"steps": steps}, optional={"a": named, "b": named})
        .map(typed("step_table")),
        st.fixed_dictionaries({"options": options}).map(typed("options")),
    )  # fmt: skip


def typed(kind):
    return lambda data: {"type": kind, **data}


steps = st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True).flatmap(
    lambda bounds: st.tuples(*(
        st.fixed_dictionaries({"from": st.just(str(bound)), "points": numbers},
                              optional={"inclusive": st.booleans()})
        for bound in sorted(bounds, reverse=True)
    )).map(list)
)  # fmt: skip
options = st.lists(
    st.fixed_dictionaries({"code": codes, "title": named, "points": numbers}),
    min_size=1, max_size=3, unique_by=lambda each: each["code"],
)  # fmt: skip
parts = st.lists(
    st.fixed_dictionaries({"code": codes, "title": named, "max": numbers, "rule": simple_rules()}),
    min_size=1, max_size=3, unique_by=lambda each: each["code"],
)  # fmt: skip
rules = st.one_of(
    simple_rules(), st.fixed_dictionaries({"parts": parts}).map(typed("parts")),
    st.just({"type": "information"}), some(a=named, b=named).map(typed("best_of_group")),
)  # fmt: skip
about = {"max": numbers, "weight": st.sampled_from(["1", "2", "0.25"]), "source": words,
         "gap": words}  # fmt: skip


def criterion(code: str):
    return st.fixed_dictionaries({"code": st.just(code), "title": named}, optional={
        **about, "rule": rules, "evidence": words, "verifier": words, "measure": words,
        "groups": st.lists(st.sampled_from(["1", "so", "4.10"]), unique=True),
    })  # fmt: skip


def area(number: int):
    code = str(number)
    return st.fixed_dictionaries({"code": st.just(code), "title": named}, optional={
        **about, "criteria": st.tuples(criterion(f"{code}.9"), criterion(f"{code}.10")).map(list),
        "sections": st.fixed_dictionaries(
            {"code": st.just(f"{code}.3"), "title": named},
            optional={**about, "criteria": st.tuples(criterion(f"{code}.3.1")).map(list)},
        ).map(lambda one: [one]),
    })  # fmt: skip


frameworks = st.fixed_dictionaries(
    {"areas": st.tuples(area(1), area(2)).map(list)},
    optional={
        "code": codes, "name": words, "year": st.integers(2000, 2100).map(str), "decision": words,
        "source": st.lists(named, max_size=3), "is_sample": st.booleans(), "notice": words,
        "gaps": st.lists(named, max_size=2), "standing_body": words,
        "council": some(chair=words, vice=words, support=words,
                        members=st.lists(named, max_size=3)),
        "data_window": days.map(lambda day: {"from": day.isoformat(), "to": day}),
        "schedule": st.lists(st.fixed_dictionaries(
            {"step": st.sampled_from(list(VALUES["step"])), "day": days}, optional={"note": words}
        ), max_size=3),
        "groups": st.lists(st.fixed_dictionaries(
            {"code": codes, "name": named}, optional={"scope": words}
        ), max_size=3, unique_by=lambda each: each["code"]),
        "scale": some(maximum=above_zero,
                      precision=st.integers(0, 6), floor=st.none() | numbers,
                      rank_by=st.sampled_from(["total", "percent"]),
                      ties=st.sampled_from(["competition", "dense"])),
        "classes": st.lists(st.booleans(), max_size=3).map(lambda sides: [
            {"label": f"L{place}", "from": str(90 - place), "inclusive": side}
            for place, side in enumerate(sides)]),
        "lateness": st.fixed_dictionaries({"due": days}, optional={
            "due_day_is_late": st.booleans(), "grace_days": st.integers(0, 30),
            "deduction": numbers}),
    },
)  # fmt: skip


@at_most(100, fast=15)  # each writes and reads a whole workbook
@given(frameworks)
def test_any_framework_comes_back_the_same(data):
    framework = read(Content, data)
    found = back(framework)
    assert write_framework(found) == write_framework(framework)


def test_components_come_back_the_same():
    text = (
        b"name: Example\ncomponents: [{code: a, max: 600, weight: 0.5}, {code: '4.10', title: B}]"
    )
    framework = read_framework(text)
    assert back(framework) == framework


# --- what people do to cells ---------------------------------------------------------------------


def changed(change, language="vi") -> bytes:
    """The small form after somebody worked on it."""
    with translation.override(language):
        book = load_workbook(io.BytesIO(write_workbook(read(Content, FORM))))
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def cell(sheet: str, address: str, value, look: str = ""):
    def change(book):
        target = book[sheet][address]
        target.value = value
        if look:
            target.number_format = look

    return change


def sentences(content: bytes) -> list[str]:
    with pytest.raises(Faulty) as refused:
        read_workbook(content)
    with translation.override("en"):
        return [sentence_of(fault) for fault in refused.value.faults]


HEADS = [each.key for each in layout.TREE.columns]


def at(key: str, row: int) -> str:
    return f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[HEADS.index(key)]}{row}"


TREE = "Tiêu chí"
WRONG = [  # rows of the tree: 2 area, 3 and 4 its criteria, 5 area, 6 section, 7 criterion
    (cell(TREE, at("code", 4), 1.1), "B4”", "number 1.1"),
    (cell(TREE, at("code", 4), dt.datetime(2026, 10, 1)), "B4”", "day 01/10/2026"),
    (cell(TREE, at("max", 3), dt.datetime(2026, 2, 1)), at("max", 3), "day 01/02/2026"),
    (cell(TREE, at("max", 3), "=SUM(E4:E5)"), at("max", 3), "formula"),
    (cell(TREE, at("max", 3), "1.234,5"), at("max", 3), "two marks"),
    (cell(TREE, at("max", 3), "-5"), at("max", 3), "negative"),
    (cell(TREE, at("title", 3), "#REF!"), at("title", 3), "error"),
    (cell(TREE, at("level", 3), "Tiêu"), at("level", 3), "none of"),
    (cell(TREE, at("level", 3), None), at("level", 3), "empty"),
    (cell(TREE, at("parent", 7), "9.9"), at("parent", 7), "no area or section"),
    (cell(TREE, at("evidence", 2), "x"), "2", "Only criteria"),
    (cell(TREE, at("full_at", 3), 150), at("full_at", 3), "percentage"),
    (cell(TREE, at("guide", 3), "x"), at("guide", 3), "does not use"),
    (cell(TREE, at("type", 3), "Tỷ"), at("type", 3), "none of"),
    (cell(TREE, at("type", 3), "Điểm cho mỗi đơn vị đếm"), at("each", 3), "empty"),
    (cell(TREE, at("title", 1), "Tiêu đề"), at("title", 1), "head"),
    (cell(TREE, at("title", 1), "Mã"), at("title", 1), "twice"),
    (cell("Cách tính điểm chi tiết", "A2", "9.9"), "A2", "no criterion"),
    (cell("Cách tính điểm chi tiết", "C2", "Lựa"), "C2", "none of"),
    (cell("Cách tính điểm chi tiết", "B2", "x"), "B2", "no part"),
    (cell("Quy định chung", "A2", "Mã số"), "line 2", "no row"),
    (cell("Xếp loại", "B2", 150), "B2", "more than 100"),
    (cell("Xếp loại", "B2", True), "B2", "not a number"),
    (lambda book: book[TREE].merge_cells("B3:B4"), "sheet “Tiêu chí”", "B3:B4 are merged"),
    (lambda book: book.create_sheet("Nháp").append(["x"]), "", "Nháp"),
    (lambda book: book.remove(book[TREE]), "", "missing"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "words"), WRONG)
def test_what_is_wrong_is_told_with_its_cell(change, place, words):
    found = " ".join(sentences(changed(change)))
    assert place.rstrip("”") in found
    assert words in found


RIGHT = [
    (cell(TREE, at("code", 2), 1), lambda made: made.areas[0].code == "1"),
    (cell(TREE, at("max", 3), "20"), lambda made: made.areas[0].criteria[0].maximum == 20),
    (cell(TREE, at("title", 3), "\u00a0Máy\u00a0 tính "),
     lambda made: made.areas[0].criteria[0].title == "Máy tính"),
    (cell(TREE, at("full_at", 3), 0.9, "0%"),
     lambda made: made.areas[0].criteria[0].rule.full_at == 90),
    (cell("Quy định chung", "B4", 2027), lambda made: True),
    (cell(TREE, at("groups", 3), 1), lambda made: made.areas[0].criteria[0].groups == ("1",)),
    (cell(TREE, at("groups", 3), "1, 2"),
     lambda made: made.areas[0].criteria[0].groups == ("1", "2")),
    (cell(TREE, at("type", 7), "ty le a/b"), lambda made: made == read(Content, FORM)),
    (cell(TREE, at("title", 40), "  "), lambda made: made == read(Content, FORM)),
]  # fmt: skip


@pytest.mark.parametrize(("change", "holds"), RIGHT)
def test_what_excel_does_to_a_cell_is_read_rightly(change, holds):
    assert holds(read_workbook(changed(change))[0])


def test_a_day_is_read_as_a_cell_of_days_and_as_text():
    for value in (dt.datetime(2026, 11, 20), "20/11/2026", "2026-11-20"):

        def change(book, value=value):
            [row] = [row for row in book["Quy định chung"] if row[0].value == "Hạn nộp phiếu"]
            row[1].value = value

        assert read_workbook(changed(change))[0].lateness.due == dt.date(2026, 11, 20)


# --- hostile files -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, each in HOSTILE.items() if each[:2] == b"PK"])
def test_a_hostile_workbook_is_refused_with_a_sentence(name):
    assert sentences(HOSTILE[name])


def rebuilt(part: str, content: bytes) -> bytes:
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_workbook(read(Content, FORM)))) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, content if part in entry.filename else old.read(entry))
    return kept.getvalue()


SPARSE = (b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
          b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
          b"</sheetData></worksheet>")  # fmt: skip
MANY = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    + (b'<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 10_000)
    + b"</sheetData></worksheet>"
)


@pytest.mark.parametrize("content", [
    rebuilt("sharedStrings", BOMB), rebuilt("sharedStrings", PEEK),
    rebuilt("sheet1", b" " * 50_000_000),
    rebuilt("sheet1", SPARSE), rebuilt("sheet1", MANY), rebuilt("theme", b"x" * 50_000_000),
    b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100,
], ids=["laughs", "peek", "blanks", "far below", "many", "bomb", "head", "zeros"])  # fmt: skip
def test_what_would_eat_memory_or_read_files_is_refused(content):
    found = " ".join(sentences(content))
    assert "root:" not in found
    assert "aaaaaaaaaaaaaaaaaaaa" not in found


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_a_framework_or_a_sentence(seed):
    chance = random.Random(seed)
    found = bytearray(write_workbook(read(Content, FORM)))
    for _ in range(chance.choice([1, 3, 30])):
        found[chance.randrange(4, len(found))] = chance.randrange(256)
    with suppress(Faulty):
        read_workbook(bytes(found))


# --- the words -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_heads_choices_or_sheets_have_the_same_name(language):
    with translation.override(language):
        lists = [
            [str(each.words) for each in (*layout.SHEETS, layout.GUIDE)],
            [str(each.words) for each in layout.ROWS],
            *([str(each.words) for each in sheet.columns] for sheet in layout.SHEETS),
            *(map(str, values.values()) for values in layout.VALUES_OF.values()),
        ]
        for names in lists:
            doubled = Counter(map(layout.plain_name, names))
            assert max(doubled.values()) == 1, doubled.most_common(1)


def test_the_columns_are_those_of_the_rules():
    listed = {"steps", "options", "parts"}
    for kind, shape in RULES.items():
        names = {key for key in slots(shape) if key != "maximum"}
        assert set(KEYS_OF_KINDS[kind]) == names
        assert names - listed <= {each.key for each in layout.OF_RULE}


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_workbook_is_looked_at_and_then_stored(client, province, town):
    with tenant_scope(province):
        runner = make_person("ranking_manager", town.root, full_name="Trịnh Thường Trực")
    client.sign_in(runner)
    content = changed(cell(TREE, at("max", 3), 30))
    seen = client.post(PATH, {"file": SimpleUploadedFile("mau.xlsx", content)})
    assert seen.status_code == 200
    assert "trang tính “Tiêu chí”, dòng 2: " in seen.text.replace("&quot;", '"')
    with tenant_scope(province):
        assert not Framework.objects.exists()
    text = seen.context["text"]
    assert client.post(PATH, {"text": text, "act": "store"}).status_code == 302
    with tenant_scope(province):
        made = Framework.objects.get()
    again = client.get(f"/xep-hang/bo-tieu-chi/{made.pk}.xlsx")
    assert again["Content-Disposition"].endswith('mau-2026.xlsx"')
    assert read_workbook(again.content)[0].areas[0].criteria[0].maximum == 30
    refused = client.post(PATH, {"file": SimpleUploadedFile("x.xlsx", changed(WRONG[0][0]))})
    assert refused.status_code == 422
    assert "ô B4" in refused.text
