"""Words of a search that must not stay in an address: numbers of persons stay in the session.

An address goes into histories and is copied. Words without such a number come back as `?q=words`,
words with one as `?q=~key`, and the session knows which words the key stands for. So Back, the next
page and a second tab work, and nobody else can read the number there. The search of every page is
posted, so that the number is in no address at all; the filter of a list and an address typed by
hand are GET, so that the number is in the one request that is redirected and in none after it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.htmx import Request

WORDS, KEPT, MARK = "q", "searches", "~"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  a field's name
LOST = MARK  # what an unknown key stands for: words that find nothing
MOST_WORDS, MOST_KEPT = 100, 20
# Of a dossier (H32.05-260302-0007, also without its province) and of a procedure (1.004194, and
# 1.004194.000.00.00.H32 of old): found as they are typed, and nobody's number.
_CODE = (
    r"\b(?:[A-Za-z][0-9]{2}(?:\.[0-9A-Za-z]{1,8})*(?:-[0-9]{1,6}(?:-[0-9]{1,8})?)?"
    r"|[0-9]{2,3}(?:\.[0-9]{2,3})*-[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])-[0-9]{4}"
    r"|[1-9]\.[0-9]{6}(?:\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}(?:\.[A-Za-z][0-9]{2})?)?)\b"
)
# Identity (12, or 9 of old), tax, phone and look-up numbers, with whatever people put between
# digits: blanks of every kind, dots, dashes, strokes, brackets.
_NUMBER = r"(?P<number>[+(]*[0-9](?:[\s.\-\u2010-\u2015/()]*[0-9]){8,})"
_PARTS = re.compile(f"{_CODE}|{_NUMBER}")
_SLIP = re.compile(r"/t/([A-Za-z0-9_-]{8,100})/?\s*$")  # the address in the QR code of a slip
_ABROAD = re.compile(r"^\+840?")  # a phone number is stored from 0
P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]


def keeps_numbers_private(view: View[P]) -> View[P]:
    """A list with the search `q`: after it no address shows a number of a person."""

    @wraps(view)
    def answer(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if away := to_clean_address(request):
            return away
        if is_lost(request):
            messages.warning(request, _("This search is not kept any more. Search again."))
        return view(request, *args, **kwargs)

    return answer


def to_clean_address(request: HttpRequest) -> HttpResponse | None:
    """The same page at an address without numbers and without words that nobody looks for;
    None when it is there already."""
    asked = request.POST if request.method == "POST" else request.GET
    typed = asked.get(WORDS, "").replace("\0", "").strip()
    words = typed[:MOST_WORDS]
    is_private = holds_number(words)
    if request.method != "POST" and not is_private and words == typed:
        return None
    if words != typed:
        told = _("Only the first %(n)s characters were searched for.")
        messages.warning(request, told % {"n": MOST_WORDS})
    query = request.GET.copy()
    if request.method == "POST":
        for name in asked.keys() - {WORDS, TOKEN}:  # what was posted beside the words goes along
            query[name] = "" if holds_number(asked[name]) else asked[name]
    query[WORDS] = _keep(request, words) if is_private else words
    return redirect(f"{request.path}?{query.urlencode()}")


def holds_number(words: str) -> bool:
    """Whether a number of a person is among the words: it stays in no address and is not kept."""
    return any(part["number"] for part in _PARTS.finditer(words))


def slip_of(words: str) -> str:
    """The token of a scanned slip; "" when the words are no address of one."""
    found = _SLIP.search(words)
    return found[1] if found else ""


def words_of(request: HttpRequest) -> str:
    """What is searched for: from the address, or what its key stands for in this session.

    A key of another session, or older than the searches kept, is LOST: a list shows no row for it.
    """
    words = request.GET.get(WORDS, "").strip()[:MOST_WORDS]
    if words.startswith(MARK):
        return str(request.session.get(KEPT, {}).get(words, LOST))
    return words


def is_lost(request: HttpRequest) -> bool:
    """Whether nobody knows what the key of the address stands for."""
    return words_of(request) == LOST


def data_of(request: HttpRequest) -> QueryDict:
    """The query of the address with the words themselves, for a form that shows them."""
    data = request.GET.copy()
    if WORDS in data:
        data[WORDS] = words_of(request)
    return data


def has_number(request: HttpRequest) -> bool:
    """Whether the search is for a number that stays in the session."""
    return request.GET.get(WORDS, "").strip().startswith(MARK) and not is_lost(request)


def numbers_joined(words: str) -> str:
    """The words with each number as it is stored, in digits only; codes stay as they are."""
    return _PARTS.sub(_joined, words)


def _joined(part: re.Match[str]) -> str:
    if not part["number"]:
        return part[0]
    bare = _ABROAD.sub("0", re.sub(r"[^0-9+]", "", part[0]))
    return bare.removeprefix("+")


def _keep(request: HttpRequest, words: str) -> str:
    kept = dict(request.session.get(KEPT, {}))
    for key, known in kept.items():
        if known == words:
            return str(key)
    key = MARK + secrets.token_urlsafe(6)
    kept[key] = words
    request.session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])
    return key
