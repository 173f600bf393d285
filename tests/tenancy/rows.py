"""A row of any model, by its columns alone: for tests that go through every table.

Works on a copy of the test database without its CHECK constraints, so that nobody has to teach
it the rules of a new table. What points at another tenant table gets a row of the same province.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models

from tenancy.tables import GLOBAL_TABLES, tenant_tables

_numbers = itertools.count(1)
VALUES = {
    models.BooleanField: lambda n: True,
    models.DecimalField: lambda n: Decimal(1),
    models.FloatField: lambda n: 1.0,
    models.IntegerField: lambda n: n,
    models.DateTimeField: lambda n: dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC),
    models.DateField: lambda n: dt.date(2026, 11, 2),
    models.TimeField: lambda n: dt.time(8),
    models.DurationField: lambda n: dt.timedelta(minutes=1),
    models.UUIDField: lambda n: uuid.uuid4(),
    models.GenericIPAddressField: lambda n: "192.0.2.1",
    models.JSONField: lambda n: {},
    models.BinaryField: lambda n: b"x",
    models.TextField: lambda n: f"x{n}",
    models.CharField: lambda n: f"x{n}",
}


class Filler:
    """One row per table and province; remembers its key."""

    def __init__(self, province_id: int) -> None:
        self.province_id = province_id
        self.keys: dict[str, Any] = {}  # table -> primary key
        self._open: list[str] = []

    def fill(self) -> Filler:
        """Insert a row into every tenant table. Run as loader."""
        for table in tenant_tables():
            self.key_of(table.model)
        for table in tenant_tables():  # keys that may be null come last: they may close circles
            for field in table.model._meta.local_concrete_fields:
                if field.remote_field and field.null:
                    self.point(table.model, field)
        return self

    def point(self, model: type[models.Model], field: Any) -> None:
        table, key = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" SET "{field.column}" = %s WHERE "{key}" = %s',
                [self.key_of(field.related_model), self.keys[table]],
            )

    def key_of(self, model: type[models.Model]) -> Any:
        """The key of this province's row, made when there is none."""
        name = model._meta.db_table
        if name in GLOBAL_TABLES:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT min(id) FROM "{name}"')
                return cursor.fetchone()[0]
        if name not in self.keys:
            self._open.append(name)
            self.keys[name] = self.insert(model, self.values(model))
            self._open.remove(name)
        return self.keys[name]

    def values(self, model: type[models.Model]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in model._meta.local_concrete_fields:
            if field.generated or isinstance(field, models.AutoField):
                continue
            found[field.column] = field.get_db_prep_save(self.value(field), connection)
        found["province_id"] = self.province_id
        return found

    def value(self, field: Any) -> Any:
        if field.remote_field:
            other = apps.get_model(field.related_model._meta.label)
            if field.null:
                return None
            if other._meta.db_table in self._open:
                raise RuntimeError(f"{field} closes a circle and may not be null")
            return self.key_of(other)
        if field.choices:
            return field.flatchoices[0][0]
        if field.has_default() and not field.unique:
            return field.get_default()
        for kind, make in VALUES.items():
            if isinstance(field, kind):
                value = make(next(_numbers))
                return value[-field.max_length :] if isinstance(value, str) and (
                    field.max_length) else value  # fmt: skip
        if field.null:
            return None
        raise RuntimeError(f"no value for {field}: add its kind to VALUES")

    def insert(self, model: type[models.Model], values: dict[str, Any]) -> Any:
        table, key = model._meta.db_table, model._meta.pk.column
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" ({columns}) VALUES ({marks}) RETURNING "{key}"',
                list(values.values()),
            )
            return cursor.fetchone()[0]
