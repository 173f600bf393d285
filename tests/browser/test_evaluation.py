"""The monthly evaluation as its people see it: the official on a phone, the head, the province."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import PHONE, People, picture
from tests.browser.test_pages import barriers, violations

pytestmark = pytest.mark.browser
LIST = "/dieu-hanh/danh-gia/"


def first_sheet(people: People, who: str, filters: str) -> Page:
    page = people.page(who, f"{LIST}?{filters}")
    assert violations(page) == []
    page.locator("table.list tbody th a").first.click()
    expect(page.locator("h1")).to_contain_text("Đánh giá")
    return page


def test_a_head_reads_a_confirmed_sheet_and_what_is_behind_a_figure(people: People) -> None:
    page = first_sheet(people, "lanhdao", "tinh-trang=confirmed")
    expect(page.locator("main")).to_contain_text("Đã xác nhận")
    picture(page, "evaluation")
    link = page.locator("td.num a").first
    value = int(link.inner_text())
    path = link.get_attribute("href")
    assert barriers(page) == []
    behind = people.page("lanhdao", path or "")
    expect(behind.locator("table.list tbody tr")).to_have_count(min(value, 25))
    assert barriers(behind) == []


def test_an_official_reads_his_own_row_on_a_phone(people: People) -> None:
    page = people.page("chuyenvien", "/viec/", width=PHONE)
    page.locator(".user-menu summary").click()
    page.get_by_role("link", name="Đánh giá của tôi").click()
    page.locator("table.list tbody th a").first.click()
    expect(page.locator("main")).to_contain_text("Có trách nhiệm")
    picture(page, "evaluation-phone")
    assert barriers(page) == []
    path = page.url
    colleague = people.page("motcua", path)
    assert colleague.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == 404


def test_the_province_decides_on_the_heads_of_an_agency(people: People) -> None:
    page = first_sheet(people, "lanhdao.tinh", "loai=leaders&tinh-trang=open")
    sheet = page.url
    page.locator("table.list tbody th a").first.click()
    proposed = page.locator("[name=grade]").input_value()
    other = "good" if proposed != "good" else "fulfilled"
    page.locator("[name=grade]").select_option(other)
    page.locator("main form .buttons button").click()
    expect(page.locator(".error-summary")).to_contain_text("khác với đề xuất")
    assert violations(page) == []
    page.locator("[name=reason]").fill("Trực tiếp giải quyết hồ sơ khó")
    page.locator("[name=comment]").fill("Điều hành tốt")
    page.locator("main form .buttons button").click()
    page.wait_for_url(sheet)
    accept = page.get_by_role("button", name="Xếp loại theo đề xuất")
    if accept.count():  # an agency with several heads
        accept.click()
    page.get_by_role("button", name="Xác nhận bảng đánh giá").click()
    expect(page.locator("main")).to_contain_text("Đã xác nhận")
    expect(page.get_by_role("button", name="Xác nhận bảng đánh giá")).to_have_count(0)
