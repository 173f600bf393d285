"""No genuine document is refused, and other readers say the same."""

import shutil
import subprocess

import pytest

from papers.signatures.fields import SEAL
from papers.signatures.verifying import verify_pdf
from tests.papers.signatures.genuine import documents, last, whole
from tests.papers.signatures.ground import DAY, GROUND, NOW, stamper_of


@pytest.fixture(scope="module")
def genuine():
    return documents()


def test_no_genuine_document_is_refused(genuine):
    verdicts = {
        name: verify_pdf(pdf, GROUND.trust(expected={}), at=NOW) for name, pdf in genuine.items()
    }
    assert {n: v.reasons for n, v in verdicts.items() if not v.accepted} == {}
    assert len(verdicts) >= 30


def test_another_reader_agrees(genuine, tmp_path):
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig (poppler-utils) is not installed")
    for name, pdf in genuine.items():
        file = tmp_path / "one.pdf"
        file.write_bytes(pdf)
        said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True).stdout
        stamps = name.startswith("kept") and "stamp on the whole" in name  # which it does not check
        assert said.count("Signature is Valid") == said.count("Signing Time") - stamps, name
        assert "Signature is Valid" in said, name


def test_what_is_told_of_a_document():
    verdict = verify_pdf(GROUND.sealed(), GROUND.trust(), at=NOW)
    person, seal = verdict.signatures
    assert (person.signer, person.owner) == ("Nguyễn Văn Ưởng MẪU (DEMO)", "chairman")
    assert (seal.organization, seal.owner, seal.field) == ("UBND tỉnh mẫu", "H32", SEAL)
    assert [one.at for one in verdict.signatures] == [NOW.replace(microsecond=0)] * 2
    assert (person.is_whole, seal.is_whole) == (False, True)
    assert (person.covers_bytes, seal.covers_bytes) == (
        len(GROUND.signed()), len(GROUND.sealed()),
    )  # fmt: skip
    assert all(str(one.note) for one in verdict.signatures)
    assert verdict.shown == GROUND.sealed()


def test_what_was_appended_for_the_long_term_is_not_shown():
    kept = last(GROUND.sealed(), stamper_of(GROUND.stamper))
    verdict = verify_pdf(kept, GROUND.trust(), at=NOW)
    assert verdict.accepted
    assert verdict.shown == GROUND.sealed()


def test_a_time_stamp_counts_instead_of_the_claimed_time():
    later = NOW + DAY
    stamped = whole(GROUND.blank(), stamper=stamper_of(GROUND.stamper, later))
    verdict = verify_pdf(stamped, GROUND.trust(), at=later)
    assert verdict.accepted
    assert [(one.at, one.is_stamped, one.note) for one in verdict.signatures] == [
        (later, True, "")
    ] * 2
