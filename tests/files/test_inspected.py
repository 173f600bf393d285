"""What tests/plugins/inspected.py answers is what the children answer."""

import io
from dataclasses import asdict

from files import checks, reading
from files.checks import KINDS, Limits
from files.reading import ReadingLimits
from tests.files import corpus
from tests.plugins import inspected
from tests.plugins.inspected import asks_the_child, looks_into, reads, reads_in_a_child

SAMPLES = {
    "pdf": [corpus.pdf(), corpus.pdf_with_action(S="/JavaScript", JS="1"), b"%PDF-1.7 broken"],
    "docx": [corpus.docx({}), corpus.docx({"word/vbaProject.bin": b"x"})],
}


def test_the_same_verdict_with_a_child_and_without():
    for key, samples in SAMPLES.items():
        for sample in samples:
            asked = KINDS[key], io.BytesIO(sample), Limits()
            assert looks_into(*asked) == asks_the_child(*asked)


def test_the_same_facts_of_a_pdf_with_a_child_and_without():
    for sample in SAMPLES["pdf"]:
        told = reads_in_a_child(sample, ReadingLimits())
        assert reads(sample, ReadingLimits()) == told
        assert set(told) == set(asdict(reading.PdfFacts())) or told["fault"]


def test_other_limits_are_for_the_child(monkeypatch):
    monkeypatch.setattr(inspected, "asks_the_child", lambda *_asked: ("the child", None))
    monkeypatch.setattr(inspected, "reads_in_a_child", lambda *_asked: {"by": "the child"})
    pdf = corpus.pdf()
    asked = KINDS["pdf"], io.BytesIO(pdf)
    assert looks_into(*asked, Limits(seconds=1)) == ("the child", None)
    assert looks_into(*asked, Limits()) == ("", 1)
    assert reads(pdf, ReadingLimits(letters=5)) == {"by": "the child"}
    assert reads(pdf, ReadingLimits())["fault"] == ""


def test_here_the_children_are_asked():
    assert checks._inspect is asks_the_child
    assert reading._told is reads_in_a_child
