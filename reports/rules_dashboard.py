"""What a dashboard says of dossiers: flows of a period, stocks of this moment, shares.

No database, no clock. The words of the rules are those of the statement II.06a (`reports.rules`).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Self


class _Sum:
    """Figures of the same kind are added one by one."""

    def __add__(self, other: Self) -> Self:
        pairs = zip(astuple(self), astuple(other), strict=True)  # type: ignore[call-overload]
        return type(self)(*(one + another for one, another in pairs))


@dataclass(frozen=True)
class Flow(_Sum):
    """What came in and went out within a period, in dossiers."""

    online: int = 0
    direct: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0

    @property
    def received(self) -> int:
        return self.online + self.direct

    @property
    def finished(self) -> int:
        return self.early + self.on_time + self.late

    @property
    def kept(self) -> int:
        """Finished early or on the due day."""
        return self.early + self.on_time

    @property
    def kept_percent(self) -> Decimal | None:
        """Share of `kept` in what was finished; None when nothing was."""
        return percent(self.kept, self.finished)


@dataclass(frozen=True)
class Stock(_Sum):
    """What is accepted and not finished at this moment, in dossiers: each in one of four heaps.

    Due dates count as days; while a dossier waits for the applicant it is in time.
    """

    overdue: int = 0
    soon: int = 0
    later: int = 0
    waiting: int = 0

    @property
    def open(self) -> int:
        return self.overdue + self.soon + self.later + self.waiting

    @property
    def overdue_percent(self) -> Decimal | None:
        return percent(self.overdue, self.open)


@dataclass(frozen=True)
class Approvals(_Sum):
    """Who signed results: the head in person, a deputy in his own name, somebody on behalf of the
    head, or anybody else. QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 9: heads act in person."""

    head: int = 0
    deputy: int = 0
    delegated: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return self.head + self.deputy + self.delegated + self.other

    @property
    def head_percent(self) -> Decimal | None:
        return percent(self.head, self.total)


def percent(part: int, whole: int) -> Decimal | None:
    """One decimal, rounded down, so that 100 says all of them; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_DOWN)
