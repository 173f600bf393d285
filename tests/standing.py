"""Rows that the tests of one file share: written once, and each test goes back to them.

A file names them by a function `stand()`, which runs in the scope of the home province, and asks
for the fixture `standing`. They live in a transaction that is never committed; each test is a
savepoint in it and gets copies of the objects. For what is dear to make and only read or changed
through the test's own connection: not for races, and not where another login has to look at it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from tenancy.models import Province
from tenancy.scope import tenant_scope


@contextmanager
def never_committed() -> Iterator[None]:
    """A transaction around those of the tests, as Django's own `setUpTestData` has it."""
    block = transaction.atomic()
    block._from_testcase = True  # the scope of a province may begin inside
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def _stood(request: pytest.FixtureRequest, django_db_setup, django_db_blocker) -> Iterator[Any]:
    block = never_committed()
    with django_db_blocker.unblock():
        block.__enter__()
        with translation.override("en"), tenant_scope(Province.objects.get(code="H32")):
            made = request.module.stand()
        connection.check_constraints()  # now, not at the end of each test
    yield made
    with django_db_blocker.unblock():
        block.__exit__(None, None, None)


@pytest.fixture
def standing(_stood: Any, db: None) -> Any:
    """What `stand()` made, for this test to change."""
    return copy.deepcopy(_stood)
