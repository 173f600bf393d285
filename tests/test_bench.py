"""The rows that `bin/bench` writes past the models still fit the tables."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db.models import NOT_PROVIDED

from bench import document_rows, task_rows

INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]+)\)")
WRITTEN = [
    found.groups()
    for made in (document_rows, task_rows)
    for name, statement in sorted(vars(made).items())
    if isinstance(statement, str) and not name.startswith("_")
    for found in INSERT.finditer(statement)
]


@pytest.mark.parametrize(("table", "columns"), WRITTEN)
def test_each_column_that_must_be_told_is_told(table, columns):
    (model,) = [each for each in apps.get_models() if each._meta.db_table == table]
    told = {each.strip().strip('"') for each in columns.split(",")}
    known = {field.column: field for field in model._meta.concrete_fields}
    assert told <= set(known)
    needed = {
        name for name, field in known.items()
        if not field.null and field.db_default is NOT_PROVIDED and not field.primary_key
    }  # fmt: skip
    assert needed <= told
