"""Documents that were written elsewhere: their fields, their form, Word to PDF."""

import datetime as dt
import io
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from common.pdf import Place, render_pdf
from documents.layouts.anchors import width
from documents.layouts.convert import pdf_of_docx
from documents.layouts.fields import FieldsRefused, with_fields
from documents.layouts.rendering import render
from documents.rules.form_check import check_form, findings
from files.reading import PdfFacts, ReadingLimits, read_pdf
from tests.documents.layouts.samples import SUBJECT, paper
from tests.documents.layouts.test_rendering import ALL, rects_of, under


def made(change=lambda document: None, **options):
    """Our own document, changed as a bad program would leave it."""
    with pikepdf.open(io.BytesIO(render(paper()))) as document:
        change(document)
        output = io.BytesIO()
        document.save(output, **options)
    return output.getvalue()


def codes(pdf):
    return [finding.code for finding in check_form(pdf)]


# --- form ---


def test_a_document_of_our_own_has_nothing_to_warn_of():
    assert codes(render(paper())) == []
    assert codes(render(paper("cong-van", number=12, issued_on=dt.date(2026, 11, 2)))) == []


def picture_only():
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        output = io.BytesIO()
        document.save(output, min_version="1.4")
    return output.getvalue()


def a5(document):
    document.pages[0].mediabox = [0, 0, 420, 595]


def loose(document):
    page = document.pages[0]
    page.Resources.Font["/Bad"] = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )


def test_each_fault_of_form_is_told_and_only_it():
    assert codes(made(a5)) == ["size"]
    assert codes(made(loose)) == ["fonts"]
    assert codes(picture_only()) == ["picture"]
    assert codes(made(encryption=pikepdf.Encryption(owner="a", user="b"))) == ["locked"]
    assert codes(b"no PDF at all") == ["unreadable"]
    old = made(force_version="1.3", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert codes(old) == ["version"]
    letter = '<!DOCTYPE html><html lang="vi"><title>x</title><p>Kính gửi: Sở Nội vụ</p></html>'
    assert codes(render_pdf(letter)) == ["number", "date"]


def test_the_number_and_the_date_are_looked_for_in_words_where_there_is_no_field():
    """As an office program prints them before they are known, and afterwards."""
    for head in ("Số:      /UBND-KSTT Nha Trang, ngày    tháng 11 năm 2026",
                 "Số: 1345/UBND-KT Khánh Hòa, ngày 04 tháng 10 năm 2016",
                 "Số: …/QĐ-UBND Nha Trang, ngày … tháng … năm …"):  # fmt: skip
        assert findings(PdfFacts(version="1.7", sizes=[[595, 842]], texts=[head])) == []
    lost = PdfFacts(
        version="1.7", sizes=[[595, 842]], texts=["Kính gửi", "Số: 1/QĐ, ngày tháng năm"]
    )
    assert [each.code for each in findings(lost)] == ["number", "date"]


def test_a_page_across_and_a_turned_page_are_still_a4():
    def turn(document):
        document.pages[0].mediabox = [0, 0, 842, 595]
        document.pages[0].Rotate = 90

    assert "size" not in codes(made(turn))


# --- words ---


def test_the_words_of_every_page_are_read_as_they_were_written():
    facts = read_pdf(render(paper(text="Nguyễn Thưởng\n" + "Sắp đến hạn. " * 900)))
    assert len(facts.texts) > 1
    assert SUBJECT in " ".join(facts.text.split())
    assert "Nguyễn Thưởng" in facts.text


def test_what_takes_too_much_is_not_read_to_the_end():
    pdf = render(paper())
    assert read_pdf(pdf, ReadingLimits(letters=50)).text == read_pdf(pdf).text[:50]
    assert read_pdf(pdf, ReadingLimits(memory=10 * 1024 * 1024)).fault == "heavy"


def deep():
    """A dictionary in a dictionary ten thousand times."""
    return b"%PDF-1.7\n1 0 obj\n" + b"<</A " * 10_000 + b"1" + b">>" * 10_000 + b"\nendobj\n"


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", deep(), render.__doc__.encode()])
def test_what_is_no_pdf_is_told_and_breaks_nothing(pdf):
    assert read_pdf(pdf).fault in {"broken", "heavy"}


# --- fields ---


def plain_pdf(pages=1):
    body = "".join(f'<p style="break-after: page">Trang {n}</p>' for n in range(pages))
    return render_pdf(f'<!DOCTYPE html><html lang="vi"><title>x</title>{body}</html>')


def test_an_upload_gets_the_four_fields_at_their_usual_places():
    rects = rects_of(with_fields(plain_pdf(3)))
    assert set(rects) == ALL
    last = max(page for page, _rect in rects.values())
    assert last >= 2
    assert rects["so"][0] == rects["ngay"][0] == 0
    assert rects["nguoi_ky"][0] == rects["con_dau"][0] == last
    assert rects["so"][1][2] < rects["ngay"][1][0]
    for _page, (left, bottom, right, top) in rects.values():
        assert 0 < left < right < 596
        assert 0 < bottom < top < 843


def test_a_place_that_the_drafter_names_is_taken():
    mine = Place(0, 100, 200, 260, 300)
    assert rects_of(with_fields(plain_pdf(2), {"nguoi_ky": mine}))["nguoi_ky"] == (
        0, [100, 200, 260, 300],
    )  # fmt: skip


def test_a_place_on_a_turned_page_is_where_the_reader_sees_it():
    def turned(document):
        document.pages[0].Rotate = 90  # seen: 842 wide, 595 high

    mine = Place(0, 700, 20, 800, 70)  # at the foot on the right, as it is seen
    rect = rects_of(with_fields(again(plain_pdf(), turned), {"nguoi_ky": mine}))["nguoi_ky"][1]
    assert rect == pytest.approx([595.28 - 70, 700, 595.28 - 20, 800], abs=0.5)


def test_fields_so_named_of_its_own_are_refused_for_they_may_show_another_number():
    with pytest.raises(FieldsRefused, match="con_dau, ngay, nguoi_ky, so") as refused:
        with_fields(render(paper()))
    assert refused.value.code == "own_fields"


def test_a_second_place_of_its_own_is_refused_though_nobody_signs_there():
    def named(document):
        document.Root.AcroForm = document.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array([
            document.make_indirect(pikepdf.Dictionary(
                FT=pikepdf.Name.Sig, T=pikepdf.String("nguoi_ky_2"))),
        ])))  # fmt: skip

    with pytest.raises(FieldsRefused, match="nguoi_ky_2"):
        with_fields(again(plain_pdf(), named))


def test_two_of_one_name_sign_side_by_side():
    name = "Trần Thị Ngọc Ánh"
    rects = rects_of(with_fields(headed(), signer=name, second=name))
    assert rects["nguoi_ky_2"][1][2] < rects["nguoi_ky"][1][0]


HEADED = """<!DOCTYPE html><html lang="vi"><title>x</title>
<style>td {{ text-align: center }}</style>
<table><tr><td>UBND TỈNH KHÁNH HÒA<br><b>SỞ NỘI VỤ</b></td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
</td></tr><tr><td>Số:{number}/SNV-VP</td><td><i>{date}</i></td></tr></table>
<p>Căn cứ Quyết định ban hành tại Hà Nội, ngày 05 tháng 3 năm 2020</p>
<table><tr><td>Nơi nhận:<br>- Như trên.</td><td>GIÁM ĐỐC{gap}Trần Thị Ngọc Ánh</td></tr></table>"""
WIDE = "\N{NO-BREAK SPACE}" * 12


def headed(number=WIDE, date=f"Nha Trang, ngày {WIDE}tháng 11 năm 2026"):
    return render_pdf(HEADED.format(number=number, date=date, gap="<br>" * 8))


def test_fields_come_where_the_words_have_left_room_for_them(drawn):
    pdf = with_fields(headed(), signer="Trần Thị Ngọc Ánh")
    rects = {name: rect for name, (_page, rect) in rects_of(pdf).items()}
    lines = {piece.words.strip(): piece for piece in read_pdf(pdf).pieces}
    name = next(piece for words, piece in lines.items() if words.endswith("Ngọc Ánh"))
    assert name.line < rects["nguoi_ky"][1] < name.line + 20
    middle = (rects["nguoi_ky"][0] + rects["nguoi_ky"][2]) / 2
    assert middle == pytest.approx(name.left + width(name.words.strip(), name.size) / 2, abs=3)
    place = next(piece for words, piece in lines.items() if "Nha Trang" in words)
    assert rects["ngay"][0] == pytest.approx(
        place.left + width("Nha Trang, ngày ", place.size), abs=3
    )
    assert rects["so"][1] < place.line < rects["so"][3]
    picture = drawn(pdf, 0)
    assert {each: under(picture, rects[each]) for each in ("so", "nguoi_ky")} == {
        "so": 255, "nguoi_ky": 255,
    }  # fmt: skip


def again(pdf, change):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        output = io.BytesIO()
        document.save(output)
    return output.getvalue()


def test_a_sheet_whose_numbers_begin_elsewhere_gets_its_fields_at_the_same_words():
    def shift(document):
        page = document.pages[0]
        page.mediabox = [-30, -40, float(page.mediabox[2]) - 30, float(page.mediabox[3]) - 40]
        page.contents_add(b"1 0 0 1 -30 -40 cm", prepend=True)

    plain = rects_of(with_fields(headed(), signer="Trần Thị Ngọc Ánh"))
    moved = rects_of(with_fields(again(headed(), shift), signer="Trần Thị Ngọc Ánh"))
    for name, (_page, rect) in plain.items():
        left, bottom, right, top = moved[name][1]
        assert [left + 30, bottom + 40, right + 30, top + 40] == pytest.approx(rect, abs=0.1)


def test_a_form_of_its_own_is_kept_and_not_drawn_anew_by_readers():
    def add(document):
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="rieng")
        document.Root.AcroForm = pikepdf.Dictionary(
            Fields=pikepdf.Array([document.make_indirect(field)]), NeedAppearances=True
        )

    with pikepdf.open(io.BytesIO(with_fields(again(plain_pdf(), add)))) as document:
        form = document.Root.AcroForm
        assert {str(field.T) for field in form.Fields} == ALL | {"rieng"}
        assert "/NeedAppearances" not in form
        assert set(form.DR.Font.keys()) == {"/TiRo", "/TiIt"}


def test_a_number_and_date_that_are_printed_already_give_way(drawn):
    pdf = with_fields(
        headed(number="&#160;1345&#160;", date="Nha Trang, ngày 22 tháng 11 năm 2026")
    )
    assert under(drawn(pdf, 0), rects_of(pdf)["so"][1]) == 255


def test_a_date_in_the_text_is_left_alone():
    """No line of place and date in the head: the usual place, and nothing is painted over."""
    pdf = with_fields(headed(date="Độc lập"))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        painted = b"".join(part.read_bytes() for part in document.pages[0].Contents)
    assert painted.count(b"1 1 1 rg") == 1  # below the number alone
    assert rects_of(pdf)["ngay"] == rects_of(with_fields(plain_pdf()))["ngay"]


def signed():
    """A PDF whose field of a signature has a value."""
    writer = IncrementalPdfFileWriter(io.BytesIO(plain_pdf()))
    append_signature_field(writer, SigFieldSpec("Cũ"))
    output = io.BytesIO()
    writer.write(output)
    with pikepdf.open(output) as document:
        document.Root.AcroForm.Fields[0].V = pikepdf.Dictionary(Type=pikepdf.Name.Sig)
        result = io.BytesIO()
        document.save(result)
    return result.getvalue()


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (signed, "signed"),
        (lambda: made(encryption=pikepdf.Encryption(owner="a", user="b")), "locked"),
        (lambda: b"no PDF", "broken"),
    ],
)
def test_a_pdf_that_cannot_take_fields_is_refused_with_a_sentence(pdf, code):
    with pytest.raises(FieldsRefused) as refused:
        with_fields(pdf())
    assert refused.value.code == code


# --- Word ---


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A program in the place of LibreOffice: its body is Python, its arguments sys.argv."""

    def install(body):
        program = tmp_path / "bin" / "soffice"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!{sys.executable}\nimport sys, os, pathlib, time\n{body}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(program.parent))
        return tmp_path

    return install


def test_word_becomes_pdf_with_a_profile_of_its_own_and_without_our_secrets(office, monkeypatch):
    monkeypatch.setenv("GOVIT_SECRET_OF_A_TEST", "x")
    office(
        "profile = next(a for a in sys.argv if a.startswith('-env:UserInstallation=file://'))\n"
        "settings = pathlib.Path(profile.split('file://')[1], 'user/registrymodifications.xcu')\n"
        "assert pathlib.Path(sys.argv[-1]).read_bytes() == b'PK word'\n"
        "assert 'GOVIT_SECRET_OF_A_TEST' not in os.environ\n"
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1], 'document.pdf')\n"
        "out.write_text(settings.read_text())"
    )
    made = pdf_of_docx(b"PK word")
    assert made is not None
    assert b"DisableMacrosExecution" in made


def test_a_program_that_hangs_is_ended_with_all_that_it_started(office, tmp_path):
    """Both hold one end of a pipe; it is read to its end when the last of them is gone."""
    ours = tmp_path / "pipe"
    os.mkfifo(ours)
    office(f"held = open({str(ours)!r}, 'w')\nos.fork()\ntime.sleep(600)")
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(ours.read_text)  # waits for the writers, then for the end of them
        assert pdf_of_docx(b"PK", seconds=2) is None
        assert ended.result(timeout=60) == ""


def test_without_the_program_or_when_it_fails_there_is_no_pdf(office, monkeypatch):
    office("sys.exit(3)")
    assert pdf_of_docx(b"PK") is None
    office("pass")  # says that all went well and writes nothing
    assert pdf_of_docx(b"PK") is None
    monkeypatch.setenv("PATH", "/nowhere")
    assert pdf_of_docx(b"PK") is None
