"""To whom criteria of a form can be given."""

from __future__ import annotations

from collections import Counter

from django.db.models import Prefetch
from django.utils import timezone

from common.text import unaccented
from organizations.models import Position, User
from ranking.models import Criterion
from ranking.queries.sheets import Sheet
from ranking.services.answers import people_in

MOST = 20  # of a page; who is not among them is looked for


def colleagues(sheet: Sheet, words: str = "") -> list[User]:
    """People of the unit by given name, those first to whom something of the form was given;
    `words` of their name or account. One more than are shown says that there are others. Each
    with `present_positions` and `given`, how many criteria he has. Three queries at most."""
    given = Counter(each.colleague_id for each in sheet.answers.values() if each.colleague_id)
    people = people_in(sheet.assessment)
    for word in unaccented(words).split():
        people = people.filter(search_text__contains=word)
    held = Position.objects.valid_on(timezone.localdate()).select_related("unit")
    people = people.order_by("sort_key", "pk").prefetch_related(
        Prefetch("positions", held.order_by("-is_main", "pk"), to_attr="present_positions")
    )
    first = list(people.filter(pk__in=given)[:MOST]) if given else []
    found: list[User] = [*first, *people.exclude(pk__in=given)[: MOST + 1 - len(first)]]
    for each in found:
        each.given = given[each.pk]  # type: ignore[attr-defined]
    return found


def with_holders(sheet: Sheet, nodes: list[Criterion]) -> list[Criterion]:
    """The same criteria, each with `holder`, to whom it is given now. No query."""
    for node in nodes:
        answer = sheet.answers.get(node.pk)
        node.holder = answer.colleague if answer else None  # type: ignore[attr-defined]
    return nodes
