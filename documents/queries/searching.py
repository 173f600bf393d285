"""Which documents hold words: in their fields, or in their files."""

from __future__ import annotations

from typing import Any

from common.text import unaccented
from organizations.models import User
from tenancy.search import among, found_ids, ids_for_a_page

SHOWN = 25  # of a page


def in_fields(
    model: Any, user: User, words: str, known: list[int], *, is_first: bool
) -> tuple[list[int], bool]:
    """Ids of the newest documents that hold every word in their fields, and whether the search
    looked at fewer than there are. `is_first`: as many as it takes, beside the `known` ones, for
    the person's first page."""
    needle = unaccented(words)
    if not is_first:
        return found_ids(model, needle)
    seen = model.objects.visible_to(user, "view_documents")
    newest = seen.filter(among("pk", known)).order_by("-pk").values_list("pk", flat=True)
    page = list(newest[: SHOWN + 1]) if known else []
    oldest = page[-1] if len(page) > SHOWN else 0
    return ids_for_a_page(seen, needle, SHOWN, oldest=oldest)
