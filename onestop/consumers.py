"""What the one-stop tells people when something happened to a dossier."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import AuditEntry, OutboxEvent
from notifications.models import Kind
from notifications.services import email, notify
from onestop.models import Dossier, DossierPerson
from onestop.services.steps import APPROVING, PERMISSION
from onestop.states import WAITING, PersonPart, Status
from organizations import absences, access, fields
from organizations.models import Unit, User
from papers.rules import spaced_lookup_number

Words = str | Promise
CROWD = 10  # more people than this are not told one by one

# Events after which the person who holds the dossier has something to do.
TO_HOLDER: dict[str, Words] = {
    "dossier.assigned": _("New dossier assigned"),
    "dossier.sent_back": _("Returned for correction"),
    "dossier.supplemented": _("Supplement received"),
    "dossier.supplement_answered": _("Papers came for a dossier that is not accepted yet"),
    "dossier.payment_confirmed": _("Payment confirmed"),
    "dossier.opinion_given": _("Opinion given"),
    "dossier.withdrawal_refused": _("The dossier goes on"),
    "dossier.supplement_lapsed": _("The applicant's deadline for papers has passed"),
    "dossier.extended": _("The date was moved; the apology is signed"),
    "dossier.extension_refused": _("The date was not moved"),
    "part.answered": _("The lead of the linked dossier has answered"),
    "part.held": _("The applicant wants the dossier back: wait for the decision"),
    "part.resumed": _("The dossier goes on"),
    "part.ended": _("This part has ended: nothing is left to do"),
}
TO_HEADS: dict[str, Words] = {
    "dossier.withdrawal_requested": _("A withdrawal waits for a decision"),
    "dossier.extension_asked": _("A new date with an apology waits for your signature"),
}
# One sentence for the citizen; the letter adds code, look-up address and what to do.
TO_CITIZEN: dict[str, Words] = {
    "dossier.accepted": _("Your dossier was received."),
    "dossier.not_accepted": _("Your dossier was not accepted."),
    "dossier.supplement_requested": _("Papers are missing. See what to add below."),
    "dossier.supplemented": _("The missing papers were received."),
    "dossier.supplement_lapsed": _("The deadline for the missing papers has passed."),
    "dossier.payment_required": _("A payment is needed before the work can go on."),
    "dossier.payment_confirmed": _("Your payment was received."),
    "dossier.refused": _("Your dossier was refused."),
    "dossier.stopped": _("The processing of your dossier was stopped."),
    "dossier.withdrawal_requested": _("Your wish to take the dossier back was received."),
    "dossier.withdrawal_refused": _("The dossier is not given back; the work on it goes on."),
    "dossier.withdrawn": _("Your dossier was given back as you asked."),
    "dossier.returned": _("Your result was handed over."),
    "dossier.corrected": _("Your receipt was corrected."),
    "dossier.receipt_replaced": _(
        "Your receipt was reported lost and printed again; the old QR code no longer works."
    ),
    "dossier.voided": _("Your receipt is void: it was made by mistake."),
    "dossier.due_moved": _("The appointed day has moved."),
    "dossier.extended": _(
        "The result cannot be returned on the appointed day. We apologise; see the new day below."
    ),
}


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in TO_HOLDER:
        subscribe(action, tell_holder)
    for action in TO_CITIZEN:
        subscribe(action, tell_citizen)
    subscribe("dossier.forwarded", tell_next)
    subscribe("dossier.approved", tell_next)
    subscribe("dossier.approved", tell_citizen_when_ready)
    subscribe("dossier.forwarded", tell_citizen_when_ready)
    subscribe("dossier.opinion_asked", tell_asked_unit)
    subscribe("dossier.withdrawal_requested", tell_heads)
    subscribe("dossier.extension_asked", tell_heads)
    subscribe("dossier.extended", tell_counter)
    subscribe("dossier.warned", tell_warned)
    subscribe("dossier.uncollected", tell_uncollected)


def dossier_of(event: OutboxEvent) -> Dossier | None:
    """The event's dossier as it is now; None for a voided one that has gone from all lists."""
    found: Dossier | None = (
        Dossier.objects.select_related("version", "holder", "step", "receiving_unit")
        .filter(pk=event.subject_id)
        .first()
    )
    return found


def tell(
    event: OutboxEvent, dossier: Dossier, people: Iterable[User], words: Words,
    kind: Kind = Kind.TO_DO,
) -> None:  # fmt: skip
    text = format_lazy("{}: {} – {}", words, dossier.code, dossier.version.name[:150])
    url = reverse("onestop:dossier_detail", args=[dossier.code])
    notify(event, people, kind=kind, text=text, subject=dossier, url=url)


def tell_holder(event: OutboxEvent) -> None:
    """The person in whose hands it is, else who assigns it; nobody is told of his own act."""
    dossier = dossier_of(event)
    if dossier is None:
        return
    person = event.data.get("person")
    people = list(User.objects.filter(pk=person)) if person else assigners(dossier)
    people = absences.with_substitutes(people) if person else people
    tell(event, dossier, _but_actor(event, people), TO_HOLDER[event.action])


def assigners(dossier: Dossier) -> list[User]:
    """Heads of the holding unit, else of the agency; before acceptance, the counter."""
    if dossier.accepted_at is None:
        return able("receive_dossiers", dossier.receiving_unit_id)
    return able("assign_dossiers", dossier.holder_unit_id) or deciders(
        dossier, dossier.competent_unit_id
    )


def tell_next(event: OutboxEvent) -> None:
    """Who has to do the next step: the named person, else everybody who may, in that unit."""
    dossier = dossier_of(event)
    if dossier is None or dossier.step is None or dossier.status == Status.COMPLETED:
        return
    decides = dossier.step.kind in APPROVING
    if dossier.holder is not None:
        people = [dossier.holder] if decides else absences.with_substitutes([dossier.holder])
    elif decides:
        people = deciders(dossier, dossier.step.unit_id)
    else:
        people = able(PERMISSION[dossier.step.kind], dossier.step.unit_id)
    words = _("Waiting for your approval") if decides else _("Dossier to work on")
    tell(event, dossier, _but_actor(event, people), words)


def able(permission: str, unit_id: int) -> list[User]:
    """People with a position for it on the unit itself."""
    return _unless_crowd(_holders(permission, Unit.objects.get(pk=unit_id)))


def _holders(permission: str, unit: Unit) -> list[User]:
    people = {who.pk: who for who, where in access.people_with(permission, unit) if where == unit}
    return list(people.values())


def _unless_crowd(people: list[User]) -> list[User]:
    """The people; nobody when they are a crowd, which the digest tells."""
    return people if len(people) <= CROWD else []


def deciders(dossier: Dossier, unit_id: int) -> list[User]:
    """Who decides in the unit; a deputy with fields of his own only what belongs to them."""
    unit, field = Unit.objects.get(pk=unit_id), dossier.version.field
    people = _holders("approve_dossiers", unit)
    return _unless_crowd(
        [who for who in people if fields.may(who, "approve_dossiers", unit, field=field)]
    )


def tell_asked_unit(event: OutboxEvent) -> None:
    dossier = dossier_of(event)
    if dossier is not None:
        people = able("process_dossiers", int(event.data["asked_unit"]))
        tell(event, dossier, people, _("Your opinion is asked"))


def tell_heads(event: OutboxEvent) -> None:
    dossier = dossier_of(event)
    if dossier is not None:
        people = deciders(dossier, dossier.competent_unit_id)
        tell(event, dossier, people, TO_HEADS[event.action])


def tell_counter(event: OutboxEvent) -> None:
    """The one-stop is told of the new date, as the rule asks (NĐ 61/2018/NĐ-CP Điều 19)."""
    dossier = dossier_of(event)
    if dossier is not None:
        people = able("receive_dossiers", dossier.receiving_unit_id)
        tell(event, dossier, people, _("A result comes later than appointed"), Kind.SYSTEM)


def tell_warned(event: OutboxEvent) -> None:
    """A rung of the warning ladder: the official, the head or the leader."""
    dossier = dossier_of(event)
    if dossier is None or dossier.closed_at:
        return
    late = event.data["when"] == "after"
    words = _("Overdue") if late else _("Due soon")
    role = event.data["role"]
    if role == "official" and dossier.holder is not None:
        people = absences.with_substitutes([dossier.holder])
    elif role == "leader":
        people = deciders(dossier, dossier.competent_unit_id)
    else:
        people = assigners(dossier)
    tell(event, dossier, people, words, Kind.SYSTEM)


def tell_citizen_when_ready(event: OutboxEvent) -> None:
    """Only the act that completed the dossier tells the citizen that the result is there."""
    if event.data.get("status") == Status.COMPLETED:
        _write(event, _("Your result is ready. Bring your identity card and the receipt."))


def tell_uncollected(event: OutboxEvent) -> None:
    """The letter, unless the result was collected in the meantime."""
    if Dossier.objects.open().filter(pk=event.subject_id, status=Status.COMPLETED).exists():
        _write(event, _("Your result is waiting at the counter. Please collect it soon."))


def tell_citizen(event: OutboxEvent) -> None:
    _write(event, TO_CITIZEN[event.action])


def _write(event: OutboxEvent, sentence: Words) -> None:
    """A letter to whoever left an address: the applicant, else the submitter."""
    dossier = dossier_of(event)
    if dossier is None or dossier.is_part:
        return
    parts = (PersonPart.APPLICANT, PersonPart.AUTHORISED, PersonPart.SUBMITTER)
    people = {person.part: person for person in DossierPerson.objects.filter(dossier=dossier)}
    to = next((people[part].email for part in parts if part in people and people[part].email), "")
    if not to:
        return
    subject = format_lazy("{} {}", _("Dossier"), dossier.code)
    context = {
        "sentence": sentence,
        "code": dossier.code,
        "procedure": dossier.version.name,
        "due_at": None if dossier.closed_at or dossier.status in WAITING else dossier.due_at,
        "items": event.data.get("items", []),
        "reason": event.data.get("reason", ""),
        "apply_by": event.data.get("apply_by", ""),
        "amount_vnd": event.data.get("amount_vnd"),
        "office": dossier.receiving_unit.name,
        "lookup_number": spaced_lookup_number(dossier.lookup_number or ""),
    }
    email(event, "dossier.citizen", to, subject, "onestop/mail/citizen.txt", context)


def _but_actor(event: OutboxEvent, people: Iterable[User]) -> list[User]:
    """People are not told of their own acts."""
    actor = actor_of(event)
    return [user for user in people if user.pk != actor]


def actor_of(event: OutboxEvent) -> int | None:
    """Who did it; None: the portal itself. One query."""
    entry = AuditEntry.objects.filter(pk=event.entry_id).values_list("actor_id", flat=True).first()
    return int(entry) if entry else None


def digest_lines(user: User) -> list[str]:
    """What waits for a person this morning, as sentences of the daily mail."""
    away = absences.covered_by(user).values("user")
    mine = Q(holder=user) | Q(holder__in=away)
    held = Dossier.objects.open().filter(mine, accepted_at__isnull=False)
    lines = []
    for dossier in held.order_by("due_at", "id")[:30]:
        due = f"{timezone.localdate(dossier.due_at):%d/%m/%Y}" if dossier.due_at else ""
        lines.append(f"{dossier.code} – {dossier.applicant_name} – {due}")
    return lines
