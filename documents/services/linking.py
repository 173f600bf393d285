"""Văn bản liên quan: documents of one register that belong together (NĐ 30/2020/NĐ-CP Điều 24)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from documents.models import Incoming, IncomingLink
from documents.services.deciding import works_on
from documents.services.receiving import facts
from organizations import access
from organizations.access import Right
from organizations.models import User


def may_link(actor: User, incoming: Incoming) -> Right | None:
    """The clerk of its register, who directs its body, and who leads the work on it."""
    if access.may(actor, "register_documents", incoming.registry.unit_id):
        return access.require(actor, "register_documents", incoming.registry.unit_id)
    return works_on(actor, incoming)


@transaction.atomic
def link(incoming_id: int, other_id: int, *, actor: User) -> IncomingLink:
    """Say that two documents of one register have to do with each other; both pages show it to who
    sees both. Nobody sees more by it."""
    first, second, right = _lock(incoming_id, other_id, actor)
    made, is_new = IncomingLink.objects.get_or_create(
        one=first, other=second, defaults={"at": timezone.now(), "by": actor}
    )
    if not is_new:
        raise AlreadyDone(_("These documents are linked already."))
    _tell("document.linked", first, second, actor, right)
    linked: IncomingLink = made
    return linked


@transaction.atomic
def unlink(incoming_id: int, other_id: int, *, actor: User) -> None:
    """They have nothing to do with each other after all."""
    first, second, right = _lock(incoming_id, other_id, actor)
    count, _rows = IncomingLink.objects.filter(one=first, other=second).delete()
    if not count:
        raise AlreadyDone
    _tell("document.unlinked", first, second, actor, right)


def _lock(incoming_id: int, other_id: int, actor: User) -> tuple[Incoming, Incoming, Right]:
    """Both in order; the actor may link the first named one and sees the other."""
    if incoming_id == other_id:
        raise DomainError(_("Name another document."))
    rows = [Incoming.objects.lock(pk) for pk in sorted((incoming_id, other_id))]
    here = next(each for each in rows if each.pk == incoming_id)
    seen = Incoming.objects.visible_to(actor, "view_documents").filter(pk=other_id)
    if rows[0].registry_id != rows[1].registry_id or not seen.exists():
        raise DomainError(_("Name a document of the same register that you see."))
    right = may_link(actor, here)
    if right is None:
        right = access.require(actor, "register_documents", here.registry.unit_id)  # refuses
    return rows[0], rows[1], right


def _tell(action: str, first: Incoming, second: Incoming, actor: User, right: Right) -> None:
    """In the story of each the number of the other."""
    for each, other in ((first, second), (second, first)):
        record(
            each, action, actor=actor, unit=each.registry.unit, on_behalf_of=right.on_behalf_of,
            data=facts(each, other=other.pk, words=other.arrival_words or str(other)),
        )  # fmt: skip
