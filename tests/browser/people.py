"""People at their browsers: one context each, signed in once, and everything they complain of."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser.server import ROOT, Portal

PICTURES = ROOT / "var" / "tour"
PHONE, DESK = 360, 1440
PATIENCE = (
    60_000  # milliseconds: on a busy machine all is slow, and what is there is not waited for
)
expect.set_options(timeout=PATIENCE)
SERIAL = itertools.count(1)
EXPECTED = re.compile(r"the server responded with a status of (409|422|404)")


class People:
    """Browsers by user name; "" is a citizen. `complaints` are errors of the console and of CSP."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.browser, self.portal = browser, portal
        self.contexts: dict[tuple[str, str], BrowserContext] = {}
        self.complaints: list[str] = []

    def context(self, name: str = "", province: str = "H32") -> BrowserContext:
        """The browser of a person, signed in on first use."""
        if (name, province) not in self.contexts:
            context = self.browser.new_context(
                base_url=self.portal.address(province), locale="vi-VN",
                viewport={"width": DESK, "height": 900}, reduced_motion="reduce",
            )  # fmt: skip
            context.set_default_timeout(PATIENCE)
            context.on("console", self._console)
            context.on("weberror", lambda error: self.complaints.append(str(error.error)))
            if name:
                self._sign_in(context, name)
            self.contexts[name, province] = context
        return self.contexts[name, province]

    def _sign_in(self, context: BrowserContext, name: str) -> None:
        page = context.new_page()
        page.goto("/dang-nhap/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", self.portal.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/viec/")
        page.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def page(self, name: str = "", path: str = "/", *, width: int = DESK, **where: str) -> Page:
        """A new tab of the person at that address."""
        page = self.context(name, **where).new_page()
        page.set_viewport_size({"width": width, "height": 740 if width == PHONE else 900})
        page.goto(path)
        return page

    def name_of(self, name: str) -> str:
        """How the portal calls the person of that user name."""
        page = self.page(name, "/tai-khoan/")
        shown = page.locator(".user-menu summary").inner_text().strip()
        page.close()
        return shown

    def forgive(self, pattern: str) -> None:
        """Complaints that the test itself provoked."""
        self.complaints[:] = [words for words in self.complaints if not re.search(pattern, words)]

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep what the person sees for the tour."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)


def act(page: Page, words: str, **fields: str) -> None:
    """On the page of a dossier: open an act by its words, fill it in, send it."""
    open_act(page, words)
    for field, value in fields.items():
        box = page.locator(f"form [name={field}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(box.locator("option", has_text=value).first.get_attribute("value"))
        elif box.get_attribute("type") == "file":
            box.set_input_files(value)
        else:
            box.fill(value)
    send(page)


def open_act(page: Page, words: str) -> None:
    """Press a button of the dossier, in the menu when it is not one of the two beside the title."""
    link = page.locator(".page-actions").get_by_role("link", name=words, exact=True)
    if not link.is_visible():
        page.locator(".page-actions details.menu summary").click()
    link.click()


def send(page: Page) -> None:
    """Press the form's own button and wait for the dossier's page with its word of success."""
    page.locator("main form .buttons button.btn").first.click()
    expect(page.locator("#messages")).not_to_be_empty()


def pdf_file(folder: Path, name: str) -> str:
    """A small true PDF of its own: the portal keeps the same bytes once, whatever their name."""
    text = b"BT /F1 18 Tf 72 760 Td (Draft %d) Tj ET" % next(SERIAL)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    path = folder / name
    path.write_bytes(out)
    return str(path)
