"""No forged document is accepted: nine families, each refused for what is wrong with it."""

import pytest

import papers.signatures.verifying
from papers.signatures.reasons import Reason
from papers.signatures.verifying import MOST_REVISIONS, MOST_SIGNATURES, verify_pdf
from tests.marks import first
from tests.papers.signatures.forging import FAMILIES
from tests.papers.signatures.genuine import last
from tests.papers.signatures.ground import BOX, GROUND, NOW, sign

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


def no_work(*_args, **_kwargs):
    raise AssertionError("this was not to be reached")


def test_more_signatures_or_revisions_than_anybody_makes_are_refused_before_any_work(monkeypatch):
    many = GROUND.blank()
    for number in range(MOST_SIGNATURES + 1):
        many = sign(many, f"S{number}", GROUND.person, place=BOX)
    often = GROUND.sealed()
    for _time in range(MOST_REVISIONS):
        often = last(often)
    monkeypatch.setattr(papers.signatures.verifying, "_judged", no_work)
    for pdf in (many, often):
        assert verify_pdf(pdf, GROUND.trust(), at=NOW).reasons == (Reason.STRUCTURE,)


def test_the_revisions_of_who_is_not_believed_are_not_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(
        papers.signatures.verifying.CHANGES.__class__, "review_file",
        lambda *_args, **_kwargs: compared.append(1),
    )  # fmt: skip
    stranger = GROUND.trust(roots=[GROUND.other_seal.der], intermediates=[])
    assert Reason.UNTRUSTED in verify_pdf(GROUND.sealed(), stranger, at=NOW).reasons
    assert compared == []
    verify_pdf(GROUND.sealed(), GROUND.trust(), at=NOW)
    assert compared != []
