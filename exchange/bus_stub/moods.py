"""How the bus misbehaves: each fault by its share, drawn with a fixed seed."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass
class Mood:
    """Shares between 0 and 1, each of the calls or messages that it can befall."""

    duplicate: float = 0.0  # a message is kept twice, under two ids
    delay: float = 0.0  # a message is left out of a list
    reorder: bool = False  # a list comes in any order
    corrupt: float = 0.0  # a message is cut or changed on its way out
    error: float = 0.0  # 500, and nothing was done
    forget: float = 0.0  # 500, though it was done
    seed: int = 1

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  faults, not secrets

    def befalls(self, share: float) -> bool:
        return self.dice.random() < share

    def spoilt(self, data: bytes) -> bytes:
        """Cut short, or one byte of it another."""
        at = self.dice.randrange(len(data))
        return data[:at] if self.befalls(0.5) else data[:at] + b"#" + data[at + 1 :]
