"""Who holds a right in a unit itself, or still over it: what the door does not ask."""

from __future__ import annotations

from typing import Any

from django.db import models

from organizations.access import Right, grants_held, held_today
from organizations.models import Unit, User


def right_at(user: User, permission: str, unit_id: int) -> Right | None:
    """By which position or delegation in this very unit the person holds the permission today,
    not above it; None without one. No query of its own."""
    for grant in grants_held(user):
        if grant.permission == permission and grant.unit_id == unit_id:
            return grant.right
    return None


def right_within(user: User, permission: str, unit_id: int, top_id: int) -> Right | None:
    """By which position or delegation the person holds the permission today on the unit: there or
    above it, but not above `top_id`; None without one. No query of its own."""
    for grant in grants_held(user):
        is_within = grant.unit_id == top_id or not grant.covers(top_id)
        if grant.permission == permission and grant.covers(unit_id) and is_within:
            return grant.right
    return None


def units_at(user: User, permission: str) -> set[int]:
    """Units in which the person holds the permission himself today, not those below them. No query
    of its own."""
    return {grant.unit_id for grant in grants_held(user) if grant.permission == permission}


def people_at(permission: str, unit: Unit) -> list[User]:
    """Active people who hold the permission today by a position or delegation in this very unit,
    not above it. By given name. One query."""
    held = held_today(permission).filter(user=models.OuterRef("pk"), content_object=unit)
    people = User.objects.filter(models.Exists(held), is_active=True)
    return list(people.order_by("sort_key", "pk"))


def held_at(permission: str, user: models.OuterRef, unit: models.OuterRef) -> Any:
    """Rights that an active person of an outer query holds today in that very unit, as
    `right_at`."""
    held = held_today(permission).filter(user=user, user__is_active=True)
    return held.filter(content_object=unit)


def held_over(permission: str, user: models.OuterRef, path: models.OuterRef) -> Any:
    """Rights that an active person of an outer query holds today on the unit with that path: on it
    or above it."""
    held = held_today(permission).filter(user=user, user__is_active=True)
    known = models.ExpressionWrapper(path, output_field=models.CharField())
    return held.alias(path=known).filter(path__startswith=models.F("content_object__path"))
