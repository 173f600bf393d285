"""No page is forgotten by the tests of the browser; nothing here opens one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

from tests.browser.pages import NO_PAGES, PAGES


def addresses(patterns: Any, before: str = "/") -> Iterator[str]:
    """Every address without arguments but those of the admin."""
    for each in patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            if each.namespace != "admin":
                yield from addresses(each.url_patterns, path)
        elif "<" not in path:
            yield path


def is_no_page(path: str) -> bool:
    return any(path.startswith(known) for group in NO_PAGES.values() for known in group)


def test_every_page_is_looked_at_or_said_to_be_none() -> None:
    seen = {path.partition("?")[0] for _who, path in PAGES}
    forgotten = {
        path for path in addresses(get_resolver().url_patterns)
        if path not in seen and not is_no_page(path)
    }  # fmt: skip
    assert forgotten == set()


def test_what_is_said_to_be_no_page_is_there() -> None:
    known = list(addresses(get_resolver().url_patterns))
    gone = {
        each for group in NO_PAGES.values() for each in group
        if not any(path.startswith(each) for path in known)
    }  # fmt: skip
    assert gone == set()
