"""Whether two people say the same of a criterion."""

from __future__ import annotations

from typing import Any

from ranking.rules.faults import Faulty
from ranking.rules.numbers import number_of


def same_input(one: Any, other: Any) -> bool:
    """Numbers by their value ("3,0" is "3"), and nothing given is the same as an empty form.

    By inputs and not by points: 9,000 of 9,000 has the points of 3 of 3.
    """
    one, other = one or {}, other or {}
    return _same(one, other)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(_valued(one) == _valued(other))


def _valued(given: Any) -> Any:
    try:
        return number_of(given, signed=True)
    except Faulty:  # a choice, a text, yes or no
        return given
