"""What lies on the bus: a copy of each message for every system that serves a receiver of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from exchange.bus_stub.moods import Mood
from exchange.edxml.messages import Message
from exchange.edxml.organs import organ_key
from exchange.edxml.reading import read

INITIAL = "initial"  # not fetched and settled yet


@dataclass
class Kept:
    """One message as it waits for one system."""

    doc_id: str
    kind: str  # edoc, status
    sender: str
    system: str  # that it waits for
    data: bytes
    status: str = INITIAL

    def as_json(self) -> dict[str, Any]:
        return {
            "serviceType": "eDoc", "messageType": self.kind, "docId": self.doc_id,
            "from": self.sender, "to": self.system, "status": self.status,
        }  # fmt: skip


class Keeping:
    """A system is named by the code of its agency and serves every code below it."""

    def __init__(self, systems: dict[str, str]) -> None:
        self.systems, self.lock = systems, threading.Lock()
        self.kept: dict[str, Kept] = {}

    def put(self, system: str, kind: str, data: bytes, mood: Mood) -> str:
        """The id of the first copy; raises DomainError when it is no edXML."""
        message = read(data, unsigned=True)
        is_letter = isinstance(message, Message)
        organs = (
            [each.organ_id for each in message.receivers]
            if isinstance(message, Message)
            else [message.response_for.organ_id]
        )
        if is_letter != (kind == "edoc"):
            raise ValueError("messageType")
        with self.lock:
            ids = [
                self._keep(kind, system, target, data)
                for target in sorted({self._serves(each) for each in organs} - {""})
                for _copy in range(2 if mood.befalls(mood.duplicate) else 1)
            ]
        return ids[0] if ids else "none"

    def waiting(self, system: str, kind: str, mood: Mood) -> list[Kept]:
        with self.lock:
            found = [
                each for each in self.kept.values()
                if (each.system, each.kind, each.status) == (system, kind, INITIAL)
                and not mood.befalls(mood.delay)
            ]  # fmt: skip
        if mood.reorder:
            mood.dice.shuffle(found)
        return found

    def of(self, system: str, doc_id: str) -> Kept | None:
        found = self.kept.get(doc_id)
        return found if found and found.system == system else None

    def settled(self) -> dict[str, int]:
        """How many messages are in each status."""
        told = [each.status for each in self.kept.values()]
        return {status: told.count(status) for status in sorted(set(told))}

    def _keep(self, kind: str, sender: str, target: str, data: bytes) -> str:
        doc_id = f"{len(self.kept) + 1:08d}"
        self.kept[doc_id] = Kept(doc_id, kind, sender, target, data)
        return doc_id

    def _serves(self, organ: str) -> str:
        """The system with the longest code above the agency's; "" when there is none."""
        key = f"{organ_key(organ)}."
        return max((each for each in self.systems if key.startswith(f"{each}.")), default="")
