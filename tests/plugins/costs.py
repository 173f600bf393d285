"""What each test costs, and which ones `bin/test fast` leaves to the whole run for it.

    bin/test -n 2 -m "not slow and not browser" --few-cases --note-costs     writes tests/costly.txt

A cost is the processor time of a test and of its own fixtures, children included, the server's
not: it is much the same on a machine that does other things as well.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LIST = Path(__file__).resolve().parent.parent / "costly.txt"
MOST = 0.15  # seconds, of the dearest case; `fast` ends in two minutes on two cores with it
COST = "cost"
began = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cheap", action="store_true", help="without what tests/costly.txt names")
    parser.addoption("--note-costs", action="store_true", help="write tests/costly.txt anew")
    parser.addoption("--costly", type=Path, default=LIST, help="another list than that")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("note_costs"):
        config.pluginmanager.register(Costs())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("cheap"):
        costly = set(config.getoption("costly").read_text().split())
        left_out = [item for item in items if name_of(item.nodeid) in costly]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if name_of(item.nodeid) not in costly]


def name_of(nodeid: str) -> str:
    """Of a test, whatever its case."""
    return nodeid.partition("[")[0]


def spent() -> float:
    """Seconds of processor time so far, of this process and its ended children."""
    return sum(os.times()[:4])


class Costs:
    """Workers measure and put the cost into their reports; who hears all of them writes."""

    def __init__(self) -> None:
        self.of: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        before = spent()
        answer = yield
        if fixturedef.scope == "function":
            request.node.user_properties.append((COST, spent() - before))
        return answer

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        before = spent()
        try:
            return (yield)
        finally:
            item.user_properties.append((COST, spent() - before))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            cost = sum(float(str(value)) for key, value in report.user_properties if key == COST)
            name = name_of(report.nodeid)
            self.of[name] = max(self.of[name], cost)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput"):
            dear = sorted(name for name, cost in self.of.items() if cost > MOST)
            dear = [name for name in dear if not name.startswith("tests/test_")]  # house rules
            session.config.getoption("costly").write_text("".join(f"{name}\n" for name in dear))
