"""Documents from the first draft to their receivers, signed with the keys of the demo."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import PHONE, People, picture
from tests.browser.server import ROOT, Portal
from tests.browser.test_pages import violations

pytestmark = pytest.mark.browser

SEALED = "Thành lập Tổ công nghệ số cộng đồng phường Nha Trang"
RECEIVER = "vanthu.ca149"
SUBJECT = "Tăng cường bảo đảm an toàn thông tin mạng trên địa bàn phường"
TEXT = """Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh, Ủy ban nhân dân phường đề nghị:
1. Rà soát tài khoản công vụ, đổi mật khẩu mặc định.
2. Báo cáo kết quả trước ngày 30 hằng tháng."""

READ = """async (address) =>
    Array.from(new Uint8Array(await (await fetch(address)).arrayBuffer()))"""


@pytest.fixture(scope="module")
def agent(portal: Portal) -> Iterator[str]:
    """The signing program of this computer."""
    address = portal.env["SIGNING_AGENT_URL"]
    port = address.rpartition(":")[2]
    command = [
        sys.executable, "-m", "papers.signatures.agent", "--keys", str(portal.folder / "keys"),
        "--port", port, "--origin", portal.address(),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=portal.env) as program:
        yield address
        program.terminate()


@pytest.fixture(scope="module")
def service(portal: Portal) -> Iterator[str]:
    """The remote signing service; its phone agrees by itself."""
    address = portal.env["REMOTE_SIGNING_H32_URL"]
    command = [
        sys.executable, "-m", "papers.signatures.remote_stub", "--keys",
        str(portal.folder / "keys"), "--pin", "123456", "--port", address.rpartition(":")[2],
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=portal.env) as program:
        yield address
        program.terminate()


def act(page: Page, slug: str, **fields: str) -> None:
    """One of the small forms of the page."""
    form = page.locator(f"#{slug}")
    if form.evaluate("one => one.tagName") == "DETAILS":
        form.locator("summary").click()
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        form.locator("form button.btn").last.click()


def sign(page: Page, pin: str) -> None:
    """Opened, ticked, signed with that PIN."""
    page.locator("#sign a").first.click()
    with page.context.expect_page() as opened:
        page.locator("[data-read]").click()
    opened.value.close(run_before_unload=False)
    page.locator("[name=read]").check()
    page.fill("#pin", pin)
    page.locator("#sign button").click()


def signed(page: Page) -> None:
    sign(page, "123456")
    expect(page.locator(".sign-state")).to_contain_text("Đã ký")


def issued(people: People, address: str) -> None:
    """From the drafter's hands to the receivers."""
    for name, slug in (("chuyenvien", "trinh"), ("truongphong", "duyet"), ("vanthu", "the-thuc")):
        page = people.page(name, address)
        act(page, slug)
        page.close()
    signed(people.page("lanhdao", address))
    clerk = people.page("vanthu", address)
    act(clerk, "cap-so")
    signed(clerk)
    clerk.goto(address)
    act(clerk, "phat-hanh")
    clerk.close()


def drafted(people: People, portal: Portal) -> str:
    """A letter as its drafter writes it and hands it in; its address."""
    page = people.page("chuyenvien", "/van-ban-di/soan/")
    page.select_option("[name=type]", label="Công văn")
    page.fill("[name=subject]", SUBJECT)
    page.fill("[name=body]", TEXT)
    signer = page.locator("[name=signer] option", has_text=people.name_of("lanhdao")).first
    page.select_option("[name=signer]", value=signer.get_attribute("value"))
    page.fill("[name=signer_position]", "CHỦ TỊCH")
    receiver = page.locator("#receiver-rows tr", has_text="Văn phòng").first
    receiver.locator("[name=action]").check()
    assert violations(page) == []
    picture(page, "outgoing-draft", whole=True)
    page.get_by_role("button", name="Lưu dự thảo").click()
    page.wait_for_url("**/van-ban-di/*/")
    address = page.url.removeprefix(portal.address())
    act(page, "trinh")
    page.close()
    return address


def test_from_the_first_draft_to_the_register_of_its_receiver(
    people: People, portal: Portal, agent: str
) -> None:
    address = drafted(people, portal)
    head = people.page("truongphong", address)
    act(head, "duyet")
    head.close()
    clerk = people.page("vanthu", address)
    act(clerk, "the-thuc")
    leader = people.page("lanhdao", address, width=PHONE)
    sign(leader, "000000")
    expect(leader.locator(".sign-state")).to_contain_text("Thiết bị ký từ chối")
    assert violations(leader) == []
    picture(leader, "outgoing-sign-phone", whole=True)
    leader.fill("#pin", "123456")
    leader.locator("#sign button").click()
    expect(leader.locator(".sign-state")).to_contain_text("Đã ký")
    people.forgive("Failed to load resource")  # the device refused the first PIN
    clerk.goto(address)
    act(clerk, "cap-so")
    sign(clerk, "123456")
    expect(clerk.locator(".sign-state")).to_contain_text("Đã ký")
    clerk.goto(address)
    picture(clerk, "outgoing-sealed", whole=True)
    act(clerk, "phat-hanh")
    expect(clerk.locator("body")).to_contain_text("Đã phát hành")
    paper = bytes(clerk.evaluate(READ, f"{address}van-ban.pdf"))
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        signed = [one for one in pdf.Root.AcroForm.Fields if "/V" in one and one.FT == "/Sig"]
    assert len(signed) == 2
    check = people.page("", "/kiem-tra-van-ban/")
    check.set_input_files(
        "[name=document]",
        {"name": "van-ban.pdf", "mimeType": "application/pdf", "buffer": paper},
    )
    check.get_by_role("button", name="Kiểm tra").click()
    expect(check.locator("#verdict")).to_contain_text("Chữ ký số hợp lệ")
    expect(check.locator("#verdict")).to_contain_text("Văn bản chưa bị thu hồi")
    assert violations(check) == []
    picture(check, "document-check", whole=True)
    (ROOT / "var" / "tour").mkdir(parents=True, exist_ok=True)
    kept = ROOT / "var" / "tour" / "outgoing.pdf"
    kept.write_bytes(paper)
    if shutil.which("pdfsig"):  # what another reader of PDF says
        told = subprocess.run(["pdfsig", kept], capture_output=True, text=True, check=False).stdout
        assert told.count("Signature is Valid") == 2, told
        assert "Total document signed" in told


def test_what_was_issued_is_replaced_and_the_new_one_recalled(
    people: People, portal: Portal, agent: str
) -> None:
    clerk = people.page("vanthu", "/van-ban-di/?xem=so")
    clerk.get_by_role("link", name=SEALED).click()  # the demo has it sealed
    clerk.wait_for_url("**/van-ban-di/*/")
    old = clerk.url.removeprefix(portal.address())
    act(clerk, "phat-hanh")
    drafter = people.page("chuyenvien", old)
    drafter.get_by_role("link", name="Soạn văn bản thay thế").click()
    drafter.fill("[name=body]", TEXT)
    drafter.get_by_role("button", name="Lưu dự thảo").click()
    drafter.wait_for_url("**/van-ban-di/*/")
    new = drafter.url.removeprefix(portal.address())
    issued(people, new)
    clerk.goto(old)
    expect(clerk.locator("body")).to_contain_text("Đã được thay thế")
    picture(clerk, "outgoing-replaced", whole=True)
    receiver = people.page(RECEIVER, "/van-ban-den/")
    receiver.get_by_role("link", name=SEALED).last.click()  # the older one comes first
    act(receiver, "vao-so")
    there = receiver.url
    clerk.goto(new)
    act(clerk, "thu-hoi", reason="Danh sách tại Phụ lục chưa đúng.")
    receiver.goto(there)
    assert violations(receiver) == []
    picture(receiver, "recall-asked", whole=True)
    act(receiver, "dong-y-thu-hoi")
    clerk.reload()
    expect(clerk.locator("#receivers")).to_contain_text("Đồng ý thu hồi")
    picture(clerk, "outgoing-recalled", whole=True)


def test_two_are_signed_on_the_phone_with_one_confirmation(
    people: People, portal: Portal, service: str
) -> None:
    page = people.page("lanhdao", "/van-ban-di/ky/", width=PHONE)
    boxes = page.locator("fieldset.to-sign")
    expect(boxes.nth(1)).to_be_visible()
    for place in range(2):
        box = boxes.nth(place)
        with page.context.expect_page() as opened:
            box.locator("[data-read]").first.click()
        opened.value.close(run_before_unload=False)
        remote = box.locator("option[data-remote]").get_attribute("value")
        box.locator("[name=certificate]").select_option(remote)
        box.locator("[name=read]").check()
    page.locator("#sign .buttons button").click()
    page.wait_for_url("**/van-ban-di/ky/tu-xa/*/")
    expect(page.locator("#confirmation")).to_contain_text("Đề nghị xác nhận trên điện thoại")
    assert violations(page) == []
    picture(page, "remote-signing-phone", whole=True)
    address = page.url.removeprefix(portal.address())
    page.goto("/van-ban-di/ky/")  # he may leave, and come back
    page.get_by_role("link", name="Xem yêu cầu cần xác nhận").click()
    assert page.url.endswith(address)
    expect(page.locator("#confirmation")).to_contain_text("Kết quả từng văn bản")
    expect(page.locator("#confirmation tbody .pill", has_text="Đã ký")).to_have_count(2)
    assert violations(page) == []
    picture(page, "remote-signed-phone", whole=True)
