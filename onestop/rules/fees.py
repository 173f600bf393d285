"""The fee of a dossier: amount × quantity, a cheaper second tier, a ceiling. No database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tariff:
    """What one way to submit costs, in VND; `amount_vnd` None: no fee is declared.

    From unit `second_from` on each unit costs `second_vnd`; one copy costs `ceiling_vnd` at most.
    """

    amount_vnd: int | None
    per: str = ""  # what is counted: "trang", "hồ sơ"
    second_from: int | None = None
    second_vnd: int | None = None
    ceiling_vnd: int | None = None
    besides_vnd: int = 0  # of the other linked procedures, once for the dossier

    @property
    def is_free(self) -> bool:
        return not self.amount_vnd and not self.besides_vnd

    @property
    def counts_copies(self) -> bool:
        """The second tier and the ceiling hold for each copy, so copies are asked for."""
        return self.second_from is not None or self.ceiling_vnd is not None


def fee_vnd(tariff: Tariff, quantity: int = 1, copies: int = 1) -> int:
    """The fee due in VND for `copies` copies of `quantity` units each.

    Example: certifying a copy (2.000815, TT 226/2016/TT-BTC Điều 4): 2,000 a page, 1,000 from the
    third page on, at most 200,000 a copy.
    """
    if quantity < 1 or copies < 1:
        raise ValueError("a fee is for at least one unit of one copy")
    if tariff.amount_vnd is None:
        return tariff.besides_vnd
    first = quantity
    rest = 0
    if tariff.second_from is not None and tariff.second_vnd is not None:
        first = min(quantity, tariff.second_from - 1)
        rest = (quantity - first) * tariff.second_vnd
    one_copy = first * tariff.amount_vnd + rest
    if tariff.ceiling_vnd is not None:
        one_copy = min(one_copy, tariff.ceiling_vnd)
    return one_copy * copies + tariff.besides_vnd
