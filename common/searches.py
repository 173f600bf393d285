"""Words of a search that must not stand in an address: numbers of persons stay in the session.

An address goes into histories and logs. A search is posted; words without such a number come back
as `?q=words`, words with one as `?q=~key`, and the session knows which words the key stands for.
So Back, the next page and a second tab work, and nobody else can read the number there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from common.htmx import Request

WORDS, KEPT, MARK = "q", "searches", "~"
MOST_WORDS, MOST_KEPT = 100, 20
# Identity (12, or 9 of old), tax, phone and look-up numbers; a dossier's code has shorter runs.
_NUMBER = re.compile(r"[0-9](?:[ .]?[0-9]){8,}")
P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]


def keeps_numbers_private(view: View[P]) -> View[P]:
    """A list with the search `q`: POST is the search, and no address shows a number of a person."""

    @wraps(view)
    def answer(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        words = asked.get(WORDS, "").replace("\0", "").strip()[:MOST_WORDS]
        has_number = _NUMBER.search(words) is not None
        if request.method != "POST" and not has_number:
            return view(request, *args, **kwargs)
        query = request.GET.copy()
        query[WORDS] = _keep(request, words) if has_number else words
        return redirect(f"{request.path}?{query.urlencode()}")

    return answer


def words_of(request: HttpRequest) -> str:
    """What is searched for: from the address, or what its key stands for in this session."""
    words = request.GET.get(WORDS, "").strip()[:MOST_WORDS]
    if words.startswith(MARK):
        return str(request.session.get(KEPT, {}).get(words, ""))
    return words


def data_of(request: HttpRequest) -> QueryDict:
    """The query of the address with the words themselves, for a form that shows them."""
    data = request.GET.copy()
    if WORDS in data:
        data[WORDS] = words_of(request)
    return data


def has_number(request: HttpRequest) -> bool:
    """Whether the search is for a number that stays in the session."""
    return request.GET.get(WORDS, "").startswith(MARK)


def _keep(request: HttpRequest, words: str) -> str:
    kept = dict(request.session.get(KEPT, {}))
    for key, known in kept.items():
        if known == words:
            return str(key)
    key = MARK + secrets.token_urlsafe(6)
    kept[key] = words
    request.session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])
    return key
