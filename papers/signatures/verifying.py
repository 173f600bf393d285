"""Is this signed PDF to be believed? One function for pages, exchange and records.

Everything that the library accepts is not enough: it judges each signature, this judges the
document. What must be shown to people is `Verdict.shown`, the bytes of the last signature, never
what was appended after it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from asn1crypto import cms
from django.utils import timezone
from django.utils.functional import Promise
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import (
    DocumentTimestampStatus,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from papers.signatures.believing import (
    USAGE,
    faults_of_certificate,
    faults_with_stamp,
    faults_without_stamp,
    is_for_stamps,
    since,
)
from papers.signatures.fields import PERSONS, SEAL
from papers.signatures.reasons import CLAIMED, SINCE, Reason
from papers.signatures.structure import (
    faults_of_bytes,
    faults_of_content,
    faults_of_fields,
    faults_of_frame,
    open_quietly,
)
from papers.signatures.trust import Owner, Trust

log = logging.getLogger(__name__)

CLOCKS_DIFFER = dt.timedelta(minutes=5)
# Guards, of no decree: each signature is compared with every revision after it, by the second.
MOST_SIGNATURES, MOST_REVISIONS = 10, 30
# The library's own rules without the one that lets objects come in packed form.
CHANGES = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        *(
            rule.as_qualified(ModificationLevel.LTA_UPDATES)
            for rule in (DocInfoRule(), XrefStreamRule(), DSSCompareRule(), MetadataUpdateRule())
        ),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(), SigFieldModificationRule(),
            GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ]
    ),
)  # fmt: skip
TRUST_FAULTS: dict[AdESSubIndic | None, Reason] = {
    AdESIndeterminate.REVOKED_NO_POE: Reason.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: Reason.REVOKED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Reason.OUT_OF_TIME,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: Reason.OUT_OF_TIME,
    AdESIndeterminate.EXPIRED: Reason.OUT_OF_TIME,
    AdESIndeterminate.NOT_YET_VALID: Reason.OUT_OF_TIME,
    AdESFailure.NOT_YET_VALID: Reason.OUT_OF_TIME,
    AdESFailure.REVOKED: Reason.REVOKED,
    AdESIndeterminate.TRY_LATER: Reason.UNKNOWN,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: Reason.USAGE,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: Reason.WEAK,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Reason.WEAK,
}
EXPLAINED = {Reason.OUT_OF_TIME, Reason.UNKNOWN, Reason.USAGE, Reason.REVOKED}


@dataclass(frozen=True)
class Signature:
    """One signature, as it is told to people."""

    field: str
    signer: str
    organization: str
    owner: Owner | None
    at: dt.datetime | None
    is_stamped: bool  # else the time is what the signer's machine claimed
    covers_bytes: int
    is_whole: bool  # it covers all of the file
    fingerprint: str  # SHA-256 of the certificate, hex
    reasons: tuple[Reason, ...]
    since: Reason | None = None  # what became of the certificate after it signed

    @property
    def note(self) -> Promise | str:
        """What a reader should know of a good signature."""
        if self.since is not None:
            return SINCE[self.since]
        return "" if self.is_stamped else CLAIMED


@dataclass(frozen=True)
class Verdict:
    """Accepted, or why not; and what may be shown."""

    reasons: tuple[Reason, ...]
    signatures: tuple[Signature, ...] = ()
    shown: bytes = b""  # as last signed

    @property
    def accepted(self) -> bool:
        return not self.reasons


def verify_pdf(pdf: bytes, trust: Trust, *, at: dt.datetime | None = None) -> Verdict:
    """The verdict on a signed document. Never raises for what a file may hold.

    `at`: the moment by which the portal surely had these very bytes (its own record); else now.
    A certificate, and each authority above it, counts as ended or revoked if it was so by then,
    unless a time stamp shows that the signature is older: without one, a thief would just set back
    his clock.
    """
    try:
        return _verdict(pdf, trust, at or timezone.now())
    except Exception as error:  # a forged file finds its way into any corner of a reader
        log.info("A PDF cannot be verified: %r", error)
        return Verdict((Reason.UNREADABLE,))


def _verdict(pdf: bytes, trust: Trust, at: dt.datetime) -> Verdict:
    frame = tuple(faults_of_frame(pdf))
    if frame:
        return Verdict(frame)
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.encrypted:
        return Verdict((Reason.PROTECTED,))
    fields = {name: value for name, value, _ref in enumerate_sig_fields(reader)}
    empty = {name for name, value in fields.items() if value is None}
    if len(fields) - len(empty) > MOST_SIGNATURES or reader.xrefs.total_revisions > MOST_REVISIONS:
        return Verdict((Reason.STRUCTURE,))
    embedded = list(reader.embedded_signatures)
    signed = [one for one in embedded if one.sig_object_type == "/Sig"]
    if not signed:
        return Verdict(_once([Reason.UNSIGNED, *_faults_of_stamps(pdf, embedded, trust, at)]))
    faults = [*faults_of_bytes(pdf, embedded), *_faults_of_order(signed, empty)]
    after = range(signed[0].signed_revision + 1, reader.xrefs.total_revisions)
    if any(reader.xrefs.object_streams_used_in(revision) for revision in after):
        faults.append(Reason.STRUCTURE)
    if reader.xrefs.hybrid_xrefs_present or len(fields) - len(empty) != len(embedded):
        faults.append(Reason.STRUCTURE)  # there is a signature of a kind that nobody reads
    if faults:
        return Verdict(_once(faults))
    # asked before the loop runs: the table of owners is a database, which is not for loops
    owners = {one.field_name: trust.owner_of(one.signer_cert.sha256.hex()) for one in signed}
    found, stamps = asyncio.run(_judged(embedded, owners, trust, at))
    for one in found:
        faults += one.reasons
    for stamp in stamps:
        faults += _faults_of_stamp(stamp)
    if trust.sealed_by and found[-1].owner != trust.sealed_by:
        faults.append(Reason.OWNER)
    if not faults:  # only for signers who are believed is the dear work done
        found = [_compared(*both) for both in zip(found, signed, strict=True)]
        faults += _faults_of_changes(pdf, embedded, found)
    return Verdict(_once(faults), tuple(found), pdf[: _end(signed[-1])])


def _faults_of_stamps(
    pdf: bytes, stamps: Sequence[EmbeddedPdfSignature], trust: Trust, at: dt.datetime
) -> Iterator[Reason]:
    """Of a document that has time stamps and no signature."""
    yield from faults_of_bytes(pdf, stamps)
    _none, judged = asyncio.run(_judged(stamps, {}, trust, at))
    for each in judged:
        yield from _faults_of_stamp(each)


def _compared(told: Signature, one: EmbeddedPdfSignature) -> Signature:
    """The signature with what is wrong in the revisions after it."""
    one.compute_integrity_info(diff_policy=CHANGES)
    changes = one.diff_result
    if (
        isinstance(changes, DiffResult)
        and one.summarise_integrity_info()["docmdp_ok"]
        and changes.modification_level <= ModificationLevel.FORM_FILLING
    ):
        return told
    return replace(told, reasons=(*told.reasons, Reason.CHANGED))


def _faults_of_changes(
    pdf: bytes, embedded: Sequence[EmbeddedPdfSignature], compared: Sequence[Signature]
) -> list[Reason]:
    """What was made of the document between its signatures and after them."""
    signed = [one for one in embedded if one.sig_object_type == "/Sig"]
    faults = [reason for one in compared for reason in one.reasons]
    for one in embedded:
        if one.sig_object_type != "/Sig":
            one.compute_integrity_info(diff_policy=CHANGES)
            if not isinstance(one.diff_result, DiffResult):
                faults.append(Reason.AFTER)
    faults += _faults_of_end(pdf, signed[-1])
    return faults + _faults_of_revisions(pdf, sorted({_end(one) for one in signed}))


def _faults_of_revisions(pdf: bytes, ends: Sequence[int]) -> list[Reason]:
    """What the file holds, and what came to it after each signature."""
    with open_quietly(pdf) as last:
        faults = [*faults_of_content(last)]
        for end in ends:
            if end < len(pdf):
                with open_quietly(pdf[:end]) as before:
                    faults += faults_of_fields(before, last)
    return faults


async def _judged(
    embedded: Sequence[EmbeddedPdfSignature],
    owners: Mapping[str, Owner | None],
    trust: Trust,
    at: dt.datetime,
) -> tuple[list[Signature], list[DocumentTimestampStatus]]:
    """The signatures, as they are told, and the states of time stamps on the whole document.

    The revisions are not compared yet: who is not believed must not cost that.
    """
    found, stamps = [], []
    for one in embedded:
        if one.sig_object_type == "/Sig":
            found.append(await _judge(one, owners[one.field_name], trust, at))
        else:
            context = trust.context(_stamped(one.signed_data))
            stamps.append(await async_validate_pdf_timestamp(one, context, skip_diff=True))
    return found, stamps


def _stamped(token: cms.SignedData) -> dt.datetime:
    """The time that a time stamp (RFC 3161) says."""
    at: dt.datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return at


async def _judge(
    one: EmbeddedPdfSignature, owner: Owner | None, trust: Trust, at: dt.datetime
) -> Signature:
    tokens = list(extract_tst_data_iter(one.signer_info, signed=False))
    stamped = _stamped(tokens[0]) if tokens else None
    moment = stamped or one.self_reported_timestamp
    certificate = one.signer_cert
    fingerprint = certificate.sha256.hex()
    reasons: list[Reason] = []
    if moment is None or moment > at + CLOCKS_DIFFER:
        reasons.append(Reason.TIME)
    if len(tokens) > 1:
        reasons.append(Reason.STAMP)
    status = await async_validate_pdf_signature(
        one, trust.context(moment or at), key_usage_settings=USAGE, skip_diff=True
    )
    if stamped is None:
        reasons += faults_without_stamp(status, trust, at)
    else:
        reasons += faults_with_stamp(status, trust, stamped, at)
    reasons += faults_of_certificate(certificate, trust, moment or at)
    wanted = trust.expected.get(one.field_name)
    if wanted is not None and owner != wanted:
        reasons.append(Reason.OWNER)
    reasons += _faults_of_status(status, is_explained=bool(set(reasons) & EXPLAINED))
    if not reasons and not replace(status, docmdp_ok=True).bottom_line:  # compared later
        reasons.append(Reason.BROKEN)
    names = certificate.subject.native
    return Signature(
        field=one.field_name, signer=names.get("common_name", ""),
        organization=str(names.get("organization_name", "")), owner=owner, at=moment,
        is_stamped=stamped is not None, covers_bytes=_end(one),
        is_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE, fingerprint=fingerprint,
        reasons=_once(reasons), since=since(certificate, trust, stamped, at),
    )  # fmt: skip


def _faults_of_status(status: PdfSignatureStatus, *, is_explained: bool) -> Iterator[Reason]:
    """`is_explained`: it has been said more precisely why the certificate is not believed."""
    if not (status.intact and status.valid):
        yield Reason.BROKEN
    elif not status.trusted:
        fault = TRUST_FAULTS.get(status.trust_problem_indic, Reason.UNTRUSTED)
        if fault is not Reason.UNTRUSTED or not is_explained:
            yield fault
    for stamp in (status.timestamp_validity, status.content_timestamp_validity):
        if stamp is not None and not (stamp.valid and stamp.intact and stamp.trusted):
            yield Reason.STAMP
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield Reason.BYTE_RANGE


def _faults_of_stamp(status: DocumentTimestampStatus) -> Iterator[Reason]:
    """Of a time stamp on the whole document, as kept for the long term."""
    is_good = status.intact and status.valid and status.trusted
    if not (is_good and is_for_stamps(status.signing_cert)):
        yield Reason.STAMP
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield Reason.AFTER


def _faults_of_end(pdf: bytes, signed: EmbeddedPdfSignature) -> Iterator[Reason]:
    """The last signature covers the file, but for what keeps signatures valid in the long term.

    That is a store of certificates and lists (DSS) and time stamps on the document: PAdES B-LT and
    B-LTA. It changes nothing that is shown, and is not shown either (`Verdict.shown`).
    """
    if signed.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return
    changes = signed.diff_result
    is_upkeep = (
        isinstance(changes, DiffResult)
        and changes.modification_level <= ModificationLevel.LTA_UPDATES
        and signed.reader.xrefs.total_revisions > signed.signed_revision + 1
    )
    if not is_upkeep or b"%%EOF" not in pdf[_end(signed) :]:
        yield Reason.AFTER


def _faults_of_order(signed: Sequence[EmbeddedPdfSignature], empty: set[str]) -> Iterator[Reason]:
    """Điều 14–17 NĐ 30/2020/NĐ-CP: the person in authority signs, and who signs beside him, then
    the seal is set."""
    names = [one.field_name for one in signed]
    if SEAL not in names:
        return
    late = names[names.index(SEAL) :]
    if any(each in empty or each in late for each in PERSONS):
        yield Reason.ORDER


def _end(one: EmbeddedPdfSignature) -> int:
    return int(one.byte_range[2]) + int(one.byte_range[3])


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))
