"""Lists that turn pages by position, not by number: page 4,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest

AFTER, BEFORE = "sau", "truoc"  # query parameters of the next and the previous page


@dataclass(frozen=True)
class Page:
    """One page of rows and the addresses of its neighbours; a template iterates over it.

    ``next_url`` and ``previous_url`` keep every other parameter of the query string, or are "".
    """

    rows: list[Any]
    next_url: str
    previous_url: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def is_first_page(request: HttpRequest) -> bool:
    """Whether the address names no other page."""
    return AFTER not in request.GET and BEFORE not in request.GET


def paginate_keyset(
    queryset: QuerySet[Any],
    request: HttpRequest,
    order: Sequence[str] = ("due_at", "id"),
    size: int = 25,
) -> Page:
    """One query for ``size`` rows in ``order``, no COUNT.

    ``order`` names columns without NULL (Coalesce in an annotation if need be), "-" for descending,
    and ends with a unique one. Rows may be instances or ``.values()`` that hold those columns.
    A cursor that somebody altered is ignored: the first page is shown.
    """
    forward = _position(queryset, request.GET.get(AFTER), order)
    backward = None if forward else _position(queryset, request.GET.get(BEFORE), order)
    direction = _reversed(order) if backward else list(order)
    found = queryset.order_by(*direction)
    if position := forward or backward:
        found = found.filter(_beyond(direction, position))
    rows = list(found[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    has_next = True if backward else more
    has_previous = bool(forward) if not backward else more
    return Page(
        rows=rows,
        next_url=_address(request, AFTER, rows[-1], order) if rows and has_next else "",
        previous_url=_address(request, BEFORE, rows[0], order) if rows and has_previous else "",
    )


def _reversed(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _beyond(order: Sequence[str], position: Sequence[Any]) -> Q:
    """Rows after a position: a > x or (a = x and (b > y …)), with a >= x first for the index."""
    name, rest = order[0], order[1:]
    column, strict = (name[1:], "lt") if name.startswith("-") else (name, "gt")
    condition = Q(**{f"{column}__{strict}": position[0]})
    if rest:
        condition |= Q(**{column: position[0]}) & _beyond(rest, position[1:])
        condition &= Q(**{f"{column}__{strict}e": position[0]})
    return condition


def _value(row: Any, name: str) -> Any:
    column = name.removeprefix("-")
    return row[column] if isinstance(row, dict) else getattr(row, column)


def _address(request: HttpRequest, direction: str, row: Any, order: Sequence[str]) -> str:
    query = request.GET.copy()
    for name in (AFTER, BEFORE):
        query.pop(name, None)
    text = json.dumps([_value(row, name) for name in order], cls=_Exact)
    query[direction] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"?{query.urlencode()}"


class _Exact(DjangoJSONEncoder):
    """JSON with all six digits of a moment: a cursor cut to milliseconds would repeat rows."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _position(
    queryset: QuerySet[Any], cursor: str | None, order: Sequence[str]
) -> list[Any] | None:
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(values, list) or len(values) != len(order) or None in values:
            return None
        return [
            _parsed(queryset.model, name, value) for name, value in zip(order, values, strict=True)
        ]
    except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError):
        return None


def _parsed(model: type[Model], name: str, value: Any) -> Any:
    try:
        field = model._meta.get_field(name.removeprefix("-"))
    except FieldDoesNotExist:  # an annotation: compared as it was written
        return value
    return field.to_python(value) if isinstance(field, Field) else value
