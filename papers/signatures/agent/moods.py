"""How the agent misbehaves: one fault for each of the next signatures, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

OTHER_DIGEST, OTHER_KEY, REFUSE_PIN = "other-digest", "other-key", "refuse-pin"
GARBAGE, DRIP, DIE = "garbage", "drip", "die"
FAULTS = (OTHER_DIGEST, OTHER_KEY, REFUSE_PIN, GARBAGE, DRIP, DIE)


@dataclass
class Mood:
    """`faults`: of the next calls. `always`: of every call after them, or ""."""

    faults: list[str] = field(default_factory=list)
    always: str = ""

    def draw(self) -> str:
        """The fault of this call, or ""."""
        return self.faults.pop(0) if self.faults else self.always
