"""What comes in, what does not, and what the person is told."""

import dataclasses
import io
import json
import subprocess
import sys
import unicodedata

import pytest
from django.core.exceptions import ValidationError

from common.errors import DomainError
from files.checks import INSPECTOR, SENTENCES, FileRefused, Limits, check, clean_name
from tests.files import corpus


def fault_of(name, content, limits=None):
    with pytest.raises(FileRefused) as refused:
        check(name, io.BytesIO(content), limits)
    assert str(refused.value)
    return refused.value.code


GOOD = {
    "đơn.pdf": corpus.pdf,
    "đơn.docx": corpus.docx,
    "bảng kê.xlsx": corpus.xlsx,
    "ảnh.png": corpus.image,
    "ảnh.jpg": lambda: corpus.image("JPEG"),
    "ẢNH.JPEG": lambda: corpus.image("JPEG"),
    "có liên kết.docx": lambda: corpus.docx_linking("hyperlink", "https://example.gov.vn/a"),
    "theo mẫu.docx": lambda: corpus.docx_linking(
        "attachedTemplate", "file:///C:\\Users\\an\\Templates\\Normal.dotm"
    ),
    "biểu đồ.docx": lambda: corpus.docx({"word/embeddings/Sheet1.xlsx": corpus.xlsx()}),
    "có liên kết.pdf": lambda: corpus.pdf_with_action(
        S=corpus.pikepdf.Name.URI, URI="https://a.vn"
    ),
    "mở trang 1.pdf": lambda: corpus.pdf_with_action(S=corpus.pikepdf.Name.GoTo),
    "hóa đơn.pdf": lambda: corpus.pdf_with_attachment("hoadon.xml", b"<a/>"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_it_says_comes_in(name):
    content = GOOD[name]()
    checked = check(name, io.BytesIO(content))
    assert (checked.name, checked.size) == (name, len(content))
    assert checked.pages == (1 if name.endswith(".pdf") else None)


NAME = corpus.pikepdf.Name
BAD = {
    "empty": [("a.pdf", lambda: b"")],
    "type": [
        ("a.exe", lambda: b"MZ"),
        ("a.svg", lambda: b"<svg/>"),
        ("a.html", lambda: b"<html>"),
        ("a.zip", lambda: corpus.docx()),
        ("a.gif", lambda: b"GIF89a/*"),
        ("noextension", corpus.pdf),
        ("đơn\u202efdp.exe", corpus.pdf),  # shown as "đơnexe.pdf"
        ("a.pdf\0.exe", corpus.pdf),
    ],
    "old_office": [("a.doc", lambda: b"\xd0\xcf\x11\xe0"), ("a.xls", lambda: b"\xd0\xcf\x11\xe0")],
    "lying": [
        ("a.pdf", lambda: b"MZ\x90"),
        ("a.pdf", corpus.image),
        ("a.png", corpus.pdf),
        ("a.jpg", corpus.image),
        ("a.docx", corpus.xlsx),
        ("a.docx", corpus.pdf),
        ("a.xlsx", lambda: corpus.zipped({"a.txt": "x"})),
        ("a.jpg", lambda: b"GIF89a/*" + b"a" * 40 + b"*/=1;alert(1)"),  # GIF and JavaScript
        ("a.png", lambda: corpus.image() + corpus.docx()),  # PNG and ZIP
        ("a.pdf", lambda: corpus.pdf() + corpus.docx()),  # PDF and ZIP
        ("a.pdf", lambda: b"%PDF-1.4\n<html><script>1</script>" + corpus.pdf()),  # PDF and HTML
        ("a.pdf", lambda: b"junk in front\n" + corpus.pdf()),
    ],
    "locked": [("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))],
    "macro": [
        ("a.docm", corpus.docx),
        ("a.docx", lambda: corpus.docx({"word/vbaProject.bin": b"x"})),
        ("a.xlsx", lambda: corpus.xlsx({"xl/macrosheets/sheet1.xml": "<a/>"})),
        ("a.docx", lambda: corpus.docx(main="application/vnd.ms-word.macroEnabled.main+xml")),
    ],
    "embedded": [
        ("a.docx", lambda: corpus.docx({"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"})),
        ("a.docx", lambda: corpus.docx({"word/embeddings/package.bin": b"MZ\x90"})),
        ("a.docx", lambda: corpus.docx({"word/activeX/activeX1.xml": "<a/>"})),
        ("a.docx", lambda: corpus.docx({"word/media/a.zip": corpus.docx()})),
        ("a.docx", lambda: corpus.docx({"word/embeddings/a.docx": corpus.docx(
            {"word/embeddings/b.docx": corpus.docx()})})),  # an archive in an archive in an archive
        ("a.pdf", lambda: corpus.pdf_with_attachment("setup.exe", b"MZ")),
        ("a.pdf", lambda: corpus.pdf_with_attachment("invoice.xml", b"MZ\x90\0")),
        ("a.pdf", lambda: corpus.pdf(lambda d: d.pages[0].obj.update(
            {"/Annots": [corpus.pikepdf.Dictionary(Subtype=NAME.RichMedia)]}))),
    ],
    "external": [
        ("a.xlsx", lambda: corpus.xlsx({"xl/externalLinks/externalLink1.xml": "<a/>"})),
        ("a.docx", lambda: corpus.docx_linking("attachedTemplate", "https://evil.example/t.dotm")),
        ("a.docx", lambda: corpus.docx_linking("attachedTemplate", "file://server/share/t.dotm")),
        ("a.docx", lambda: corpus.docx_linking("image", "https://evil.example/p.png")),
        ("a.docx", lambda: corpus.docx_linking("oleObject", "https://evil.example/o")),
        ("a.docx", lambda: corpus.docx_linking("hyperlink", "file://server/share/run.exe")),
        ("a.docx", lambda: corpus.docx(body="<w:instrText>DDE</w:instrText>"
                                            "<w:instrText>AUTO c:\\cmd.exe</w:instrText>")),
    ],
    "script": [
        ("a.pdf", lambda: corpus.pdf_with_action(S=NAME.JavaScript, JS="app.alert(1)")),
        ("a.pdf", lambda: corpus.pdf_with_action(S=NAME.Launch, F="cmd.exe")),
        ("a.pdf", lambda: corpus.pdf_with_action(
            S=NAME.GoTo, Next=corpus.pikepdf.Dictionary(S=NAME.JavaScript, JS="1"))),
        ("a.pdf", lambda: corpus.pdf(lambda d: d.Root.update({"/AcroForm": {"/XFA": b"<x/>"}}))),
    ],
    "bomb": [
        ("a.docx", corpus.zip_bomb),
        ("a.docx", corpus.overlapping_zip),
        ("a.docx", corpus.many_parts),
        ("a.pdf", corpus.pdf_bomb),
    ],
    "pixels": [("a.png", corpus.huge_png), ("a.png", lambda: corpus.image(size=(8000, 6000)))],
    "broken": [
        ("a.docx", lambda: corpus.docx()[:-30]),
        ("a.docx", corpus.lying_directory),
        ("a.docx", lambda: corpus.docx({"word/styles.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"})),
        ("a.docx", lambda: corpus.docx({"../../etc/x.xml": "<a/>"})),
        ("a.pdf", lambda: b"%PDF-1.7\nnothing"),
        ("a.png", lambda: corpus.image()[:40]),
        ("a.jpg", lambda: corpus.image("JPEG")[:100]),
    ],
}  # fmt: skip


def cases():
    """Each opens a process: the fast part has the first of each fault and of each kind of file."""
    seen = set()
    for fault, files in BAD.items():
        for name, content in files:
            marks = () if (fault, name) not in seen else pytest.mark.slow
            seen.add((fault, name))
            yield pytest.param(fault, name, content, marks=marks)


@pytest.mark.parametrize(("fault", "name", "content"), list(cases()))
def test_a_hostile_or_broken_file_is_refused_for_what_it_is(fault, name, content):
    assert fault_of(name, content()) == fault


def test_a_file_over_the_limit_is_refused_with_both_sizes():
    with pytest.raises(FileRefused) as refused:
        check("a.pdf", io.BytesIO(b"%PDF-" + bytes(3_000_000)), Limits(size=1024 * 1024))
    assert refused.value.code == "too_big"
    assert "2,9" in str(refused.value)


MEASURE = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=sys.stdin, capture_output=True, env={})
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.stdout.decode(), used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@pytest.mark.parametrize(
    ("kind", "content"),
    [("docx", corpus.zip_bomb), ("pdf", corpus.pdf_bomb), ("png", corpus.huge_png)],
    ids=["docx", "pdf", "png"],
)
def test_a_bomb_is_refused_within_two_seconds_of_cpu_and_300_megabytes(kind, content):
    limits = json.dumps(dataclasses.asdict(Limits()))
    done = subprocess.run(  # a small process between, as memory is inherited when a child starts
        [sys.executable, "-c", MEASURE, sys.executable, "-I", str(INSPECTOR), kind, limits],
        input=content(), capture_output=True, check=True,
    )  # fmt: skip
    verdict, seconds, kilobytes = json.loads(done.stdout)
    assert json.loads(verdict)["fault"] in ("bomb", "pixels")
    assert seconds <= 2
    assert kilobytes <= 300 * 1024


def test_a_child_that_runs_out_of_memory_or_time_refuses_the_file():
    heavy = corpus.docx({"word/big.xml": b"<a/>" * 20_000_000})
    roomy = Limits(ratio=10_000, memory=100 * 1024 * 1024)
    assert fault_of("a.docx", heavy, roomy) == "heavy"
    assert fault_of("a.pdf", corpus.pdf(), Limits(memory=10 * 1024 * 1024)) == "heavy"
    assert fault_of("a.pdf", corpus.pdf(), Limits(seconds=0)) == "heavy"


def test_a_refusal_is_a_field_error_and_an_answer_of_409():
    with pytest.raises(FileRefused) as refused:
        check("a.pdf", io.BytesIO(b""))
    assert isinstance(refused.value, ValidationError)
    assert isinstance(refused.value, DomainError)
    assert refused.value.messages == [str(SENTENCES["empty"])]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("C:\\Users\\an\\đơn.pdf", "đơn.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("hóa đơn.exe.pdf", "hóa đơn_exe.pdf"),
        ("a.html.svg.png", "a_html_svg.png"),
        ("a\u202egnp.pdf", "agnp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        (unicodedata.normalize("NFD", "Đơn đề nghị.pdf"), "Đơn đề nghị.pdf"),
        ("v1.2 bản cuối.docx", "v1.2 bản cuối.docx"),
        (" . .pdf", "file.pdf"),
        ("", "file"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(typed, kept):
    assert clean_name(typed) == kept


def test_a_long_name_is_cut_between_letters_and_keeps_its_extension():
    kept = clean_name("ữ" * 255 + ".pdf")
    assert len(kept.encode()) <= 200
    assert kept.endswith("ữ.pdf")
