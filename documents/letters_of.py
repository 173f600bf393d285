"""Letters that other apps have written (`papers.letters`), as documents of the body that sends
them: printed with an empty number and date, or begun as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from common.pdf import PaperResponse
from documents.document_types import OFFICIAL_LETTER, document_types
from documents.issuing import Authority
from documents.layouts.paper import Paper, Signer
from documents.layouts.rendering import render_flat
from documents.models import Registry
from documents.papers_of import AS_ABOVE, signs_as
from documents.queries import drafters
from documents.rules.numbers import symbol
from organizations.models import Unit, User
from papers.letters import Letter

ASKED_BY = "thu"  # of the address at which a draft begins


class LettersResponse(PaperResponse):
    """Letters as one PDF, laid out when the transaction is closed."""

    def __init__(self, papers: Sequence[Paper], filename: str) -> None:
        super().__init__("", {}, filename)
        self.papers = papers

    def render_paper(self) -> None:
        """Fill the content. Raises PdfUnavailable."""
        self.content = render_flat(self.papers)
        self.headers["Content-Length"] = str(len(self.content))


def body_of(unit: Unit) -> Registry | None:
    """The registry that issues a unit's letters today: its own, wherever it is kept, else that of
    the nearest body above it. One query."""
    kept = Q(code=unit.code) | Q(name=unit.name) | Q(unit__in=unit.ancestor_ids)
    today = timezone.localdate()
    found = [
        each for each in Registry.objects.filter(kept).select_related("unit")
        if each.is_open_on(today)
    ]  # fmt: skip
    return max(found, key=lambda each: _nearness(each, unit), default=None)


def _nearness(registry: Registry, unit: Unit) -> tuple[bool, int, bool, int]:
    """Of two registries of one office its own counts, not that of the committee."""
    is_own = registry.code == registry.unit.code
    is_named = registry.code == unit.code or registry.name == unit.name
    return is_named, len(registry.unit.path), is_own, -registry.pk


def print_letters(letters: Sequence[Letter], name: str) -> HttpResponse:
    """Six queries for each pair of sender and signer."""
    heads: dict[tuple[int, int], dict[str, Any]] = {}
    for each in letters:
        key = (each.unit.pk, each.signer.pk)
        if key not in heads:
            heads[key] = _head(each)
    papers = [
        Paper(
            type_code=OFFICIAL_LETTER, subject=each.subject, text=each.text,
            addressees=(each.to.name,), recipients=(AS_ABOVE,),
            sample=each.is_sample or settings.GOVIT_DEMO,
            **heads[each.unit.pk, each.signer.pk],
        )
        for each in letters
    ]  # fmt: skip
    return LettersResponse(papers, name)


def _head(letter: Letter) -> dict[str, Any]:
    """Whose paper it is, and who signs it as what."""
    registry = body_of(letter.unit)
    if registry is None:
        signer = Signer(position="", name=letter.signer.full_name)
        return {"issuer": letter.unit.name, "place": letter.unit.place, "signer": signer,
                "symbol": letter.unit.symbol}  # fmt: skip
    return {
        "issuer": registry.name, "superior": registry.superior,
        "place": registry.place or registry.unit.place,
        "symbol": symbol(document_types()[OFFICIAL_LETTER], registry.symbol, ""),
        "signer": _signer(registry, letter.signer),
    }  # fmt: skip


def _signer(registry: Registry, user: User) -> Signer:
    """As his position says; who signs nothing of the body stands there with his name alone."""
    known = [each for each in drafters.signers_of(registry) if each.user.pk == user.pk]
    if not known:
        return Signer(position="", name=user.full_name)
    authority = known[0].authority
    is_together = drafters.is_committee(registry) and authority != Authority.BY_ORDER
    collective = drafters.COLLECTIVE if is_together else ""
    return signs_as(registry, user, known[0].title, authority, collective)


def drafting_address(user: User) -> str:
    """ "" for who drafts for no body. One query."""
    if not drafters.bodies_of(user):
        return ""
    return f"{reverse('documents:outgoing_begin')}?{ASKED_BY}="
