"""Annexes as others send them: what cannot be sealed is told before, all else is believed after."""

import dataclasses
import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from documents.layouts.fields import add_fields
from papers.signatures.attachments import hindrances, spot_for
from papers.signatures.authority import Authority
from papers.signatures.fields import PERSON
from papers.signatures.lasting import kept
from papers.signatures.reasons import Reason
from papers.signatures.verifying import MOST_REVISIONS, MOST_SIGNATURES, verify_pdf
from tests.papers.signatures.forging.tools import appended
from tests.papers.signatures.ground import BOX, GROUND, NOW, PLACES, sign, stamper_of, written


def stamped_by(identity):
    """A time stamp on the whole, and no signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(written()))
    return PdfTimeStamper(stamper_of(identity)).timestamp_pdf(writer, "sha256").getvalue()


def revised(count):
    """Saved so many times."""
    pdf = written()
    for number in range(count - 1):
        pdf = appended(pdf, lambda writer, number=number: noted(writer, number))
    return pdf


def noted(writer, number):
    writer.root[pdf_name(f"/Note{number}")] = generic.NumberObject(number)
    writer.update_root()


def signed_often():
    pdf = written()
    for number in range(MOST_SIGNATURES):
        place = dataclasses.replace(BOX, left=10 + 50 * number, right=50 + 50 * number)
        pdf = sign(pdf, f"S{number}", GROUND.person, place=place)
    return pdf


HINDERED = {
    "stamped by a stranger": (
        lambda: stamped_by(Authority(NOW).issue_time_stamper()), Reason.STAMP
    ),
    "signed as often as may be": (signed_often, Reason.STRUCTURE),
    "saved so often that its lists have no room": (
        lambda: revised(MOST_REVISIONS - 1), Reason.STRUCTURE
    ),
}  # fmt: skip
SEALABLE = {
    "stamped by ours": lambda: stamped_by(GROUND.stamper),
    "with an empty place for a person": lambda: add_fields(written(), {PERSON: PLACES[PERSON]}),
    "saved often": lambda: revised(MOST_REVISIONS - 2),
}


@pytest.mark.parametrize("kind", HINDERED)
def test_what_nobody_would_believe_with_a_seal_is_told_before(kind):
    make, reason = HINDERED[kind]
    assert hindrances(make(), GROUND.trust(expected={})) == (reason,)


@pytest.mark.parametrize("kind", SEALABLE)
def test_what_nothing_hinders_is_believed_with_its_seal_and_with_its_lists(kind):
    pdf, trust = SEALABLE[kind](), GROUND.trust(expected={})
    assert hindrances(pdf, trust) == ()
    spot = spot_for(pdf)
    sealed = sign(
        pdf, spot.field, GROUND.seal, place=spot.place, stamper=stamper_of(GROUND.stamper)
    )
    for each in (sealed, kept(sealed, trust)):
        assert verify_pdf(each, trust, at=NOW).reasons == ()
