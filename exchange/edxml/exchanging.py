"""What waits on the bus is taken in, answered and settled; what goes out is put there.

At least once each way: a message is settled only when what it made is committed and its sender
was answered, so an end in between repeats all of it, and `incoming.take` knows a repeat. No
transaction is open while the bus is spoken to.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from common.errors import Busy, DomainError
from documents.models import Outgoing
from documents.queries.dispatches import to_send
from documents.services import dispatching
from exchange.edxml import incoming
from exchange.edxml.client import LETTERS, STATUSES, Bus, BusAway, BusRefused
from exchange.edxml.faults import EdxmlError
from exchange.edxml.incoming import Answer, NotHereYet
from exchange.edxml.messages import Kind, Message, Organ, ResponseFor, StatusCode, StatusMessage
from exchange.edxml.organs import same_organ
from exchange.edxml.outgoing import message_of
from exchange.edxml.reading import read
from exchange.edxml.trusting import limits, trust
from exchange.edxml.writing import write
from tenancy.models import Province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.exchange")
LOOKS = 5  # at one message whose bytes differ each time
WORDS_MOST = 500  # letters of a refusal that the sender is told


@dataclass
class Tally:
    """What one run did; for the log and the answer of the command."""

    taken: int = 0
    refused: int = 0
    told: int = 0  # statuses of ours that came
    sent: int = 0
    left: int = 0  # to be tried again


class Exchange:
    """One run for one province. Opens its own short scopes: never inside of one."""

    def __init__(self, province: Province, bus: Bus, *, unsigned: bool = True) -> None:
        self.province, self.bus, self.unsigned = province, bus, unsigned
        self.tally = Tally()

    def go(self) -> Tally:
        """First what comes, then what goes. A bus that is away ends the run; the next goes on."""
        try:
            self._each(LETTERS, self._letter)
            self._each(STATUSES, self._status)
            self._send_due()
        except BusAway as away:
            log.warning("the bus is away: %s", away)
            self.tally.left += 1
        return self.tally

    # --- what comes ---

    def _each(self, kind: str, act: Callable[[Message | StatusMessage], None]) -> None:
        for doc_id in self.bus.waiting(kind):
            try:
                self._one(doc_id, act)
            except BusAway:
                self.tally.left += 1
            except (BusRefused, Busy, NotHereYet) as fault:
                log.warning("message %s of the bus is left: %s", doc_id, fault)
                self.tally.left += 1

    def _one(self, doc_id: str, act: Callable[[Message | StatusMessage], None]) -> None:
        """Refused only when the same bytes were refused twice: else the way has spoilt them."""
        seen: set[bytes] = set()
        for _look in range(LOOKS):
            data = self.bus.get(doc_id)
            mark = hashlib.sha256(data).digest()
            message: Message | StatusMessage | None = None
            try:
                message = self._read(data)
                act(message)
            except (Busy, NotHereYet):
                raise  # for the next run
            except DomainError as refused:
                if mark in seen:
                    self._refuse(doc_id, message, refused)
                    return
                seen.add(mark)
            else:
                self.bus.settle(doc_id, "done")
                return
        self.tally.left += 1

    def _read(self, data: bytes) -> Message | StatusMessage:
        with tenant_scope(self.province, read_only=True):
            believed = trust()
        return read(data, limits=limits(), trust=believed, unsigned=self.unsigned)

    def _letter(self, message: Message | StatusMessage) -> None:
        with tenant_scope(self.province):
            answer = incoming.take(message, from_outside=True)
            told = _arrivals(message, answer) if isinstance(message, Message) else []
        for each in told:
            self._tell(each)
        self.tally.taken += 1

    def _status(self, message: Message | StatusMessage) -> None:
        if not isinstance(message, StatusMessage):
            raise EdxmlError(["A document came as a status."])
        with tenant_scope(self.province):
            dispatching.told(
                message.response_for.document_id, message.sender.organ_id, message.status.value,
                message.description, same=same_organ,
            )  # fmt: skip
        self.tally.told += 1

    def _refuse(
        self, doc_id: str, message: Message | StatusMessage | None, refused: DomainError
    ) -> None:
        """The sender hears why, as far as it is known who that is."""
        if isinstance(message, Message):
            first = message.receivers[0]
            organ = Organ(first.organ_id, first.name or first.organ_id)
            words = str(refused)[:WORDS_MOST]
            self._tell(_status_of(message, organ, StatusCode.REFUSED, words, timezone.now()))
        log.warning("message %s of the bus is refused: %s", doc_id, refused)
        self.bus.settle(doc_id, "fail")
        self.tally.refused += 1

    def _tell(self, status: StatusMessage) -> None:
        """A receiver whom the bus does not know hears nothing, and stops nothing."""
        try:
            self.bus.send(write(status), STATUSES)
        except (BusRefused, EdxmlError) as fault:
            log.warning("a status is not told: %s", fault)

    # --- what goes ---

    def _send_due(self) -> None:
        """Each issued document with a receiver outside to whom it was not sent yet."""
        with tenant_scope(self.province, read_only=True):
            waiting = list(to_send().values_list("outgoing", flat=True).distinct())
        for pk in sorted(waiting):
            try:
                self._send(pk)
            except (BusRefused, DomainError) as fault:
                log.warning("document %s is not sent: %s", pk, fault)
                self.tally.left += 1

    def _send(self, pk: int) -> None:
        with tenant_scope(self.province, read_only=True):
            outgoing = Outgoing.objects.select_related(
                "registry__unit", "signer", "answers", "replaces"
            ).get(pk=pk)
            data = write(message_of(outgoing))
        self.bus.send(data)
        with tenant_scope(self.province):
            dispatching.sent(pk)
        self.tally.sent += 1


def _arrivals(message: Message, answer: Answer) -> list[StatusMessage]:
    """Of each receiver, in the state in which the document is by now. Inside the scope."""
    return [
        _status_of(
            message, Organ(each.organ_id, each.incoming.registry.name),
            StatusCode(each.incoming.status), each.incoming.get_status_display(),
            each.incoming.arrived_at,
        )
        for each in answer.taken
    ]  # fmt: skip


def _status_of(
    message: Message, organ: Organ, status: StatusCode, words: str, at: dt.datetime
) -> StatusMessage:
    document_id = message.document_id
    if message.business.kind == Kind.RECALL:
        document_id = message.business.document_id
    asked = ResponseFor(
        message.sender.organ_id, document_id, message.reference, message.promulgated_on
    )
    return StatusMessage(organ, asked, status, at.replace(microsecond=0), words)
