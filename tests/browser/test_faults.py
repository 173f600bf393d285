"""What people see when something around them breaks, and walls tried with a real cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import People
from tests.browser.server import Portal

pytestmark = pytest.mark.browser


@pytest.fixture
def without_redis(portal: Portal) -> Iterator[None]:
    portal.broker.stop()
    yield
    portal.broker.start()


def test_without_redis_pages_open_and_acts_pass(
    people: People, portal: Portal, without_redis: None
) -> None:
    code = portal.dossier(province="H32", procedure="2.000815", status=2)["code"]
    page = people.page("lanhdao", "/ho-so/")
    expect(page.locator("table.list tbody tr").first).to_be_visible()
    page.goto(f"/ho-so/{code}/")
    page.locator(".note-form textarea").fill("Ghi chú khi Redis dừng")
    page.locator(".note-form button").click()
    expect(page.locator("#timeline")).to_contain_text("Ghi chú khi Redis dừng")
    citizen = people.page("", "/tra-cuu/")
    citizen.fill("[name=code]", code)
    citizen.locator("form.card button").click()
    expect(citizen.locator("h1")).to_be_visible()


def filter_by(page: Page, words: str) -> None:
    page.locator(".filters [name=q]").fill(words)
    page.locator(".filters button").click()


def test_a_session_that_ended_in_another_tab_says_so_and_keeps_what_was_typed(
    people: People,
) -> None:
    page = people.page("chuyenvien2.04", "/ho-so/")
    other = people.page("chuyenvien2.04", "/viec/")
    other.locator(".user-menu summary").click()
    other.get_by_role("button", name="Đăng xuất").click()
    other.wait_for_load_state()
    people.contexts.pop(("chuyenvien2.04", "H32"))
    filter_by(page, "nguyen")
    expect(page.locator("#failure")).to_contain_text("Phiên")
    expect(page.locator(".filters [name=q]")).to_have_value("nguyen")
    page.context.close()
    people.forgive("status of 403|Error Code 403|htmx:")


def test_without_a_network_the_page_says_so_and_goes_on_later(people: People) -> None:
    page = people.page("lanhdao", "/ho-so/")
    page.context.set_offline(True)
    filter_by(page, "nguyen")
    expect(page.locator("#failure")).to_contain_text("mạng")
    page.context.set_offline(False)
    page.locator(".filters button").click()
    expect(page.locator("#failure")).to_be_hidden()
    page.wait_for_url("**q=nguyen**")
    people.forgive("ERR_INTERNET_DISCONNECTED|htmx:")


def test_leaving_a_form_with_unsaved_words_asks_first(people: People, portal: Portal) -> None:
    code = portal.dossier(province="H32", procedure="2.000815", status=2)["code"]
    page = people.page("lanhdao", f"/ho-so/{code}/dung/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#id_reason").press_sequentially("Lý do")
    page.locator(".brand").click()
    expect(page.locator("#id_reason")).to_have_value("Lý do")
    assert asked == ["beforeunload"]


def test_a_double_click_sends_one_act(people: People, portal: Portal) -> None:
    code = portal.dossier(province="H32", procedure="2.000815", status=2)["code"]
    page = people.page("lanhdao", f"/ho-so/{code}/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    page.locator(".note-form textarea").fill("Bấm hai lần")
    page.locator(".note-form button").dblclick()
    expect(page.locator("#timeline")).to_contain_text("Bấm hai lần")
    assert len(sent) == 1


def test_a_cookie_of_one_province_opens_nothing_in_the_other(people: People) -> None:
    home = people.context("lanhdao")
    away = people.context("", province="H44")
    for cookie in home.cookies():
        away.add_cookies([{**cookie, "domain": "h44.localhost"}])
    page = away.new_page()
    page.goto("/viec/")
    expect(page).to_have_url(re.compile("/dang-nhap/"))
    away.clear_cookies()


def test_a_dossier_of_another_unit_is_not_there(people: People, portal: Portal) -> None:
    code = portal.dossier(province="H32", unit="H32.04", status=5)["code"]
    context = people.context("chuyenvien1.23")
    for missing in (code, "H32.04-260101-9999"):
        page = context.new_page()
        answer = page.goto(f"/ho-so/{missing}/")
        assert answer is not None
        assert answer.status == 404
        expect(page.locator("main")).not_to_contain_text("Sở Y tế")


def test_a_forged_id_in_a_bulk_act_changes_nothing(people: People, portal: Portal) -> None:
    page = people.page("lanhdao", "/ho-so/")
    box = page.locator("[name=picks]").first
    box.check()
    box.evaluate("box => { box.value = '1:1'; }")
    with page.expect_navigation():
        page.locator(".bulk-bar [value=assign]").click()
    expect(page.locator("main")).to_be_visible()
    assert page.locator("main form input[name=picks]").count() == 0
