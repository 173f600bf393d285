"""A share: the part of some rows that is as it should be. Rows with a condition, so that what was
counted can be counted again and looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q
from django.utils.functional import Promise


class Period(Protocol):
    """Days that are both included, and the moments between which something lies."""

    @property
    def first(self) -> dt.date: ...
    @property
    def last_day(self) -> dt.date: ...  # on which what is open is judged
    @property
    def start(self) -> dt.datetime: ...
    @property
    def end(self) -> dt.datetime: ...  # the first moment after it


@dataclass(frozen=True)
class Share:
    """A part of a whole, in words; `good` is the condition of those that count."""

    words: str | Promise
    good: Callable[[Period], Q]
