"""Paragraphs of a text as it comes out of a file."""

from files.passages import paragraphs
from files.texts import docx_text
from tests.files import corpus

PAGE = """2

Căn cứ Luật Tổ chức chính quyền địa phương, Chủ tịch Ủy ban nhân
dân tỉnh yêu cầu:
1. Sở Nội vụ chủ trì, phối hợp với các sở, ban, ngành rà soát, tổng
hợp, báo cáo trước ngày 15/11.
2. Các xã, phường
a) Niêm yết danh mục thủ tục hành chính đã được công bố tại Bộ phận
Một cửa
Nơi nhận:
- Như trên;
"""


def test_lines_of_a_page_are_put_together_again():
    found = paragraphs(PAGE)
    assert found[0].endswith("dân tỉnh yêu cầu:")
    assert found[1].startswith("1. Sở Nội vụ")
    assert found[1].endswith("15/11.")
    assert found[2:] == [
        "2. Các xã, phường",
        "a) Niêm yết danh mục thủ tục hành chính đã được công bố tại Bộ phận Một cửa",
        "Nơi nhận:",
        "- Như trên;",
    ]
    assert paragraphs("") == paragraphs("3\n\n 4 ") == []


def test_a_paragraph_of_word_stays_one():
    word = corpus.word(["Một đoạn", "Hai"])
    assert paragraphs(docx_text(word).words) == ["Một đoạn", "Hai"]
