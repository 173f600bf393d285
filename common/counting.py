"""Counts that stop counting: "999+" costs the same on a million rows as on a thousand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

ENOUGH = 1000


@dataclass(frozen=True)
class Heap:
    """The first of the rows that wait for the same thing, and in words how many there are."""

    rows: list[dict[str, Any]]
    count: str

    @property
    def is_cut(self) -> bool:
        return self.count != str(len(self.rows))


def capped_counts(sets: Mapping[str, QuerySet[Any]], cap: int = ENOUGH) -> dict[str, int]:
    """How many rows each queryset has, at most `cap`; one query for all of them."""
    parts: list[str] = []
    params: list[Any] = []
    for queryset in sets.values():
        try:
            sql, args = queryset.order_by().values("pk")[:cap].query.sql_with_params()
        except EmptyResultSet:  # nobody's units: Django knows the answer without asking
            parts.append("(SELECT 0)")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS capped)")  # noqa: S608  sql is Django's own
        params += args
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        row = cursor.fetchone()
    return dict(zip(sets, row, strict=True))


def in_words(count: int, cap: int = ENOUGH) -> str:
    """`1000` and more is said as "999+"."""
    return f"{cap - 1}+" if count >= cap else str(count)
