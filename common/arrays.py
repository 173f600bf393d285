"""Conditions over what a subquery finds, in one piece."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet


def in_array(key: str, rows: QuerySet[Any]) -> Q:
    """`key` is the one value of one of these rows. They are read first and once: beside others (OR)
    each condition then has its index, where PostgreSQL tries a subquery on every row."""
    return Q(
        Func(
            F(key), ArraySubquery(rows), template="%(expressions)s)", arg_joiner=" = ANY(",
            output_field=BooleanField(),
        )
    )  # fmt: skip
