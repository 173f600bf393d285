"""One rule decides between page and fragment, and messages travel beside the fragment."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from common.errors import AlreadyDone
from common.htmx import wants_fragment
from common.pages import conflict, render_page, render_part

FRAGMENT, PAGE = "components/empty.html", "errors/409.html"
CONTEXT = {"words": "Nothing overdue.", "url": "", "action": "", "icon_name": "inbox"}


class Kept(BaseStorage):
    """Messages that live as long as the request."""

    def _get(self, *args, **kwargs):
        return [], True

    def _store(self, kept, response, *args, **kwargs):
        return []


def ask(**headers):
    request = RequestFactory().get("/ho-so/", headers=headers)
    request._messages = Kept(request)
    HtmxMiddleware(lambda _request: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_a_request_for_a_part_gets_a_part(headers, expected):
    assert wants_fragment(ask(**headers)) is expected


def test_the_same_address_answers_page_or_fragment_and_says_so_to_caches():
    whole = render_page(ask(), PAGE, FRAGMENT, CONTEXT)
    part = render_page(ask(**{"HX-Request": "true"}), PAGE, FRAGMENT, CONTEXT)
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b"Nothing overdue." in part.content
    assert "HX-Request" in whole["Vary"]
    assert "HX-Request" in part["Vary"]


def test_a_form_shown_again_keeps_its_status_in_both_answers():
    for headers in ({}, {"HX-Request": "true"}):
        assert render_page(ask(**headers), PAGE, FRAGMENT, CONTEXT, status=422).status_code == 422


def test_without_javascript_a_change_ends_on_the_page_with_a_message():
    request = ask()
    response = render_part(request, FRAGMENT, CONTEXT, back="/ho-so/", message="Returned.")
    assert (response.status_code, response["Location"]) == (302, "/ho-so/")
    assert [str(message) for message in messages.get_messages(request)] == ["Returned."]


def test_with_htmx_the_message_comes_beside_the_fragment():
    request = ask(**{"HX-Request": "true"})
    html = render_part(request, FRAGMENT, CONTEXT, "/", "Returned.").content.decode()
    assert "Nothing overdue." in html
    assert re.search(r'id="messages"[^>]*hx-swap-oob="innerHTML"', html)
    assert "Returned." in html


def test_a_fragment_without_news_leaves_the_messages_alone():
    html = render_part(ask(**{"HX-Request": "true"}), FRAGMENT, CONTEXT, "/").content.decode()
    assert "hx-swap-oob" not in html


def test_a_persons_mistake_is_a_409_note_for_htmx_and_a_page_with_a_way_back_otherwise():
    note = conflict(ask(**{"HX-Request": "true"}), AlreadyDone()).content.decode()
    assert "<html" not in note
    assert "note-warning" in note
    response = conflict(ask(Referer="http://testserver/ho-so/1/?a=b"), AlreadyDone("Đã làm <b>."))
    page = response.content.decode()
    assert response.status_code == 409
    assert 'href="/ho-so/1/"' in page
    assert "Đã làm &lt;b&gt;." in page


def test_a_foreign_page_is_no_way_back():
    page = conflict(ask(Referer="http://evil.example/x"), AlreadyDone()).content.decode()
    assert "evil" not in page


def test_the_htmx_settings_allow_no_eval_no_script_and_swap_only_what_is_meant():
    source = Path(get_template("layouts/portal.html").origin.name).read_text("utf-8")
    found = re.search(r"name=\"htmx-config\" content='([^']+)'", source)
    config = json.loads(found[1])
    assert config["allowEval"] is False
    assert config["allowScriptTags"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0
    rules = {rule["code"]: rule for rule in config["responseHandling"]}
    assert rules["409"]["target"] == "#messages"
    assert rules["422"]["swap"] is True
    assert rules["[45].."] == {"code": "[45]..", "swap": False, "error": True}


def test_public_pages_load_neither_bootstrap_nor_a_script():
    folder = Path(settings.BASE_DIR) / "templates"
    for name in ("base.html", "layouts/public.html", "layouts/plain.html", "layouts/entrance.html"):
        text = (folder / name).read_text("utf-8")
        assert "bootstrap" not in text
        assert "<script" not in text
