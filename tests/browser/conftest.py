"""Chromium and a portal for it. Where there is no Chromium, these tests say so and are skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import People
from tests.browser.server import Portal, running_portal

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("GOVIT_CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("no Chromium: install it, or name it in GOVIT_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal(chromium: Browser) -> Iterator[Portal]:
    with running_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def _people(chromium: Browser, portal: Portal) -> Iterator[People]:
    people = People(chromium, portal)
    yield people
    people.close()


@pytest.fixture
def people(_people: People) -> Iterator[People]:
    """Everybody's browser. At the end no page may have written an error to its console."""
    _people.complaints.clear()
    yield _people
    for context in _people.contexts.values():
        for page in context.pages:
            page.close(run_before_unload=False)
    assert _people.complaints == []
