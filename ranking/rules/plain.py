"""Plain data (YAML, JSON) to frozen dataclasses and back.

A shape is a frozen dataclass whose annotations say how each value is read. Unknown keys are
refused, faults are collected, and what `dump` gives is read back as the same object.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ranking.rules.faults import Fault, Faulty, refuse_if_any
from ranking.rules.numbers import number_of

Shape = TypeVar("Shape")
Plain = Mapping[str, Any]

TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# Signs that neither a database nor a spreadsheet keeps: controls, halves of signs, no characters
STRANGE = re.compile("[\x00-\x08\x0b\x0e-\x1b\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


class Key(str):
    """How a field is called in files, where Python has the word already: `from`, `max`."""

    __slots__ = ()


class Mark(Enum):
    """How a field is read otherwise than its type says."""

    SIGNED = auto()  # may be below zero
    OUTSIDE = auto()  # no part of the plain data: the maximum of a rule is its criterion's


Signed = Annotated[Decimal, Mark.SIGNED]
Outside = Annotated[Decimal, Mark.OUTSIDE]


@dataclass(frozen=True)
class Slot:
    """One key of a shape."""

    name: str
    hint: Any
    default: Any

    @property
    def is_required(self) -> bool:
        return self.default is MISSING


@cache
def slots(shape: Hashable) -> dict[str, Slot]:
    """The keys of a shape in the order in which they are written."""
    hints = get_type_hints(shape, include_extras=True)
    found = {}
    for each in fields(shape):  # type: ignore[arg-type]
        marks = getattr(hints[each.name], "__metadata__", ())
        if Mark.OUTSIDE not in marks:
            key = next((mark for mark in marks if isinstance(mark, Key)), each.name)
            found[str(key)] = Slot(each.name, hints[each.name], each.default)
    return found


def read(shape: type[Shape], data: object, **outside: Any) -> Shape:
    """The object that the plain data describe; raises `Faulty` with everything that is wrong."""
    if not isinstance(data, Mapping):
        raise Faulty.of("not_a_mapping")
    known = slots(shape)  # type: ignore[arg-type]
    faults = [
        Fault("unknown_key", (), {"key": key, "known": ", ".join(known)})
        for key in data
        if key not in known
    ]
    values: dict[str, Any] = {}
    for key, slot in known.items():
        if key not in data:
            faults += [Fault("missing_key", (), {"key": key})] if slot.is_required else []
            continue
        try:
            values[slot.name] = converted(slot.hint, data[key])
        except Faulty as wrong:
            faults += wrong.within(key).faults
    refuse_if_any(faults)
    made = shape(**values, **outside)
    refuse_if_any(own_faults(made))
    return made


def own_faults(made: object) -> Iterator[Fault]:
    """What the object itself finds wrong with its values."""
    check: Callable[[], Iterator[Fault]] | None = getattr(made, "faults", None)
    if check is not None:
        yield from check()


def converted(hint: Any, value: object) -> Any:
    """One value by its annotation."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated and Mark.SIGNED not in inner:
        return converted(inner[0], value)
    if origin in {Union, types.UnionType}:  # always `X | None`
        return None if value is None else converted(inner[0], value)
    if value is None:
        raise Faulty.of("no_value")
    if Mark.SIGNED in getattr(hint, "__metadata__", ()):
        return number_of(value, signed=True)
    if origin is tuple:
        return listed(inner[0], value)
    if origin is Literal:
        return one_of(inner, value)
    if is_dataclass(hint):
        return read(hint, value)  # type: ignore[arg-type]
    return READERS[hint](value)


def listed(hint: Any, value: object) -> tuple[Any, ...]:
    """A list; the places of its faults are told by code where there is one, else by number."""
    if not isinstance(value, list | tuple):
        raise Faulty.of("not_a_list")
    found: list[Any] = []
    faults: list[Fault] = []
    for number, item in enumerate(value, 1):
        code = item.get("code") if isinstance(item, Mapping) else None
        try:
            found.append(converted(hint, item))
        except Faulty as wrong:
            faults += wrong.within(str(number) if code is None else str(code)).faults
    refuse_if_any(faults)
    return tuple(found)


def one_of(words: tuple[str, ...], value: object) -> str:
    if value not in words:
        raise Faulty.of("not_one_of", given=value, known=", ".join(words))
    return str(value)


def text_of(value: object) -> str:
    """Words as one line of composed Unicode; a code that was written without quotes is text too."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | dt.date):
        raise Faulty.of("not_text")
    text = str(value)
    if STRANGE.search(text):
        raise Faulty.of("strange_sign", given=STRANGE.sub("?", text))
    return " ".join(unicodedata.normalize("NFC", text).split())


def truth_of(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in TRUTHS:
        raise Faulty.of("not_true_or_false", given=value)
    return TRUTHS[word]


def count_of(value: object) -> int:
    number = number_of(value)
    if number != int(number):
        raise Faulty.of("not_whole", given=value)
    return int(number)


def day_of(value: object) -> dt.date:
    """2020-11-15 or 15/11/2020."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    found = DAY.fullmatch(str(value).strip())
    if found is None:
        raise Faulty.of("not_a_day", given=value)
    year, month, day = found[1] or found[6], found[2] or found[5], found[3] or found[4]
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError as error:
        raise Faulty.of("not_a_day", given=value) from error


def mapping_of(value: object) -> Plain:
    """Left as it is for who knows its shape."""
    if not isinstance(value, Mapping):
        raise Faulty.of("not_a_mapping")
    return dict(value)


READERS: dict[Any, Callable[[object], Any]] = {
    str: text_of,
    bool: truth_of,
    int: count_of,
    Decimal: number_of,
    dt.date: day_of,
    Plain: mapping_of,
}


def dump(made: Any) -> Any:
    """Plain data again, without what is as it would be anyway; numbers and days stay themselves."""
    if isinstance(made, tuple | list):
        return [dump(each) for each in made]
    if isinstance(made, Mapping):
        return {key: dump(value) for key, value in made.items()}
    if not is_dataclass(made):
        return made
    return {
        key: dump(getattr(made, slot.name))
        for key, slot in slots(type(made)).items()  # type: ignore[arg-type]
        if slot.is_required or getattr(made, slot.name) != slot.default
    }
