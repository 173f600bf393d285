"""Who belongs to an assessed unit and who judges it: the one place that says so.

In a year the owner, and whatever lies above it, judges; each unit directly below the owner is an
agency that is judged, with all that lies below it (QĐ 1278/QĐ-CTUBND Điều 2, Điều 9 khoản 3, 4).
Both rules follow from that:

- a right to fill in or submit forms counts when it was given inside the agency. One that was given
  at the owner or above it is no right of the unit, which would else be judged by who wrote for it;
- whoever holds a position, or acts by delegation, anywhere inside the agency never appraises a
  unit of it. A position at the owner or above it does not count: he works for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from organizations import access
from organizations.access import Grant, Right
from organizations.models import User

if TYPE_CHECKING:
    from ranking.models import Assessment, Cycle

FILL, SUBMIT = "fill_assessments", "submit_assessments"


def ids_in(path: str) -> list[int]:
    """Units from the root down: "1/12/80/" is 1, 12, 80."""
    return [int(part) for part in path.split("/") if part]


def agency_of(owner_id: int, path: str) -> int:
    """The agency to which a unit belongs in a year: it, or the unit above it that lies directly
    below the owner. For a unit that was moved away since: directly below the root."""
    ids = ids_in(path)
    place = ids.index(owner_id) if owner_id in ids[:-1] else 0
    return ids[min(place + 1, len(ids) - 1)]


def is_inside(agency_id: int, held_at: Iterable[str]) -> bool:
    """Whether one of the paths leads into the agency."""
    return any(agency_id in ids_in(path) for path in held_at)


def works_in(user: User, assessment: Assessment) -> bool:
    """Whether the person works, or acts for somebody, in the agency of the unit today.

    No query of its own. Reads `assessment.unit` and `assessment.cycle`.
    """
    agency = agency_of(assessment.cycle.owner_id, assessment.unit.path)
    return is_inside(agency, (grant.path for grant in access.grants_of(user)))


def is_kept_from(user: User, assessment: Assessment) -> bool:
    """Whether what others found and decided about the unit is kept from the person: it is that of
    his own agency and not released. A seat in the council tells nobody more. No query."""
    return not assessment.cycle.is_released and works_in(user, assessment)


def kept_from(user: User, cycle: Cycle) -> set[int]:
    """The forms of a year of which that is so. One query, none after the release."""
    if cycle.is_released:
        return set()
    found = set()
    for form in cycle.assessments.select_related("unit"):
        form.cycle = cycle
        if is_kept_from(user, form):
            found.add(form.pk)
    return found


def _grants(user: User, permission: str, assessment: Assessment) -> Iterator[Grant]:
    """Rights on the unit that were given inside its agency."""
    if not user.is_authenticated or not user.is_active:
        return
    agency = agency_of(assessment.cycle.owner_id, assessment.unit.path)
    for grant in access.grants_of(user):
        is_right = grant.permission == permission and grant.covers(assessment.unit_id)
        if is_right and is_inside(agency, [grant.path]):
            yield grant


def may(user: User, permission: str, assessment: Assessment) -> bool:
    """Whether the person may do this for the unit. No query of its own."""
    return next(_grants(user, permission, assessment), None) is not None


def require(actor: User, permission: str, assessment: Assessment) -> Right:
    """As `access.require`, for the unit of a form: the right must be one of its agency."""
    grant = next(_grants(actor, permission, assessment), None)
    if grant is None:
        access.refuse(permission)
    return grant.right


def units_of(user: User, permission: str) -> set[int]:
    """Units on which the person holds the right by an agency of his, not by the province."""
    if not user.is_authenticated or not user.is_active:
        return set()
    held = (grant for grant in access.grants_of(user) if grant.permission == permission)
    return set().union(*(grant.unit_ids for grant in held if not grant.is_province_wide))


def of_units(user: User, permission: str, unit: str, owner: str) -> Q:
    """The rows whose `unit` the person may do this for, in a year of `owner`."""
    found = Q(pk__in=[])
    if not user.is_authenticated or not user.is_active:
        return found
    for grant in access.grants_of(user):
        if grant.permission == permission and not grant.is_province_wide:
            inside = Q(**{f"{unit}__in": grant.unit_ids})
            found |= inside & ~Q(**{f"{owner}__in": grant.unit_ids})
    return found


def at_work(user: User, unit: str, owner: str) -> Q:
    """The rows whose `unit` belongs to an agency in which the person works, in a year of `owner`:
    `works_in` as a condition."""
    found = Q(pk__in=[])
    for path in {grant.path for grant in access.grants_of(user)}:
        ids = ids_in(path)
        for place, above in enumerate(ids[:-1]):
            agency = "".join(f"{each}/" for each in ids[: place + 2])
            found |= Q(**{owner: above, f"{unit}__path__startswith": agency})
    return found
