"""Who changed the body within a half year or year: the new one classes him, by what he did in the
old one, too (NĐ 90/2020/NĐ-CP Điều 2, of those who change the body)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from organizations.models import AGENCY_KINDS, Position
from reports.queries.evaluation_people import Crew, allowed_in, crew_of
from reports.queries.quality_facts import WORKERS, Found, facts_of
from reports.queries.statements import Places
from reports.rules_evaluation import Month
from reports.rules_quality import Piece


@dataclass(frozen=True)
class Moves:
    """People of a crew who work in another body at the end; what those who came did before."""

    left: frozenset[int]
    brought: dict[int, list[Piece]]

    def with_brought(self, person: int, found: Found) -> list[Piece]:
        """All that he did in the period."""
        return [*found.people.get(person, []), *self.brought.get(person, [])]


def moves_of(crew: Crew, month: Month, places: Places) -> Moves:
    """Who works in both bodies at the end stays in both, each with the work done there. One query,
    and those of `crew_of` and `facts_of` for each body from which somebody came."""
    held = Position.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=month.first),
        user__in=crew.workers, valid_from__lte=month.last,
    )  # fmt: skip
    lasting: dict[int, set[int]] = defaultdict(set)  # person → bodies at the end
    ended: dict[int, set[int]] = defaultdict(set)  # body → people who were there
    rows = held.order_by("pk").values_list("user_id", "unit_id", "role", "valid_to")
    for person, unit_id, role, until in rows:
        body = crew.agency if unit_id in crew.units else places.agency_of(unit_id)
        if body.kind not in AGENCY_KINDS or not allowed_in(role) & WORKERS:
            continue  # nobody classes him there
        if until is None or until >= month.last:
            lasting[person].add(body.pk)
        else:
            ended[body.pk].add(person)
    here = {person for person, bodies in lasting.items() if crew.agency.pk in bodies}
    brought: dict[int, list[Piece]] = defaultdict(list)
    for pk in sorted(ended.keys() - {crew.agency.pk}):
        if came := {person for person in ended[pk] & here if pk not in lasting[person]}:
            found = facts_of(crew_of(places.units[pk], month, places, WORKERS), month)
            for person in came:
                brought[person] += found.people.get(person, [])
    return Moves(frozenset(lasting.keys() - here), dict(brought))
