"""Rows with which a thousand tests begin: made once in a process, then written as they were.

The first test makes them as the portal would, and what PostgreSQL has of them is kept; each other
test sends the same rows in one statement. Their keys were given out once and go to nobody else,
and every test rolls back, so none meets the rows of another.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Hashable
from typing import Any

from django.db import connection, models

# table -> its column that tells which rows are meant, and the values in it
Rows = dict[type[models.Model], tuple[str, Collection[int]]]
_kept: dict[Hashable, tuple[bytes, str]] = {}


def once_made(key: Hashable, make: Callable[[], Any], rows_of: Callable[[Any], Rows]) -> Any:
    """What `make()` returns, with all its rows in the open transaction.

    Whatever changes what it makes, as the day does, belongs to the key.
    """
    if key not in _kept:
        made = make()
        _kept[key] = pickle.dumps(made), "; ".join(_insert(*each) for each in rows_of(made).items())
        return made
    objects, statements = _kept[key]
    with connection.cursor() as cursor:
        cursor.execute(statements)
    return pickle.loads(objects)


def _insert(model: type[models.Model], which: tuple[str, Collection[int]]) -> str:
    """A statement that writes these rows of a table again, whole."""
    table, (column, values) = model._meta.db_table, which
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT quote_literal(json_agg(found ORDER BY id)::text) FROM {table} found"
            f" WHERE {column} = ANY(%s)",
            [list(values)],
        )
        (found,) = cursor.fetchone()
    return f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, {found})"
