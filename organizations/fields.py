"""Standing fields of deputies: a leader with fields decides in them and leaves the others alone.

A leader without any field (the head, or a deputy nobody gave one) decides in all. What a head
lends by a delegation, and what another position allows, is not narrowed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations import access
from organizations.access import Grant, RefusedError, Right
from organizations.models import FieldAssignment, Unit, User
from tenancy.scope import required_scope

LEADER = "leader"  # the role to which fields are given


@dataclass(frozen=True)
class Assigned:
    """A field, and the unit for which it was given; it narrows the position over that unit."""

    path: str
    field: str

    def is_called(self, field: str) -> bool:
        return self.field.casefold() == field.casefold()


def assigned_to(user: User) -> list[Assigned]:
    """The fields the person has today. One query per transaction, for leaders only."""
    grants = access.grants_of(user)
    if not any(grant.role == LEADER for grant in grants):
        return []
    memory = required_scope().memory
    key = ("fields", user.pk)
    if key not in memory:
        rows = FieldAssignment.objects.filter(user=user).valid_on(timezone.localdate())
        memory[key] = [Assigned(*row) for row in rows.values_list("unit__path", "field")]
    found: list[Assigned] = memory[key]
    return found


def require(actor: User, permission: str, *units: Unit, field: str) -> Right:
    """As `access.require`, for a dossier of that field of administration."""
    right = access.require(actor, permission, *(unit.pk for unit in units))
    assigned = assigned_to(actor)
    if not assigned:
        return right
    for grant in access.grants_of(actor):  # own rights come first
        if any(_passes(grant, permission, unit, field, assigned) for unit in units):
            return grant.right
    raise RefusedError(
        _(
            "The field “%(field)s” is not among those assigned to you. "
            "The head, or the deputy who has it, decides."
        )
        % {"field": field}
    )


def may(user: User, permission: str, *units: Unit, field: str) -> bool:
    """Whether `require` would let the person pass."""
    if not any(access.may(user, permission, unit.pk) for unit in units):
        return False
    assigned = assigned_to(user)
    return not assigned or any(
        _passes(grant, permission, unit, field, assigned)
        for grant in access.grants_of(user)
        for unit in units
    )


def in_reach(user: User, permission: str, *, unit: str, field: str) -> Q:
    """Rows whose `unit` and `field` (lookups) the person decides; all, when he has no fields."""
    assigned = assigned_to(user)
    if not assigned:
        return Q()
    found = Q(pk__in=())
    for grant in access.grants_of(user):
        if grant.permission != permission:
            continue
        if not (mine := _fields_under(grant, assigned)):
            found |= Q(**{f"{unit}__path__startswith": grant.path})
        for each in mine:
            found |= Q(**{f"{unit}__path__startswith": grant.path, f"{field}__iexact": each.field})
    return found


def _fields_under(grant: Grant, assigned: list[Assigned]) -> list[Assigned]:
    """What narrows this right: the fields given on the unit of a leader's own position."""
    if grant.role != LEADER:
        return []
    return [each for each in assigned if each.path.startswith(grant.path)]


def _passes(
    grant: Grant, permission: str, unit: Unit, field: str, assigned: list[Assigned]
) -> bool:
    if grant.permission != permission or not unit.path.startswith(grant.path):
        return False
    mine = _fields_under(grant, assigned)
    return not mine or any(each.is_called(field) for each in mine)
