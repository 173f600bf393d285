"""Several documents are signed with one PIN: each says what became of it. No portal is needed: its
answers and those of the signing device are given here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

HOST, AGENT = "http://portal.test", "http://agent.test"
BOX = """<fieldset data-document="{n}" data-edition="1" data-prepare="/{n}/ky/chuan-bi/"
  data-parts="0"><a data-read href="#{n}">Mở</a>
  <select name="certificate"><option value="1"></select>
  <input type="checkbox" name="read"><p class="sign-state"></p></fieldset>"""
PAGE = """<form id="sign" data-agent="{agent}" data-signing="Đang ký" data-done="Đã ký"
  data-silent="Không trả lời" data-refused="Sai mã PIN" data-lost="Mất" data-skipped="Chưa ký"
  data-unread="Chưa mở"><input name="csrfmiddlewaretoken" value="t">{boxes}<input id="pin">
  <button type="button" disabled>Ký</button></form>
  <script type="module" src="/signing.js"></script>"""
HTML, SCRIPT = "text/html; charset=utf-8", "text/javascript; charset=utf-8"


def outcome(browser: Any, *, portal_refuses: int = 0, device_refuses: int = 0) -> list[str]:
    """What stands at each of five documents after all were ticked and signed; the number of the
    call that is refused counts from 1."""
    calls = {"agent": 0}
    script = (Path(settings.BASE_DIR) / "static/js/signing.js").read_text()

    def portal(route: Any) -> None:
        path = route.request.url.removeprefix(HOST)
        if path == "/":
            boxes = "".join(BOX.format(n=n) for n in range(1, 6))
            route.fulfill(body=PAGE.format(agent=AGENT, boxes=boxes), content_type=HTML)
        elif path == "/signing.js":
            route.fulfill(body=script, content_type=SCRIPT)
        elif path == f"/{portal_refuses}/ky/chuan-bi/":
            route.fulfill(status=409, json={"error": "Đã có bản mới hơn"})
        elif path.endswith("/xong/"):
            route.fulfill(json={"stage": "Chờ cấp số"})
        else:
            route.fulfill(json={"signing": 7, "digest": "", "algorithm": "", "fingerprint": ""})

    def agent(route: Any) -> None:
        is_asked = route.request.method == "POST"  # else the browser asks whether it may
        calls["agent"] += is_asked
        status = 403 if is_asked and calls["agent"] == device_refuses else 200
        cross = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        route.fulfill(status=status, headers=cross, body=json.dumps({"cms": "c"}))

    page = browser.new_page()
    page.route(f"{HOST}/**", portal)
    page.route(f"{AGENT}/**", agent)
    page.goto(f"{HOST}/")
    page.locator("button:enabled").wait_for()
    for place in range(5):
        page.locator("[data-read]").nth(place).click()
        page.locator("[name=read]").nth(place).check()
    page.locator("button").click()
    page.locator("button:enabled").wait_for()
    said: list[str] = page.locator(".sign-state").all_inner_texts()
    page.close()
    return said


DONE = "Đã ký: Chờ cấp số"


@pytest.mark.browser
def test_each_of_five_says_whether_it_was_signed_when_the_third_is_not(chromium):
    assert outcome(chromium) == [DONE] * 5
    refused = outcome(chromium, portal_refuses=3)
    assert refused == [DONE, DONE, "Đã có bản mới hơn", DONE, DONE]
    stopped = outcome(chromium, device_refuses=3)  # a PIN is not tried again by itself
    assert stopped == [DONE, DONE, "Sai mã PIN", "Chưa ký", "Chưa ký"]
