"""A form that saves itself never fails silently: each cause has its sentence, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.people import PATIENCE, People, pdf_file
from tests.browser.server import Portal
from tests.browser.test_pages import barriers

pytestmark = pytest.mark.browser
FORMS = "/xep-hang/tu-danh-gia/"
HTMX = "**/htmx-2.min*.js"
# a second request of the first form waits behind the one under way
WAITS = "document.querySelector('.criterion form')['htmx-internal-data'].queuedRequests?.length"
PROVOKED = "status of (403|500|503)|Error Code|ERR_|htmx:|Failed to"


@pytest.fixture
def page(people: People) -> Iterator[Page]:
    """The officer of the ward on the first area of this year's form, in a browser of its own: a
    clock that a test has stopped stands still for every later page of that browser."""
    found = people.page("danhgia", FORMS)
    found.locator("table.list tbody th a").first.click()
    found.locator("#areas tbody th a").first.click()
    expect(found.locator(".criterion").first).to_be_visible()
    yield found
    found.context.close()
    del people.contexts["danhgia", "H32"]
    people.forgive(PROVOKED)


def card(page: Page, place: int = 0) -> Locator:
    return page.locator(".criterion").nth(place)


def write(page: Page, words: str, place: int = 0) -> None:
    """Type an explanation and leave the box."""
    box = card(page, place).locator("textarea")
    box.fill(words)
    box.blur()


def line(page: Page, place: int = 0) -> Locator:
    return card(page, place).locator("[data-autosave-line]")


def until(page: Page, is_so: Callable[[], object]) -> None:
    """Let the page go on until that is so."""
    for _each in range(PATIENCE // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


def is_guarded(page: Page) -> bool:
    """Whether leaving asks first."""
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    here = page.url
    page.evaluate("setTimeout(() => { location.href = '/viec/'; }, 0)")
    until(page, lambda: asked or page.url != here)
    return asked == ["beforeunload"]


def test_what_is_typed_is_unsaved_then_saved_with_its_time(page: Page) -> None:
    card(page).locator("textarea").fill("")
    card(page).locator("textarea").press_sequentially("Đang gõ")
    expect(line(page)).to_have_text("Có thay đổi chưa lưu", use_inner_text=True)
    assert is_guarded(page)
    card(page).locator("textarea").blur()
    expect(line(page)).to_contain_text("Đã lưu lúc")
    assert barriers(page) == []
    page.reload()
    expect(card(page).locator("textarea")).to_have_value("Đang gõ")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda route: route.fulfill(status=500, body="x"), "lỗi của hệ thống"),
        (lambda route: route.abort(), "Kiểm tra mạng"),
        (lambda route: route.fulfill(status=403, body="x"), "không còn quyền"),
        (
            lambda route: route.fulfill(status=200, body="<!doctype html><title>Vào</title>"),
            "phiên làm việc đã hết",
        ),
    ],
)
def test_each_cause_has_its_sentence_and_the_next_success_does_not_hide_it(
    page: Page, answer: object, sentence: str
) -> None:
    page.route("**/tieu-chi/**", answer)  # type: ignore[arg-type]
    write(page, f"Nội dung {sentence}")
    expect(line(page)).to_contain_text(sentence)
    page.unroute("**/tieu-chi/**")
    write(page, "Tiêu chí khác", place=1)
    expect(line(page, 1)).to_contain_text("Đã lưu lúc")
    expect(line(page)).to_contain_text(sentence)  # that of the first one stays
    expect(card(page).locator("textarea")).to_have_value(f"Nội dung {sentence}")
    assert is_guarded(page)
    line(page).get_by_role("button").click()
    expect(line(page)).to_contain_text("Đã lưu lúc")


def test_the_network_comes_back_and_what_was_typed_is_saved_by_itself(page: Page) -> None:
    page.context.set_offline(True)
    write(page, "Mất mạng")
    expect(line(page)).to_contain_text("Kiểm tra mạng")
    page.context.set_offline(False)
    expect(line(page)).to_contain_text("Đã lưu lúc")


def test_what_the_portal_could_not_take_for_a_while_is_saved_by_itself(page: Page) -> None:
    page.clock.install()
    page.route("**/tu-danh-gia/**", lambda route: route.fulfill(status=503, body="x"))
    for place in (0, 1):
        write(page, f"Máy chủ tạm dừng {place}", place)
        expect(line(page, place)).to_contain_text("tự lưu khi hệ thống hoạt động lại")
    page.clock.fast_forward(21_000)
    expect(line(page)).to_contain_text("hệ thống tạm dừng")  # it still is: no word of a session
    page.unroute("**/tu-danh-gia/**")
    page.clock.fast_forward(21_000)
    for place in (0, 1):
        expect(line(page, place)).to_contain_text("Đã lưu lúc")


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_when_the_network_is_back(
    page: Page,
) -> None:
    """Several forms wait; each is sent once, and the one that is stale is told so."""
    page.route("**/tieu-chi/**", lambda route: route.abort())
    for place in (0, 1):
        write(page, f"Mất mạng {place}", place)
        expect(line(page, place)).to_contain_text("Kiểm tra mạng")
    other = page.context.new_page()
    other.goto(page.url)
    write(other, "Người khác đã lưu", 1)
    expect(line(other, 1)).to_contain_text("Đã lưu lúc")
    sent: list[str] = []
    page.unroute("**/tieu-chi/**")
    page.on("request", lambda request: sent.append(request.method))
    for _twice in range(2):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    line(page).get_by_role("button").click()  # who does not wait presses, too
    expect(line(page)).to_contain_text("Đã lưu lúc")
    expect(line(page, 1)).to_contain_text("Chưa lưu được")
    assert sent.count("POST") == 2  # each form once
    other.reload()
    expect(card(other, 1).locator("textarea")).to_have_value("Người khác đã lưu")
    expect(card(page, 1).locator("textarea")).to_have_value("Mất mạng 1")
    other.close()


def test_what_waited_behind_a_stale_answer_is_not_sent_over_the_newer_one(page: Page) -> None:
    second = page.context.new_page()
    second.goto(page.url)
    write(page, "Của người khác")
    expect(line(page)).to_contain_text("Đã lưu lúc")
    held: list[Route] = []
    second.route("**/tieu-chi/**", lambda route: held.append(route), times=1)
    write(second, "Của tôi")
    expect(line(second)).to_contain_text("Đang lưu")
    write(second, "Của tôi, gõ tiếp")
    until(second, lambda: second.evaluate(WAITS))
    held[0].continue_()
    expect(line(second)).to_contain_text("Chưa lưu được")
    expect(card(second).locator(".saved")).to_contain_text("Của người khác")
    expect(card(second).locator("textarea")).to_have_value("Của tôi, gõ tiếp")
    card(second).locator(".buttons .btn").first.click()  # having compared
    expect(line(second)).to_contain_text("Đã lưu lúc")
    second.close()


def sign_out(context: BrowserContext) -> Page:
    other = context.new_page()
    other.goto("/tai-khoan/")
    other.locator(".user-menu summary").click()
    other.get_by_role("button", name="Đăng xuất").click()
    other.wait_for_load_state()
    return other


def sign_in(tab: Page, portal: Portal, name: str) -> None:
    tab.goto("/dang-nhap/")
    tab.fill("[name=login]", name)
    tab.fill("[name=password]", portal.password)
    tab.press("[name=password]", "Enter")
    tab.wait_for_url("**/viec/")


def test_after_signing_in_again_in_another_tab_one_press_saves_it(
    page: Page, portal: Portal
) -> None:
    tab = sign_out(page.context)
    write(page, "Phiên đã hết")
    expect(line(page)).to_contain_text("phiên làm việc đã hết")
    line(page).get_by_role("button").click()
    expect(line(page)).to_contain_text("phiên làm việc đã hết")  # still
    sign_in(tab, portal, "lanhdao")
    line(page).get_by_role("button").click()
    expect(line(page)).to_contain_text("người khác")  # not under another's name
    sign_out(page.context)
    sign_in(tab, portal, "danhgia")
    line(page).get_by_role("button").click()
    expect(line(page)).to_contain_text("Đã lưu lúc")
    tab.close()


def test_a_lost_token_is_fetched_again(page: Page) -> None:
    page.context.clear_cookies(name="csrf")
    write(page, "Mất mã")
    expect(line(page)).to_contain_text("phiên làm việc đã hết")
    line(page).get_by_role("button").click()
    expect(line(page)).to_contain_text("Đã lưu lúc")


def test_of_two_tabs_the_second_is_told_who_saved_what(page: Page) -> None:
    second = page.context.new_page()
    second.goto(page.url)
    write(page, "Thẻ thứ nhất")
    expect(line(page)).to_contain_text("Đã lưu lúc")
    write(second, "Thẻ thứ hai")
    expect(line(second)).to_contain_text("Chưa lưu được")
    expect(card(second).locator(".saved")).to_contain_text("Thẻ thứ nhất")
    expect(card(second).locator("textarea")).to_have_value("Thẻ thứ hai")
    card(second).locator(".buttons .btn").first.click()  # having compared
    expect(line(second)).to_contain_text("Đã lưu lúc")
    second.close()


def test_a_refused_act_is_told_beside_the_criterion(page: Page) -> None:
    def locked(route: Route) -> None:
        body = '<div class="note"><svg></svg><div>Phiếu đã nộp. <a href="">x</a></div></div>'
        route.fulfill(status=409, body=body)

    page.route("**/tieu-chi/**", locked)
    write(page, "Nộp trong lúc gõ")
    expect(line(page)).to_have_text("Phiếu đã nộp.", use_inner_text=True)
    expect(card(page).locator("textarea")).to_have_value("Nộp trong lúc gõ")


@pytest.mark.parametrize("typed", ["-1", "1.234,5", "ba", "99999"])
def test_a_figure_that_cannot_be_is_told_and_stays_in_its_box(page: Page, typed: str) -> None:
    box = card(page).locator(".input-number").first
    box.fill(typed)
    box.blur()
    expect(line(page)).to_contain_text("Chưa lưu được")
    expect(card(page).locator(".saved .note-error")).to_contain_text(typed)
    expect(box).to_have_value(typed)
    assert is_guarded(page)


def test_whoever_stays_in_the_box_is_saved_after_a_while(page: Page) -> None:
    card(page).locator("textarea").fill("Vẫn đang ở trong ô")
    expect(line(page)).to_contain_text("Đã lưu lúc")


@contextmanager
def before_its_scripts(page: Page, path: str) -> Iterator[None]:
    """The page can be seen and filled in; its scripts come when the block is done."""
    held: list[Route] = []
    page.route(HTMX, lambda route: held.append(route))
    page.goto(path, wait_until="commit")
    yield
    assert held, "the page did not wait for its scripts"
    held[0].continue_()
    page.unroute(HTMX)


def test_what_is_typed_before_the_scripts_are_there_is_saved_too(page: Page) -> None:
    with before_its_scripts(page, page.url):
        write(page, "Gõ sớm")
    expect(line(page)).to_contain_text("Đã lưu lúc")
    page.reload()
    expect(card(page).locator("textarea")).to_have_value("Gõ sớm")


def test_a_file_chosen_before_the_scripts_are_there_is_uploaded_once(
    page: Page, tmp_path: Path
) -> None:
    card(page).get_by_role("link", name="Thêm tài liệu").click()
    expect(page.locator("#upload")).to_contain_text("tối đa 20 MB")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    with before_its_scripts(page, page.url):
        page.locator("#upload input[type=file]").set_input_files(pdf_file(tmp_path, "sớm.pdf"))
    files = page.locator("#evidence .files")
    expect(files).to_contain_text("sớm.pdf")
    assert sent.count("POST") == 1


def test_a_file_is_uploaded_as_soon_as_it_is_chosen(page: Page, tmp_path: Path) -> None:
    card(page).get_by_role("link", name="Thêm tài liệu").click()
    expect(page.locator("#upload")).to_contain_text("tối đa 20 MB")
    page.locator("#upload input[type=file]").set_input_files(pdf_file(tmp_path, "báo cáo.pdf"))
    expect(page.locator("#evidence .files")).to_contain_text("báo cáo.pdf")
    assert barriers(page) == []
    liar = tmp_path / "giả.pdf"
    liar.write_bytes(b"MZ no paper")
    page.locator("#upload input[type=file]").set_input_files(str(liar))
    expect(page.locator("#upload")).to_contain_text("giả.pdf")
    page.locator("#evidence .files form button").first.click()
    expect(page.locator("#messages")).not_to_be_empty()
