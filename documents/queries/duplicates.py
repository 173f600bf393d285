"""Whether a document is in the register already (NĐ 30/2020/NĐ-CP Phụ lục VI: the system warns)."""

from __future__ import annotations

from django.db.models import Q

from common.text import unaccented
from documents.letters import Letter
from documents.models import Incoming
from documents.states import Status

MOST = 5  # newest ones that a clerk is shown


def like(incoming: Incoming) -> list[Incoming]:
    """Others of the same body with the same document id, or the same number, symbol and issuer.

    The issuer is compared without accents and capitals. Newest first. One query, none when the
    document has neither id nor number.
    """
    same = Q()
    if incoming.document_id:
        same |= Q(document_id=incoming.document_id)
    if incoming.reference_key:
        same |= Q(reference_key=incoming.reference_key)
    if not same:
        return []
    found = Incoming.objects.filter(same, registry=incoming.registry_id).exclude(
        status__in=[Status.REFUSED, Status.RECALLED]
    )
    issuer = unaccented(incoming.issuer)
    return [
        each
        for each in found.exclude(pk=incoming.pk).order_by("-pk")[: MOST * 10]
        if each.document_id == incoming.document_id != "" or unaccented(each.issuer) == issuer
    ][:MOST]


def like_letter(letter: Letter, registry_id: int) -> list[Incoming]:
    """The same for what is not in the register yet."""
    draft = Incoming(registry_id=registry_id, issuer=letter.issuer, reference=letter.reference)
    draft.index_words()
    return like(draft)
