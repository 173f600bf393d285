"""A message becomes a document that has arrived, in the register of each receiver of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeGuard

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.text import unaccented
from common.urgency import Urgency
from documents.document_types import document_types
from documents.drafting import INVITATION
from documents.letters import MOST_PAGES, Letter
from documents.models import Incoming, IncomingFile, Outgoing, Registry
from documents.services.dispatching import by_his_clock, recall_asked
from documents.services.inviting import end_of_day
from documents.services.receiving import Delivery, arrive, delivered
from documents.services.updating import updated_outside
from documents.states import Status
from exchange.edxml.faults import EdxmlError
from exchange.edxml.meetings import NOTE, Meeting, meeting_in, meeting_text
from exchange.edxml.messages import Attachment, Kind, Message, Organ, StatusMessage
from exchange.edxml.messages import Business as Deed
from exchange.edxml.organs import organ_key, same_organ
from files.checks import FileRefused
from files.services import store
from organizations.models import Unit
from tenancy.models import Province

ISSUER_MOST, SIGNER_MOST, NOTE_MOST = 200, 100, 500  # of the columns


class NotHereYet(EdxmlError):
    """A recall or an update of what nobody has received: on a bus that mixes them the document may
    follow."""

    code = "document_unknown"


@dataclass(frozen=True)
class Taken:
    """What became of the message at one receiver."""

    organ_id: str  # as the message names it
    incoming: Incoming
    is_new: bool  # else it had been delivered before
    act: Kind = Kind.NEW  # what was done here: an update may also bring a document, or recall it


@dataclass(frozen=True)
class Answer:
    """What became of the whole message; `elsewhere` are receivers that are no bodies of ours."""

    taken: tuple[Taken, ...]
    elsewhere: tuple[str, ...]


@transaction.atomic
def take(message: Message | StatusMessage, *, from_outside: bool = False) -> Answer:
    """Enter a new document, or one that replaces another, for all receivers in the province; of a
    recall, ask those who have the document; of an update, mend their lines. Raises DomainError.

    All or none: one that is closed, or that has another content under the same id, stops the
    others, and so does a file that is not taken in. Delivered again it changes nothing. What comes
    `from_outside` and says that a body of ours sent it did not come from there, whoever signed it.
    """
    if isinstance(message, StatusMessage):
        raise EdxmlError([_("The message tells a status; it brings no document.")])
    if from_outside and is_of_ours(message.sender.organ_id):
        raise EdxmlError(
            [_("%s is a body of this province; its documents do not come over the bus.")
             % message.sender.organ_id]
        )  # fmt: skip
    return ACTS.get(message.business.kind, _enter)(message)


def is_of_ours(code: str) -> bool:
    """The code, in either spelling, is that of a body of the province."""
    return bool(Registry.objects.filter(_named({code.upper(), organ_key(code)})).exists())


def _named(codes: Iterable[str]) -> Q:
    """Bodies that one of the codes names: the one in force, an older spelling that it has kept, or
    one that led to it before."""
    told = sorted(codes)
    return Q(code__in=told) | Q(old_code__in=told) | Q(former_codes__has_any_keys=told)


def comes_back(message: Message) -> bool:
    """A document of ours: the bus brings it to receivers inside too, who have it already."""
    if not is_of_ours(message.sender.organ_id):
        return False
    ours = Outgoing.objects.filter(document_id=message.document_id, issued_at__isnull=False)
    return bool(ours.exists())


def brings(message: Message | StatusMessage) -> TypeGuard[Message]:
    """A document, new or in the place of another."""
    return isinstance(message, Message) and message.business.kind not in ACTS


def standing(message: Message) -> list[Incoming]:
    """What its receivers have under its id already, each with its registry."""
    bodies, _elsewhere = _registries([each.organ_id for each in message.receivers])
    lines = Incoming.objects.filter(
        registry__in=bodies, document_id=message.document_id, sender_code=message.sender.organ_id
    ).exclude(status__in=[Status.REFUSED, Status.RECALLED])
    return list(lines.select_related("registry").order_by("pk"))


def take_back(message: StatusMessage) -> list[Incoming]:
    """Its sender wants a document back and says so by a status (13) in place of a recall: of the
    body of ours that it names; of everybody when it names the sender itself. Its lines, each with
    its registry. Raises NotHereYet, and EdxmlError when it names somebody else."""
    document_id, sender = message.response_for.document_id, message.sender.organ_id
    reason = message.description or _("The sender gives no reason.")
    of = None
    if not same_organ(message.response_for.organ_id, sender):
        of = _bodies([Organ(message.response_for.organ_id)])[0].keys()
    lines = recall_asked(document_id, sender, reason, same=same_organ, of=of)
    if not lines:
        raise _unknown(document_id, sender)
    return lines


def speakers(message: Message | StatusMessage, province: Province) -> list[Organ]:
    """In whose names it is refused: of the bodies of ours that it goes to, without those that have
    the document that it brings. When it goes to none, of the first with a code below that of the
    province, else of the province itself: never of an agency that somebody else answers for."""
    organs: Sequence[Organ] = (
        [Organ(message.response_for.organ_id)]
        if isinstance(message, StatusMessage)
        else message.receivers
    )
    ours, _elsewhere = _registries(each.organ_id for each in organs)
    if ours:
        have = {each.registry_id for each in standing(message)} if brings(message) else set()
        return [Organ(code, body.name) for pk, (code, body) in ours.items() if pk not in have]
    own = [each for each in organs if organ_key(each.organ_id).split(".")[0] == province.code]
    return own[:1] or [Organ(province.code, province.name)]


def _enter(new: Message) -> Answer:
    bodies, elsewhere = _bodies(new.receivers)
    delivery = Delivery(new.sender.organ_id, new.document_id, _digest(new))
    known = {pk: delivered(delivery, pk) for pk in bodies}
    waiting = [pk for pk, earlier in known.items() if earlier is None]
    _require_open([bodies[pk][1] for pk in waiting])
    stored = {pk: _stored(new.attachments) for pk in waiting}  # before any lock: it takes long
    taken = []
    for pk, (organ_id, registry) in bodies.items():
        older, told = _replaced(new, pk)
        earlier = known[pk] or arrive(
            letter_of(new), delivery, registry_id=pk, file_ids=stored[pk], replaces_id=older,
            replaces_told=told, addressed_as="" if organ_id == registry.code else organ_id,
            answers_told=[each.document_id for each in new.response_for],
        )  # fmt: skip
        taken.append(Taken(organ_id, earlier, is_new=pk in stored))
    return Answer(tuple(taken), elsewhere)


def letter_of(message: Message) -> Letter:
    """The columns of the register, cut where the message says more than they hold."""
    who, pages = message.signatory, message.other.pages
    position = f"{who.competence} {who.position}".strip() if who else ""
    kind = _types().get(unaccented(message.type.name), "")
    meeting = meeting_in(message.content) if kind == INVITATION else None
    return Letter(
        issuer=(message.sender.name or message.sender.organ_id)[:ISSUER_MOST],
        subject=message.subject, type=kind,
        reference=message.reference, issued_on=message.promulgated_on,
        signer_position=position[:SIGNER_MOST],
        signer_name=who.full_name[:SIGNER_MOST] if who else "",
        urgency=min(message.other.priority.value, Urgency.IMMEDIATE),
        pages=pages if pages and pages <= MOST_PAGES else None, answer_by=message.due_on,
        note=_note(message, meeting)[:NOTE_MOST],
        steering=message.steering or None, **_meeting_columns(meeting),
    )  # fmt: skip


def _note(message: Message, meeting: Meeting | None) -> str:
    """What Content says beyond the subject and the meeting."""
    told = meeting_text(meeting) if meeting else ""
    if message.content in (message.subject, told):
        return ""
    return message.content.removeprefix(f"{told}{NOTE}")


def _meeting_columns(meeting: Meeting | None) -> dict[str, Any]:
    """As `inviting.meeting_columns` has them of an invitation of ours."""
    if meeting is None:
        return {}
    return {
        "meets_at": meeting.starts, "meets_until": meeting.ends or end_of_day(meeting.starts),
        "meeting_place": meeting.place, "meeting_chair": meeting.chair,
    }  # fmt: skip


def _recall(message: Message) -> Answer:
    """Only of what the same agency has sent."""
    document_id, sender = message.business.document_id, message.sender.organ_id
    reason = message.business.reason or _("The sender gives no reason.")
    lines = recall_asked(document_id, sender, reason, same=same_organ)
    return _answer([_taken(each, {}, Kind.RECALL) for each in lines], document_id, sender)


def _update(message: Message) -> Answer:
    """Only of what the same agency has sent, and only of what is written: other files are another
    document. A body that it adds gets the document, one that it removes is asked for it."""
    document_id, sender = message.business.document_id, message.sender.organ_id
    _require_same_files(message, document_id, sender)
    reason = message.business.reason or _("The sender gives no reason.")
    added, removed = _moved(message, is_added=True), _moved(message, is_added=False)
    taken = _added(message, added) if added else []  # its locks come first
    if removed:
        lines = recall_asked(document_id, sender, reason, same=same_organ, of=removed.keys())
        taken += [_taken(each, removed, Kind.RECALL) for each in lines]
    moved = {each.incoming.pk for each in taken}
    if message.business.changes_document or not (added or removed):
        at = by_his_clock(message.traces[0].at) if message.traces else timezone.now()
        letter = letter_of(message)
        lines = updated_outside(letter, document_id, sender, reason, at, same=same_organ)
        taken += [_taken(each, {}, Kind.UPDATE) for each in lines if each.pk not in moved]
    return _answer(taken, document_id, sender)


def _moved(message: Message, *, is_added: bool) -> dict[int, tuple[str, Registry]]:
    """The bodies of ours that the update adds to its receivers, or removes from them."""
    codes = [each.organ_id for each in message.business.receivers if each.is_added == is_added]
    return _registries(codes)[0]


def _added(message: Message, bodies: dict[int, tuple[str, Registry]]) -> list[Taken]:
    """Who has the document already keeps it; to the others it is a new one, under its first id."""
    document_id, sender = message.business.document_id, message.sender.organ_id
    lines = Incoming.objects.filter(
        registry__in=bodies, document_id=document_id, sender_code=sender
    )  # fmt: skip
    standing = lines.exclude(status__in=[Status.REFUSED, Status.RECALLED])
    have = {each.registry_id: each for each in standing.select_related("registry").order_by("pk")}
    taken = [Taken(bodies[pk][0], each, is_new=False) for pk, each in have.items()]
    missing = tuple(Organ(code) for pk, (code, _body) in bodies.items() if pk not in have)
    if missing and not message.attachments:
        raise EdxmlError(
            [_("The update adds %s as a receiver and brings no document. Send it with its files.")
             % ", ".join(each.organ_id for each in missing)]
        )  # fmt: skip
    new = replace(message, receivers=missing, document_id=document_id, business=Deed())
    return [*taken, *(_enter(new).taken if missing else ())]


def _taken(line: Incoming, bodies: dict[int, tuple[str, Registry]], act: Kind) -> Taken:
    code, _body = bodies.get(line.registry_id, (line.registry.code, None))
    return Taken(code, line, is_new=False, act=act)


def _require_same_files(message: Message, document_id: str, sender: str) -> None:
    if not message.attachments:
        return
    told = {hashlib.sha256(each.content).hexdigest() for each in message.attachments}
    files = IncomingFile.objects.filter(
        incoming__document_id=document_id, incoming__dispatches=None
    )
    rows = files.values_list("incoming__sender_code", "stored__sha256")
    kept = {digest for code, digest in rows if same_organ(code, sender)}
    if kept and told != kept:
        raise EdxmlError(
            [_("The update of %s brings other files. Send it anew, in the place of that one.")
             % document_id]
        )  # fmt: skip


def _answer(taken: Sequence[Taken], document_id: str, sender: str) -> Answer:
    if not taken:
        raise _unknown(document_id, sender)
    return Answer(tuple(taken), ())


def _unknown(document_id: str, sender: str) -> NotHereYet:
    return NotHereYet(
        [_("Nobody here has received %(document)s from %(sender)s.")
         % {"document": document_id, "sender": sender}]
    )  # fmt: skip


ACTS: dict[Kind, Callable[[Message], Answer]] = {Kind.RECALL: _recall, Kind.UPDATE: _update}


def _bodies(receivers: Sequence[Organ]) -> tuple[dict[int, tuple[str, Registry]], tuple[str, ...]]:
    """As `_registries`; a message to none of ours is refused."""
    found, elsewhere = _registries([each.organ_id for each in receivers])
    if not found:
        raise EdxmlError(
            [_("None of the receivers is a body of this province: %s.") % ", ".join(elsewhere[:9])]
        )
    return found, elsewhere


def _registries(
    codes: Iterable[str],
) -> tuple[dict[int, tuple[str, Registry]], tuple[str, ...]]:
    """The registries of ours by key, in the order in which they are locked, each with the code
    that names it; and the codes that name none. One query."""
    told = list(dict.fromkeys(each.upper() for each in codes))
    rows = list(Registry.objects.filter(_named({*told, *map(organ_key, told)})).order_by("pk"))
    found: dict[int, tuple[str, Registry]] = {}
    elsewhere = []
    for code in told:
        registry = _meant(code, rows)
        if registry is None:
            elsewhere.append(code)
        else:
            found.setdefault(registry.pk, (code, registry))
    return dict(sorted(found.items())), tuple(elsewhere)


def _meant(code: str, rows: Sequence[Registry]) -> Registry | None:
    """The body that is meant: first by an old code that it has kept, then by the code in force,
    then by one that it has from before. Who takes in no more documents gives way to the body that
    has his code now."""
    key = organ_key(code)
    kept = [each for each in rows if each.old_code == code]
    by_code = [each for each in rows if each.code == key]
    former = [each for each in rows if {code, key} & {*each.former_codes}]
    named = [*kept, *by_code, *former]
    today = timezone.localdate()
    return next((each for each in named if each.is_open_on(today)), named[0] if named else None)


def _require_open(registries: Iterable[Registry]) -> None:
    """A body that has ended is named with those that took its place."""
    today = timezone.localdate()
    closed = [each for each in registries if not each.is_open_on(today)]
    if closed:
        raise EdxmlError([_closed_words(each) for each in closed])


def _closed_words(registry: Registry) -> str:
    units = Unit.objects.filter(predecessions__predecessor=registry.unit_id)
    today = timezone.localdate()
    heirs = [
        f"{each.code} ({each.name})"
        for each in Registry.objects.filter(unit__in=units).order_by("code")
        if each.is_open_on(today)
    ]
    if not heirs:
        return _("%s takes in no more documents.") % registry.name
    return _("%(name)s takes in no more documents. Send it to %(heirs)s.") % {
        "name": registry.name, "heirs": ", ".join(heirs),
    }  # fmt: skip


def _digest(message: Message) -> str:
    files = [(each.name, hashlib.sha256(each.content).hexdigest()) for each in message.attachments]
    return letter_of(message).digest(files)


def _stored(attachments: Iterable[Attachment]) -> list[int]:
    """Each file through the checks of uploads; EdxmlError with all that are refused."""
    ids, faults = [], []
    for each in attachments:
        try:
            ids.append(store(ContentFile(each.content, each.name), actor=None).pk)
        except FileRefused as refused:
            faults.append(f"{each.name}: {refused}")
    if faults:
        raise EdxmlError(faults)
    return ids


def _replaced(message: Message, registry_id: int) -> tuple[int | None, str]:
    """The line of the document that this one replaces, if it came to the same body; else its
    document id, as it may come yet."""
    named = [each.document_id for each in message.business.replacements]
    if message.business.kind != Kind.REPLACE or not named:
        return None, ""
    lines = Incoming.objects.filter(
        registry=registry_id, document_id__in=named, sender_code=message.sender.organ_id
    )
    found: int | None = lines.order_by("-pk").values_list("pk", flat=True).first()
    return found, "" if found else named[0]


@cache
def _types() -> dict[str, str]:
    """Name without accents → key: "cong van", "quyet dinh (ca biet)". The first of a name counts:
    that of administrative documents."""
    found: dict[str, str] = {}
    for key, each in document_types().items():
        found.setdefault(unaccented(each.short_name), key)
        found.setdefault(unaccented(each.name), key)
    return found
