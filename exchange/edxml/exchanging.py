"""What waits on the bus is taken in and settled; what goes out is put there.

At least once each way: a message is settled only when what it made is committed, the status that
its sender is told along with it. An end before that repeats all of it, one after it only settles
it again, and `incoming.take` knows what comes twice. No transaction is open while the bus is
spoken to.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
import uuid
from dataclasses import dataclass
from typing import TypeGuard

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Busy, DomainError
from documents.models import Outgoing
from documents.services import dispatching
from exchange.edxml import incoming
from exchange.edxml.accounts import bus_account_of
from exchange.edxml.client import LETTERS, STATUSES, Bus, BusAway, BusLocked, BusRefused
from exchange.edxml.incoming import NotHereYet
from exchange.edxml.messages import Kind, Message, ResponseFor, StatusCode, StatusMessage
from exchange.edxml.organs import same_organ
from exchange.edxml.outgoing import Change, message_of
from exchange.edxml.reading import read
from exchange.edxml.told import WORDS_MOST, status_message, tell_recall, tell_standing, tell_taken
from exchange.edxml.trusting import limits, trust
from exchange.edxml.writing import write
from exchange.services import bus_arrivals, bus_claims, bus_noting, servers
from exchange.services.bus_claims import Claimed
from exchange.services.servers import BUS
from exchange.states import Business, Fault
from tenancy.models import Province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.exchange")
LOOKS = 5  # at one message whose bytes differ each time
RUN_SECONDS = 40.0
SEND_SECONDS = 10.0  # for what goes, however long what comes has taken
ANSWERS = {Kind.RECALL: StatusCode.NOT_AGREED, Kind.UPDATE: StatusCode.NOT_AGREED}
Said = Message | StatusMessage


@dataclass
class Tally:
    """What one run did; for the log and the answer of the command."""

    taken: int = 0
    refused: int = 0
    told: int = 0  # statuses of ours that came
    sent: int = 0  # documents, recalls and updates; no statuses
    left: int = 0  # to be tried again


class Exchange:
    """One run for one province. Opens its own short scopes: never inside of one."""

    def __init__(
        self, province: Province, bus: Bus, *, unsigned: bool = True, seconds: float = RUN_SECONDS
    ) -> None:
        self.province, self.bus, self.unsigned = province, bus, unsigned
        self.tally, self.token = Tally(), uuid.uuid4()
        self.end = time.monotonic() + seconds
        self.ended: dict[str, str] = {}  # ids that are listed though they are done, and how
        self.fault: Fault | None = None  # of a list; the run goes on

    def go(self) -> Tally:
        """First what comes, then what goes. A bus that is away ends the run and is left alone for
        a while; nothing at all while another run is at work. One message, or a list that the bus
        refuses, stops nothing else."""
        with tenant_scope(self.province):
            if not servers.take_turn(self.token, BUS):
                return self.tally
        try:
            self._each(LETTERS)
            self._each(STATUSES)
            self._send_due()
            self._settle_ended()
            if self.fault is None:
                with tenant_scope(self.province):
                    servers.note_good(BUS)
            else:
                self._end(self.fault)
        except BusAway as away:
            self._end(away.fault)
        except BusLocked:
            self._end(Fault.LOGIN)
        finally:
            with tenant_scope(self.province):
                servers.end_turn(self.token)
        return self.tally

    def _end(self, fault: Fault) -> None:
        log.warning("the bus is away or refuses its lists: %s", fault)
        self.tally.left += 1
        with tenant_scope(self.province):
            servers.note_fault(fault, BUS)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.end

    # --- what comes ---

    def _each(self, kind: str) -> None:
        for doc_id in self._to_look_at(kind):
            if self.is_over:
                return
            try:
                self._one(doc_id)
            except BusAway as away:
                if away.was_not_sent:
                    raise
                self._leave(doc_id, None, away)
            except BusLocked:
                raise
            except BusRefused as fault:
                self._leave(doc_id, None, fault)
            except SoftTimeLimitExceeded:
                raise
            except Exception:  # a fault of ours: one message must not stop the others
                log.exception("message %s of the bus", doc_id)
                self._leave(doc_id, None, DomainError(_("An error of the portal, see its log.")))

    def _to_look_at(self, kind: str) -> list[str]:
        """What the bus lists and what somebody wants to have taken in after all. What has come to
        its end here is not looked at again, only settled once more."""
        if self.is_over:
            return []
        try:
            listed = self.bus.waiting(kind)
        except BusLocked:
            raise
        except BusRefused as fault:
            log.warning("the bus refuses its list %s: %s", kind, fault)
            self.fault = Fault.SERVER
            return []
        with tenant_scope(self.province, read_only=True):
            held, wanted = bus_arrivals.held(), bus_arrivals.wanted()
            ended = bus_arrivals.ended(listed)
        self.ended |= ended
        left_alone = held | ended.keys()
        return [each for each in dict.fromkeys([*listed, *wanted]) if each not in left_alone]

    def _one(self, doc_id: str) -> None:
        """Refused only when the same bytes were refused twice: else the way has spoilt them."""
        seen: set[bytes] = set()
        fault: DomainError | None = None
        for _look in range(LOOKS):
            data = self.bus.get(doc_id)
            mark = hashlib.sha256(data).digest()
            message: Said | None = None
            try:
                message = self._read(data)
                self._take(doc_id, message)
            except (Busy, NotHereYet) as later:
                self._leave(doc_id, message, later)
                return
            except DomainError as refused:
                if mark in seen:
                    self._refuse(doc_id, message, refused)
                    return
                seen.add(mark)
                fault = refused
            else:
                self._settle(doc_id, bus_arrivals.TAKEN)
                return
        self._leave(doc_id, None, fault)

    def _read(self, data: bytes) -> Said:
        with tenant_scope(self.province, read_only=True):
            believed = trust()
        return read(data, limits=limits(), trust=believed, unsigned=self.unsigned)

    def _take(self, doc_id: str, message: Said) -> None:
        """As what it is, in whichever list it came."""
        if isinstance(message, Message):
            self._letter(doc_id, message)
        elif message.status == StatusCode.TAKE_BACK:
            self._take_back(doc_id, message)
        else:
            self._status(doc_id, message)

    def _letter(self, doc_id: str, message: Message) -> None:
        at = timezone.now()
        with tenant_scope(self.province):
            if incoming.comes_back(message):
                return
            answer = incoming.take(message, from_outside=True)
            tell_taken(message, answer, at)
            bus_arrivals.taken(doc_id, message, answer.taken[0].incoming)
        self.tally.taken += 1

    def _status(self, doc_id: str, message: StatusMessage) -> None:
        document_id = message.response_for.document_id
        with tenant_scope(self.province):
            dispatching.told(
                document_id, message.sender.organ_id, message.status.value, message.description,
                same=same_organ, at=message.at,
            )  # fmt: skip
            bus_claims.confirm(document_id)
            bus_arrivals.taken_if_known(doc_id)
        self.tally.told += 1

    def _take_back(self, doc_id: str, message: StatusMessage) -> None:
        """A recall by status: its sender is told what the registry answers, as of any recall."""
        at = timezone.now()
        with tenant_scope(self.province):
            lines = incoming.take_back(message)
            for each in lines:
                tell_recall(each, at, again=True)
            bus_arrivals.taken(doc_id, message, lines[0])
        self.tally.taken += 1

    def _leave(self, doc_id: str, message: Said | None, fault: Exception | None) -> None:
        """For a later run; after the last try it is refused. What the bus fails to hand over is
        never refused: it may be whole."""
        log.warning("message %s of the bus is left: %s", doc_id, fault)
        away = fault.fault if isinstance(fault, BusAway) else ""
        with tenant_scope(self.province):
            words = "" if away else str(fault or "")
            is_kept = bus_arrivals.again(doc_id, message, words, away)
        if is_kept:
            self.tally.left += 1
        else:
            self._refuse(doc_id, message, fault)

    def _refuse(self, doc_id: str, message: Said | None, refused: Exception | None) -> None:
        """It is kept with the reason. The sender hears it, as far as it is known who that is."""
        words = str(refused or "") or _("The message could not be read.")
        with tenant_scope(self.province):
            bus_arrivals.refused(doc_id, message, words)
            if _awaits_answer(message) and not incoming.is_of_ours(message.sender.organ_id):
                self._answer(message, words)
        log.warning("message %s of the bus is refused: %s", doc_id, refused)
        self._settle(doc_id, bus_arrivals.REFUSED)
        self.tally.refused += 1

    def _answer(self, message: Said, words: str) -> None:
        """Of a body that has a document under the same id he hears how far that is: a refusal would
        be taken for one of that."""
        if incoming.brings(message):
            tell_standing(message, timezone.now())
        about, code = _refused(message)
        speakers = incoming.speakers(message, self.province)
        bus_noting.note_refusal(speakers, message.sender, about, code, words[:WORDS_MOST])

    def _settle(self, doc_id: str, how: str) -> None:
        """What the bus does not let go is listed again, and then settled again."""
        try:
            self.bus.settle(doc_id, how)
        except BusLocked:
            raise
        except (BusAway, BusRefused) as fault:
            if isinstance(fault, BusAway) and fault.was_not_sent:
                raise
            log.warning("message %s of the bus is not settled: %s", doc_id, fault)
            self.tally.left += 1

    def _settle_ended(self) -> None:
        """Last: a bus that is slow at it keeps nothing else waiting."""
        for doc_id, how in self.ended.items():
            if self.is_over:
                return
            self._settle(doc_id, how)

    # --- what goes ---

    def _send_due(self) -> None:
        with tenant_scope(self.province):
            bus_noting.note_unsent()
        end = max(self.end, time.monotonic() + SEND_SECONDS)
        while time.monotonic() <= end:
            with tenant_scope(self.province):
                claimed = bus_claims.claim()
            if claimed is None:
                return
            self._send(claimed)

    def _send(self, claimed: Claimed) -> None:
        """A bus that takes nothing from anybody ends the run; a message that it does not take, or
        that cannot be written, waits longer each time."""
        try:
            data = self._written(claimed)
            kind = STATUSES if claimed.kind == Business.STATUS else LETTERS
            doc_id = self.bus.send(data, kind)
        except BusLocked:
            self._put_off(claimed, Fault.LOGIN)
            raise
        except BusAway as away:
            if away.was_not_sent:
                self._put_off(claimed, away.fault)
                raise
            self._stuck(claimed, "", away.fault)
        except (BusRefused, DomainError) as fault:
            self._stuck(claimed, str(fault) or _("The bus refused the message."))
        except SoftTimeLimitExceeded:
            raise
        except Exception:  # of ours: the next message may go
            log.exception("message %s for the bus", claimed.pk)
            self._stuck(claimed, _("An error of the portal, see its log."))
        else:
            with tenant_scope(self.province):
                bus_claims.went(claimed, doc_id)
            self.tally.sent += claimed.kind != Business.STATUS

    def _written(self, claimed: Claimed) -> bytes:
        if claimed.kind == Business.STATUS:
            return write(status_message(claimed.content))
        changed = None
        if claimed.kind == Business.UPDATE:
            said = claimed.content
            changed = Change(
                said["reason"], dt.datetime.fromisoformat(said["at"]),
                tuple(said.get("added", ())), tuple(said.get("removed", ())),
            )  # fmt: skip
        with tenant_scope(self.province, read_only=True):
            related = ("registry__unit", "signer", "answers", "replaces")
            outgoing = Outgoing.objects.select_related(*related).get(pk=claimed.outgoing_id)
            return write(message_of(outgoing, changed))

    def _put_off(self, claimed: Claimed, fault: Fault) -> None:
        with tenant_scope(self.province):
            bus_claims.put_off(claimed, fault)

    def _stuck(self, claimed: Claimed, words: str, fault: Fault | str = "") -> None:
        log.warning("message %s for the bus is not sent: %s", claimed.pk, words or fault)
        with tenant_scope(self.province):
            bus_claims.stuck(claimed, words, fault)
        self.tally.left += 1


def _awaits_answer(message: Said | None) -> TypeGuard[Said]:
    """Not of a status, which tells and asks nothing; but one that recalls asks."""
    if isinstance(message, StatusMessage):
        return message.status == StatusCode.TAKE_BACK
    return message is not None


def _refused(message: Said) -> tuple[ResponseFor, StatusCode]:
    """The document that the refusal is about, and its code."""
    if isinstance(message, StatusMessage):
        return message.response_for, StatusCode.NOT_AGREED
    about = ResponseFor(
        message.sender.organ_id, message.business.document_id or message.document_id,
        message.reference, message.promulgated_on,
    )  # fmt: skip
    return about, ANSWERS.get(message.business.kind, StatusCode.REFUSED)


def exchange_due(province: Province, seconds: float) -> Tally | None:
    """A run of the province; None when it has no account, then everything waits."""
    account = bus_account_of(province.code)
    if account is None:
        return None
    return Exchange(province, Bus(account), seconds=seconds).go()
