"""Two acts with a key between them: what comes out, and what is refused."""

import dataclasses
import io
import json

import pikepdf
import pypdf
import pytest

from common.errors import AlreadyDone
from papers.signatures import answers
from papers.signatures.authority import new_key
from papers.signatures.drawing import (
    Appearance,
    DoesNotFit,
    attachment_mark,
    attachment_place,
    iso_time,
)
from papers.signatures.fields import DATE, NUMBER, PERSON, SEAL
from papers.signatures.preparing import NoSuchField, NotSignable, Prepared, fill, finish, prepare
from papers.signatures.verifying import verify_pdf
from tests.papers.signatures.ground import (
    BLUE,
    GROUND,
    NOW,
    PLACES,
    RED,
    VALUES,
    cms_of,
    sign,
    written,
)


def prepared_paper():
    return prepare(
        GROUND.blank(), PERSON, chain=GROUND.person.chain, appearance=BLUE, certify=True, at=NOW
    )


def test_another_process_finishes_from_plain_values():
    prepared = prepared_paper()
    kept = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in dataclasses.asdict(prepared).items()
    }
    read = json.loads(json.dumps(kept))
    again = Prepared(
        bytes.fromhex(read["pdf"]), bytes.fromhex(read["digest"]), read["algorithm"],
        read["gap_start"], read["gap_end"], bytes.fromhex(read["certificate"]),
    )  # fmt: skip
    signed = finish(again, cms_of(GROUND.person, again.digest))
    assert verify_pdf(signed, GROUND.trust(), at=NOW).accepted
    assert signed.startswith(GROUND.blank())  # nothing before is touched


@pytest.mark.parametrize(
    ("spoilt", "error"),
    [
        (lambda digest: b"", answers.WrongSignature),
        (lambda digest: b"<html>", answers.WrongSignature),
        (lambda digest: cms_of(GROUND.person, digest)[:-40], answers.WrongSignature),
        (lambda digest: cms_of(GROUND.person, digest) + b"more", answers.WrongSignature),
        (lambda digest: b"0" * (answers.MOST_BYTES + 1), answers.WrongSignature),
        (lambda digest: cms_of(GROUND.person, bytes(32)), answers.OtherDocument),
        (lambda digest: cms_of(GROUND.person, digest + digest, "sha512"), answers.OtherDocument),
        (lambda digest: cms_of(GROUND.seal, digest), answers.OtherCertificate),
        (lambda digest: flipped(cms_of(GROUND.person, digest)), answers.BrokenSignature),
        (
            lambda digest: cms_of(dataclasses.replace(GROUND.person, key=new_key()), digest),
            answers.BrokenSignature,
        ),
    ],
)
def test_what_is_not_the_awaited_signature_is_refused(spoilt, error):
    prepared = prepared_paper()
    with pytest.raises(answers.WrongSignature) as refused:
        finish(prepared, spoilt(prepared.digest))
    assert refused.type is error
    assert str(refused.value)


def flipped(cms):
    """One bit of the signature value, which stands at the end."""
    return cms[:-1] + bytes([cms[-1] ^ 1])


def test_number_and_date_stand_in_their_fields_and_stay():
    reader = pypdf.PdfReader(io.BytesIO(GROUND.numbered()))
    fields = reader.get_fields()
    assert {name: fields[name]["/V"] for name in VALUES} == VALUES
    assert all(int(fields[name]["/Ff"]) & 1 for name in VALUES)
    with pytest.raises(AlreadyDone):
        fill(GROUND.numbered(), VALUES)


def test_the_number_is_set_in_the_font_of_the_paper_which_is_embedded():
    with pikepdf.open(io.BytesIO(GROUND.numbered())) as paper:
        shown = {str(one.T): one.AP.N for one in paper.pages[0].Annots if one.T in VALUES}
        for name, drawing in shown.items():
            (font,) = drawing.Resources.Font.values()
            inner = font.DescendantFonts[0]
            assert "Tinos" in str(font.BaseFont)
            assert ("Italic" in str(font.BaseFont)) == (name == DATE)
            assert any(key in inner.FontDescriptor for key in ("/FontFile2", "/FontFile3"))
            assert [float(side) for side in drawing.BBox][2] == pytest.approx(
                PLACES[name].right - PLACES[name].left, abs=0.1
            )


def test_a_long_number_is_set_smaller_and_one_without_end_is_refused():
    fill(GROUND.signed(), {NUMBER: "12345678"})
    with pytest.raises(DoesNotFit):
        fill(GROUND.signed(), {NUMBER: "1234567890123456789"})


def test_pictures_are_blue_left_of_nothing_and_red_over_a_third_of_the_person():
    person, seal = PLACES[PERSON], PLACES[SEAL]
    assert person.left < seal.right < person.right
    assert (seal.right - person.left) == pytest.approx((person.right - person.left) / 3, rel=0.1)
    assert seal.left < person.left
    with pikepdf.open(io.BytesIO(GROUND.sealed())) as paper:
        drawn = {str(one.T): one.AP.N for one in paper.pages[0].Annots}
        for name in (PERSON, SEAL):
            (image,) = (one for one in drawn[name].Resources.XObject.values())
            assert "/SMask" in image, "the ground must stay transparent"
            assert b"Tj" not in drawn[name].read_bytes()  # a picture, no words


def test_an_attachment_in_its_own_file_is_marked_with_words_at_the_top_right():
    mark = attachment_mark("1234/QĐ-UBND", NOW)
    assert mark.lines == ("1234/QĐ-UBND; 22-11-2026 09:30:15+07:00",)
    assert not mark.picture
    signed = sign(written(2), SEAL, GROUND.seal, picture=mark, place=attachment_place(595, 842))
    assert verify_pdf(signed, GROUND.trust(), at=NOW).accepted
    with pikepdf.open(io.BytesIO(signed)) as paper:
        (field,) = (one for one in paper.pages[0].Annots if one.get("/FT") == pikepdf.Name.Sig)
        left, bottom, _right, _top = (float(side) for side in field.Rect)
        assert left > 595 / 2
        assert bottom > 842 * 0.9


def test_a_time_is_that_of_viet_nam():
    assert iso_time(NOW.astimezone(None)) == "22-11-2026 09:30:15+07:00"


def test_words_beside_the_seal_are_drawn_with_it():
    both = Appearance(RED.picture, ("UBND TỈNH MẪU", iso_time(NOW)))
    signed = sign(GROUND.numbered(), SEAL, GROUND.seal, picture=both)
    with pikepdf.open(io.BytesIO(signed)) as paper:
        (seal,) = (one for one in paper.pages[0].Annots if one.T == SEAL)
        assert "/Font" in seal.AP.N.Resources


@pytest.mark.parametrize(
    "spoil", [lambda pdf: b"", lambda pdf: b"%PDF-1.7 nothing", lambda pdf: pdf[: len(pdf) // 2]]
)
def test_a_file_that_cannot_be_read_strictly_is_not_signed(spoil):
    with pytest.raises(NotSignable):
        sign(spoil(GROUND.blank()), PERSON, GROUND.person)


def test_a_place_that_is_taken_or_missing_is_named_by_its_error():
    with pytest.raises(AlreadyDone):
        sign(GROUND.signed(), PERSON, GROUND.person)
    with pytest.raises(NoSuchField):
        sign(GROUND.blank(), "nobody", GROUND.person)
    with pytest.raises(NoSuchField):
        fill(written(), VALUES)
    with pytest.raises(NoSuchField):
        fill(GROUND.signed(), {PERSON: "me"})


def test_the_demo_says_of_every_certificate_that_it_is_a_sample():
    issued = (GROUND.person, GROUND.seal, GROUND.stamper, GROUND.authority.root)
    assert all("MẪU (DEMO)" in one.certificate.subject.rfc4514_string() for one in issued)
