"""Exact decimal numbers: how they are read, calculated with and rounded.

Between input and the one rounding nothing is lost that could be seen: calculations keep 50 digits,
and before rounding half up the last of them are dropped, so that 1/3 + 1/6 + 0.005 is exactly the
half that it is on paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from ranking.rules.faults import Faulty

P = ParamSpec("P")
R = TypeVar("R")

WORK = Context(prec=50, rounding=ROUND_HALF_EVEN)
SURE = Decimal("1e-30")  # 50 digits are right to here, also after adding up 1,500 criteria
NUMBER = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,30})?|[.,][0-9]{1,30}")
LOOKS_NEGATIVE = re.compile(r"[-\u2212\u2013]\s*[0-9]")
HUNDRED = Decimal(100)


def exactly(work: Callable[P, R]) -> Callable[P, R]:
    """Calculate with 50 digits, whatever context the caller has."""

    @wraps(work)
    def calculated(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(WORK):
            return work(*args, **kwargs)

    return calculated


@exactly
def half_up(value: Decimal, precision: int) -> Decimal:
    """Rounded once, halves away from zero; `precision` is the number of decimals.

    A value that is a half but for the 30th decimal is a half: it came from a division.
    """
    settled = value.quantize(SURE)
    rounded = settled.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)  # no "-0.00"


def number_of(given: object, *, signed: bool = False) -> Decimal:
    """A number as people and files write it: one comma or one point as the decimal mark.

    Up to 15 digits before and 30 after it, no spaces, no grouping: "1.234,5" is refused, because
    nobody knows which of the marks was meant.
    """
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise Faulty.of("not_a_number", given=given)
    text = plain(given) if isinstance(given, Decimal) else str(given).strip()
    if LOOKS_NEGATIVE.match(text):
        if not signed:
            raise Faulty.of("negative", given=text)
        return -number_of(text[1:])
    if not NUMBER.fullmatch(text):
        raise Faulty.of("two_marks" if len(re.findall("[.,]", text)) > 1 else "not_a_number",
                        given=text)  # fmt: skip
    return Decimal(text.replace(",", "."))


def plain(value: Decimal) -> str:
    """Without an exponent and without zeros at the end: 1E+3 is "1000", 7.50 is "7.5"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
