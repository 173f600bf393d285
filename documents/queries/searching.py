"""Which documents hold words: the newest are looked at first, then an index is asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from common.text import unaccented
from organizations.models import User
from tenancy.search import among, found_ids

NEAR = 10_000  # newest documents of the province that are read through first
SHOWN = 25  # of a page
COMMON = 1_000  # fields that hold the words: of the files the newest are enough


def near(model: Any, user: User, words: str) -> list[int]:
    """Ids of the newest documents that hold every word in their fields, when the person sees more
    than a page of them; else none. Three queries.

    Words that many documents hold fill the first page from here, and no index has to name all of
    them: on a million documents it takes ten times as long.
    """
    newest = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    holds = Q(pk__gt=newest - NEAR)
    for word in unaccented(words).split():
        holds &= Q(search_text__contains=word)
    ids = list(model.objects.filter(holds).order_by("-pk").values_list("pk", flat=True))
    if len(ids) <= SHOWN:
        return []
    seen = model.objects.visible_to(user, "view_documents").filter(among("pk", ids))
    return ids if len(seen.order_by("-pk").values("pk")[: SHOWN + 1]) > SHOWN else []


def in_fields(model: Any, user: User, words: str, *, is_first: bool) -> tuple[list[int], bool]:
    """Ids of documents that hold every word, enough of them for a first page or all that the
    search looks at; and whether there are more than it looks at."""
    ids = near(model, user, words) if is_first else []
    return (ids, False) if ids else found_ids(model, unaccented(words))
