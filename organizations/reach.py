"""Whom an administrator may manage, and which roles he may give: no way up by oneself.

Three rules. Nobody manages himself. Nobody manages a person whose rights reach beyond his own
units, because taking over such an account (a new password, a new second factor) would be a way
to those rights. And each role is given only by a role named in `GRANTORS`.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations import access
from organizations.access import RefusedError
from organizations.models import Delegation, Position, Unit, User
from organizations.roles import ROLES

_OF_AN_AGENCY = frozenset({"counter", "official", "clerk", "head", "leader"})
GRANTORS: dict[str, frozenset[str]] = {
    "agency_admin": _OF_AN_AGENCY,
    "superuser": frozenset(ROLES),
}


def is_system_administrator(user: User) -> bool:
    """By the account itself, or by the role on the whole province."""
    return user.is_superuser or any(
        grant.permission == "manage_units" and grant.is_province_wide
        for grant in access.grants_of(user)
    )


def grantable_roles(actor: User, unit: Unit) -> list[str]:
    """Keys of the roles that the actor may give on this unit, in the order of `ROLES`."""
    if is_system_administrator(actor):
        allowed = GRANTORS["superuser"]
    elif access.may(actor, "manage_people", unit.pk):
        allowed = GRANTORS["agency_admin"]
    else:
        allowed = frozenset()
    return [role for role in ROLES if role in allowed]


def require_grantable(actor: User, role: str, unit: Unit) -> None:
    """Pass when the actor may give (or take) this role on this unit, else raise RefusedError."""
    access.require(actor, "manage_people", unit.pk)
    if role not in grantable_roles(actor, unit):
        raise RefusedError(
            _("Only a system administrator gives or takes the role “%(role)s”.")
            % {"role": ROLES[role].name if role in ROLES else role}
        )


def require_somebody_else(actor: User, person: User) -> None:
    if actor.pk == person.pk:
        raise RefusedError(
            _("Nobody changes his own positions or account here. Ask another administrator.")
        )


def require_manageable(actor: User, person: User) -> None:
    """Pass when the actor may take charge of the whole account, else raise RefusedError.

    Reads the person's positions and the delegations that he received: two queries.
    """
    require_somebody_else(actor, person)
    if person.is_superuser and not actor.is_superuser:
        raise RefusedError(_("Only a system administrator manages this account."))
    if is_system_administrator(actor):
        access.require(actor, "manage_people", *_unit_ids(person))
        return
    access.require_anywhere(actor, "manage_people")
    reach = access.units_where(actor, "manage_people")
    rights = _rights(person)
    if person.is_staff or not rights:
        raise RefusedError(_("Only a system administrator manages this account."))
    for role, unit_id in rights:
        if unit_id not in reach or role not in GRANTORS["agency_admin"]:
            raise RefusedError(
                _(
                    "This person also has rights outside the units that you manage."
                    " Ask a system administrator."
                )
            )


def is_manageable(actor: User, person: User) -> bool:
    try:
        require_manageable(actor, person)
    except RefusedError:
        return False
    return True


def _unit_ids(person: User) -> list[int]:
    """Units of the person, or the root when there are none: who holds all may manage all."""
    ids = [unit_id for _role, unit_id in _rights(person)]
    return ids or list(Unit.objects.filter(parent=None).values_list("pk", flat=True))


def _rights(person: User) -> list[tuple[str, int]]:
    """(role, unit) of what holds today or will: own and lent. Of a leaver, what he last had."""
    today = timezone.localdate()
    positions = Position.objects.filter(user=person)
    own = list(positions.valid_from_now(today).values_list("role", "unit_id"))
    lent = list(
        Delegation.objects.valid_from_now(today)
        .filter(Q(revoked_at=None), receiver=person)
        .values_list("role", "unit_id")
    )
    return own + lent or list(positions.values_list("role", "unit_id"))
