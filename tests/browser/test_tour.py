"""The main job as people do it: from the counter to the result and the citizen's phone."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import PHONE, PICTURES, People, act, open_act, pdf_file, picture, send
from tests.browser.work import deliver
from tests.browser.work import send as send_waiting

pytestmark = pytest.mark.browser

CITIZEN = "999081234567"
CARD = f"{CITIZEN}|225111222|Trần Thị Thưởng|07031985|Nữ|12 Trần Phú, Nha Trang|01052022"
# after filling in, the focus goes to the first box that is still empty, or below the person
GOES_ON = "document.activeElement.matches('#applicant input:not(#id_scan), [name=came]')"
CODE = re.compile(r"H32\.[\d.]+-\d{6}-\d{4}")


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def scan_card(page: Page, procedure: str) -> None:
    """Type the procedure's code, read the identity card: what is typed goes where the focus is."""
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type(procedure, delay=20)
    keys(page, "Enter")
    expect(page.locator("#id_scan")).to_be_focused()
    page.keyboard.type(CARD, delay=2)  # a scanner types fast and ends with Enter
    keys(page, "Enter")
    expect(page.locator("#id_applicant-name")).to_have_value("Trần Thị Thưởng")
    page.wait_for_function(GOES_ON)


def receive(people: People, clerk: str, procedure: str) -> str:
    """Receive a dossier by the keyboard; its code."""
    page = people.page(clerk, "/ho-so/tiep-nhan/")
    scan_card(page, procedure)
    page.locator("[data-tick-all]").press("Enter")
    keys(page, "Control+Enter")
    page.wait_for_url("**/da-nhan/")
    code = page.locator("h1").inner_text()
    assert CODE.fullmatch(code)
    page.close()
    return code


def dossier(people: People, name: str, code: str) -> Page:
    return people.page(name, f"/ho-so/{code}/")


def test_a_certified_copy_is_received_in_45_seconds_without_a_mouse(people: People) -> None:
    people.context("motcua")
    began = time.monotonic()
    page = people.page("motcua", "/ho-so/tiep-nhan/")
    scan_card(page, "2.000815")
    picture(page, "receive", whole=True)
    focused = "document.activeElement.matches('[data-tick-all]')"
    for _press in range(12):
        if page.evaluate(focused):
            break
        keys(page, "Tab")
    assert page.evaluate(focused), "the papers are not reached by Tab"
    keys(page, "Enter", "Control+Enter")
    page.wait_for_url("**/da-nhan/")
    expect(page.get_by_role("button", name="In", exact=False).last).to_be_focused()
    seconds = time.monotonic() - began
    assert seconds < 45, f"{seconds:.0f} s"
    picture(page, "received")
    slip = handed_out(page)
    (PICTURES / "receipt.pdf").write_bytes(slip)
    subprocess.run(
        ["pdftoppm", "-png", "-r", "110", "-singlefile", "receipt.pdf", "receipt"],
        cwd=PICTURES, check=True,
    )  # fmt: skip
    (PICTURES / "receipt.pdf").unlink()


FETCH = """async (form) => {
  const answer = await fetch(form.action, {method: "POST", body: new FormData(form)});
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return [answer.status, Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")];
}"""


def handed_out(page: Page) -> bytes:
    """The PDF behind the last print button: what the new tab would show."""
    status, body = page.locator("form.hand-out").last.evaluate(FETCH)
    assert status == 200
    assert body.startswith("%PDF-")
    return bytes(body, "latin-1")


def test_a_licence_of_three_days_goes_through_a_supplement_to_the_citizen(
    people: People, tmp_path: Path
) -> None:
    code = receive(people, "motcua2.00", "1.014833")
    page = dossier(people, "truongphong.23", code)
    act(page, "Phân công…", person=people.name_of("chuyenvien1.23"))
    page = dossier(people, "chuyenvien1.23", code)
    act(page, "Yêu cầu bổ sung", items="Bản vẽ vị trí có xác nhận", reason="Bản vẽ chưa xác nhận.")
    expect(page.locator(".page-meta")).to_contain_text("bổ sung")
    picture(page, "supplement")
    page = dossier(people, "motcua2.00", code)
    act(page, "Nhận giấy tờ bổ sung", scans=pdf_file(tmp_path, "ban-ve.pdf"))
    page = dossier(people, "chuyenvien1.23", code)
    act(page, "Chuyển bước", draft=pdf_file(tmp_path, "du-thao.pdf"))
    approve(people, "truongphong.23", code)
    approve(people, "lanhdao.23", code, picture_as="approve")
    act(dossier(people, "vanthu.23", code), "Chuyển bước")
    page = dossier(people, "motcua1.00", code)
    act(page, "Trả kết quả")
    expect(page.locator(".page-meta")).to_contain_text("Đã trả kết quả")
    picture(page, "detail", whole=True)


def approve(people: People, name: str, code: str, picture_as: str = "", **how: int) -> None:
    page = people.page(name, f"/duyet/{code}/", **how)
    if picture_as:
        picture(page, picture_as)
    button = page.locator("#decision form.decision button").first
    if how.get("width") == PHONE:  # the decision stands below all the papers
        page.locator(".page-actions a[href='#decision']").click()
        expect(button).to_be_in_viewport()
    button.click()
    page.wait_for_url(re.compile(r"/duyet/(#decision)?$"))  # a redirect keeps the fragment
    expect(page.locator("#messages")).to_contain_text(code)
    page.close()


def test_nine_steps_of_two_agencies_end_with_the_result(people: People, tmp_path: Path) -> None:
    code = receive(people, "motcua1.00", "1.013817")
    page = dossier(people, "truongphong.04", code)
    act(page, "Phân công…", person=people.name_of("chuyenvien1.04"))
    page = dossier(people, "chuyenvien1.04", code)
    act(page, "Yêu cầu bổ sung", items="Ảnh chân dung", reason="Hồ sơ chưa có ảnh.")
    act(dossier(people, "motcua1.00", code), "Nhận giấy tờ bổ sung", note="Đã nộp đủ.")
    page = dossier(people, "chuyenvien1.04", code)
    act(page, "Chuyển bước", draft=pdf_file(tmp_path, "giay-chung-nhan.pdf"))
    approve(people, "truongphong.04", code)
    phone = people.page("lanhdao.04", "/duyet/", width=PHONE)
    expect(phone.get_by_role("link", name=code)).to_be_visible()
    picture(phone, "approvals-phone")
    approve(people, "lanhdao.04", code, width=PHONE)
    act(dossier(people, "vanthu.04", code), "Chuyển bước")
    act(dossier(people, "chuyenvien1.27", code), "Chuyển bước")
    act(dossier(people, "vanthu.27", code), "Chuyển bước")
    page = dossier(people, "motcua1.00", code)
    act(page, "Trả kết quả")
    expect(page.locator(".step-bar, .steps").first).to_be_visible()
    expect(page.locator(".page-meta")).to_contain_text("Đã trả kết quả")


def look_up(page: Page, code: str, digits: str) -> None:
    page.goto("/tra-cuu/")
    page.fill("[name=code]", code)
    page.fill("[name=digits]", digits)
    page.locator("form.card button").click()


def test_a_citizen_looks_up_by_code_by_number_and_by_qr_on_a_phone(people: People) -> None:
    code = receive(people, "motcua1.00", "1.014833")
    slip = people.page("motcua1.00", f"/ho-so/{code}/da-nhan/")
    number = slip.locator("dd.big").first.inner_text()
    phone = people.page("", "/", width=PHONE)
    picture(phone, "home-phone")
    look_up(phone, code.lower(), CITIZEN[-4:])
    expect(phone.locator(".answer")).to_be_visible()
    expect(phone.locator("main")).not_to_contain_text("Thưởng")
    look_up(phone, code, "0000")
    expect(phone.locator(".error-summary")).to_be_visible()
    look_up(phone, number, "")
    expect(phone.locator(".answer")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("Tr*** T** T")
    picture(phone, "lookup", whole=True)
    waiting = people.portal.dossier(province="H32", status=5)
    phone.goto(waiting["lookup_path"])
    expect(phone.locator("#missing, main .panel").first).to_be_visible()
    expect(phone.locator("h1")).to_contain_text(waiting["code"])


def status_of(page: Page, press: str) -> int:
    """Press a button; the status of the answer to what it sends."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as got:
        page.locator(press).first.click()
    page.wait_for_load_state()
    return got.value.status


def test_the_second_of_two_people_is_told_that_it_was_done(people: People) -> None:
    code = receive(people, "motcua1.00", "1.014833")
    first = dossier(people, "truongphong.23", code)
    second = dossier(people, "lanhdao.23", code)
    for page in (first, second):
        open_act(page, "Phân công…")
    send(first)
    assert status_of(second, "main form .buttons button.btn") == 409
    expect(second.locator("#messages")).to_contain_text("Đã có người làm việc này")
    expect(second.locator("h1")).to_contain_text("Cấp lại Giấy phép")
    picture(second, "conflict")


def test_a_stale_page_changes_nothing(people: People) -> None:
    code = receive(people, "motcua", "2.000815")
    pages = [people.page("lanhdao", f"/duyet/{code}/") for _tab in range(2)]
    button = "#decision form.decision button"
    assert status_of(pages[0], button) == 302
    assert status_of(pages[1], button) == 409
    expect(pages[1].locator(".page-meta")).to_contain_text("Đã xử lý xong")


def test_a_refused_upload_keeps_the_form(people: People, tmp_path: Path) -> None:
    liar = tmp_path / "don-de-nghi.pdf"
    liar.write_bytes(b"MZ\x90\x00 this is a program")
    page = people.page("motcua2.00", "/ho-so/tiep-nhan/")
    scan_card(page, "1.014833")
    page.fill("#id_applicant-phone", "0900 012 345")
    page.locator("[data-tick-all]").click()
    page.locator("input[type=file]").first.set_input_files(liar)
    assert status_of(page, "[name=act][value=accept]") == 422
    expect(page.locator(".error-summary")).to_contain_text("don-de-nghi.pdf")
    expect(page.locator("#id_applicant-name")).to_have_value("Trần Thị Thưởng")
    expect(page.locator("#id_applicant-phone")).to_have_value("0900 012 345")
    expect(page.locator("[name$=-got]").first).to_be_checked()
    picture(page, "upload-refused", whole=True)
    people.forgive("htmx:")  # a part of the page was still asked for when the form was sent


@pytest.mark.parametrize(
    ("name", "who", "path"),
    [
        ("sign-in", "", "/dang-nhap/"),
        ("my-work", "truongphong.23", "/viec/"),
        ("queue", "lanhdao", "/ho-so/?xem=can-xu-ly"),
        ("approvals", "lanhdao", "/duyet/"),
        ("load", "truongphong.23", "/phan-cong/"),
        ("search", "giamsat", "/tim/?q=nguyen"),
        ("people", "quantri.coquan", "/quan-tri/nguoi-dung/"),
        ("calendar", "quantri", "/quan-tri/lich/"),
        ("procedures", "kiemsoat", "/quan-tri/thu-tuc/"),
        ("process", "kiemsoat", "/quan-tri/thu-tuc/1.013817/"),
        ("dashboard", "giamsat", "/dieu-hanh/"),
        ("use", "giamsat", "/dieu-hanh/su-dung/"),
        ("health", "quantri", "/quan-tri/suc-khoe/"),
        ("linked-parts", "lanhdao", "/phan-viec-lien-thong/"),
        ("api", "", "/api/"),
    ],
)
def test_a_page_of_the_tour_shows_itself(people: People, name: str, who: str, path: str) -> None:
    page = people.page(who, path)
    expect(page.locator("h1")).to_be_visible()
    picture(page, name)


@pytest.mark.parametrize(
    ("name", "who", "path", "words"),
    [
        ("hand-over", "chuyenvien", "/ban-giao/", "Bản chính"),
        ("linked-group", "kiemsoat", "/quan-tri/lien-thong/", "LT.0"),
        ("statement", "lanhdao", "/dieu-hanh/bao-cao/", "Bản thảo"),
    ],
)
def test_the_first_row_of_a_list_of_the_tour_opens(
    people: People, name: str, who: str, path: str, words: str
) -> None:
    page = people.page(who, path)
    page.locator("table.list tbody th a").last.click()
    page.wait_for_url(re.compile(rf"{path}\d+/"))
    expect(page.locator("body")).to_contain_text(words)
    picture(page, name)


def test_texts_and_dossiers_wait_and_then_they_are_sent(people: People) -> None:
    deliver(people.portal)
    page = people.page("quantri", "/quan-tri/suc-khoe/tin-nhan/")
    expect(page.locator("table.list tbody tr").first).to_be_visible()
    picture(page, "texts-waiting")
    send_waiting(people.portal)
    page.reload()
    expect(page.locator("table.list tbody tr")).to_have_count(0)
    page = people.page("quantri", "/quan-tri/dong-bo/")
    expect(page.locator("table.list tbody tr")).to_have_count(2)
    picture(page, "sync")
    page = people.page("", "/tin-nhan-mau/", width=PHONE)
    expect(page.locator("main")).to_contain_text("da duoc tiep nhan")
    picture(page, "texts")


def test_a_head_reads_on_a_phone_what_is_wrong(people: People) -> None:
    page = people.page("lanhdao", "/dieu-hanh/", width=PHONE)
    expect(page.locator(".alerts li").first).to_be_visible()
    expect(page.locator(".chart-narrow svg").first).to_be_visible()
    expect(page.locator(".chart-wide svg").first).to_be_hidden()
    picture(page, "dashboard-phone")
    link = page.locator(".tile strong a").first
    figure = (link.text_content() or "").split()[0]
    link.click()
    expect(page.locator("h1")).to_contain_text(figure)
