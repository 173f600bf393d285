"""The unit's side of the ranking: its pages bar nobody, and a colleague fills in what is his."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import People
from tests.browser.test_pages import barriers, open_everything

pytestmark = pytest.mark.browser
FORMS = "/xep-hang/tu-danh-gia/"
CODE, AREA = "8.8", "8/"  # a criterion that no other test looks at
COLLEAGUE = "chuyenvien1.149"
DESK = {"width": 1280, "height": 900}


def overview(people: People, who: str) -> Page:
    page = people.page(who, FORMS)
    page.locator("table.list tbody th a").first.click()
    expect(page.locator("h1")).not_to_contain_text("Tự đánh giá")
    return page


def card(page: Page) -> Locator:
    return page.locator(".criterion", has_text=f"{CODE}.").first


@pytest.mark.parametrize("path", ["", "1/", "6/", "xem-lai/", "neu-dat/"])
def test_a_page_of_the_form_has_no_barrier(people: People, path: str) -> None:
    page = overview(people, "danhgia")
    page.goto(page.url + path)
    open_everything(page)
    assert barriers(page) == []


def test_a_criterion_is_given_to_a_colleague_who_fills_it_in_and_is_taken_back(
    people: People,
) -> None:
    page = overview(people, "danhgia")
    form = page.url
    page.goto(form + AREA)
    card(page).get_by_role("link", name=f"Giao đồng nghiệp nhập {CODE}").click()
    open_everything(page)
    assert barriers(page) == []
    page.set_viewport_size(DESK)
    page.get_by_label("Tìm đồng nghiệp").fill(COLLEAGUE)
    page.get_by_label("Tìm đồng nghiệp").press("Enter")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("radio").check()
    page.get_by_role("button", name="Giao", exact=True).click()
    expect(card(page)).to_contain_text(f"Đã giao {CODE} cho")
    fills_in(people, form)
    page.goto(form + AREA)
    expect(card(page).locator("textarea")).to_have_value("Đồng nghiệp nhập")
    card(page).get_by_role("link", name=f"Đã giao {CODE} cho").click()
    page.get_by_role("button", name="Thu lại").click()
    expect(card(page)).to_contain_text(f"Giao đồng nghiệp nhập {CODE}")


def fills_in(people: People, form: str) -> None:
    """He sees this criterion and no other, and his pages bar nobody either."""
    page = people.page(COLLEAGUE, "/viec/")
    page.get_by_role("link", name="Tiêu chí được giao").click()
    page.goto(form)
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    assert barriers(page) == []
    page.set_viewport_size(DESK)
    page.locator("table.list tbody th a").click()
    expect(page.locator(".criterion")).to_have_count(1)
    card(page).locator("textarea").fill("Đồng nghiệp nhập")
    card(page).locator("textarea").blur()
    expect(card(page).locator("[data-autosave-line]")).to_contain_text("Đã lưu lúc")
    assert barriers(page) == []
    page.close()
