"""A task of the chairman: given after a meeting, accepted, reported from a phone, confirmed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.people import PHONE, People, pdf_file, picture
from tests.browser.test_outgoing import act
from tests.browser.test_pages import violations

pytestmark = pytest.mark.browser

TASK = "Rà soát, số hóa hồ sơ đất đai còn lưu trên giấy"


def choose(page, field: str, words: str) -> None:
    """The option of a list in which the words stand."""
    option = page.locator(f"{field} option", has_text=words)
    page.select_option(field, value=option.first.get_attribute("value"))


def fetched(page, address: str) -> str:
    """What an address answers, fetched by the page."""
    return str(page.evaluate("async url => (await fetch(url)).text()", address))


def test_from_a_meeting_to_the_confirmed_result(people: People, tmp_path: Path) -> None:
    today = timezone.localdate()
    giver = people.page("theodoi", "/nhiem-vu/giao/")
    giver.select_option("[name=origin]", value="conclusion")
    giver.fill("[name=subject]", "Giao ban về chuyển đổi số")
    choose(giver, "[name=giver]", people.name_of("lanhdao.tinh"))
    giver.fill("[name=viec-0-content]", TASK)
    lead = giver.locator("#id_viec-0-lead")
    giver.fill("#sift-id_viec-0-lead", "nha trang")
    expect(lead.get_by_label("Ủy ban nhân dân xã Diên Khánh")).to_be_hidden()
    lead.get_by_label("Ủy ban nhân dân phường Nha Trang").check()
    expect(giver.locator("#id_viec-0-lead-chosen")).to_contain_text("phường Nha Trang")
    sent = giver.evaluate(
        """() => {
            const all = document.querySelector("#id_viec-0-cooperate [data-all]");
            all.click();
            const values = new FormData(all.closest("form")).getAll("viec-0-cooperate");
            all.click();
            return values;
        }"""
    )
    assert [each[0] for each in sent] == ["*"]  # thirty tasks to all communes fit into one page
    giver.fill("[name=viec-0-due_on]", f"{today + dt.timedelta(days=40):%d/%m/%Y}")
    giver.fill("[name=viec-0-product]", "Báo cáo")
    assert violations(giver) == []
    picture(giver, "task-give", whole=True)
    with giver.expect_navigation():
        giver.locator("main form[method=post] .btn-primary").last.click()
    expect(giver.locator("h1")).to_contain_text(TASK)
    address = giver.url.removeprefix(people.portal.address())

    leader = people.page("lanhdao", "/nhiem-vu/cho-toi/")
    leader.get_by_role("link", name=TASK).first.click()
    choose(leader, "#tiep-nhan [name=person]", people.name_of("chuyenvien"))
    act(leader, "tiep-nhan")

    official = people.page("chuyenvien", address, width=PHONE)
    act(official, "tien-do", words="Đã rà soát xong 12 tổ dân phố", percent="60")
    report = official.locator("#ket-qua")
    report.locator("summary").click()
    report.locator("input[type=file]").set_input_files(pdf_file(tmp_path, "bao-cao-so-hoa.pdf"))
    picture(official, "task-phone", whole=True)
    report.locator("[name=reference]").fill("88/BC-UBND")
    report.locator("[name=document_on]").fill(f"{today:%d/%m/%Y}")
    report.locator("[name=words]").fill("Đã số hóa toàn bộ hồ sơ.")
    with official.expect_navigation():
        report.locator("form button.btn").last.click()
    assert violations(official) == []

    giver.goto("/nhiem-vu/cho-toi/")
    picture(giver, "task-desk", whole=True)
    giver.get_by_role("link", name=TASK).first.click()
    act(giver, "xac-nhan")
    expect(giver.locator("main")).to_contain_text("Sớm hạn")
    picture(giver, "task-story", whole=True)


def test_the_chairman_looks_at_the_board_and_last_months_report(people: People) -> None:
    chairman = people.page("lanhdao.tinh", "/nhiem-vu/bang/")
    expect(chairman.locator("main")).to_contain_text("Thay đổi từ ngày")
    picture(chairman, "task-board", whole=True)
    chairman.goto("/nhiem-vu/bao-cao/")
    chairman.locator("tbody th a").last.click()
    expect(chairman.locator("main")).to_contain_text("Mẫu số")
    assert violations(chairman) == []
    picture(chairman, "task-report", whole=True)


def test_the_office_urges_prints_the_letters_and_a_leader_reads_deadlines_in_his(
    people: People,
) -> None:
    follower = people.page("theodoi", "/nhiem-vu/don-doc/")
    letters = follower.locator("#letters")
    expect(letters).to_contain_text("đã trả lời")
    assert violations(follower) == []
    picture(follower, "task-urge", whole=True)
    for link in (letters.locator("a[href*='tat-ca']").first, letters.locator("li a").first):
        assert fetched(follower, link.get_attribute("href")).startswith("%PDF-")
    leader = people.page("lanhdao", "/nhiem-vu/lich/")
    leader.locator("main .btn-primary").click()
    address = leader.locator("main code")
    expect(address).to_be_visible()
    assert violations(leader) == []
    assert "BEGIN:VEVENT" in fetched(leader, address.inner_text())
