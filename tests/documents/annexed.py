"""Outgoing documents with annexes in files of their own."""

from __future__ import annotations

import io
from functools import cache

import pikepdf
from django.core.files.base import ContentFile

from documents.models import Outgoing
from documents.services import issuing, signing
from files.services import store
from tests.documents.seals import certificate_of, identity, seal_of, sign_it, to_be_signed
from tests.files import corpus
from tests.papers.signatures.ground import cms_of, written
from tests.people import Town


@cache
def sheet(number: int, turned: int = 0) -> bytes:
    """An annex, on pages that the reader turns."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(written(2, f"Nội dung phụ lục {number}."))) as paper:
        for page in paper.pages:
            page.rotate(turned, relative=False)
        paper.save(output)
    return output.getvalue()


def numbered(town: Town, *files: tuple[str, bytes]) -> Outgoing:
    """Signed and numbered, with those annexes (name, content); the clerk has the seal."""
    made = [store(ContentFile(data, name), actor=town.officer).pk for name, data in files]
    outgoing, leader, clerk = to_be_signed(town, annex_ids=made), town.leader, town.records_clerk
    sign_it(outgoing, leader, certificate_of(leader), leader.full_name)
    seal_of(outgoing.registry, clerk)
    return issuing.number(outgoing.pk, actor=clerk)


def five() -> list[tuple[str, bytes]]:
    """Three that are sealed and two that cannot be."""
    pdfs = [(f"phu-luc-{number}.pdf", sheet(number)) for number in (1, 2, 3)]
    return [*pdfs, ("bieu.xlsx", corpus.xlsx()), ("mau.docx", corpus.docx())]


def seal_annex(outgoing: Outgoing, annex_id: int, town: Town) -> None:
    """Both calls for one annex."""
    clerk, seal = town.records_clerk, seal_of(outgoing.registry, town.records_clerk)
    asked = signing.begin(outgoing.pk, actor=clerk, certificate_id=seal.pk, annex_id=annex_id)
    cms = cms_of(identity(outgoing.registry.name), bytes.fromhex(asked.state["digest"]))
    signing.complete(asked.pk, actor=clerk, cms=cms)


def seal_paper(outgoing: Outgoing, town: Town) -> Outgoing:
    clerk, registry = town.records_clerk, outgoing.registry
    return sign_it(outgoing, clerk, seal_of(registry, clerk), registry.name)
