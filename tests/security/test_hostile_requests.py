"""Whatever is sent to whatever address: an answer, never a fault of the server.

Each address is asked by people who may do much, because a page that turns somebody away has not
read what he sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import NoReverseMatch

from tests.conftest import HostClient
from tests.test_access import NAMES, ROUTES, World, address, open_world

PEOPLE = ("superuser", "clerk")
HOSTILE = ("a\0b", "9" * 40, "²", "31/02/2026")
FIELDS = ("q", "don_vi", "tinh_trang", "after", "before", "xem", "next", "unit", "code", "digits",
          "person", "picks", "act", "day", "thu-tuc", "quay", "login", "password", "payload",
          "reason", "on", "step", "version", "form_token", "kinds", "rows", "nam",
          "linh_vuc", "cap")  # fmt: skip

pytestmark = pytest.mark.slow  # two minutes: each address, person and value by itself


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), open_world(tmp_path_factory.mktemp("media")) as world:
        yield world


@pytest.fixture(autouse=True)
def _unblocked(world, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def browser_of(world: World, person: str) -> HostClient:
    """A new one each time: some addresses end the session."""
    return HostClient(world.home).sign_in(getattr(world.town, person))


def fault(ask: Callable[..., Any], *words: Any) -> str:
    """What the server stumbled over, "" when it answered."""
    try:
        ask(*words)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:150]
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_no_value_in_query_or_form_is_a_fault_of_the_server(world, name):
    found = {}
    for person in PEOPLE:
        browser = browser_of(world, person)
        for value in HOSTILE:
            data = dict.fromkeys(FIELDS, value)
            found[person, "GET", value] = fault(browser.get, address(name), data)
            if name != "account_logout":
                found[person, "POST", value] = fault(browser.post, address(name), data)
    assert not {key: words for key, words in found.items() if words}


@pytest.mark.parametrize("name", [name for name in NAMES if ROUTES[name]])
def test_no_word_in_an_address_is_a_fault_of_the_server(world, name):
    browser = browser_of(world, "superuser")
    found = {}
    for argument in ROUTES[name]:
        for value in HOSTILE:
            try:
                where = address(name, {argument: value})
            except NoReverseMatch:
                continue
            for ask in (browser.get, browser.post):
                found[argument, value] = fault(ask, where)
    assert not {key: words for key, words in found.items() if words}
