"""--few-cases: what bin/test fast takes of a test with many cases; the whole run takes them all."""

from __future__ import annotations

from collections import defaultdict

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--few-cases",
        action="store_true",
        help="of a test with several cases on the database the first and the last",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("few_cases"):
        left_out = cases_between(items)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def cases_between(items: list[pytest.Item]) -> list[pytest.Item]:
    """The cases of each test but its first and its last. Those of `every_case` all stay, and those
    without a database, which cost nothing."""
    families: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        is_chosen = hasattr(item, "callspec") and not marks & {"slow", "every_case"}
        if is_chosen and "django_db_setup" in item.fixturenames:
            families[item.nodeid.partition("[")[0]].append(item)
    for cases in families.values():
        cases.sort(key=lambda item: sorted(item.callspec.indices.items()))
    return [item for cases in families.values() for item in cases[1:-1]]
