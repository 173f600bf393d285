"""Who gets a document: that it can be issued is known before its number is spent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DomainError
from documents.drafting import To
from documents.issuing import Manner, Stage
from documents.models import Dispatch, Outgoing
from documents.services.dossiers import require_dossier
from documents.services.drafting import lock_at, set_receivers, tell
from documents.services.inviting import require_to_come
from organizations import access
from organizations.models import User

BEFORE_ISSUE = (Stage.SIGNING, Stage.SIGNED, Stage.NUMBERED, Stage.SEALED)


@transaction.atomic
def readdress(outgoing_id: int, *, actor: User, receivers: Sequence[To]) -> Outgoing:
    """The clerk chooses its receivers anew, for instance for one that was closed since; what
    stands on the paper stays as it is. Each takes in documents today, a committee with the dossier
    of what is laid before it."""
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.FORM, *BEFORE_ISSUE)
    right = access.require(actor, "register_documents", outgoing.registry.unit_id)
    old = _names(outgoing)
    set_receivers(outgoing, receivers)
    require_open(outgoing, receivers_of(outgoing), timezone.localdate(at))
    require_dossier(outgoing)
    if outgoing.manner == Manner.ELECTRONIC and outgoing.on_paper.exists():
        raise DomainError(_("The document goes out electronically: nobody gets it on paper."))
    tell(outgoing, "outgoing.readdressed", actor, right, old=old, to=_names(outgoing))
    return outgoing


def require_issuable(outgoing: Outgoing, today: dt.date) -> None:
    """It has receivers that take in documents, what is laid before a committee its dossier, and
    what it amends or corrects is still in force, and what it replaces is there for it alone. A step
    of a service: locks these."""
    require_open(outgoing, receivers_of(outgoing), today)
    require_dossier(outgoing)
    require_to_come(outgoing, timezone.now())
    if outgoing.refers_to_id is not None:
        _require_issued(outgoing.refers_to_id)
    if outgoing.replaces_id is None:
        return
    old: Outgoing = Outgoing.objects.lock(outgoing.replaces_id)
    if old.stage != Stage.ISSUED:
        raise DomainError(
            _("The document that it replaces is “%(status)s” and can no longer be replaced. Send "
              "this one back to its drafter, who takes the link off.")
            % {"status": old.get_stage_display()}
        )  # fmt: skip
    others = Outgoing.objects.filter(replaces=old, stage__in=BEFORE_ISSUE)
    if others.exclude(pk=outgoing.pk).exists():
        raise DomainError(_("Another draft that waits for issue replaces the same document."))


def _require_issued(outgoing_id: int) -> None:
    earlier: Outgoing = Outgoing.objects.lock(outgoing_id)
    if earlier.stage != Stage.ISSUED:
        raise DomainError(
            _("The document that it refers to is “%(status)s”. Send this one back to its drafter, "
              "who takes the link off.")
            % {"status": earlier.get_stage_display()}
        )  # fmt: skip


def require_open(outgoing: Outgoing, dispatches: Iterable[Dispatch], today: dt.date) -> None:
    """There are receivers, and each that is of the province takes in documents on that day."""
    named = list(dispatches)
    if not named and not outgoing.on_paper.exists():
        raise DomainError(_("Say who gets the document."))
    closed = [
        each.organ_name for each in named if each.registry and not each.registry.is_open_on(today)
    ]
    if closed:
        raise DomainError(
            _("These receivers take in no more documents: %s. Choose who takes their place.")
            % ", ".join(closed)
        )


def receivers_of(outgoing: Outgoing) -> Iterable[Dispatch]:
    found: Iterable[Dispatch] = outgoing.dispatches.select_related("registry").order_by("order")
    return found


def _names(outgoing: Outgoing) -> list[str]:
    return [*outgoing.dispatches.order_by("order").values_list("organ_name", flat=True),
            *outgoing.on_paper.order_by("order").values_list("name", flat=True)]  # fmt: skip
