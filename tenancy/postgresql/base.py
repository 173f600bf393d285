"""PostgreSQL, told that unique keys of third-party tables now begin with the province."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base, schema


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Lets a later migration of a third-party app find the keys that `shape()` rewrote."""

    def _constraint_names(
        self, model: Any, column_names: list[str] | None = None, **kwargs: Any
    ) -> list[str]:
        found: list[str] = super()._constraint_names(model, column_names, **kwargs)  # type: ignore[misc]
        if not found and column_names:
            wider = ["province_id", *column_names]
            found = super()._constraint_names(model, wider, **kwargs)  # type: ignore[misc]
        return found


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor
