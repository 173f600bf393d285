"""What waits for a leader: to decide, to sign, to read; the most urgent first, then the oldest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from common.counting import Heap, capped_counts, in_words
from documents.issuing import Stage
from documents.models import Assignment
from documents.queries import lists, outgoing_lists
from documents.states import Part, Status
from organizations import access
from organizations.models import Unit, User

SHOWN = 20  # rows of each heap
DIRECTS = "direct_documents"
OFFERED = 4  # units to choose from at once
LOOKED_AT = 200  # leads that he gave last, of which the units used most are told


@dataclass(frozen=True)
class Desk:
    decide: Heap  # incoming documents: an opinion, or work of his own
    approve: Heap  # drafts: their content, or an opinion on them
    sign: Heap
    read: Heap


def desk_of(user: User) -> Desk:
    """Everything that waits for the person. Five queries, whatever there is.

    What lies in the divisions below is theirs: only the units in which he sits himself count.
    """
    own = [each.unit_id for each in access.grants_of(user) if each.permission == DIRECTS]
    mine = lists.waiting_for(user).filter(Q(person=user) | Q(unit__in=own))
    drafts = (
        outgoing_lists.waiting_for(user)
        .filter(Q(unit__in=own) | Q(is_asked=True), stage__in=outgoing_lists.ASKED_IN)
        .exclude(stage=Stage.DRAFT, is_asked=False)
    )
    decide, read = mine.exclude(part=Part.INFORM), mine.filter(part=Part.INFORM)
    sign = outgoing_lists.to_sign(user)
    counts = capped_counts({"decide": decide, "approve": drafts, "sign": sign, "read": read})
    sets = {
        "decide": lists.assignment_rows(decide).annotate(
            root=F("incoming__registry__unit__path"),
            others_have_it=Exists(
                Assignment.objects.at_work().filter(incoming=OuterRef("incoming"))
            ),
        ),
        "approve": outgoing_lists.rows_to_do(drafts),
        "sign": outgoing_lists.rows_to_sign(user),
        "read": lists.assignment_rows(read),
    }
    heaps = {}
    for name, found in sets.items():
        of = outgoing_lists if name in ("approve", "sign") else lists
        rows = list(found.order_by(*of.ORDER[of.TO_DO])[:SHOWN])
        if of is lists:
            lists.tell(rows, timezone.localdate())
        else:
            outgoing_lists.tell(rows, user)
        heaps[name] = Heap(rows, in_words(counts[name]))
    return Desk(**heaps)


def to_read(user: User, keys: Iterable[int]) -> list[int]:
    """Of these assignments what the person is to read. One query."""
    mine = Assignment.objects.open().of(user, "view_documents")
    return list(mine.filter(pk__in=keys, part=Part.INFORM).values_list("pk", flat=True))


def may_give(row: dict[str, Any]) -> bool:
    """The opinion is asked and nobody has the document yet: one unit is named, and it is done."""
    is_asked = row["part"] == Part.OPINION and row["incoming_status"] == Status.REGISTERED
    return is_asked and not row["others_have_it"]


def units_for(user: User, roots: set[str]) -> dict[str, list[Unit]]:
    """Path of a body's unit → units below it to which the person gives work: those to which he
    gave most lately first, then as they stand in the tree. Two queries; none without a body."""
    if not roots:
        return {}
    given = Assignment.objects.filter(given_by=user, part=Part.LEAD).order_by("-id")
    often = Counter(given.values_list("unit", flat=True)[:LOOKED_AT])
    directed: Any = access.units_visible_to(user, DIRECTS)
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in directed.valid_on(timezone.localdate()).in_tree_order():
        for root in roots:
            if unit.path.startswith(root) and unit.path != root:
                found[root].append(unit)
    return {root: sorted(units, key=lambda unit: -often[unit.pk]) for root, units in found.items()}
