"""What everybody may know of a document who has its file in hand."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from django.db.models import F
from django.utils import timezone

from documents.issuing import Stage
from documents.models import Annex, Edition, Outgoing
from papers import certificates
from papers.signatures.fields import PERSON, SEAL
from papers.signatures.reasons import Reason
from papers.signatures.verifying import Verdict, verify_pdf

TOLD = (Stage.ISSUED, Stage.REPLACED, Stage.RECALLED, Stage.CANCELLED)


@dataclass(frozen=True)
class Issued:
    """A document of a body of this province, and what became of it."""

    reference: str
    body: str
    issued_on: dt.date
    stage: str
    stage_words: str
    subject: str
    replaced_by: str = ""  # reference of the newer one
    is_annex: bool = False  # the file goes with that document


@dataclass(frozen=True)
class Judged:
    """The verdict on a file, and the document of this province that it is, if it is one."""

    verdict: Verdict
    issued: Issued | None = None
    lacks_seal: bool = False  # the person signed, the agency did not (Điều 5 NĐ 30/2020/NĐ-CP)


def judged(pdf: bytes) -> Judged:
    """What the public page tells of a signed PDF.

    A sealed paper of our own is judged as of the moment when it was sealed: what was revoked
    later, or ended, was good then. A stranger's seal beside the signature of one of ours is none.
    """
    verdict = verify_pdf(pdf, certificates.trust())
    if verdict.reasons == (Reason.UNREADABLE,) and _is_scan(pdf):
        return Judged(replace(verdict, reasons=(Reason.UNSIGNED,)))
    ours = _ours(verdict.shown)
    if ours and not verdict.accepted:
        day = timezone.localdate(ours.at)
        verdict = verify_pdf(pdf, certificates.trust(day=day), at=ours.at)
    if verdict.accepted and _has_wrong_seal(verdict):
        verdict = replace(verdict, reasons=(Reason.OWNER,))
    if not verdict.accepted:
        return Judged(verdict)
    fields = {one.field for one in verdict.signatures}
    issued = _told(ours.outgoing, is_annex=ours.is_annex) if ours else None
    return Judged(verdict, issued, PERSON in fields and SEAL not in fields)


def _is_scan(pdf: bytes) -> bool:
    """A PDF, as scanners write them, which seldom keep to the letter: it never had a signature."""
    return pdf.startswith(b"%PDF-") and not any(name in pdf for name in (b"/ByteRange", b"/Sig"))


@dataclass(frozen=True)
class _Ours:
    """A file that the portal sealed, and when."""

    outgoing: Outgoing
    at: dt.datetime
    is_annex: bool


def _ours(shown: bytes) -> _Ours | None:
    """The newest paper, else the newest annex, of these very bytes."""
    digest = hashlib.sha256(shown).hexdigest()
    papers = Edition.objects.filter(stage=Stage.SEALED)
    annexes = Annex.objects.annotate(at=F("sealed__uploaded_at"))
    for found, is_annex in (
        (papers.filter(signed_sha256=digest), False), (papers.filter(stored__sha256=digest), False),
        (annexes.filter(signed_sha256=digest), True), (annexes.filter(sealed__sha256=digest), True),
    ):  # fmt: skip
        told = found.filter(outgoing__stage__in=TOLD).select_related("outgoing__registry")
        row = told.order_by("-pk").first()
        if row is not None:
            return _Ours(row.outgoing, row.at, is_annex)
    return None


def printed_with(token: str) -> Issued | None:
    """The document whose paper bears this QR code, once it has a number that counts.

    Who holds the paper knows its token, nobody guesses one, and nobody else is told anything: so
    it tells what stands on the paper, and what became of the document since.
    """
    found = Outgoing.objects.filter(check_token=token, stage__in=TOLD)
    outgoing = found.select_related("registry").first()
    return _told(outgoing) if outgoing is not None else None


def _told(outgoing: Outgoing, *, is_annex: bool = False) -> Issued:
    assert outgoing.issued_on  # it has a number: TOLD
    newer = outgoing.replaced_by.filter(stage__in=TOLD).order_by("-pk").first()
    return Issued(
        reference=outgoing.reference, body=outgoing.registry.name, issued_on=outgoing.issued_on,
        stage=outgoing.stage, stage_words=str(outgoing.get_stage_display()),
        replaced_by=newer.reference if newer else "", is_annex=is_annex,
        subject=outgoing.subject,
    )  # fmt: skip


def _has_wrong_seal(verdict: Verdict) -> bool:
    """A seal by a person's certificate, or by one that is not of this province's bodies beside
    the signature of somebody of the province."""
    owners = {one.field: one.owner for one in verdict.signatures}
    if SEAL not in owners:
        return False
    seal = owners[SEAL]
    if seal is None:
        return owners.get(PERSON) is not None
    return certificates.is_person(seal)
