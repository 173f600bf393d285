"""Which cases of a test the fast part takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

QUICK = 50  # guesses of bin/test fast


def first(count: int, cases: Iterable[Any]) -> list[Any]:
    """The first ones for bin/test fast; the others are left to the whole run."""
    return [
        case if place < count else pytest.param(*_values(case), marks=pytest.mark.slow)
        for place, case in enumerate(cases)
    ]


def at_most(count: int, *, fast: int = 50) -> settings:
    """Fewer guesses than the whole run takes elsewhere: where one is dear, or hundreds tell all.

    `fast`: so many in bin/test fast.
    """
    usual = settings().max_examples
    return settings(max_examples=min(fast if usual <= QUICK else count, usual))


def _values(case: Any) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)
