"""Which documents hold words: the newest are looked at first, then an index is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from common.text import unaccented
from organizations.models import User
from tenancy.search import among, found_ids

NEAR = 10_000  # newest documents of the province that are read through first
SHOWN = 25  # of a page
COMMON = 1_000  # of NEAR fields hold the words: of the files the newest are enough


@dataclass(frozen=True)
class Matches:
    """Documents that hold every word in their fields."""

    ids: list[int]
    is_cut: bool  # there are more than the search looks at
    is_common: bool  # of their files the newest are enough; the same on each page


def near(model: Any, words: str) -> list[int]:
    """Ids of the newest documents that hold every word in their fields. Two queries."""
    newest = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    holds = Q(pk__gt=newest - NEAR)
    for word in unaccented(words).split():
        holds &= Q(search_text__contains=word)
    return list(model.objects.filter(holds).order_by("-pk").values_list("pk", flat=True))


def in_fields(model: Any, user: User, words: str, *, is_first: bool) -> Matches:
    """Enough of them for a first page, or all that the search looks at.

    Words that many documents hold fill the first page from the newest, and no index has to name all
    of them: on a million documents it takes ten times as long.
    """
    ids, is_cut = near(model, words), False
    is_common = len(ids) > COMMON
    if not (is_first and _fills_a_page(model, user, ids)):
        ids, is_cut = found_ids(model, unaccented(words))
    return Matches(ids, is_cut or is_common, is_common)


def _fills_a_page(model: Any, user: User, ids: list[int]) -> bool:
    """The person sees more than a page of them. One query at most."""
    if len(ids) <= SHOWN:
        return False
    seen = model.objects.visible_to(user, "view_documents").filter(among("pk", ids))
    return len(seen.order_by("-pk").values("pk")[: SHOWN + 1]) > SHOWN
