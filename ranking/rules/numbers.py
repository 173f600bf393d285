"""Exact decimal numbers: how they are read, calculated with and rounded.

Between input and the one rounding nothing is lost that could be seen: calculations keep 50 digits,
rows keep 20 decimals of the points of a criterion, and before a total is rounded half up it is
settled to 15 decimals, so that 1/3 + 1/6 + 0.005 is exactly the half that it is on paper, whether
it was just calculated, read back from rows, or written as 0.3333… into a file of scores.

Why 15: points of a row are off by 0.5e-20 at most. A total multiplies that by the weight of the
criterion and, where something does not apply, by maximum ÷ what is left of it; summed over all
applicable criteria these factors are some 1,500 for 1,500 criteria of weight 1 (what is left and
what it is multiplied with go down and up together), and 0.5e-20 × 1,500 = 0.75e-17. Settling is
right while the error is below 0.5e-15, so factors may add up to 100,000. In the other direction,
what is written with up to 14 decimals is never a half by mistake.
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
WIDE = Context(prec=400, rounding=ROUND_HALF_EVEN)  # no number is too large to be rounded
SURE = Decimal("1e-15")  # totals from rows are right to here, as the proof above says
KEPT = Decimal("1e-20")  # decimals of points in rows
NUMBER = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,30})?|[.,][0-9]{1,30}")
ONLY_TOO_LONG = re.compile(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+")
LOOKS_NEGATIVE = re.compile(r"[-\u2212\u2013]\s*[0-9]")
HUNDRED = Decimal(100)


def exactly(work: Callable[P, R]) -> Callable[P, R]:
    """Calculate with 50 digits, whatever context the caller has."""

    @wraps(work)
    def calculated(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(WORK):
            return work(*args, **kwargs)

    return calculated


def settle(value: Decimal) -> Decimal:
    """Without the decimals that divisions and rows leave behind: 0.50499…9 is 0.505."""
    return value.quantize(SURE, context=WIDE)


def kept(points: Decimal) -> Decimal:
    """As rows keep the points of a criterion: also those that are worked out when somebody looks,
    or a snapshot would have more digits than a file of scores may."""
    return points.quantize(KEPT, context=WIDE)


def half_up(value: Decimal, precision: int) -> Decimal:
    """Settled, then rounded once, halves away from zero; `precision` is the number of decimals."""
    step = Decimal(1).scaleb(-precision)
    rounded = settle(value).quantize(step, rounding=ROUND_HALF_UP, context=WIDE)
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
        return number_of(text[1:]).copy_negate()  # without rounding
    if not NUMBER.fullmatch(text):
        if ONLY_TOO_LONG.fullmatch(text) and not text.endswith((".", ",")):
            raise Faulty.of("too_many_digits", given=text, whole=15, decimals=30)
        raise Faulty.of("two_marks" if len(re.findall("[.,]", text)) > 1 else "not_a_number",
                        given=text)  # fmt: skip
    return Decimal(text.replace(",", "."))


def plain(value: Decimal) -> str:
    """Without an exponent and without zeros at the end: 1E+3 is "1000", 7.50 is "7.5"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
