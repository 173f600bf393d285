"""What came in is written into the register: number, fields, files (NĐ 30/2020/NĐ-CP Điều 22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from documents.letters import Letter, pages_in
from documents.models import Incoming, IncomingFile, Outgoing, Registry
from documents.queries.duplicates import like
from documents.rulesets import DOCUMENTS
from documents.services.replacing import end_if_late
from documents.states import ENTERED, Channel, Status
from files.models import StoredFile
from files.services import claim
from organizations import access
from organizations.calendars import calendar_for
from organizations.models import User
from organizations.rulesets import rules
from papers.services import next_number


class DuplicateError(DomainError):
    """The same document seems to be in the register already; the clerk decides (Phụ lục VI)."""

    code = "document_duplicate"


class ConflictError(DomainError):
    """The sender has delivered something else under the same document id."""

    code = "document_id_taken"


@dataclass(frozen=True)
class Delivery:
    """By what an agency that sends documents knows one of them (QCVN 102)."""

    sender_code: str
    document_id: str
    digest: str  # Letter.digest of all that was delivered


@transaction.atomic
def enter(
    letter: Letter, *, registry_id: int, channel: str, actor: User, file_ids: Iterable[int] = (),
    arrived_at: dt.datetime | None = None, seen: Iterable[int] = (), form_token: str | None = None,
) -> Incoming:  # fmt: skip
    """Write a document on paper or from the mail into the register, and give it its number.

    `arrived_at` is earlier than now for what waited since the last working day, came during an
    outage, or has a note that says why it is late; the number is of the moment of writing, so the
    series stays in order. `seen` are the like ones that the clerk was shown: any
    other raises DuplicateError. The same `form_token` again gives the document that it made. The
    registry is locked first: two who enter the same letter at once are told of each other.
    """
    at = timezone.now()
    registry: Registry = Registry.objects.lock(registry_id)
    access.require(actor, "register_documents", registry.unit_id)
    if form_token:
        made: Incoming | None = Incoming.objects.filter(form_token=form_token).first()
        if made is not None:
            return made
    incoming = Incoming(
        registry=registry, channel=channel, status=Status.REGISTERED, form_token=form_token,
        arrived_at=arrived_at or at, **columns(letter),
    )  # fmt: skip
    _require_plausible(incoming, at)
    incoming.index_words()
    require_seen(incoming, seen)
    stored = claim(file_ids, actor=actor)
    incoming.pages = incoming.pages or pages_in(stored)
    give_number(incoming, actor, at)  # the last lock
    _insert(incoming, stored)
    record(
        incoming, "document.registered", actor=actor, unit=registry.unit,
        data=facts(incoming, number=incoming.arrival_words, channel=channel, files=len(stored)),
    )  # fmt: skip
    return incoming


@transaction.atomic
def arrive(
    letter: Letter, delivery: Delivery, *, registry_id: int, actor: User | None = None,
    file_ids: Iterable[int] = (), replaces_id: int | None = None, replaces_told: str = "",
    addressed_as: str = "", answers_told: Sequence[str] = (),
) -> Incoming:  # fmt: skip
    """Keep a document that another agency's system delivered: arrived, without a number yet.

    `replaces_told`: the document id of what it replaces and what is not here yet; once that comes,
    the two are linked. `answers_told`: document ids that it answers, perhaps of the body's own.
    `addressed_as`: the code of the body that the sender knows, where that is
    no longer the one in force.

    `actor` is None for what came over the bus; the files are then staged by nobody. What is
    delivered again is answered with the document that it made, whatever became of that. Something
    else under the same id raises ConflictError, unless the earlier one was refused or recalled.
    """
    at = timezone.now()
    registry: Registry = Registry.objects.lock(registry_id)
    known = delivered(delivery, registry_id)
    if known is not None:
        return known
    incoming = Incoming(
        registry=registry, channel=Channel.EXCHANGE, status=Status.ARRIVED, arrived_at=at,
        document_id=delivery.document_id, sender_code=delivery.sender_code,
        content_digest=delivery.digest, replaces_id=replaces_id, replaces_id_told=replaces_told,
        addressed_as=addressed_as, answers_ours_id=_own_of(answers_told, registry_id),
        **columns(letter),
    )  # fmt: skip
    _require_open(incoming, at)
    incoming.index_words()
    stored = claim(file_ids, actor=actor)
    incoming.pages = incoming.pages or pages_in(stored)
    _insert(incoming, stored)
    _link_what_came_before(incoming)
    record(
        incoming, "document.arrived", actor=actor, unit=registry.unit,
        data=facts(
            incoming, document_id=incoming.document_id, sender=incoming.sender_code,
            files=len(stored),
        ),
    )  # fmt: skip
    end_if_late(incoming, at)
    return incoming


def delivered(delivery: Delivery, registry_id: int) -> Incoming | None:
    """What the same delivery made before; ConflictError when the id stands for something else."""
    same_id: list[Incoming] = list(
        Incoming.objects.filter(
            registry=registry_id, document_id=delivery.document_id,
            sender_code=delivery.sender_code,
        ).order_by("-pk")
    )  # fmt: skip
    for each in same_id:
        if each.content_digest == delivery.digest:
            return each
    if any(each.status not in (Status.REFUSED, Status.RECALLED) for each in same_id):
        raise ConflictError(
            _("%s has arrived already with another content. Send it as an update or under an id "
              "of its own.") % delivery.document_id
        )  # fmt: skip
    return None


def require_seen(incoming: Incoming, seen: Iterable[int]) -> None:
    """Nothing in the register seems to be the same, but what the clerk was shown; else
    DuplicateError, which names the copy that came on paper."""
    unseen = [each for each in like(incoming) if each.pk not in set(seen)]
    if not unseen:
        return
    paper = next((each for each in unseen if each.channel in ENTERED and each.number), None)
    if incoming.channel == Channel.EXCHANGE and paper is not None:
        raise DuplicateError(
            _("The same document came on paper and has the number %(number)s. Look at it first.")
            % {"number": paper.arrival_words}
        )
    raise DuplicateError(
        _("The register has this document already (%(count)s). Look at it first.")
        % {"count": len(unseen)}
    )


def facts(incoming: Incoming, **more: Any) -> dict[str, Any]:
    """What the log keeps of an act on a document."""
    return {"registry": incoming.registry_id, "status": incoming.status, **more}


def columns(letter: Letter) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in Letter.__dataclass_fields__}


def _insert(incoming: Incoming, stored: Iterable[StoredFile]) -> None:
    incoming.save(force_insert=True)
    IncomingFile.objects.bulk_create(
        IncomingFile(incoming=incoming, stored=each, order=order)
        for order, each in enumerate(stored, start=1)
    )


def _own_of(document_ids: Sequence[str], registry_id: int) -> int | None:
    """The newest of these that the body has issued itself."""
    named = [each for each in document_ids if each]
    if not named:
        return None
    own = Outgoing.objects.filter(
        registry=registry_id, document_id__in=named, issued_at__isnull=False
    )
    found: int | None = own.order_by("-pk").values_list("pk", flat=True).first()
    return found


def _link_what_came_before(incoming: Incoming) -> None:
    """A bus that mixes messages may bring what replaces it first."""
    waiting = Incoming.objects.filter(
        registry=incoming.registry_id, replaces_id_told=incoming.document_id,
        sender_code=incoming.sender_code, replaces=None,
    )  # fmt: skip
    waiting.exclude(pk=incoming.pk).update(replaces=incoming, replaces_id_told="")


def _require_open(incoming: Incoming, at: dt.datetime) -> None:
    if not incoming.registry.is_open_on(timezone.localdate(at)):
        raise DomainError(_("%s takes in no more documents.") % incoming.registry.name)
    require_dated(incoming)


def require_dated(incoming: Incoming) -> None:
    if incoming.issued_on and incoming.issued_on > timezone.localdate(incoming.arrived_at):
        raise DomainError(_("The document is dated after its arrival. Check the date on it."))


def _require_plausible(incoming: Incoming, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    _require_open(incoming, at)
    if incoming.channel not in ENTERED:
        raise ValueError(f"nobody enters what came by {incoming.channel}")
    if incoming.arrived_at > at:
        raise DomainError(_("The day of arrival is still to come."))
    if incoming.channel != Channel.OUTAGE and not incoming.note and _is_late(incoming, today):
        raise DomainError(
            _("It came longer ago than it may wait for the register. Say why in the note.")
        )


def _is_late(incoming: Incoming, today: dt.date) -> bool:
    """It should be in the register already (NĐ 30/2020/NĐ-CP Điều 4.3)."""
    arrived_on = timezone.localdate(incoming.arrived_at)
    if arrived_on == today:
        return False
    days = rules(DOCUMENTS, today).register_days
    return calendar_for().add_working_days(arrived_on, days) < today


def give_number(incoming: Incoming, actor: User, at: dt.datetime) -> None:
    """The next number of the body's year, in memory; the caller saves."""
    registry = incoming.registry
    year = timezone.localdate(at).year
    incoming.number = next_number(registry.unit_id, registry.arrival_series, str(year))
    incoming.year, incoming.registered_at, incoming.registered_by = year, at, actor
    incoming.index_words()
