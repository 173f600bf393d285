"""A year of the ranking as people do it: from an officer's figure to a citizen's phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import PHONE, People, pdf_file, picture
from tests.browser.test_pages import barriers
from tests.browser.work import appraise

pytestmark = pytest.mark.browser
WIDE = 1280
FORMS, YEARS, CHECKS = "/xep-hang/tu-danh-gia/", "/xep-hang/ky/", "/xep-hang/doi-chieu/"
UNIT, HEAD = "Hòa Trí", "lanhdao.106"  # a form nearly done that no other test looks at
FIGURE, CHECKER = "6.2.1", "27"  # counted by the portal, too; the provincial office checks it
REASON = "Sổ theo dõi chỉ ghi 40 hồ sơ; đề nghị đơn vị đối chiếu lại."


def shown(page: Page, name: str, *, whole: bool = False) -> None:
    """A picture for the tour, of a page that bars nobody at a desk or on a phone."""
    picture(page, f"rank-{name}", whole=whole)
    size = page.viewport_size
    assert barriers(page) == []
    assert size is not None
    page.set_viewport_size(size)


def first_row(people: People, who: str, path: str) -> Page:
    """What the first row of a list leads to: the newest year."""
    page = people.page(who, path, width=WIDE)
    page.locator("table.list tbody th a").first.click()
    page.wait_for_url(re.compile(rf"{path}\d+/$"))
    return page


def row(page: Page, words: str) -> Locator:
    return page.locator("table.list tbody tr", has_text=words).first


def to_top_of(page: Page, what: Locator) -> None:
    what.evaluate("element => element.scrollIntoView({block: 'start', behavior: 'instant'})")


def test_an_officer_fills_in_a_criterion_and_proves_it(people: People, tmp_path: Path) -> None:
    page = first_row(people, "danhgia", FORMS)
    page.locator("#areas tbody th a").nth(2).click()
    card = page.locator(".criterion", has_text="3.5.").first
    reached, of_all = (card.locator(".input-number").nth(place) for place in (0, 1))
    reached.fill("57")
    of_all.fill("60")
    of_all.blur()
    expect(card.locator("[data-autosave-line]")).to_contain_text("Đã lưu lúc")
    expect(card.locator(".saved")).to_contain_text("điểm")
    card.get_by_role("link", name="Thêm tài liệu kiểm chứng của 3.5").click()
    page.locator("#upload input[type=file]").set_input_files(
        pdf_file(tmp_path, "biên bản kiểm kê máy tính.pdf")
    )
    expect(page.locator("#evidence [data-announce]")).to_contain_text("biên bản kiểm kê")
    shown(page, "evidence")
    page.get_by_role("link", name="Về tiêu chí 3.5").click()
    expect(reached).to_have_value("57")
    expect(card.locator(".files")).to_contain_text("biên bản kiểm kê máy tính")
    to_top_of(page, card)
    shown(page, "form")
    page.set_viewport_size({"width": PHONE, "height": 740})
    to_top_of(page, card)
    picture(page, "rank-form-phone")


def test_a_form_goes_from_its_head_to_the_provisional_table(people: People) -> None:
    submit(people)
    give_to_check(people)
    check(people)
    decide(people)
    appraise(people.portal)
    page = first_row(people, "xephang", YEARS)
    page.get_by_role("link", name="Tiến độ kỳ đánh giá").click()
    expect(row(page, UNIT)).to_contain_text("Đang thẩm định")
    shown(page, "matrix")
    page = first_row(people, "xephang", YEARS)
    page.get_by_role("link", name="Kết quả", exact=True).click()
    ranked = row(page, "Đại Lãnh")
    expect(ranked.locator("td").last).to_have_text("1")
    expect(row(page, UNIT).locator("td").last).to_have_text("–")  # not decided to the end
    shown(page, "provisional")


def submit(people: People) -> None:
    """The head reads what is missing and signs."""
    page = first_row(people, HEAD, FORMS)
    page.get_by_role("link", name="Xem lại và nộp").click()
    expect(page.locator(".note-warning")).to_contain_text("3.6")
    shown(page, "review")
    page.locator("#with_gaps").check()
    page.get_by_role("button", name="Ký và nộp").click()
    expect(page.locator("#messages")).not_to_be_empty()
    expect(page.locator("main")).to_contain_text("Đã nộp")
    page.close()


def give_to_check(people: People) -> None:
    """The manager gives one criterion to the department that knows."""
    page = first_row(people, "xephang", YEARS)
    page.get_by_role("link", name="Đối chiếu số liệu").click()
    box = row(page, f"{FIGURE}.").get_by_label(f"Cơ quan đối chiếu {FIGURE}")
    box.select_option(label="Văn phòng Ủy ban nhân dân tỉnh")
    page.locator("#who form button").click()
    expect(page.locator("#messages")).not_to_be_empty()
    expect(page.locator("#far")).to_contain_text(FIGURE)
    page.close()


def check(people: People) -> None:
    """The department confirms what the unit declares."""
    page = first_row(people, f"lanhdao.{CHECKER}", CHECKS)
    for unit in (UNIT, "Sở Nội vụ"):
        row(page, unit).get_by_role("button").click()
        expect(row(page, unit)).to_contain_text("đã xác nhận")
    page.locator("[data-bulk-all]").check()  # those that are left: the bar comes with them
    expect(page.locator(".bulk-bar")).to_be_visible()
    page.locator("[data-bulk-clear]").click()
    shown(page, "check")
    page.close()


def decide(people: People) -> None:
    """An appraiser sees unit, portal and department side by side, and takes another figure."""
    page = people.page("giamsat", YEARS, width=WIDE)
    page.locator("table.list tbody th a").first.click()
    page.get_by_role("link", name="Tiến độ kỳ đánh giá").click()
    row(page, UNIT).locator("th a").click()
    page.get_by_role("link", name=f"{FIGURE}.").click()
    expect(page.locator("#sides tbody tr")).to_have_count(3)
    other, verdict = page.get_by_label("Số liệu khác"), page.locator("#decide")
    go_on = page.get_by_role("button", name="Quyết định và tiếp tục")
    other.check()
    go_on.click()
    expect(page.locator(".error-summary")).to_be_visible()  # not without a reason
    page.goto(page.url)
    other.check()
    verdict.locator(".input-number").first.fill("40")
    verdict.locator("textarea").fill(REASON)
    shown(page, "decide", whole=True)
    go_on.click()
    expect(page.locator("h1")).not_to_contain_text(f"{FIGURE}.")
    page.get_by_role("link", name="Về danh sách của đơn vị").click()
    expect(row(page, f"{FIGURE}.")).to_contain_text(REASON)
    page.close()


def test_files_are_ranked_and_looked_at_without_a_barrier(people: People, tmp_path: Path) -> None:
    """What comes after the press: a table of the dry run, a preview with its faults."""
    framework, scores = tmp_path / "f.yaml", tmp_path / "s.csv"
    framework.write_text(
        "code: thu\nname: Thử\nyear: 2027\nareas: [{code: '1', title: A, max: 9, "
        "criteria: [{code: '1.1', title: B, max: 8, rule: {type: graded}}]}]\n"
    )
    scores.write_text("unit,1.1\nSở Không,0\nSở Thiếu,\n")
    page = people.page("xephang", "/xep-hang/chay-thu/", width=WIDE)
    page.locator("input[name=framework]").set_input_files(framework)
    page.locator("input[name=scores]").set_input_files(scores)
    page.get_by_role("button", name="Xếp hạng", exact=True).click()
    expect(row(page, "Sở Không")).to_contain_text("0,00")
    expect(row(page, "Sở Thiếu")).to_contain_text("–")
    assert barriers(page) == []
    page.goto("/xep-hang/bo-tieu-chi/nap/")
    page.locator("input[type=file]").set_input_files(framework)
    page.get_by_role("button", name="Xem thử").click()
    expect(page.locator(".note-warning")).to_contain_text("tổng các mục bên trong là 8")
    assert barriers(page) == []


def test_a_citizen_reads_the_table_a_unit_and_the_method_on_a_phone(people: People) -> None:
    page = people.page("", "/cong-bo/xep-hang/", width=PHONE)
    page.get_by_role("link", name=re.compile("2025")).first.click()
    table = page.url
    link = page.get_by_role("link", name="Ủy ban nhân dân phường Nha Trang")
    to_top_of(page, page.locator("table.list tbody tr").first)
    shown(page, "public-phone")
    link.click()
    expect(page.locator("main")).to_contain_text("Khá")
    to_top_of(page, page.get_by_role("heading", name="Theo nội dung"))
    shown(page, "unit-phone")
    page.goto(table)
    page.get_by_role("link", name="Cách đánh giá").click()
    expect(page.locator("main")).to_contain_text("từ 85% trở lên")
    shown(page, "method-phone")
    page = people.page("", table, width=WIDE)
    shown(page, "public")
