"""The touch screen in a hall, touched: one person after the other, and nothing is left."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import People, picture
from tests.browser.server import Portal
from tests.browser.test_pages import overflow, shows, violations

pytestmark = pytest.mark.browser

KIOSK = "/kiosk/H32.00.01/"
UPRIGHT, LYING = {"width": 1080, "height": 1920}, {"width": 1280, "height": 800}
SMALLEST = 64
# Everything that can be touched, with its size; a box to tick is touched by its label.
SMALL = """least => [...document.querySelectorAll('a[href], button, input, select, summary')]
  .filter((e) => e.type !== 'hidden' && !e.classList.contains('skip') && e.checkVisibility())
  .map((e) => e.type === 'radio' ? e.closest('label') : e)
  .filter((e) => Math.min(e.offsetHeight, e.offsetWidth) < least)
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def screen(people: People, chromium: Browser, portal: Portal) -> Iterator[Page]:
    """A kiosk at its start page, whose clock the test moves."""
    context = chromium.new_context(base_url=portal.address(), viewport=UPRIGHT, has_touch=True)
    context.on("console", people._console)
    context.on("weberror", lambda error: people.complaints.append(str(error.error)))
    page = context.new_page()
    page.clock.install()
    page.goto(KIOSK)
    yield page
    context.close()


def tap_number(page: Page, number: str) -> None:
    page.locator(".tile").first.tap()
    for digit in number:
        page.locator(f"[data-key='{digit}']").tap()
    page.locator("form.pad .button").tap()


def scan(page: Page, portal: Portal, **wanted: int) -> str:
    """A scanner types the address of a slip, wherever the focus is; the dossier's code."""
    found = portal.dossier(province="H32", **wanted)
    page.keyboard.type(portal.address() + found["lookup_path"])
    page.keyboard.press("Enter")
    return str(found["code"])


def test_a_number_is_tapped_and_after_a_minute_everything_is_gone(
    screen: Page, portal: Portal
) -> None:
    waiting = portal.dossier(province="H32", status=5)
    tap_number(screen, waiting["lookup_number"][:3] + "0")
    screen.locator("[data-key='back']").tap()
    expect(screen.locator("#id_code")).to_have_value(waiting["lookup_number"][:3])
    screen.locator("[data-key='clear']").tap()
    expect(screen.locator("#id_code")).to_have_value("")
    screen.goto(KIOSK)
    tap_number(screen, waiting["lookup_number"])
    expect(screen.locator("h1")).to_contain_text(waiting["code"])
    assert screen.url.endswith(f"{KIOSK}kq/")
    picture(screen, "kiosk-result")
    screen.clock.run_for(41_000)
    closing = screen.get_by_role("alertdialog")
    expect(closing).to_be_visible()
    assert violations(screen) == []
    closing.get_by_role("button").tap()  # more time
    expect(closing).to_be_hidden()
    screen.clock.run_for(41_000)
    expect(closing).to_be_visible()
    screen.clock.run_for(20_000)
    screen.wait_for_url(re.compile(rf"{KIOSK}$"))
    for step in ("go_back", "go_back", "go_back", "go_forward", "go_forward"):
        getattr(screen, step)()
        expect(screen.locator("body")).not_to_contain_text(waiting["code"])
        for box in screen.locator("input:not([type=hidden])").all():
            expect(box).to_have_value("")


def test_a_scanner_types_wherever_the_focus_is_and_the_slip_opens_the_rating(
    screen: Page, portal: Portal
) -> None:
    screen.locator("h1").tap()
    code = scan(screen, portal, status=10)
    expect(screen.locator("h1")).to_contain_text(code)
    screen.get_by_role("link", name="Đánh giá").tap()
    expect(screen.locator("fieldset")).to_have_count(4)
    for question in screen.locator("fieldset").all():
        question.locator("label").first.tap()
    screen.locator("form.answers .button").tap()
    screen.wait_for_url(f"**{KIOSK}danh-gia/xong/")
    screen.go_back()
    expect(screen.locator("body")).not_to_contain_text(code)


def test_a_code_asks_for_its_digits_on_the_pad(screen: Page, portal: Portal) -> None:
    found = portal.dossier(province="H32", status=4)
    screen.goto(f"{KIOSK}tra-cuu/")
    screen.keyboard.type(found["code"])
    screen.keyboard.press("Enter")
    expect(screen.locator("#id_digits")).to_be_visible()
    for digit in found["second_factor"]:
        screen.locator(f"[data-key='{digit}']").tap()
    screen.locator("form.pad .button").tap()
    expect(screen.locator("h1")).to_contain_text(found["code"])
    expect(screen.locator(".steps")).to_have_count(0)


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_everything_is_large_enough_for_a_finger_and_without_barriers(
    screen: Page, portal: Portal, size: dict[str, int]
) -> None:
    screen.set_viewport_size(size)
    faults = {}
    for part in (
        "", "tra-cuu/", "thu-tuc/", "thu-tuc/?linh-vuc=Công chứng", "thu-tuc/1.014833/",
        "danh-gia/", "danh-gia/xong/", "scanned", "danh-gia/",
    ):  # fmt: skip
        if part == "scanned":
            screen.goto(KIOSK)
            scan(screen, portal, status=9)
            screen.wait_for_url("**/kq/")
        else:
            screen.goto(f"{KIOSK}{part}")
        expect(screen.locator("h1")).to_have_count(1)
        found = [*screen.evaluate(SMALL, SMALLEST), *violations(screen)]
        if found or overflow(screen) > 0:
            faults[screen.url] = [*found, overflow(screen)]
    assert faults == {}


def test_it_works_without_javascript_and_goes_back_by_itself(
    chromium: Browser, portal: Portal
) -> None:
    found = portal.dossier(province="H32", status=5)
    context = chromium.new_context(base_url=portal.address(), java_script_enabled=False)
    page = context.new_page()
    page.goto(KIOSK)
    page.locator(".tile").first.click()
    expect(page.locator(".keypad")).to_be_hidden()
    page.fill("#id_code", found["lookup_number"])
    page.locator("form.pad .button").click()
    expect(page.locator("h1")).to_contain_text(found["code"])
    waits = page.content()
    assert 'content="60; url=' in waits
    page.route("**/som/", shows(waits.replace('content="60; url=', 'content="1; url=')))
    page.goto("/som/")  # the same page, which waits one second and not sixty
    page.wait_for_url(re.compile(rf"{KIOSK}$"))
    page.goto(f"{KIOSK}kq/")
    expect(page.locator("body")).not_to_contain_text(found["code"])
    context.close()


def test_the_start_page_of_a_kiosk_for_the_tour(screen: Page) -> None:
    screen.set_viewport_size(LYING)
    expect(screen.locator(".tile")).to_have_count(3)
    picture(screen, "kiosk")
