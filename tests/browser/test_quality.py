"""A classification as its people see it: who classes at a desk, the official on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import PHONE, People, picture
from tests.browser.test_pages import ROW, barriers, open_everything

pytestmark = pytest.mark.browser
LIST = "/dieu-hanh/xep-loai/"
FIGURE = "td.num a"


def follow(page: Page, link: str) -> str:
    """The page behind the first such link; its address."""
    page.goto(page.locator(link).first.get_attribute("href") or "")
    open_everything(page)
    return page.url


def test_the_pages_of_a_round_have_no_barrier(people: People) -> None:
    """With rows on each: the round, a sheet that waits to be classed, what is behind a figure."""
    found = {}
    page = people.page("lanhdao", LIST)
    page.goto(page.locator("tbody tr", has_text="Công chức").locator("th a").get_attribute("href"))
    address = page.url
    people_in_it = page.locator("table.list tbody tr")
    assert people_in_it.count() > 1
    picture(page, "quality-round", whole=True)
    found[address] = barriers(page)
    waiting = people_in_it.filter(has_text="Chờ").locator("th a")
    page.goto(waiting.first.get_attribute("href") or "")
    expect(page.locator("#class [name=comment]")).to_be_visible()
    found[page.url] = barriers(page)
    page.goto(address)
    found[follow(page, FIGURE)] = barriers(page)
    expect(page.locator("table.list tbody tr").first).to_be_visible()
    assert {url: faults for url, faults in found.items() if faults} == {}


def test_an_official_reads_his_own_sheet_on_a_phone_and_nobody_elses(people: People) -> None:
    page = people.page("chuyenvien", f"{LIST}cua-toi/", width=PHONE)
    own = follow(page, ROW)
    expect(page.locator("main")).to_contain_text("Hệ thống đề xuất")
    picture(page, "quality-sheet-phone", whole=True)
    assert barriers(page) == []
    follow(page, FIGURE)
    assert barriers(page) == []
    colleague = people.page("motcua", own)
    assert colleague.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == 404
