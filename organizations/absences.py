"""Who is away today, and for whom a person stands in. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from organizations import access
from organizations.models import Absence, Position, User
from organizations.models.units import AGENCY_KINDS, Unit, UnitKind

# Who assigns somebody's work, or keeps the accounts, may say that he is away.
MAY_RECORD = ("assign_dossiers", "manage_people")


def people_of(user: User) -> Any:
    """The person himself, and everybody whose absence he may record."""
    found = User.objects.filter(pk=user.pk)
    for permission in MAY_RECORD:
        found = found | access.people_visible_to(user, permission)
    return found


def recorded_for(user: User) -> Any:
    """Absences that the person may end: of the same people."""
    return Absence.objects.filter(user__in=people_of(user).values("pk"))


def in_force() -> Any:
    """Today's absences."""
    return Absence.objects.in_force_on(timezone.localdate())


def covered_by(user: User) -> Any:
    """Today's absences in which the person stands in."""
    return in_force().filter(substitute=user)


def covers(user: User, absent: User) -> bool:
    """Whether the person stands in for the other today. One query."""
    return bool(covered_by(user).filter(user=absent).exists())


def of_people(ids: Iterable[int | None]) -> dict[int, Absence]:
    """Today's absence of each of these people, with the substitute. One query."""
    found = in_force().filter(user__in={pk for pk in ids if pk}).select_related("substitute")
    return {absence.user_id: absence for absence in found.order_by("pk")}


def with_substitutes(people: Iterable[User]) -> list[User]:
    """The people, and who stands in today for those of them who are away. One query."""
    told = {person.pk: person for person in people}
    for absence in of_people(told).values():
        substitute = absence.substitute
        if substitute is not None and substitute.is_active:
            told.setdefault(substitute.pk, substitute)
    return list(told.values())


def possible_substitutes(person: User) -> Any:
    """Active colleagues who hold a position today in an agency of the person, or on the province
    itself as he does, by given name."""
    today, held = timezone.localdate(), Position.objects.filter(user=person)
    own = list(held.valid_on(today).values_list("unit__path", flat=True))
    above = {int(part) for path in own for part in path.split("/") if part}
    agencies = Unit.objects.filter(pk__in=above, kind__in=AGENCY_KINDS).order_by("-path")
    nearest = agencies.first()
    here = Q(unit__kind=UnitKind.PROVINCE, unit__path__in=own)
    if nearest is not None:
        here |= Q(unit__path__startswith=nearest.path)
    held = Position.objects.filter(here, user=OuterRef("pk"))
    people = User.objects.filter(Exists(held.valid_on(today)), is_active=True)
    return people.exclude(pk=person.pk).order_by("sort_key", "pk")


def of_person(person: User, reader: User) -> list[Absence]:
    """Absences of a person and those in which he stands in, running and coming ones. Why somebody
    is away is told only to those who may record it (`is_told`)."""
    today = timezone.localdate()
    rows = Absence.objects.filter(ended_at=None, valid_to__gte=today)
    mine = rows.filter(user=person) | rows.filter(substitute=person)
    found = list(mine.select_related("user", "substitute").order_by("valid_from", "pk")[:50])
    told = set(people_of(reader).filter(pk__in={one.user_id for one in found}).values_list("pk"))
    for absence in found:
        absence.is_told = (absence.user_id,) in told
    return found
