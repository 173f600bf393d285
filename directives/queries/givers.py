"""Who gives tasks in a unit, who follows them for him, and to whom they may be given."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.ticks import Group
from directives.queries.lists import giving_units
from directives.services.ground import FOLLOWS, GIVES, WORKS, entering_right
from organizations import access, posts
from organizations.models import Unit, User
from organizations.models.units import AGENCY_KINDS, UnitKind

Choices = list[tuple[int, str]]


def units_of(user: User) -> list[Unit]:
    """In whose name the person gives or enters tasks today, the highest first. One query."""
    found = Unit.objects.filter(pk__in=giving_units(user)).in_tree_order()
    return [unit for unit in found if unit.is_open]


def units_below(root: Unit) -> Choices:
    """To whom a unit gives: the province to its agencies, an agency to all below it and itself."""
    return [(unit.pk, unit.name) for unit in open_below(root)]


def groups_below(root: Unit, without: int | None = None) -> list[Group]:
    """The same, as a long list to choose from: departments, communes and centres of a province
    apart, then what belongs to those; perhaps without one of them. One query."""
    found = [unit for unit in open_below(root) if unit.pk != without]
    if root.kind != UnitKind.PROVINCE:
        return [Group("units", "", _named(found))]
    own = [unit for unit in found if unit.parent_id == root.pk or unit.kind != UnitKind.AGENCY]
    parts = [
        (UnitKind.AGENCY, _("Departments and agencies"), _("All departments and agencies")),
        (UnitKind.COMMUNE, _("Communes, wards"), _("All communes and wards")),
        (UnitKind.CENTRE, _("Public administration centres"), ""),
    ]
    groups = [
        Group(str(kind), words, _named([unit for unit in own if unit.kind == kind]), all_words)
        for kind, words, all_words in parts
    ]
    below = _named([unit for unit in found if unit not in own])
    return [
        each for each in (*groups, Group("below", _("Agencies of these"), below)) if each.choices
    ]


def open_below(root: Unit) -> list[Unit]:
    """The same, as rows. One query."""
    found = Unit.objects.below(root).exclude(kind=UnitKind.PROVINCE)
    if root.kind == UnitKind.PROVINCE:
        found = found.filter(kind__in=AGENCY_KINDS)
    return [unit for unit in found.in_tree_order() if unit.is_open]


def people_of(unit: Unit) -> Choices:
    """Who works on tasks in an agency or below it, each with where; a province names nobody, its
    agencies do. One query."""
    if unit.kind == UnitKind.PROVINCE:
        return []
    found = reversed(access.people_with(WORKS, unit))
    named = {person.pk: f"{person.full_name} ({here.name})" for person, here in found}
    return list(named.items())[::-1]


def _named(units: list[Unit]) -> Choices:
    return [(unit.pk, unit.name) for unit in units]


def leaders_of(unit: Unit) -> Choices:
    """Those of the unit itself; whoever leads what is above it gives tasks there."""
    return [(each.pk, each.full_name) for each in posts.people_at(GIVES, unit)]


def givers_for(user: User, leaders: Choices, unit: Unit) -> Choices:
    """In whose name of these leaders the person may give tasks of the unit. No query."""
    return [(pk, name) for pk, name in leaders if entering_right(user, pk, unit)]


def followers_of(unit: Unit) -> Choices:
    return [(each.pk, each.full_name) for each in posts.people_at(FOLLOWS, unit)]
