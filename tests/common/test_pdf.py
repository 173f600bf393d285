"""Papers: every Vietnamese letter as it was written, our fonts only, nothing read from the disk."""

import base64
import io
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from common.pdf import FONTS, font_folder, plain, qr_svg_data_uri, render_pdf

PANGRAM = (
    "aàảãáạăằẳẵắặâầẩẫấậ bcdđ eèẻẽéẹêềểễếệ fgh iìỉĩíị jklmn oòỏõóọôồổỗốộơờởỡớợ pqrst "
    "uùủũúụưừửữứự vwx yỳỷỹýỵ z Sắp đến hạn – Sở Nội vụ, Nguyễn Thưởng"
)


def page(body: str) -> str:
    return f'<!DOCTYPE html><html lang="vi"><head><title>x</title></head><body>{body}</body></html>'


def text_of(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


@pytest.mark.parametrize("tag", ["span", "b", "i", "b><i"])
@pytest.mark.parametrize("words", [PANGRAM, PANGRAM.upper()])
def test_every_vietnamese_letter_comes_out_as_it_was_written(tag, words):
    end = "</i></b>" if tag == "b><i" else f"</{tag}>"
    assert text_of(render_pdf(page(f"<p><{tag}>{words}{end}</p>"))) == words


def fonts_of(pdf: bytes) -> set[str]:
    found = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    return {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in found.values()}


def test_only_our_font_is_used_whatever_the_machine_has():
    names = fonts_of(render_pdf(page(f"<p>{PANGRAM} <b>{PANGRAM}</b> <i>x</i></p>")))
    assert names
    assert all(name.startswith("Tinos") for name in names)


def test_the_letters_are_drawn_with_their_marks_in_place(tmp_path):
    """The picture, not the text: split web fonts printed garbage that still extracted well."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    ink = []
    for word in ("Sap den han", "Sắp đến hạn"):
        (tmp_path / "x.pdf").write_bytes(render_pdf(page(f"<p>{word}</p>")))
        command = ["pdftoppm", "-r", "100", "-gray", "x.pdf", "x"]
        subprocess.run(command, cwd=tmp_path, check=True)
        image = next(tmp_path.glob("x-*.pgm")).read_bytes().split(b"255\n", 1)[1]
        ink.append(sum(255 - value for value in image))
    assert 1.05 < ink[1] / ink[0] < 1.6


def test_the_packaged_fonts_are_whole_files():
    for path in FONTS.values():
        assert (font_folder() / path).stat().st_size > 300_000


@pytest.fixture
def secret_file(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("MARKER-OF-A-SECRET")
    return path


@pytest.mark.parametrize(
    "trap",
    [
        '<img src="file://{path}">',
        '<link rel="attachment" href="file://{path}">',
        '<object data="file://{path}"></object>',
        '<style>@import url("file://{path}");</style>',
        '<style>p {{ background: url("file://{path}") }}</style><p>x</p>',
        '<img src="font:../../../../{path}">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<a rel="attachment" href="file://{path}">x</a>',
    ],
)
def test_a_paper_cannot_read_a_file_or_call_a_host(trap, secret_file):
    pdf = render_pdf(page(trap.format(path=secret_file)))
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.attachments == {}
    assert b"MARKER-OF-A-SECRET" not in pdf
    assert "MARKER" not in text_of(pdf)


def test_a_picture_inside_a_picture_cannot_read_a_file_either(secret_file):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        f'<image href="file://{secret_file}" width="9" height="9"/></svg>'
    )
    source = base64.b64encode(svg.encode()).decode()
    pdf = render_pdf(page(f'<img src="data:image/svg+xml;base64,{source}">'))
    assert b"MARKER-OF-A-SECRET" not in pdf


def test_a_qr_code_is_drawn_on_the_paper_from_a_data_address():
    address = qr_svg_data_uri("http://h32.localhost/t/abc")
    assert address.startswith("data:image/svg+xml")
    with_code = render_pdf(page(f'<img class="qr" alt="QR" src="{address}">'))
    assert len(with_code) > len(render_pdf(page(""))) + 300


def test_a_paper_is_tagged_for_screen_readers_and_names_its_language():
    root = PdfReader(io.BytesIO(render_pdf(page("<h1>Giấy tiếp nhận</h1>")))).trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert "/StructTreeRoot" in root


def test_lazy_words_become_text_and_tuples_become_lists():
    from django.utils.translation import gettext_lazy

    assert plain({"a": (gettext_lazy("Done."), 1, None)})["a"][1:] == [1, None]
    assert isinstance(plain(gettext_lazy("Done.")), str)
