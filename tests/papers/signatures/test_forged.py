"""No forged document is accepted: nine families, each refused for what is wrong with it."""

import pytest

from papers.signatures.verifying import verify_pdf
from tests.marks import first
from tests.papers.signatures.forging import FAMILIES
from tests.papers.signatures.ground import GROUND

LEAST = 10  # of a family


@pytest.mark.parametrize("family", first(3, FAMILIES))
def test_none_of_a_family_is_accepted(family):
    forge, expected = FAMILIES[family]
    verdicts = {
        name: (forged, verify_pdf(forged.pdf, forged.trust or GROUND.trust(), at=forged.at))
        for name, forged in forge().items()
    }
    assert len(verdicts) >= LEAST
    assert [name for name, (_forged, verdict) in verdicts.items() if verdict.accepted] == []
    assert {
        name: verdict.reasons
        for name, (forged, verdict) in verdicts.items()
        if not ({forged.reason} if forged.reason else expected) & set(verdict.reasons)
    } == {}


HEAD, FOOT = b"%PDF-1.7\n", b"\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        bytes(30_000_000),
        HEAD + bytes(30_000_000),
        HEAD + b"[" * 200_000 + b"]" * 200_000 + FOOT,
        HEAD + b"1 0 obj\n" + b"<</A " * 100_000 + b">>" * 100_000 + b"\nendobj" + FOOT,
        HEAD + b"xref\n0 0\ntrailer\n<< /Prev 9 /Size 1 >>" + FOOT,
    ],
    ids=["empty", "zeros", "zeros behind a head", "nested lists", "nested names", "a ring"],
)
def test_a_file_that_is_made_to_tire_a_reader_is_refused_as_it_is(pdf):
    assert not verify_pdf(pdf, GROUND.trust()).accepted
