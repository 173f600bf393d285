"""A signed document to be judged: person, number and seal, made with a demo's authority."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bench.clock import best
from common.pdf import Place, render_pdf
from documents.layouts.fields import add_fields, seal_beside
from papers.signatures.authority import Authority, Identity, new_key
from papers.signatures.fields import DATE, NUMBER, PERSON, SEAL
from papers.signatures.preparing import fill, finish, prepare
from papers.signatures.trust import Trust
from papers.signatures.verifying import verify_pdf

BOUND = 1.5  # of what the library takes
SIGNED_AT = Place(0, 330, 200, 500, 270)
PLACES = {
    NUMBER: Place(0, 110, 690, 160, 707), DATE: Place(0, 350, 690, 520, 707),
    PERSON: SIGNED_AT, SEAL: seal_beside(SIGNED_AT),
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A document and in whose eyes it is good."""

    pdf: bytes
    trust: Trust

    def judge(self) -> None:
        """As the portal does."""
        if not verify_pdf(self.pdf, self.trust).accepted:
            raise SystemExit("The judge refuses a good document")

    def judge_barely(self) -> None:
        """The library alone: each signature read strictly and validated."""
        for one in PdfFileReader(io.BytesIO(self.pdf), strict=True).embedded_signatures:
            if not validate_pdf_signature(one, self.trust.context(timezone.now())).bottom_line:
                raise SystemExit("The library refuses a good document")


def judging() -> Iterator[tuple[str, float, float, str]]:
    """Name, ratio to the library alone, bound and words, for a short and a long document."""
    for pages in (1, 12):
        found = sample(pages)
        bare, whole = best(found.judge_barely), best(found.judge)
        name = f"judging a signed document of {pages} pages / the library alone"
        yield name, whole / bare, BOUND, f"{whole:.0f} / {bare:.0f} ms"


def sample(pages: int) -> Sample:
    """A document of so many pages."""
    authority = Authority(timezone.now())
    person = authority.issue("Người ký", "UBND tỉnh")
    seal = authority.issue("UBND tỉnh", "UBND tỉnh", key=new_key(is_rsa=True))
    leaf = "<p>Nội dung văn bản.</p>" * 20
    breaks = '<div style="break-after:page"></div>'
    html = f'<html lang="vi"><title>Mẫu</title><body>{breaks.join([leaf] * pages)}'
    signed = _signed(add_fields(render_pdf(html), PLACES), PERSON, person)
    numbered = fill(signed, {NUMBER: "1234", DATE: "22 tháng 11 năm 2026"})
    trust = Trust([authority.root.der], [authority.issuing.der], authority.lists())
    return Sample(_signed(numbered, SEAL, seal), trust)


def _signed(pdf: bytes, field: str, by: Identity) -> bytes:
    prepared = prepare(
        pdf, field, chain=by.chain, appearance=None, certify=field == PERSON, at=timezone.now()
    )
    plain = by.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(one) for one in by.chain])
    key = keys.PrivateKeyInfo.load(plain)
    signer = SimpleSigner(x509.Certificate.load(by.der), key, store)
    cms = asyncio.run(signer.async_sign(prepared.digest, prepared.algorithm, use_pades=True))
    return finish(prepared, cms.dump())
