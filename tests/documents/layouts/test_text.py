"""What a line begins with decides how it is printed."""

from hypothesis import given
from hypothesis import strategies as st

from documents.layouts.text import balanced, blocks_of
from tests.documents.layouts.samples import DECISION, REGULATION, TABLE


def kinds(text, **options):
    return [(block.kind, block.mark or block.text) for block in blocks_of(text, **options)]


def test_parts_sections_articles_and_their_titles_are_told_by_their_beginnings():
    assert kinds(REGULATION) == [
        ("part", "Chương I"),
        ("part-title", "QUY ĐỊNH CHUNG"),
        ("article", "Điều 1. Phạm vi điều chỉnh"),
        ("plain", "Quy chế này quy định việc quản lý, vận hành và sử dụng Hệ thống."),
        ("part", "Chương II"),
        ("part-title", "TRÁCH NHIỆM"),
        ("section", "Mục 1"),
        ("section-title", "TRÁCH NHIỆM CHUNG"),
        ("article", "Điều 2. Trách nhiệm của người đứng đầu"),
        ("dash", "- Chỉ đạo, kiểm tra./."),
    ]


def test_a_part_with_its_title_on_the_same_line_is_parted():
    assert kinds("Phần thứ nhất: MỞ ĐẦU\nMục 2. KẾT QUẢ") == [
        ("part", "Phần thứ nhất"), ("part-title", "MỞ ĐẦU"),
        ("section", "Mục 2"), ("section-title", "KẾT QUẢ./."),
    ]  # fmt: skip


def test_a_sentence_that_begins_like_a_heading_is_none():
    said = "Mục 1 Chương II của Quy chế được sửa đổi như sau:"
    assert kinds(said, ending=False) == [("plain", said)]


def test_clauses_with_a_title_are_bold_and_others_are_not():
    found = kinds("I. KẾT QUẢ\n1. Phạm vi áp dụng\n2. Có hiệu lực từ ngày ký.\na) Sở Nội vụ;")
    assert [kind for kind, _words in found] == ["roman", "clause-title", "clause", "point"]


def test_the_basis_of_a_decision_comes_before_the_order_which_is_put_in_once():
    for text in (DECISION, DECISION.replace("\nĐiều 1.", "\nQUYẾT ĐỊNH:\nĐiều 1.")):
        found = kinds(text, order="QUYẾT ĐỊNH:")
        assert [kind for kind, _words in found] == [
            "basis", "basis", "order", "article", "article", "article",
        ]  # fmt: skip


def test_only_the_number_of_an_article_with_a_text_is_bold():
    block = blocks_of("Điều 2. Quyết định có hiệu lực từ ngày ký.")[0]
    assert (block.mark, block.text) == ("Điều 2.", "Quyết định có hiệu lực từ ngày ký./.")


def test_a_text_ends_with_the_mark_of_its_end_once():
    assert blocks_of("Xin cảm ơn./.")[-1].text == "Xin cảm ơn./."
    assert blocks_of("Xin cảm ơn;")[-1].text == "Xin cảm ơn./."
    assert blocks_of("Xin cảm ơn.", ending=False)[-1].text == "Xin cảm ơn."


def test_rows_of_a_table_are_as_long_as_the_longest_and_the_line_below_the_head_is_left_out():
    table = blocks_of("| a | b | c |\n|---|:-:|---|\n| 1 | 2 |")[0]
    assert table.rows == [["a", "b", "c"], ["1", "2", ""]]
    assert blocks_of(TABLE)[0].rows[2][1] == 'Sở Tài chính <b> & "x"'


def test_letters_typed_in_two_parts_are_made_one():
    assert blocks_of("Quye\u0302\u0301t")[0].text == "Quyết./."


def test_marks_that_nobody_sees_are_left_out():
    assert blocks_of("a\u202eb\u200bc\x00d\xade\u00a0 f", ending=False)[0].text == "abcde f"
    assert blocks_of("\u202e\n\x07", ending=False) == []


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_no_word_of_any_text_is_lost(text):
    blocks = blocks_of(text, order="QUYẾT ĐỊNH:", ending=False)
    assert all(block.rows or block.text or block.mark for block in blocks)


@given(st.lists(st.text("abcđ", min_size=1, max_size=9), max_size=30), st.integers(10, 60))
def test_balanced_lines_hold_every_word_in_order_and_are_no_longer_than_asked(words, width):
    lines = balanced(" ".join(words), width)
    assert " ".join(lines).split() == words
    assert all(len(line) <= width for line in lines)


def test_a_name_is_parted_in_the_middle():
    assert balanced("Ủy ban nhân dân tỉnh Khánh Hòa", 22) == ["Ủy ban nhân dân", "tỉnh Khánh Hòa"]
    assert balanced("Sở Nội vụ", 22) == ["Sở Nội vụ"]
    assert balanced("", 22) == []
