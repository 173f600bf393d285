"""A share: the part of a whole that is as it should be. It can be counted again and looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

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


Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True)
class Share(Generic[Asked, Told]):
    """In words; `good` tells what counts: of a period the condition of its rows, or of one of the
    rows whether it does."""

    words: str | Promise
    good: Callable[[Asked], Told]
