"""An agency outside, for the demo: reads what comes over the bus and answers, a step at a time."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field

from exchange.bus_stub.keeping import Keeping
from exchange.bus_stub.moods import Mood
from exchange.edxml.messages import (
    Kind,
    Message,
    Organ,
    ResponseFor,
    StatusCode,
    StatusMessage,
)
from exchange.edxml.organs import organ_key
from exchange.edxml.reading import read
from exchange.edxml.writing import write

WORDS = {
    StatusCode.ARRIVED: "Văn bản đã đến, chờ tiếp nhận",
    StatusCode.REGISTERED: "Đã tiếp nhận, vào sổ văn bản đến",
    StatusCode.ASSIGNED: "Đã phân công đơn vị xử lý",
    StatusCode.IN_WORK: "Đang xử lý",
    StatusCode.DONE: "Đã xử lý xong",
    StatusCode.AGREED: "Đồng ý",
    StatusCode.NOT_AGREED: "Đã xử lý xong, đề nghị giữ nguyên văn bản",
}
LIFE = (
    StatusCode.ARRIVED, StatusCode.REGISTERED, StatusCode.ASSIGNED, StatusCode.IN_WORK,
    StatusCode.DONE,
)  # fmt: skip


@dataclass
class Held:
    """A document at one body of the agency, and how far it is there."""

    letter: Message
    organ: Organ
    step: int = -1  # of LIFE; before the first nothing was told


@dataclass
class Agency:
    """`code` names its system and every body below it. One that is `forgetful` loses each document
    that comes for the first time: only what is sent once more arrives."""

    code: str
    forgetful: bool = False
    held: dict[tuple[str, str], Held] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def live(self, kept: Keeping, pause: float) -> None:
        """For ever; a thread of the stub."""
        while True:
            time.sleep(pause)
            self.act(kept)

    def act(self, kept: Keeping) -> None:
        """Read what waits, answer it, and go one step on with each document."""
        for each in kept.waiting(self.code, "edoc", Mood()):
            each.status = "done"
            message = read(each.data, unsigned=True)
            if isinstance(message, Message) and not self._loses(message):
                self._take(kept, message)
        for each in kept.waiting(self.code, "status", Mood()):
            each.status = "done"
        for held in self.held.values():
            if held.step + 1 < len(LIFE):
                held.step += 1
                self._tell(kept, held, LIFE[held.step])

    def _loses(self, message: Message) -> bool:
        is_first = message.document_id not in self.lost
        self.lost.add(message.document_id)
        return self.forgetful and is_first

    def _take(self, kept: Keeping, message: Message) -> None:
        deed = message.business
        moved = {organ_key(each.organ_id): each.is_added for each in deed.receivers}
        for organ in filter(self._is_mine, message.receivers):
            key = (deed.document_id or message.document_id, organ_key(organ.organ_id))
            held = self.held.get(key)
            is_taken_back = deed.kind == Kind.RECALL or moved.get(key[1]) is False
            if held is None and not is_taken_back:
                self.held[key] = Held(message, organ)
            elif held is not None and is_taken_back:
                self._give_back(kept, key, held)
            elif held is not None and deed.kind == Kind.UPDATE:
                self._tell(kept, held, StatusCode.AGREED)

    def _give_back(self, kept: Keeping, key: tuple[str, str], held: Held) -> None:
        """What is done stays; else the document is gone."""
        if held.step + 1 == len(LIFE):
            self._tell(kept, held, StatusCode.NOT_AGREED)
        else:
            self._tell(kept, held, StatusCode.AGREED)
            del self.held[key]

    def _is_mine(self, organ: Organ) -> bool:
        return f"{organ_key(organ.organ_id)}.".startswith(f"{self.code}.")

    def _tell(self, kept: Keeping, held: Held, code: StatusCode) -> None:
        letter = held.letter
        asked = ResponseFor(
            letter.sender.organ_id, letter.document_id, letter.reference, letter.promulgated_on
        )
        at = dt.datetime.now(dt.UTC).replace(microsecond=0)
        told = StatusMessage(held.organ, asked, code, at, WORDS[code])
        kept.put(self.code, "status", write(told), Mood())
