"""Plain text with merge fields: what is refused, and what is printed."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from papers.merge import DOTS, Field, faults_of, filled, filled_line
from tests.marks import at_most

FIELDS = (
    Field("ma", "Code", "code", dotted=True, needed="ma"),
    Field("ten", "Name", "person.name"),
    Field("email", "E-mail", "person.email"),
    Field("muc", "Items", "items", "list", dotted=True),
    Field("qr", "QR", "qr", "qr"),
)
pytestmark = pytest.mark.usefixtures("_in_english")


@pytest.fixture
def _in_english():
    with translation.override("en"):
        yield


def told(text, **data):
    return [
        " / ".join("".join(piece["text"] for piece in half) for half in block.get("halves", []))
        for block in filled(text, FIELDS, data)
    ]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("{ma}\n{khong_co}", 2, "there is no field {khong_co}"),
        ("{ma}\n\nxin {ten", 3, "a brace stands alone"),
        ("{ma} }", 1, "a brace stands alone"),
        ("{ma}\n{ ten }", 2, "a brace stands alone"),
        ("{{ma}}", 1, "a brace stands alone"),
        ("{ma}\n{% load x %}", 2, "a brace stands alone"),
        ("{ma}\n{{ request.user }}", 2, "a brace stands alone"),
        ("{ma.__class__}\n{ma}", 1, "a brace stands alone"),
        ("{ma}\n**đậm", 2, "bold words begin and end"),
        ("{ma}\nxin {ten?} chào", 2, "at the start of its line"),
        ("{ma}\n{muc} rồi chữ", 2, "at the end of a line of its own"),
        ("{ma} | {muc}", 1, "at the end of a line of its own"),
        ("chỉ có chữ", 0, "Missing: {ma}"),
        ("{ma?} chữ", 0, "Missing: {ma}"),
    ],
)
def test_a_broken_text_is_refused_with_its_line(text, line, says):
    faults = faults_of(text, FIELDS)
    assert line in {fault.line for fault in faults}
    assert any(says in fault.words for fault in faults)


def test_a_good_text_has_no_fault():
    text = "{qr} chú thích\n# **{ma}** | {ten}\n{ten?} > giữa\nGồm: {muc}\n- lùi"
    assert faults_of(text, FIELDS) == []


def test_a_line_whose_fields_are_empty_is_left_out_and_a_dotted_one_keeps_its_place():
    text = "Mã: {ma}\nTên: {ten} | Thư: {email}\n{ten?} có tên\nluôn in"
    assert told(text) == [f"Mã: {DOTS}", "luôn in"]
    person = {"name": "An", "email": ""}
    assert told(text, code="A1", person=person) == ["Mã: A1", "Tên: An", "có tên", "luôn in"]


def test_lists_and_codes_are_blocks_and_an_empty_list_leaves_dots():
    blocks = filled("Gồm: {muc}", FIELDS, {"items": ["a", "b"]})
    assert [block["kind"] for block in blocks] == ["line", "list"]
    assert blocks[1]["value"] == ["a", "b"]
    assert told("Gồm: {muc}") == [f"Gồm: {DOTS}"]
    assert filled("{qr} quét", FIELDS, {}) == []


def test_values_are_never_read_for_marks_fields_or_markup():
    name = "**{ma}** <b>x</b> {% now 'Y' %}"
    blocks = filled("Tên: {ten}", FIELDS, {"person": {"name": name}, "code": "BÍ MẬT"})
    assert told("Tên: {ten}", person={"name": name}, code="BÍ MẬT") == [f"Tên: {name}"]
    html = render_to_string("papers/_blocks.html", {"blocks": blocks, "labels": {}})
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


def test_template_language_in_a_text_is_printed_as_it_stands():
    text = "{% now 'Y' %} <script>alert(1)</script>"
    html = render_to_string("papers/_blocks.html", {"blocks": filled(text, (), {}), "labels": {}})
    assert "{% now" in html
    assert "&lt;script&gt;" in html


@at_most(300)
@given(st.text(max_size=200))
def test_any_text_is_either_refused_or_filled(text):
    faults_of(text, FIELDS)
    filled(text, FIELDS, {"code": "A"})
    filled_line(text, FIELDS, {"code": "A"})
