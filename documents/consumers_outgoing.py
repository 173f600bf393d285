"""What outgoing documents tell people: that one waits for them, or how it went on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from documents.issuing import Stage
from documents.models import Consultation, Outgoing
from notifications.models import Kind
from notifications.services import notify
from organizations import absences, access
from organizations.models import Unit, User

TOLD: dict[str, Any] = {  # to the drafter; lazy sentences
    "outgoing.sent_back": _("Sent back to you: {}"),
    "outgoing.taken_over": _("You draft now: {}"),
    "outgoing.answered": _("An opinion on your draft: {}"),
    "outgoing.issued": _("Issued: {}"),
    "outgoing.cancelled": _("Its number was cancelled: {}"),
    "outgoing.recalled": _("Recalled: {}"),
}
TO_DO = ("outgoing.sent_back", "outgoing.taken_over")
TO_APPROVE, TO_CHECK = _("Content to approve: {}"), _("Form to check: {}")
TO_NUMBER, TO_SIGN = _("Signed, to be numbered: {}"), _("To sign: {}")
ASKED = _("Your opinion on a draft is asked: {}")


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("outgoing.handed_in", tell_next)
    subscribe("outgoing.content_approved", tell_next)
    subscribe("outgoing.form_passed", tell_next)
    subscribe("outgoing.second_signed", tell_next)
    subscribe("outgoing.signed", tell_next)
    subscribe("outgoing.asked", tell_asked)
    for action in TOLD:
        subscribe(action, tell_drafter)


def tell_next(event: OutboxEvent) -> None:
    """With whom it lies now; whoever was faster has nobody told."""
    outgoing = _outgoing(event)
    if outgoing is None or outgoing.stage != event.data["stage"]:
        return
    if outgoing.stage == Stage.CONTENT:
        _notify(event, outgoing, _people("direct_documents", outgoing.unit), TO_APPROVE)
    elif outgoing.stage == Stage.SIGNING:
        signer = outgoing.second if outgoing.awaits_second else outgoing.signer
        _notify(event, outgoing, [signer], TO_SIGN)
    elif outgoing.stage in (Stage.FORM, Stage.SIGNED):
        words = TO_CHECK if outgoing.stage == Stage.FORM else TO_NUMBER
        clerks = _people("register_documents", outgoing.registry.unit)
        _notify(event, outgoing, clerks, words)


def tell_asked(event: OutboxEvent) -> None:
    """The units whose opinion is asked: who directs them, else who works there."""
    asked = Consultation.objects.filter(pk__in=event.data["asked"], answered_at=None)
    for each in asked.select_related("unit", "outgoing").order_by("pk"):
        people = _people("direct_documents", each.unit) or _people("view_documents", each.unit)
        _notify(event, each.outgoing, people, ASKED)


def tell_drafter(event: OutboxEvent) -> None:
    outgoing = _outgoing(event)
    if outgoing is not None:
        kind = Kind.TO_DO if event.action in TO_DO else Kind.INFORMATION
        _notify(event, outgoing, [outgoing.drafter], TOLD[event.action], kind)


def _outgoing(event: OutboxEvent) -> Outgoing | None:
    found = Outgoing.objects.select_related("registry__unit", "unit", "drafter", "signer", "second")
    outgoing: Outgoing | None = found.filter(pk=event.subject_id).first()
    return outgoing


def _people(permission: str, unit: Unit) -> list[User]:
    return [person for person, _unit in access.people_with(permission, unit)]


def _notify(
    event: OutboxEvent, outgoing: Outgoing, people: Iterable[User], words: Any,
    kind: Kind = Kind.TO_DO,
) -> None:  # fmt: skip
    """With who stands in today for those who are away."""
    told = absences.with_substitutes(people)
    url = reverse("documents:outgoing_detail", args=[outgoing.pk])
    text = format_lazy(words, outgoing.subject[:200])
    notify(event, told, kind=kind, text=text, subject=outgoing, url=url)
