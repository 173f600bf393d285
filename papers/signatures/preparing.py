"""A signature in two acts, with the official's own key between them; the number after the first.

`prepare` makes the bytes that will be signed and their digest; the key, which is on the official's
PC, signs that digest; `finish` sets the signature in, after it is checked. What lies between is
`Prepared`: bytes, text and numbers, so that another process finishes.

The person certifies the document (DocMDP: only forms may be filled in); then the clerk writes
number and date; then the seal is set (NĐ 30/2020/NĐ-CP Điều 13–17 and Phụ lục I).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from asn1crypto import x509
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject
from pyhanko.sign.timestamps import TimeStamper

from common.errors import AlreadyDone, DomainError
from common.pdf import Place
from papers.signatures import drawing
from papers.signatures.answers import WrongSignature, checked
from papers.signatures.drawing import Appearance, TextStyle
from papers.signatures.fields import READ_ONLY, TEXTS
from papers.signatures.lasting import stamped

ALGORITHM = "sha256"
DEEPEST = 30  # levels of a tree of pages
ROOM = 32 * 1024  # bytes beside the chain: the signature, a root, the token of a time stamp


class NotSignable(DomainError):
    """The file cannot take a signature."""

    code = "not_signable"
    default_message = _(
        "This PDF cannot be signed: it is damaged, protected or written in a way that hides "
        "changes. Save it anew as PDF and try again."
    )


class NoSuchField(DomainError):
    """The paper has no place for this."""

    code = "no_such_field"
    default_message = _("This paper has no place for that. Make it anew from the template.")


@dataclass(frozen=True)
class Prepared:
    """What `finish` needs, in plain values: the bytes with a gap, and what is to be signed."""

    pdf: bytes
    digest: bytes
    algorithm: str
    gap_start: int
    gap_end: int
    certificate: bytes  # DER: whose signature is awaited


def prepare(
    pdf: bytes, field: str, *, chain: Sequence[bytes], appearance: Appearance | None,
    certify: bool, at: dt.datetime, place: Place | None = None,
) -> Prepared:  # fmt: skip
    """Ready to be signed by the first certificate (DER) of the chain, at this moment.

    `place`: where a field is made when the file has none of that name: an attachment.
    Raises NotSignable, NoSuchField, AlreadyDone.
    """
    with _writer(pdf) as writer:
        found = _signature_field(writer, field, place)
        if appearance is not None:
            _show(writer, found, appearance.html())
        steps = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
        next(steps)
        steps.send(_setup(chain, certify, at))
        prepared, output = steps.send(SigIOSetup(md_algorithm=ALGORITHM))
    return Prepared(
        pdf=output.getvalue(), digest=prepared.document_digest, algorithm=ALGORITHM,
        gap_start=prepared.reserved_region_start, gap_end=prepared.reserved_region_end,
        certificate=chain[0],
    )  # fmt: skip


def finish(prepared: Prepared, cms: bytes, *, stamper: TimeStamper | None = None) -> bytes:
    """The signed document, with a time stamp from the stamper if there is one.

    Raises WrongSignature when this is not the signature that was awaited, NoTimeStamp.
    """
    content = checked(cms, prepared.digest, prepared.algorithm, prepared.certificate)
    if stamper is not None:
        content = stamped(content, stamper)
    output = io.BytesIO(prepared.pdf)
    gap = PreparedByteRangeDigest(prepared.digest, prepared.gap_start, prepared.gap_end)
    try:
        gap.fill_with_cms(output, content)
    except SigningError as error:  # longer than its room: a chain without end
        raise WrongSignature from error
    return output.getvalue()


def fill(pdf: bytes, values: Mapping[str, str]) -> bytes:
    """Number and date into their fields, read-only from then on, as one change after the signature.

    Raises NoSuchField, AlreadyDone, DoesNotFit, NotSignable.
    """
    with _writer(pdf) as writer:
        for name, text in values.items():
            field = _text_field(writer, name)
            left, _bottom, right, _top = _box(field)
            style = TextStyle.of(str(field.get("/DA", "")), int(field.get("/Q", 0)))
            html = drawing.text_html(text, style, right - left)
            _show(writer, field, html)
            field[pdf_name("/V")] = generic.TextStringObject(text)
            field[pdf_name("/Ff")] = generic.NumberObject(READ_ONLY)
            writer.update_container(field)
        output = io.BytesIO()
        writer.write(output)
    return output.getvalue()


def to_be_filled(pdf: bytes) -> frozenset[str]:
    """Which of number and date the paper waits for; minutes have no date of issue, an official's
    letter of thanks has no number. Raises NotSignable."""
    with _writer(pdf) as writer:
        fields = _fields(writer)
        return frozenset(
            str(one.get("/T"))
            for one in fields
            if one.get("/T") in TEXTS and not int(one.get("/Ff", 0)) & READ_ONLY
        )


def to_be_signed(pdf: bytes) -> frozenset[str]:
    """The fields of signatures that nobody has made yet. Raises NotSignable."""
    with _writer(pdf) as writer:
        return frozenset(
            name for name, value, _ref in enumerate_sig_fields(writer) if value is None
        )


@contextmanager
def _writer(pdf: bytes) -> Iterator[IncrementalPdfFileWriter]:
    """Appends to the file. What the library cannot read strictly is refused with a sentence."""
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
        if writer.prev.encrypted or writer.prev.xrefs.hybrid_xrefs_present:
            raise NotSignable
        yield writer
    except (PdfError, OSError, ValueError, KeyError, TypeError) as error:
        raise NotSignable from error


def _setup(chain: Sequence[bytes], certify: bool, at: dt.datetime) -> SigObjSetup:
    name = x509.Certificate.load(chain[0]).subject.native.get("common_name", "")
    limits = SigMDPSetup(
        md_algorithm=ALGORITHM, certify=certify,
        docmdp_perms=MDPPerm.FILL_FORMS if certify else None,
    )  # fmt: skip
    digits = 2 * (ROOM + sum(len(one) for one in chain))  # it is written in hex
    placeholder = SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, name=name, bytes_reserved=digits
    )
    return SigObjSetup(sig_placeholder=placeholder, mdp_setup=limits)


def _signature_field(
    writer: IncrementalPdfFileWriter, name: str, place: Place | None
) -> generic.DictionaryObject:
    """The empty field of this name, made at the place where there is none."""
    found = {field: (value, ref) for field, value, ref in enumerate_sig_fields(writer)}
    if name in found and found[name][0] is not None:
        raise AlreadyDone
    if name not in found:
        if place is None:
            raise NoSuchField
        left, bottom, right, top = (
            round(side) for side in (place.left, place.bottom, place.right, place.top)
        )
        spec = SigFieldSpec(name, on_page=place.page, box=(left, bottom, right, top))
        append_signature_field(writer, spec)
        return _signature_field(writer, name, None)
    return found[name][1].get_object()


def _text_field(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    found = next((one for one in _fields(writer) if one.get("/T") == name), None)
    if name not in TEXTS or found is None:
        raise NoSuchField
    if int(found.get("/Ff", 0)) & READ_ONLY:
        raise AlreadyDone
    return found


def _fields(writer: IncrementalPdfFileWriter) -> list[Any]:
    with suppress(KeyError):
        return [one.get_object() for one in writer.root["/AcroForm"]["/Fields"]]
    return []


def _show(writer: IncrementalPdfFileWriter, field: generic.DictionaryObject, html: str) -> None:
    left, bottom, right, top = _box(field)
    drawn = drawing.draw(writer, html, right - left, top - bottom, _turned(field))
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): drawn})
    writer.update_container(field)


def _turned(field: generic.DictionaryObject) -> int:
    """By how much the reader turns the page of the field."""
    if "/P" not in field:
        return 0
    found, depth = field["/P"], 0
    while "/Rotate" not in found and "/Parent" in found and depth < DEEPEST:
        found, depth = found["/Parent"], depth + 1
    return int(found["/Rotate"]) % 360 if "/Rotate" in found else 0


def _box(field: generic.DictionaryObject) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(side) for side in field["/Rect"])
    return left, bottom, right, top
