"""What the scope adds to a request, counted in statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import HostClient

pytestmark = pytest.mark.urls("tests.tenancy.urls")


@pytest.fixture
def browser(two_provinces) -> HostClient:
    browser = HostClient(two_provinces[0])
    browser.get("/wall-test/count/")  # the host is known from here on, and the connection open
    return browser


def statements(act) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"].split("(")[0].strip() for query in captured]


READ = ["BEGIN", "SELECT set_config", "SET TRANSACTION READ ONLY"]


def test_reading_costs_four_statements_more_than_its_own(browser):
    seen = statements(lambda: browser.get("/wall-test/count/"))
    assert seen[:3] == READ
    assert seen[3].startswith("SELECT COUNT")
    assert seen[4:] == ["COMMIT"]


def test_writing_costs_four_statements_more_than_its_own(browser):
    seen = statements(lambda: browser.post("/wall-test/write/"))
    assert seen[:2] == READ[:2]
    assert not {"BEGIN", "COMMIT", "ROLLBACK", "SET TRANSACTION READ ONLY"} & set(seen[1:-1])
    assert seen[-2:] == ["SET CONSTRAINTS ALL IMMEDIATE", "COMMIT"]


def test_a_refusal_costs_a_rollback_and_three_statements_more(browser):
    seen = statements(lambda: browser.post("/wall-test/answer/500/"))
    assert seen[-1] == "ROLLBACK"
    browser.raise_request_exception = False
    seen = statements(lambda: browser.post("/wall-test/fail/409/"))
    assert seen[seen.index("ROLLBACK") :][:4] == ["ROLLBACK", *READ]


def test_no_page_asks_whether_its_connection_is_alive(browser):
    """`SELECT 1` is not in the log of statements, so the switch itself is looked at."""
    assert connection.settings_dict["CONN_HEALTH_CHECKS"] is False
    assert connection.settings_dict["CONN_MAX_AGE"] is None
