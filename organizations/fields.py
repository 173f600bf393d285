"""Standing fields of deputies: a leader with fields decides in them and leaves the others alone.

A leader without any field (the head, or a deputy nobody gave one) decides in all. Who got one
stays narrowed to those in force today, be it none, until an administrator lifts that: a day that
passes never widens what a person may do. What a head lends by a delegation, and what another
position allows, is not narrowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import vietnamese_sort_key
from organizations import access
from organizations.access import Grant, RefusedError, Right
from organizations.models import FieldAssignment, Position, Unit, User
from tenancy.scope import required_scope

LEADER = "leader"  # the role to which fields are given
DECIDE = "approve_dossiers"  # the permission that they narrow
NONE_LEFT = gettext_lazy("Fields have ended: no dossier can be approved")


@dataclass(frozen=True)
class Assigned:
    """A field, and the unit for which it was given; it narrows the position over that unit."""

    path: str
    field: str
    holds: bool  # today; else it has ended and narrows all the same

    def covers(self, field: str) -> bool:
        return self.holds and self.field.casefold() == field.casefold()


def assigned_to(user: User) -> list[Assigned]:
    """What narrows the person today: fields that he has or had. Empty: he decides in all.

    One query per transaction, for leaders only.
    """
    grants = access.grants_of(user)
    if not any(grant.role == LEADER for grant in grants):
        return []
    memory = required_scope().memory
    key = ("fields", user.pk)
    if key not in memory:
        today = timezone.localdate()
        rows = FieldAssignment.objects.filter(user=user).counting_on(today)
        memory[key] = [
            Assigned(path, field, holds=valid_to is None or valid_to >= today)
            for path, field, valid_to in rows.values_list("unit__path", "field", "valid_to")
        ]
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
    if are_none_left(actor):
        raise RefusedError(
            _(
                "None of the fields assigned to you is in force any more. The administrator "
                "assigns one anew, or lets you decide in all fields again."
            )
        )
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
            if not each.holds:
                continue
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
    return not mine or any(each.covers(field) for each in mine)


def words_for(user: User, grant: Grant) -> str:
    """What the fields leave of a right to decide, as a sentence; "" when they leave it whole."""
    mine = _fields_under(grant, assigned_to(user)) if grant.permission == DECIDE else []
    if not mine:
        return ""
    if held := sorted({each.field for each in mine if each.holds}, key=vietnamese_sort_key):
        return _("Only in the fields: %(fields)s.") % {"fields": ", ".join(held)}
    return str(NONE_LEFT)


def are_none_left(user: User) -> bool:
    """Whether the person was narrowed and nothing is left of it. No query after `in_reach`."""
    assigned = assigned_to(user)
    return bool(assigned) and not any(each.holds for each in assigned)


def narrows(user: User, unit: Unit, start: dt.date, end: dt.date) -> bool:
    """Whether the person, who leads this unit from `start` on, does so in some fields only on a
    day until `end`. Two queries."""
    own = Position.objects.filter(user=user, role=LEADER, unit__in=unit.ancestor_ids)
    leads = set(own.valid_on(start).values_list("unit__path", flat=True))
    rows = FieldAssignment.objects.counting_on(end).filter(user=user)
    given = set(rows.values_list("unit__path", flat=True))
    return bool(leads) and all(any(path.startswith(lead) for path in given) for lead in leads)


def with_ends_told(positions: QuerySet[Position]) -> QuerySet[Position]:
    """Each position says by `has_no_field` whether it is a leader's of whose fields none is left.

    The same query.
    """
    today = timezone.localdate()
    rows = FieldAssignment.objects.counting_on(today).filter(
        user=OuterRef("user"), unit__path__startswith=OuterRef("unit__path")
    )
    narrowed_to_none = Q(Exists(rows), ~Exists(rows.valid_on(today)), role=LEADER)
    return positions.annotate(
        has_no_field=ExpressionWrapper(narrowed_to_none, output_field=BooleanField())
    )


Source = Callable[[], Iterable[str]]
_sources: dict[str, Source] = {}


def offer(name: str, source: Source) -> None:
    """`source()` names fields that can be assigned; called by an upper app's `ready()`."""
    _sources[name] = source


def choosable() -> list[str]:
    """Fields that can be assigned: those offered, and those that somebody has already.

    Each once, in the spelling of the offer. One query, and one for each source.
    """
    found: dict[str, str] = {}
    for source in _sources.values():
        for field in source():
            found.setdefault(field.casefold(), field)
    stored = FieldAssignment.objects.filter(lifted_at=None).order_by("field")
    for field in stored.values_list("field", flat=True).distinct():
        found.setdefault(field.casefold(), field)
    return sorted(filter(None, found.values()), key=vietnamese_sort_key)
