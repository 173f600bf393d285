"""What happened to a part of a linked dossier: who is told, and what follows for the whole."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from notifications.models import Kind
from onestop import consumers
from onestop.models import Dossier
from onestop.services import gathering
from onestop.services.steps import PERMISSION
from organizations.models import User

# Facts of the whole dossier, recorded by an act on one of its parts
TO_LEAD: dict[str, str | Promise] = {
    "dossier.part_done": _("A part of the linked dossier is finished"),
    "dossier.part_refused": _("A part was refused: decide how the dossier goes on"),
    "dossier.part_asked": _("A part lacks papers: answer it or ask the citizen"),
}
# After these the last obstacle may be gone
GATHERED_AFTER = (
    "dossier.part_done", "dossier.part_waived", "dossier.withdrawal_refused",
    "dossier.supplemented",
)  # fmt: skip


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in TO_LEAD:
        subscribe(action, tell_lead)
    for action in GATHERED_AFTER:
        subscribe(action, gather)
    subscribe("dossier.gathered", consumers.tell_citizen_when_ready)
    subscribe("dossier.gathered", tell_counter)
    subscribe("part.started", tell_unit)


def gather(event: OutboxEvent) -> None:
    """No query but one for an ordinary dossier; the lock of the whole decides who completes it."""
    if Dossier.objects.filter(pk=event.subject_id, group__isnull=False).exists():
        gathering.gather(int(event.subject_id))


def tell_lead(event: OutboxEvent) -> None:
    """Who has the whole in hand; else who may do its open step; where the counter only follows,
    the head of the lead, too, who decides."""
    dossier = consumers.dossier_of(event)
    if dossier is None or dossier.closed_at:
        return
    people: list[User] = []
    if dossier.holder is not None:
        people = [dossier.holder]
    elif dossier.step is not None:
        people = consumers.able(PERMISSION[dossier.step.kind], dossier.step.unit_id)
    if event.action != "dossier.part_done" or not people:
        people = people + consumers.deciders(dossier, dossier.competent_unit_id)
    kind = Kind.SYSTEM if event.action == "dossier.part_done" else Kind.TO_DO
    once = list({person.pk: person for person in people}.values())
    consumers.tell(event, dossier, once, TO_LEAD[event.action], kind)


def tell_counter(event: OutboxEvent) -> None:
    """Different levels: the result came back to the counter that received the dossier."""
    dossier = consumers.dossier_of(event)
    if dossier is not None:
        people = consumers.able("return_results", dossier.receiving_unit_id)
        consumers.tell(event, dossier, people, _("The result came back: return it"))


def tell_unit(event: OutboxEvent) -> None:
    """A new part lies in a unit: to who assigns it there."""
    part = consumers.dossier_of(event)
    if part is not None and part.closed_at is None:
        people = consumers.assigners(part)
        consumers.tell(event, part, people, _("A part of a linked dossier came in"))
