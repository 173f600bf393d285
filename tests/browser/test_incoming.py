"""One document on paper: scanned, registered, assigned on a phone, solved, its slip printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.people import PHONE, People, pdf_file, picture
from tests.browser.test_outgoing import act
from tests.browser.test_pages import violations

pytestmark = pytest.mark.browser

SUBJECT = "Rà soát trang thiết bị công nghệ thông tin của cơ quan"


def test_from_a_scan_to_what_came_of_it(people: People, tmp_path: Path) -> None:
    clerk = people.page("vanthu", "/van-ban-den/vao-so/")
    clerk.select_option("[name=type]", label="Công văn")
    for name, text in {
        "reference": "512/STC-QLCS", "issued_on": "02/01/2026", "issuer": "Sở Tài chính",
        "subject": SUBJECT, "pages": "2",
    }.items():  # fmt: skip
        clerk.fill(f"[name={name}]", text)
    clerk.set_input_files("[name=scans]", pdf_file(tmp_path, "512-STC-QLCS.pdf"))
    picture(clerk, "incoming-enter", whole=True)
    clerk.get_by_role("button", name="Vào sổ").click()
    clerk.wait_for_url("**/van-ban-den/*/")
    expect(clerk.locator("#messages")).to_contain_text("Đã vào sổ")
    address = clerk.url.removeprefix(people.portal.address())
    choice = clerk.locator("#trinh [name=leader] option", has_text=people.name_of("lanhdao"))
    clerk.select_option("#trinh [name=leader]", value=choice.first.get_attribute("value"))
    act(clerk, "trinh", proposal="Kính trình Chủ tịch cho ý kiến.")
    leader = people.page("lanhdao", address, width=PHONE)
    leader.fill("#y-kien [name=opinion]", "Giao rà soát, báo cáo trong tuần.")
    row = leader.locator("#y-kien tr", has_text=people.name_of("chuyenvien"))
    row.locator("[name=lead]").check()
    assert violations(leader) == []
    picture(leader, "incoming-direct-phone", whole=True)
    with leader.expect_navigation():
        leader.locator("#y-kien button.btn").last.click()
    official = people.page("chuyenvien", address)
    act(official, "nhan")
    act(official, "xong", words="Đã rà soát, báo cáo Sở Tài chính.")
    expect(official.locator("body")).to_contain_text("Đã xong")
    picture(official, "incoming-done", whole=True)
    register = people.page("vanthu", "/van-ban-den/?xem=so")
    expect(register.locator("table").first).to_contain_text(SUBJECT)
    picture(register, "incoming-register")
