"""How the stub misbehaves: each fault by its share of the calls, drawn with a fixed seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

HANG, ERROR, DROP, GARBAGE, HUGE = "hang", "error", "drop", "garbage", "huge"
FORBID, ELSEWHERE, SIGNED_OUT = "forbid", "elsewhere", "signed-out"
LATE = "late"  # a fault in the answer only: the batch is kept, the portal does not hear of it


@dataclass
class Mood:
    """Shares between 0 and 1. `refuse` maps dossier codes to the words of their refusal."""

    shares: dict[str, float] = field(default_factory=dict)
    late_share: float = 0.5  # of the faults, how many come after the batch was kept
    refuse: dict[str, str] = field(default_factory=dict)
    poison: dict[str, str] = field(default_factory=dict)  # code → fault of a batch that has it
    refuse_first: int = 0  # so many dossiers, the first that come, until they are forgiven
    refuse_words: str = "MaLinhVuc: không được để trống"
    names_items: bool = True  # else an answer speaks of the whole batch only
    seed: int = 1

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  faults, not secrets

    def draw(self) -> str:
        """The fault of this call, or ""; "late-" before it when the batch is kept all the same."""
        point = self.dice.random()
        for fault, share in self.shares.items():
            if point < share:
                return f"{LATE}-{fault}" if self.dice.random() < self.late_share else fault
            point -= share
        return ""

    def spoils(self, codes: list[str]) -> str:
        """The fault of a call whose batch holds a poisoned dossier, or ""."""
        return next((self.poison[code] for code in codes if code in self.poison), "")

    def refuses(self, code: str) -> str:
        """Why this dossier is refused, or ""."""
        if code not in self.refuse and len(self.refuse) < self.refuse_first:
            self.refuse[code] = self.refuse_words
        return self.refuse.get(code, "")
