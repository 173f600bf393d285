"""How much lies in whose hands, and in which unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from common.days import start_of
from onestop.models import Dossier
from onestop.models.dossiers import DossierQuerySet
from onestop.queries.dossiers import soon_until
from onestop.services import assignment
from onestop.states import RUNNING, WAITING
from organizations import absences
from organizations.models import Absence, User
from organizations.words import away_words

ROWS = 100  # of one page


@dataclass(frozen=True)
class Load:
    """The whole load: rows of people, or of units where people would be too many."""

    rows: list[dict[str, Any]]
    is_by_unit: bool = False

    @property
    def total(self) -> dict[str, int]:
        keys = ("open", "soon", "overdue", "waiting")
        return {key: sum(row[key] for row in self.rows) for key in keys}

    @property
    def most(self) -> int:
        return max((row["open"] for row in self.rows), default=0)


def load_of(queue: Any, today: dt.date) -> Load:
    """Who has how much: at most three queries, however many dossiers are open. More than a page
    of people are shown only where they are of one unit."""
    people = _by_person(queue, today)
    rows = list(people[: ROWS + 1])
    if len(rows) <= ROWS:
        return Load(rows)
    units = _by_unit(queue, today)
    return Load(list(people)) if len(units) == 1 else Load(units, is_by_unit=True)


def _by_person(queue: Any, today: dt.date) -> Any:
    """Open, due soon and overdue work of each holder, by unit and name; None: nobody's."""
    rows = _accepted(queue).values(
        "holder_id", "holder_unit_id", holder_name=F("holder__full_name"),
        unit_name=F("holder_unit__name"), key=F("holder__sort_key"),
    )  # fmt: skip
    order = ("unit_name", "holder_unit_id", F("key").asc(nulls_first=True), "holder_id")
    return rows.annotate(**_counts(today)).order_by(*order)


def _by_unit(queue: Any, today: dt.date) -> list[dict[str, Any]]:
    """The same of each unit, most overdue first: as many rows as units have work."""
    rows = _accepted(queue).values("holder_unit_id", unit_name=F("holder_unit__name"))
    order = ("-overdue", "-open", "unit_name", "holder_unit_id")
    return list(rows.annotate(**_counts(today)).order_by(*order))


def _accepted(queue: Any) -> Any:
    return queue.open().filter(accepted_at__isnull=False)


def _counts(today: dt.date) -> dict[str, Count]:
    start = start_of(today)
    running = Q(status__in=RUNNING)
    return {
        "open": Count("pk", filter=~Q(status__in=list(WAITING))),
        "soon": Count("pk", filter=running & Q(due_at__gte=start, due_at__lt=soon_until(today))),
        "overdue": Count("pk", filter=running & Q(due_at__lt=start)),
        "waiting": Count("pk", filter=Q(status__in=list(WAITING))),
    }


def in_hands_of(queue: Any, hands: Iterable[tuple[int, int]]) -> Any:
    """Open work of each (person, unit), soonest due first; person 0 stands for nobody."""
    mine = Q(pk=None)
    for holder, unit in hands:
        mine |= Q(holder_unit=unit, holder=holder or None)
    return _accepted(queue).filter(mine, step__isnull=False).order_by("due_at", "id")


def noting_absences(rows: list[dict[str, Any]]) -> None:
    """Say of each row whose person is away until when, and who stands in. One query."""
    away = absences.of_people(row["holder_id"] for row in rows if "holder_id" in row)
    for row in rows:
        row["away"] = away.get(row.get("holder_id", 0))


@dataclass(frozen=True)
class Able:
    """A person who can do some of the ticked steps, and how much lies in his hands already."""

    person: User
    can: int
    open: int
    away: Absence | None = None

    @property
    def away_words(self) -> str:
        return away_words(self.away)


def able_to_take(found: DossierQuerySet) -> list[Able]:
    """Who can do most of the steps first. Dossiers at one step of one process in one division have
    the same people, so each such group is asked once."""
    groups: dict[tuple[int | None, ...], list[Dossier]] = {}
    for dossier in found.select_related("competent_unit", "step__unit", "version"):
        if step := dossier.step:
            places = (dossier.competent_unit_id, dossier.handling_unit_id, step.unit_id)
            key = (dossier.process_id, dossier.version_id, step.order, *places)
            groups.setdefault(key, []).append(dossier)
    people: dict[int, User] = {}
    can: dict[int, int] = {}
    for group in groups.values():
        for person in {who for who, _ in assignment.candidates(group[0], group[0].step)}:
            people[person.pk] = person
            can[person.pk] = can.get(person.pk, 0) + len(group)
    held = Dossier.objects.open().filter(holder__in=people, accepted_at__isnull=False)
    load = dict(held.order_by().values_list("holder").annotate(n=Count("pk")))
    away = absences.of_people(people)
    able = [Able(people[pk], n, load.get(pk, 0), away.get(pk)) for pk, n in can.items()]
    return sorted(able, key=_order)


def _order(one: Able) -> tuple[Any, ...]:
    """Who is here first, then who can do most, then who has least in hand."""
    return (one.away is not None, -one.can, one.open, one.person.sort_key, one.person.pk)


def name_of(person_id: int) -> str:
    """Of somebody of the province; "" when there is no such person."""
    return User.objects.filter(pk=person_id).values_list("full_name", flat=True).first() or ""
