"""Who sits in the council, what each appraises, and who may not (QĐ 1278/QĐ-CTUBND Điều 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.models import User
from ranking import rights
from ranking.models import Assessment, Criterion, Cycle, CycleState, Level, Part, Remit, Seat


class OwnAgency(access.RefusedError):
    """Nobody appraises the agency in which he works."""


@dataclass(frozen=True)
class RemitFacts:
    """An area (None: every one) of the units of a group ("": every one)."""

    area_id: int | None = None
    group: str = ""


@transaction.atomic
def seat(
    cycle_id: int, *, actor: User, username: str, part: str, remits: Sequence[RemitFacts] = ()
) -> Seat:
    """Give a person a seat, or change what the seat is and appraises."""
    cycle = running(cycle_id, actor)
    person = User.objects.filter(username=username, is_active=True, is_machine=False).first()
    if person is None:
        raise DomainError(_("There is no active account %(name)s.") % {"name": username})
    if part not in Part.values:
        raise DomainError(_("Choose the part in the council."))
    chairs = cycle.seats.filter(part=Part.CHAIR, left_on=None).exclude(person=person)
    if part == Part.CHAIR and chairs.exists():
        raise DomainError(_("The council has a chair already: end that seat first."))
    found, _made = Seat.objects.update_or_create(
        cycle=cycle, person=person, left_on=None, defaults={"part": part}
    )
    _write_remits(cycle, found, remits)
    record(
        cycle, "ranking.seat_given", actor=actor, unit=cycle.owner,
        data={"person": person.full_name, "part": part, "remits": [vars(r) for r in remits]},
    )  # fmt: skip
    return found


def _write_remits(cycle: Cycle, found: Seat, remits: Iterable[RemitFacts]) -> None:
    wanted = {(facts.area_id, facts.group) for facts in remits}
    areas = Criterion.objects.filter(framework=cycle.framework_id, level=Level.AREA)
    known = set(areas.values_list("pk", flat=True)) | {None}
    groups = {group["code"] for group in cycle.terms.get("groups", [])} | {""}
    if any(area not in known or group not in groups for area, group in wanted):
        raise DomainError(_("Choose areas and groups of this year."))
    found.remits.all().delete()
    Remit.objects.bulk_create(
        Remit(seat=found, area_id=area, group=group)
        for area, group in sorted(wanted, key=lambda each: (each[0] or 0, each[1]))
    )


@transaction.atomic
def unseat(cycle_id: int, *, actor: User, person_id: int) -> Seat:
    """From today on without the seat; what the person decided stays."""
    cycle = running(cycle_id, actor)
    found: Seat | None = cycle.seats.filter(person=person_id, left_on=None).first()
    if found is None:
        raise AlreadyDone(_("This person has no seat any more."))
    found.left_on = timezone.localdate()
    found.save(update_fields=["left_on"])
    record(
        cycle, "ranking.seat_ended", actor=actor, unit=cycle.owner,
        data={"person": found.person.full_name},
    )  # fmt: skip
    return found


def running(cycle_id: int, actor: User) -> Cycle:
    """The locked year, for who runs it and before it is published."""
    cycle = open_year(cycle_id)
    access.require(actor, "manage_rankings", cycle.owner_id)
    return cycle


def open_year(cycle_id: int) -> Cycle:
    """The locked year before it is published."""
    cycle: Cycle = Cycle.objects.lock(cycle_id)
    if cycle.state == CycleState.PUBLISHED:
        raise DomainError(_("The year is published; nothing in it changes any more."))
    return cycle


def seat_of(cycle_id: int, user: User) -> Seat | None:
    """The person's seat in that year today. One query, two with remits."""
    found: Seat | None = (
        Seat.objects.filter(cycle=cycle_id, person=user.pk, left_on=None)
        .prefetch_related("remits")
        .first()
    )
    return found


def presides(cycle_id: int, user: User) -> bool:
    """Whether the person is chair or vice chair of the year's council. Two queries."""
    found = seat_of(cycle_id, user)
    return found is not None and found.presides


def remit_covers(found: Seat | None, area_id: int, group: str) -> bool:
    """Whether the seat appraises that area of units of that group."""
    return found is not None and any(
        remit.area_id in {None, area_id} and remit.group in {"", group}
        for remit in found.remits.all()
    )


def require_appraiser(assessment: Assessment, criterion: Criterion, actor: User) -> Seat:
    """The seat that lets the person decide on this criterion of this unit. Four queries."""
    found = seat_of(assessment.cycle_id, actor)
    area_id = criterion.area_id or criterion.pk
    if found is None or not remit_covers(found, area_id, assessment.group):
        raise access.RefusedError(_("The council did not give you this area to appraise."))
    require_stranger(assessment, actor)
    return found


def require_stranger(assessment: Assessment, actor: User) -> None:
    """Pass who neither works nor acts for somebody in the agency of the unit. No query."""
    if rights.works_in(actor, assessment):
        raise OwnAgency(_("This is your own agency: somebody else appraises it."))


def seats_of(user: User) -> QuerySet[Seat]:
    """The person's seats of today, in whatever year."""
    found: QuerySet[Seat] = Seat.objects.filter(person=user.pk, left_on=None)
    return found
