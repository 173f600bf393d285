"""Whether the signatures on the files of an arrived document are accepted (NĐ 30/2020/NĐ-CP
Điều 21.2: the registry looks before it registers)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from documents.models import Incoming, IncomingFile, Registry
from documents.models.outgoing import PDF
from files.services import content_of
from papers import certificates
from papers.signatures.verifying import Verdict, verify_pdf


@dataclass(frozen=True)
class Checked:
    """One file and what is to be said of its signatures."""

    name: str
    verdict: Verdict

    @property
    def reasons(self) -> list[str]:
        return [str(each.words) for each in self.verdict.reasons]


def checked(incoming: Incoming, files: Iterable[IncomingFile]) -> list[Checked]:
    """Each PDF, by what the province trusts and as it was when it arrived.

    A body of the province seals with its own certificate and with no other; of those elsewhere
    the portal knows only whether an authority that it trusts has issued the certificate. Reads
    the files: never for a list.
    """
    pdfs = [each.stored for each in files if each.stored.content_type == PDF]
    if not pdfs:
        return []
    sender = incoming.sender_code
    known = Registry.objects.filter(code=sender).exists()
    trust = certificates.trust(sealed_by=sender if known else "")
    return [
        Checked(stored.name, verify_pdf(content_of(stored), trust, at=incoming.arrived_at))
        for stored in pdfs
    ]
