"""Who works in an agency in a month, in which units, and who is whose head there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from onestop.services.steps import PERMISSION
from organizations.models import Position, Unit, User
from organizations.roles import ROLES
from organizations.words import signing_words, title_of
from reports.models import Tier
from reports.queries.statements import Places
from reports.rules_evaluation import Month

WORKING = frozenset(PERMISSION.values())


@dataclass
class Worker:
    """A person and the positions that he held in the agency in the month."""

    person: User
    units: dict[int, str] = field(default_factory=dict)  # unit → title, the main one first
    tier: str = Tier.OFFICIAL

    @property
    def is_deputy(self) -> bool:
        """He signs for the head (ký thay)."""
        return any(signing_words(title).startswith("KT.") for title in self.units.values())


@dataclass(frozen=True)
class Crew:
    """The people of one agency and its units, those of agencies below it left out."""

    agency: Unit
    units: dict[int, Unit]
    workers: dict[int, Worker]

    def unit_of(self, person_id: int, step_unit: int) -> int:
        """In which unit the person did a step: where he held a position, nearest at or above it;
        else where he held one at all; else (by a delegation) where the step lay."""
        worker = self.workers.get(person_id)
        if worker is None:
            return step_unit
        for pk in reversed(self.units[step_unit].ancestor_ids):
            if pk in worker.units:
                return int(pk)
        return next(iter(worker.units))

    def tier_of(self, person_id: int) -> str:
        worker = self.workers.get(person_id)
        return worker.tier if worker else Tier.OFFICIAL

    def title_in(self, person_id: int, unit_id: int) -> str:
        worker = self.workers.get(person_id)
        return worker.units.get(unit_id, "") if worker else ""


def crew_of(agency: Unit, month: Month, places: Places, working: frozenset[str] = WORKING) -> Crew:
    """Whoever has a right among `working` there. One query."""
    units = {
        unit.pk: unit
        for unit in places.units.values()
        if unit.path.startswith(agency.path) and places.agency_of(unit.pk).pk == agency.pk
    }
    held = (
        Position.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=month.first),
            valid_from__lte=month.last,
            unit__in=units,
        )
        .select_related("user")
        .order_by("-is_main", "-valid_from", "pk")
    )
    workers: dict[int, Worker] = {}
    for position in held:
        allowed = allowed_in(position.role)
        if not allowed & working:
            continue  # administrators and those who only watch do no step
        worker = workers.setdefault(position.user_id, Worker(position.user))
        worker.units.setdefault(position.unit_id, title_of(position.role, position.title))
        if "assign_dossiers" in allowed and worker.tier != Tier.LEADER:
            leads = position.unit_id == agency.pk and "sign_reports" in allowed
            worker.tier = Tier.LEADER if leads else Tier.HEAD
    return Crew(agency, units, workers)


def allowed_in(role: str) -> frozenset[str]:
    return ROLES[role].permissions if role in ROLES else frozenset()


def people_of(ids: Iterable[int]) -> dict[int, User]:
    """One query, none when everybody is known."""
    wanted = set(ids)
    return dict(User.objects.in_bulk(wanted)) if wanted else {}
