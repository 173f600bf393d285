"""What everybody may know of an issued document who has its file in hand."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from documents.issuing import Stage
from documents.models import Edition

TOLD = (Stage.ISSUED, Stage.REPLACED, Stage.RECALLED)


@dataclass(frozen=True)
class Issued:
    """A document of a body of this province, and what became of it."""

    reference: str
    body: str
    issued_on: dt.date
    stage: str
    stage_words: str
    replaced_by: str = ""  # reference of the newer one


def issued_as(pdf: bytes) -> Issued | None:
    """The issued document whose paper these very bytes are. At most two queries."""
    digest = hashlib.sha256(pdf).hexdigest()
    found = Edition.objects.filter(
        stored__sha256=digest, stage=Stage.SEALED, outgoing__stage__in=TOLD
    ).select_related("outgoing__registry")
    edition = found.order_by("-pk").first()
    if edition is None:
        return None
    outgoing = edition.outgoing
    newer = outgoing.replaced_by.filter(stage__in=TOLD).order_by("-pk").first()
    return Issued(
        reference=outgoing.reference, body=outgoing.registry.name, issued_on=outgoing.issued_on,
        stage=outgoing.stage, stage_words=str(outgoing.get_stage_display()),
        replaced_by=newer.reference if newer else "",
    )  # fmt: skip
