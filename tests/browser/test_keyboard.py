"""All that can be pressed is reached by Tab, in sight, and Escape and back lead out again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import People

pytestmark = pytest.mark.browser

PAGES = [
    ("lanhdao", "/viec/"), ("lanhdao", "/ho-so/"), ("lanhdao", "/duyet/"),
    ("lanhdao", "/phan-cong/"), ("motcua", "/ho-so/tiep-nhan/?thu-tuc=2.000815"),
    ("motcua", "/so-theo-doi/"), ("motcua", "/ket-qua-chua-nhan/"),
    ("lanhdao", "/dieu-hanh/bao-cao/"), ("lanhdao", "/dieu-hanh/danh-gia/"),
    ("lanhdao", "/tai-khoan/vang-mat/"),
]  # fmt: skip

# What a mouse can press, each with a number; a group of radio buttons is one stop.
MARK = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true}) && !e.closest('[inert]');
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((e) => seen(e) && !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0);
  const stops = all.filter((e) => e.type !== 'radio' || e.checked ||
    !document.querySelector(`input[name="${e.name}"]:checked`));
  stops.forEach((e, i) => { e.dataset.stop = i; });
  return stops.map((e) => e.outerHTML.slice(0, 120));
}"""
HERE = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), s = getComputedStyle(e);
  const ring = s.outlineStyle !== 'none' || s.boxShadow !== 'none';
  const inside = box.bottom > 0 && box.top < innerHeight;
  return [e.dataset.stop ?? null, ring && inside, e.outerHTML.slice(0, 120)];
}"""
MOST = 400  # stops of a page


def walk(page: Page) -> tuple[list[str], list[str]]:
    """Tab from the top to the end: what was not reached, and where the focus was not in sight."""
    stops: list[str] = page.evaluate(MARK)
    assert stops
    assert len(stops) < MOST
    missing, unseen = set(range(len(stops))), []
    for _press in range(len(stops) + 20):
        page.keyboard.press("Tab")
        number, in_sight, html = page.evaluate(HERE)
        if number is None:
            continue
        if not in_sight:
            unseen.append(html)
        missing.discard(int(number))
        if not missing:
            break
    return [stops[number] for number in sorted(missing)], unseen


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_every_stop_of_a_page_is_reached_by_tab_and_in_sight(
    people: People, who: str, path: str
) -> None:
    missing, unseen = walk(people.page(who, path))
    assert (missing, unseen) == ([], [])


def test_the_forms_of_an_act_and_of_a_decision_too(people: People) -> None:
    code = people.portal.dossier(province="H32", status=4, procedure="1.014833")["code"]
    for path in (f"/ho-so/{code}/", f"/ho-so/{code}/dung/", f"/duyet/{code}/"):
        missing, unseen = walk(people.page("lanhdao.23", path))
        assert (missing, unseen) == ([], []), path


def test_a_menu_opens_and_closes_by_keys_and_gives_the_focus_back(people: People) -> None:
    page = people.page("lanhdao", "/ho-so/")
    menu = page.locator(".user-menu summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".user-menu")).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".user-menu")).not_to_have_attribute("open", "")
    expect(menu).to_be_focused()


def test_the_help_lists_the_keys_and_gives_the_focus_back(people: People) -> None:
    page = people.page("lanhdao", "/ho-so/")
    page.keyboard.press("j")
    first = page.locator("table.list tbody th a").first
    expect(first).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    for key in ("/", "j", "k", "x", "?"):
        expect(page.locator("#shortcuts kbd", has_text=key).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).not_to_be_visible()
    expect(first).to_be_focused()


def test_a_swapped_list_leaves_the_focus_where_it_was(people: People) -> None:
    page = people.page("lanhdao", "/ho-so/")
    field = page.locator(".filters [name=q]")
    field.fill("nguyen")
    with page.expect_response(lambda answer: "q=nguyen" in answer.url):
        page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_visible()
    expect(field).to_be_focused()
