"""Two systems with a bus between them: a province, and an agency outside that answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from exchange import consumers_bus
from exchange.bus_stub.keeping import INITIAL
from exchange.bus_stub.moods import Mood
from exchange.bus_stub.server import BusStub
from exchange.edxml.client import LETTERS, STATUSES, Bus
from exchange.edxml.exchanging import Exchange, Tally
from exchange.edxml.messages import Kind, Message, Organ, ResponseFor, StatusCode, StatusMessage
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from exchange.models import BusMessage, SyncServer
from papers.models import TrustAnchor
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.exchange.edxml.samples import Authority
from tests.people import Town

STORM = {"duplicate": 0.3, "delay": 0.3, "corrupt": 0.3, "error": 0.1, "forget": 0.1}
ANSWERS = (StatusCode.AGREED, StatusCode.NOT_AGREED)
AGENCY = Organ("G22", "Văn phòng Chính phủ")


def run(province: Province, bus: Bus, **how) -> Tally:
    """One run of the exchange, after every pause."""
    now = timezone.now()
    with tenant_scope(province):
        BusMessage.objects.filter(due_at__gt=now).update(due_at=now)
        SyncServer.objects.update(quiet_until=None)
    return Exchange(province, bus, **how).go()


def heard(province: Province) -> None:
    """What the exchange hears, delivered twice, as may happen."""
    with tenant_scope(province):
        for event in OutboxEvent.objects.order_by("pk"):
            for handler in handlers_of(event.action):
                if handler.__module__ == consumers_bus.__name__:
                    handler(event)
                    handler(event)


def believe(province: Province, authority: Authority) -> None:
    pem = authority.root.public_bytes(Encoding.PEM).decode()
    with tenant_scope(province):
        TrustAnchor.objects.create(name="CA", pem=pem)


@dataclass
class Outside:
    """An agency that signs what it sends, and remembers of each message what it came to know:
    letters by document id and kind, statuses by the later of its moments."""

    stub: BusStub
    bus: Bus
    authority: Authority
    letters: dict[tuple[str, Kind], Message] = field(default_factory=dict)
    known: dict[str, list[StatusMessage]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signer = self.authority.signer()

    def send(self, message: Message | StatusMessage) -> None:
        kind = LETTERS if isinstance(message, Message) else STATUSES
        self.bus.send(write(message, self.signer), kind)

    def tell(self, letter: Message, code: str, at: dt.datetime, words: str = "") -> None:
        asked = ResponseFor(letter.sender.organ_id, letter.document_id, letter.reference)
        at = at.replace(microsecond=0)
        self.send(StatusMessage(AGENCY, asked, StatusCode(code), at, words))

    def look(self) -> None:
        """Read all that waits, with a bus that behaves; twice is once."""
        mood, self.stub.mood = self.stub.mood, Mood()
        for doc_id in self.bus.waiting(LETTERS):
            found = read(self.bus.get(doc_id), unsigned=True)
            self.letters[found.document_id, found.business.kind] = found
            self.bus.settle(doc_id, "done")
        for doc_id in self.bus.waiting(STATUSES):
            told = read(self.bus.get(doc_id), unsigned=True)
            self.known.setdefault(told.response_for.document_id, []).append(told)
            self.bus.settle(doc_id, "done")
        self.stub.mood = mood

    def last(self, letter: Message, *, answers: bool = False) -> str:
        """The last state that was told of it, or the last answer to a wish."""
        said = [
            each for each in self.known[letter.document_id] if (each.status in ANSWERS) == answers
        ]
        return max(said, key=lambda each: (each.at, each.status.value)).status.value

    def waits(self, kind: str) -> bool:
        """Something of that kind is still on the bus for the province."""
        return any(
            (each.kind, each.status, each.system) == (kind, INITIAL, "H32")
            for each in self.stub.kept.kept.values()
        )


def storm(province: Province, town: Town, outside: Outside, *, seed: int, runs: int = 80) -> None:
    """Runs over a bus that is as bad as can be until nothing waits any more, either way."""
    own = Bus(type(outside.bus.account)(outside.stub.address, "H32", "bi-mat"), outside.bus.bounds)
    for _n in range(runs):
        outside.stub.mood = Mood(**STORM, reorder=True, seed=seed + _n)
        run(province, own, unsigned=False)
        outside.look()
        with tenant_scope(province):
            undelivered = BusMessage.objects.undelivered().exists()
        if not (undelivered or outside.waits("edoc") or outside.waits("status")):
            outside.stub.mood = Mood()
            return
    raise AssertionError("the storm does not end")
