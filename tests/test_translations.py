"""Everything that people read is Vietnamese: the catalogue is whole, and the pages show no English.

The pages are found by following links, so a new page is read as soon as something leads to it.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import polib
import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.timesince import timesince

from govit.environment import ROOT
from govit.translations import CATALOGUE, faults_in
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind, make_dossier
from tests.portal.lookups import DIGITS, open_page

# Words that every English sentence or label of ours has and that are no Vietnamese syllable.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|for|with|from|your|this|that|not|dossiers?|procedures?|save|status"
    r"|steps?|results?|received|date|page|unit|users?|name|password|file|note|reason|filter|search"
    r"|select|days?|hours?|minutes?|ago|number|kind|state|role|title|back|open|close|next|all|yes"
    r"|none|default|source|version|draft|code|settings|delete|edit|add|remove|actions?)\b",
    re.IGNORECASE,
)
HIDDEN = {"script", "style", "template", "svg", "kbd", "code", "pre", "textarea"}
SPOKEN = {"aria-label", "placeholder", "title", "alt"}
OTHERS = {".venv", "node_modules", "var", "tests"}
NO_PAGES = {"admin"}  # the technicians' back door is Django's own


class Page(HTMLParser):
    """The words that a page shows or speaks, and the addresses that it leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hidden: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        foreign = found.get("lang", "vi") != "vi"
        if tag in HIDDEN or (foreign and tag != "html"):
            self.hidden.append(tag)
        self.words += [value for key, value in attrs if key in SPOKEN and value]
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])

    def handle_endtag(self, tag):
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()

    def handle_data(self, data):
        if not self.hidden and data.strip():
            self.words.append(data.strip())

    @property
    def english(self) -> list[str]:
        """What reads English; addresses and mail addresses are not words."""
        shown = [re.sub(r"https?://\S+|\S+@\S+|/\S+", "", words) for words in self.words]
        return [words for words in shown if ENGLISH.search(words)]


def route_of(path: str) -> str:
    """The name of the page; acts on a dossier and kinds of rules each count as a page."""
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    if NO_PAGES & set(found.namespaces):
        return ""
    variant = found.kwargs.get("slug") or found.kwargs.get("key")
    return f"{found.view_name} {variant}" if variant else found.view_name


def read_all(client, start: str) -> dict[str, list[str]]:
    """Follow the links from a page on, one page of each route; returns route → its English."""
    found: dict[str, list[str]] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        route = route_of(urlsplit(path).path)
        if not route or route in found:
            continue
        found[route] = []
        answer = client.get(path, follow=True)
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        assert answer.status_code == 200, path
        page = Page(answer.text)
        found[route] = page.english
        waiting += [urljoin(path, link) for link in page.links if not urlsplit(link).netloc]
    return found


@pytest.fixture
def busy(province, town):
    """Dossiers in several states, so that lists, details and acts have something to show."""
    with tenant_scope(province):
        make_dossier(town)
        assigned(town)
        for kind in ("review", "approve", "return"):
            at_kind(town, kind)
    return town


def test_the_check_names_a_missing_a_fuzzy_and_a_broken_message():
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Save", msgstr=""))
    catalogue.append(polib.POEntry(msgid="Back", msgstr="Quay lại", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="%(n)s days", msgstr="%(so)s ngày"))
    catalogue.append(polib.POEntry(msgid="Cancel", msgstr="Hủy"))
    told = list(faults_in(catalogue))
    assert len(told) == 3
    assert "not translated: 'Save'" in told[0]
    assert "fuzzy: 'Back'" in told[1]
    assert "placeholders differ" in told[2]


def test_translations_end_as_their_originals_do():
    """A sentence stays a sentence, a label stays a label; a trailing colon stays."""
    entries = polib.pofile(str(ROOT / CATALOGUE))
    wrong = [
        entry.msgid
        for entry in entries
        if entry.msgstr
        and (
            entry.msgid.rstrip().endswith(":") != entry.msgstr.rstrip().endswith(":")
            or entry.msgstr != entry.msgstr.strip()
            or "  " in entry.msgstr
        )
    ]
    assert wrong == []


def test_words_that_people_see_are_composed_unicode():
    """NFC: letters in two parts are not found by search and break in narrow columns."""
    text = (ROOT / CATALOGUE).read_text(encoding="utf-8")
    assert not re.search("[\u0300-\u036f]", text)


def test_spans_of_time_are_vietnamese():
    now = timezone.now()
    with translation.override("vi"):
        assert timesince(now - timezone.timedelta(minutes=8), now) == "8\xa0phút"


def test_a_visitor_reads_no_english(client, busy):
    found = read_all(client, "/")
    assert {"portal:home", "account_login", "portal:procedure"} <= set(found)
    assert {route: words for route, words in found.items() if words} == {}


def test_a_citizen_reads_no_english_about_a_dossier(client, province, busy):
    with tenant_scope(province):
        dossier = make_dossier(busy)
    for page in (
        open_page(client, dossier.code, DIGITS),
        open_page(client, dossier.lookup_number),
        client.post("/tra-cuu/", {"code": dossier.code, "digits": "0000"}),
        client.post("/tra-cuu/", {"code": "abc"}),
    ):
        assert Page(page.text).words
        assert Page(page.text).english == []


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("officer", {"onestop:dossier_act chuyen-buoc", "onestop:dossier_act bo-sung"}),
        *(
            pytest.param(person, expected, marks=pytest.mark.slow)
            for person, expected in (
                ("clerk", {"onestop:dossier_receive", "onestop:dossier_detail"}),
                (
                    "leader",
                    {"onestop:approval_list", "onestop:approval_decide", "onestop:load_list"},
                ),
                (
                    "superuser",
                    {"organizations:rules_change clock", "portal:health", "organizations:calendar"},
                ),
            )
        ),
    ],
)
def test_an_official_reads_no_english(client, busy, person, expected):
    found = read_all(client.sign_in(getattr(busy, person)), "/viec/")
    assert expected <= set(found)
    assert {route: words for route, words in found.items() if words} == {}


def test_gettext_is_imported_under_names_that_makemessages_reads():
    """Under another one its messages never reach the catalogue, and people hear English."""
    alias = re.compile(r"^from django\.utils\.translation import .*\bgettext\w* as (?!_$)", re.M)
    sources = [path for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] not in OTHERS]
    assert len(sources) > 300
    assert [str(path.relative_to(ROOT)) for path in sources if alias.search(path.read_text())] == []
