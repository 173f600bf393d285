"""Every page of the menu at a desk, on a phone and without JavaScript: usable by everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages import LEADER, PAGES, RUNNER
from tests.browser.people import DESK, PHONE, People
from tests.browser.server import ROOT, Portal

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = 320


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        f"axe.run(document, {{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}})"
    )
    return [
        f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]
    ]


def open_everything(page: Page) -> None:
    """Unfold what the page itself can unfold; the header's menus have a test of their own."""
    page.evaluate(
        "document.querySelectorAll('main details:not(.menu)').forEach(d => { d.open = true; })"
    )


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_has_no_barrier_at_a_desk_or_on_a_phone(people: People, who: str, path: str) -> None:
    page = people.page(who, path)
    expect(page.locator("h1")).to_have_count(1)
    assert page.url.endswith(path), f"landed on {page.url}"
    assert violations(page) == []
    open_everything(page)
    page.set_viewport_size({"width": PHONE, "height": 740})
    assert violations(page) == []
    page.set_viewport_size({"width": NARROW, "height": 740})
    assert overflow(page) <= 0, f"{overflow(page)} px too wide"


def test_pages_of_errors_have_no_barrier(people: People) -> None:
    for who, path, status in (
        ("", "/khong-co/", 404), ("", "/t/khong-co/", 404),
        ("motcua", "/khong-co/", 404), ("motcua", "/duyet/", 403),
    ):  # fmt: skip
        page = people.page(who, path)
        assert (
            page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == status
        )
        assert barriers(page) == [], path
    people.forgive("403")


DRAWN = """
import json
from django.template.loader import render_to_string
names = ("400", "409", "500", "503", "csrf", "lockout", "paper")
known = {"message": "Hồ sơ đã chuyển bước.", "back": "/ho-so/", "reference": "ab12"}
print(json.dumps({name: render_to_string(f"errors/{name}.html", known) for name in names}))
"""


def test_pages_of_rare_errors_have_no_barrier(people: People, portal: Portal) -> None:
    """They are drawn by the portal and shown at an address of it: nobody breaks it for them."""
    for name, html in json.loads(portal.manage("shell", "-v0", "-c", DRAWN)).items():
        page = people.context().new_page()
        page.route("**/loi/", shows(html))
        page.goto("/loi/")
        assert barriers(page) == [], name


def shows(html: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")


def barriers(page: Page) -> list[str]:
    """What bars people at a desk and on a phone."""
    found = [] if page.locator("h1").count() == 1 else ["not one h1"]
    found += violations(page)
    page.set_viewport_size({"width": NARROW, "height": 740})
    found += violations(page)
    return found + ([f"{overflow(page)} px too wide"] if overflow(page) > 0 else [])


ROW = "table.list tbody th a"  # the first column of a list leads to the thing


def dossier_pages(portal: Portal) -> list[tuple[str, str]]:
    """The pages of dossiers in several states."""
    facts = portal.facts()["dossiers"]
    code = {
        d["status"]: d["code"]
        for d in facts
        if d["province"] == "H32" and d["procedure"] == "1.014833"
    }
    return [
        *(("lanhdao.23", f"/ho-so/{code[status]}/") for status in (4, 5, 7, 10)),
        ("lanhdao.23", f"/ho-so/{code[4]}/dung/"),
        ("lanhdao.23", f"/duyet/{code[4]}/"),
        ("motcua1.00", f"/ho-so/{code[9]}/tra-ket-qua/"),
        ("motcua1.00", f"/ho-so/{code[5]}/nhan-bo-sung/"),
        ("motcua1.00", f"/ho-so/{code[5]}/sua/"),
        ("motcua1.00", f"/ho-so/{code[5]}/da-nhan/"),
    ]


def test_the_pages_of_a_dossier_have_no_barrier(people: People, portal: Portal) -> None:
    found: dict[str, Any] = {}
    for who, path in dossier_pages(portal):
        page = people.page(who, path)
        open_everything(page)
        if faults := barriers(page):
            found[page.url] = faults
        page.close()
    assert found == {}


def test_the_page_of_a_document_has_no_barrier(people: People) -> None:
    """For who directs, who works on it, and who has the register."""
    found = {}
    for who in ("lanhdao", "chuyenvien", "vanthu"):
        page = people.page(who, "/van-ban-den/" if who != "vanthu" else "/van-ban-den/?xem=chuyen")
        page.goto(page.locator(ROW).first.get_attribute("href") or "")
        open_everything(page)
        if faults := barriers(page):
            found[page.url] = faults
        page.close()
    assert found == {}


# Who walks through the pages of a year of the ranking: from which list, by which link of it.
FORMS = "/xep-hang/tu-danh-gia/"
WALKS = [
    # counted by the portal, too; he sees the dossiers behind it
    (LEADER, FORMS, [ROW, "#areas tbody tr:nth-child(6) th a"]),
    ("danhgia", FORMS, [ROW]),
    ("danhgia", FORMS, ["table.list tbody tr:nth-child(2) th a"]),  # a published year
    ("giamsat", "/xep-hang/ky/", [ROW]),
    ("lanhdao.20", "/xep-hang/doi-chieu/", [ROW]),  # Home Affairs checks figures of others
    (RUNNER, "/xep-hang/ky/", [ROW]),
    (RUNNER, "/xep-hang/bo-tieu-chi/", [ROW]),
]
PLAYED = {  # looked at in test_ranking.py
    "ky/N/tien-do", "ky/N/ket-qua", "tu-danh-gia/N/N", "tu-danh-gia/N/xem-lai",
    "tu-danh-gia/N/tieu-chi/N/minh-chung",
}  # fmt: skip
OF_A_YEAR = {
    "ky/N/sua", "ky/N/don-vi", "ky/N/doi-chieu", "ky/N/kien-nghi", "ky/N/ket-qua/do-vung",
    "ky/N/ngay-nop/N", "ky/N/tham-dinh/N", "ky/N/tham-dinh/N/N", "ky/N/theo-tieu-chi/N",
    "doi-chieu/N", "doi-chieu/N/N",
    "bo-tieu-chi/N/cham-thu", "bo-tieu-chi/N/tieu-chi/N", "tu-danh-gia/N/ket-qua",
    "tu-danh-gia/N/neu-dat", "tu-danh-gia/N/so-lieu/N", "tu-danh-gia/N/so-lieu/N/ho-so",
}  # fmt: skip


def test_the_pages_of_a_year_of_the_ranking_have_no_barrier(people: People) -> None:
    """One page of each kind, found by following links, so a new kind is read as soon as linked."""
    walked: set[str] = set()
    found = {}
    for who, start, clicks in WALKS:
        page = people.page(who, start)
        for link in clicks:
            page.goto(page.locator(link).first.get_attribute("href") or "")
        waiting = [urlsplit(page.url).path, *links(page)]
        while waiting:
            path = waiting.pop(0)
            if kind_of(path) in walked:
                continue
            walked.add(kind_of(path))
            page.set_viewport_size({"width": DESK, "height": 900})
            page.goto(path)
            waiting += links(page)
            if kind_of(path) in PLAYED:
                continue
            open_everything(page)
            if faults := barriers(page):
                found[page.url] = faults
        page.close()
    assert found == {}
    assert walked >= OF_A_YEAR


def kind_of(path: str) -> str:
    return re.sub(r"(?<=/)[\d.]+(?=/)", "N", path).removeprefix("/xep-hang/").strip("/")


def links(page: Page) -> list[str]:
    """Pages of the ranking of one thing that the page leads to, in their order."""
    paths = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.pathname)")
    return [
        path for path in paths if re.fullmatch(r"/xep-hang/.*/\d+/.*", path) and path[-1] == "/"
    ]


def test_opened_menus_and_the_dialog_have_no_barrier(people: People) -> None:
    page = people.page("lanhdao", "/ho-so/")
    page.locator(".user-menu summary").click()
    assert violations(page) == []
    page.get_by_role("button", name="Phím tắt").click()
    expect(page.locator("#shortcuts")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("table.list tbody input[type=checkbox]").first.check()
    expect(page.locator(".bulk-bar")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.locator(".top-nav-menu summary").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    more = page.locator(".filters-more")
    expect(more).not_to_have_attribute("open", "")
    more.locator("summary").click()
    expect(more.locator("select").first).to_be_visible()
    assert violations(page) == []


def test_the_keyboard_alone_walks_the_queue(people: People) -> None:
    page = people.page("lanhdao", "/ho-so/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("table.list tbody th a").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(".bulk-bar")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()


def test_a_filter_swaps_the_rows_and_the_address(people: People) -> None:
    page = people.page("lanhdao", "/ho-so/")
    rows = page.locator("table.list tbody tr")
    before = rows.count()
    page.locator(".filters [name=q]").fill("khong-co-ai-ten-nay")
    page.locator(".filters button").click()
    expect(rows).to_have_count(0)
    assert "q=khong-co-ai-ten-nay" in page.url
    page.go_back()
    expect(rows).to_have_count(before)


def test_the_main_job_works_without_javascript(chromium: Browser, portal: Portal) -> None:
    context = chromium.new_context(base_url=portal.address(), java_script_enabled=False)
    page = context.new_page()
    sign_in(page, portal, "motcua1.00")
    page.goto("/ho-so/tiep-nhan/")
    page.fill("#id_q", "1.014833")
    page.locator("form.pick button").click()
    page.locator("#matches a").first.click() if "thu-tuc" not in page.url else None
    page.fill("#id_applicant-number", "999081234567")
    page.fill("#id_applicant-name", "Lê Văn Không")
    for box in page.locator("[name$=-got]").all():
        box.check()
    page.locator("[name=act][value=accept]").click()
    code = page.locator("h1").inner_text()
    page.context.clear_cookies()
    sign_in(page, portal, "truongphong.23")
    page.goto("/ho-so/?q=khong-co-ai-ten-nay")
    expect(page.locator("table.list tbody tr")).to_have_count(0)
    page.goto(f"/ho-so/{code}/")
    page.get_by_role("link", name="Phân công…").click()
    page.locator("main form .buttons button").first.click()
    expect(page.locator("#messages")).to_contain_text("phân công")
    context.close()


def sign_in(page: Page, portal: Portal, name: str) -> None:
    page.goto("/dang-nhap/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", portal.password)
    page.locator("main form button").first.click()
    page.wait_for_url("**/viec/")
