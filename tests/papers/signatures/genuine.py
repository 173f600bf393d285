"""Thirty documents as they are really made: none may be refused."""

import dataclasses
import io

import pikepdf

from documents.layouts.fields import add_fields
from documents.layouts.rendering import render
from papers.signatures.authority import DOCUMENTS, new_key
from papers.signatures.drawing import Appearance, attachment_mark, attachment_place, iso_time
from papers.signatures.fields import PERSON, SEAL
from papers.signatures.lasting import preserved
from papers.signatures.preparing import fill
from tests.documents.layouts.samples import annexed, paper
from tests.papers.signatures.ground import (
    BLUE,
    BOX,
    DAY,
    GROUND,
    NOW,
    PLACES,
    RED,
    VALUES,
    sign,
    stamper_of,
    written,
)

LOW = dataclasses.replace(BOX, page=0)


def whole(pdf, *, stamper=None, picture=BLUE, seal_picture=RED, values=VALUES, certify=True):
    """Person, number and date, seal; `certify`: nobody has signed before."""
    signed = sign(pdf, PERSON, GROUND.person, certify=certify, picture=picture, stamper=stamper)
    return sign(fill(signed, values), SEAL, GROUND.seal, picture=seal_picture, stamper=stamper)


def foreign(pdf, *, count=2, pades=False):
    """As other programs do: no fields before, no certification, CMS of the older kind."""
    signers = (GROUND.person, GROUND.seal)
    for number in range(count):
        place = dataclasses.replace(LOW, left=100 + 150 * number, right=220 + 150 * number)
        pdf = sign(
            pdf, f"Signature{number}", signers[number], picture=RED, place=place, pades=pades
        )
    return pdf


def packed(pdf):
    """With object streams and a stream of references, as most programs write."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        paper.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def last(pdf, stamper=None):
    authority = GROUND.authority
    return preserved(
        pdf, certificates=[authority.issuing.der], crls=authority.lists(), stamper=stamper
    )


def documents():
    """Name → bytes."""
    stamper = stamper_of(GROUND.stamper)
    rsa = GROUND.authority.issue("Người ký RSA", "", key=new_key(is_rsa=True))
    ended = GROUND.authority.issue("Hết nhiệm kỳ", "", until=NOW + DAY)
    words = Appearance(RED.picture, ("UBND TỈNH MẪU", iso_time(NOW)))
    annex = written(3, "Phụ lục kèm theo.")
    found = {f"whole, {pages} pages": GROUND.sealed(pages) for pages in (1, 2, 3, 5, 12)}
    found |= {f"person only, {pages} pages": GROUND.signed(pages) for pages in (1, 2, 4)}
    found |= {
        f"number {values}": whole(GROUND.blank(), values=VALUES | {"so": values})
        for values in ("1", "07", "12345")
    }
    found |= {
        f"mark of an attachment, {symbol}": sign(
            annex,
            SEAL,
            GROUND.seal,
            picture=attachment_mark(symbol, NOW),
            place=attachment_place(595, 842),
        )
        for symbol in ("12/QĐ-UBND", "1234/UBND-KGVX", "01/GM-VPUBND")
    }
    found |= {
        "a decision from the layout": whole(render(paper("quyet-dinh"))),
        "a plan from the layout, with annexes": whole(render(annexed())),
        "time stamps": whole(GROUND.blank(), stamper=stamper),
        "no pictures": whole(GROUND.blank(), picture=None, seal_picture=None),
        "words beside the seal": whole(GROUND.blank(), seal_picture=words),
        "RSA person": sign(GROUND.blank(), PERSON, rsa, certify=True, picture=BLUE),
        "certificate that ends tomorrow": sign(GROUND.blank(), PERSON, ended, certify=True),
        "certificate for e-mail and documents": sign(
            GROUND.blank(), PERSON, GROUND.authority.issue("Thư điện tử", "", usages=DOCUMENTS[1:])
        ),
        "not certified, fields before": sign(
            fill(sign(GROUND.blank(), PERSON, GROUND.person), VALUES), SEAL, GROUND.seal
        ),
        "annex in the same file": whole(add_fields(written(7, "Kèm phụ lục."), PLACES)),
        "packed before": foreign(packed(written(2)), count=1),
        "another program's, one signature": foreign(written(2), count=1),
        "another program's, two signatures": foreign(written(2)),
        "another program's, packed, two signatures": foreign(packed(written(3))),
        "another program's, two of the newer kind": foreign(written(), pades=True),
        "kept: lists": last(GROUND.sealed()),
        "kept: lists and a stamp on the whole": last(GROUND.sealed(), stamper),
        "kept, then lists again": last(last(GROUND.sealed())),
        "kept: time stamps within, lists": last(whole(GROUND.blank(), stamper=stamper)),
    }
    return found
