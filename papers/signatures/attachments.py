"""The seal on an attachment in a file of its own (NĐ 30/2020/NĐ-CP Phụ lục I).

It is words and no picture, at the top right of the first page. An attachment that somebody has
certified takes no words any more: it is sealed, and shows nothing of it.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from pikepdf import Pdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields

from common.pdf import Place, rectangle
from papers.signatures.drawing import attachment_place
from papers.signatures.fields import PERSON, SEAL
from papers.signatures.reasons import Reason
from papers.signatures.structure import faults_of_content, inherited, open_quietly
from papers.signatures.trust import Trust
from papers.signatures.verifying import MOST_REVISIONS, MOST_SIGNATURES, verify_pdf

log = logging.getLogger(__name__)

UNSEEN = Place(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Spot:
    """Where the seal of an attachment goes: a field that it does not have yet."""

    field: str
    place: Place

    @property
    def is_seen(self) -> bool:
        return self.place != UNSEEN


def spot_for(pdf: bytes) -> Spot:
    """Of a file that nothing hinders (`hindrances`)."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    fields = {name: value for name, value, _ref in enumerate_sig_fields(reader)}
    taken = set(fields)
    if PERSON in taken and fields[PERSON] is None:  # the person would come after a seal there
        taken.add(SEAL)
    free = (name for name in (SEAL, *(f"{SEAL}_{n}" for n in range(2, MOST_SIGNATURES + 2))))
    field = next(name for name in free if name not in taken)
    if any(one.docmdp_level is not None for one in reader.embedded_regular_signatures):
        return Spot(field, UNSEEN)
    with open_quietly(pdf) as paper:
        return Spot(field, _top_right(paper))


def hindrances(pdf: bytes, trust: Trust) -> tuple[Reason, ...]:
    """Why a seal on this file would not be believed. Never raises for what a file may hold."""
    try:
        return tuple(dict.fromkeys(_hindrances(pdf, trust)))
    except Exception as error:  # as in verifying: a file finds its way into any corner of a reader
        log.info("A PDF cannot be sealed: %r", error)
        return (Reason.UNREADABLE,)


def _hindrances(pdf: bytes, trust: Trust) -> Iterator[Reason]:
    if not pdf.startswith(b"%PDF-"):
        yield Reason.UNREADABLE
        return
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.encrypted:
        yield Reason.PROTECTED
        return
    embedded = list(reader.embedded_signatures)
    if (
        reader.xrefs.hybrid_xrefs_present
        or reader.xrefs.total_revisions > MOST_REVISIONS - 2  # the seal, then its lists
        or len(embedded) >= MOST_SIGNATURES
    ):
        yield Reason.STRUCTURE
        return
    with open_quietly(pdf) as paper:
        yield from faults_of_content(paper)
        paper.pages[0]  # there is one
    if any(one.docmdp_level == MDPPerm.NO_CHANGES for one in reader.embedded_regular_signatures):
        yield Reason.LOCKED
    if embedded:  # perhaps a time stamp alone
        reasons = verify_pdf(pdf, trust).reasons
        yield from (each for each in reasons if each is not Reason.UNSIGNED)


def _top_right(paper: Pdf) -> Place:
    page = paper.pages[0]
    left, bottom, right, top = (float(each) for each in page.cropbox)
    turned = int(inherited(page.obj, "/Rotate") or 0) % 360
    size = (right - left, top - bottom)
    width, height = size if turned % 180 == 0 else size[::-1]
    seen = attachment_place(width, height)
    return Place(0, *rectangle(seen, (left, bottom, right, top), turned))
