"""The one door: who may do what, on which units, today, and why.

Permissions are granted on a unit and hold below it. They come from positions and delegations,
compiled into `UnitUserPermission` (django-guardian, direct foreign keys) by `recompile`; the
door reads those rows and tests today's date. Nothing is ever granted per dossier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NoReturn, Self, TypeVar

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.machine_rights import rows_of_clients
from organizations.models import Delegation, Position, Unit, UnitUserPermission, User
from organizations.roles import ROLES
from tenancy.models import TenantManager
from tenancy.scope import required_scope

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Grant:
    """One compiled right of a person, with where it comes from."""

    permission: str
    unit_id: int
    path: str
    position_id: int | None
    delegation_id: int | None
    giver: str  # name of the head who lent it, "" for a position of one's own
    role: str = ""  # of the position; "" when it was lent
    title: str = ""  # of the position, as printed
    unit_ids: frozenset[int] = frozenset()  # the unit and those below it; none for the province
    giver_id: int | None = None  # who lent it

    @property
    def is_province_wide(self) -> bool:
        return self.path.count("/") == 1

    def covers(self, unit_id: int) -> bool:
        return self.is_province_wide or unit_id in self.unit_ids

    @property
    def right(self) -> Right:
        """Who acts under it, and for whom."""
        return Right(on_behalf_of=self.giver, title=self.title)


@dataclass(frozen=True)
class Right:
    """What let an act pass: in one's own name, or on behalf of somebody."""

    on_behalf_of: str = ""
    title: str = ""  # of the position that allows it


@dataclass(frozen=True)
class Reach:
    """The units on which a person holds a permission; `everywhere` stands for all of them."""

    everywhere: bool
    unit_ids: frozenset[int]

    def __contains__(self, unit_id: object) -> bool:
        return self.everywhere or unit_id in self.unit_ids

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.unit_ids)


KEPT = ("grants", "reach", "fields")  # of a person, in the memory of a scope
NOWHERE = Reach(everywhere=False, unit_ids=frozenset())


class RefusedError(PermissionDenied):
    """Visible, but not allowed: the 403 page says why."""


def grants_of(user: User) -> list[Grant]:
    """Every right that the person holds today, his own first. One query per transaction."""
    scope = required_scope()
    key = ("grants", user.pk)
    if key not in scope.memory:
        today = str(timezone.localdate())
        known: dict[str, Any] = {"province": scope.province_id, "user": user.pk, "today": today}
        with connection.cursor() as cursor:
            cursor.execute(_GRANTS_SQL, known)
            held = scope.memory[key] = []
            for permissions, *where, position, ids, giver_id in cursor.fetchall():
                more = (*where, *position, frozenset(ids), giver_id)
                held += [Grant(permission, *more) for permission in permissions]
    found: list[Grant] = scope.memory[key]
    return found


# Every page asks this first. Plain subqueries instead of joins: a third of the time to plan them.
_GRANTS_SQL = """
    SELECT held.permissions, held.unit_id, top.path, held.position_id, held.delegation_id,
        COALESCE((SELECT giver.full_name FROM organizations_delegation lent
            JOIN organizations_user giver ON giver.id = lent.giver_id
            WHERE lent.id = held.delegation_id), ''),
        COALESCE((SELECT ARRAY[role, title] FROM organizations_position
            WHERE id = held.position_id), ARRAY['', '']),
        ARRAY(SELECT id FROM organizations_unit WHERE province_id = %(province)s
            AND starts_with(path, top.path) AND top.parent_id IS NOT NULL),
        (SELECT giver_id FROM organizations_delegation WHERE id = held.delegation_id)
    FROM (
        SELECT content_object_id AS unit_id, position_id, delegation_id, min(id) AS first,
            array_agg((SELECT codename FROM auth_permission WHERE auth_permission.id =
                permission_id) ORDER BY id) AS permissions
        FROM organizations_unituserpermission
        WHERE province_id = %(province)s AND user_id = %(user)s AND valid_from <= %(today)s
            AND (valid_to IS NULL OR valid_to >= %(today)s)
        GROUP BY content_object_id, position_id, delegation_id) AS held
    JOIN organizations_unit top ON top.province_id = %(province)s AND top.id = held.unit_id
    ORDER BY held.delegation_id NULLS FIRST, held.first
"""


def units_where(user: User, permission: str) -> Reach:
    """Where the person may do this today. No query of its own."""
    if not user.is_authenticated or not user.is_active:
        return NOWHERE
    memory = required_scope().memory
    key = ("reach", user.pk, user.is_superuser, permission)
    if key not in memory:
        memory[key] = _reach(user, permission)
    found: Reach = memory[key]
    return found


def _reach(user: User, permission: str) -> Reach:
    held = [grant for grant in grants_of(user) if grant.permission == permission]
    if any(grant.is_province_wide for grant in held) or (
        user.is_superuser and permission in ROLES["superuser"].permissions
    ):
        return Reach(everywhere=True, unit_ids=frozenset())
    return Reach(everywhere=False, unit_ids=frozenset().union(*(one.unit_ids for one in held)))


class VisibleQuerySet(models.QuerySet[Row]):
    """Base of the querysets of everything that lies in a unit."""

    unit_field = "unit"

    def visible_to(self, user: User, permission: str) -> Self:
        """Rows of the units on which the person holds `permission` today."""
        reach = units_where(user, permission)
        if reach.everywhere:
            return self.all()
        return self.filter(**{f"{self.unit_field}__in": reach.unit_ids})


def people_visible_to(user: User, permission: str) -> models.QuerySet[User]:
    """People who have, had or will have a position on the units where `user` may do this."""
    reach = units_where(user, permission)
    people: models.QuerySet[User] = User.objects.filter(is_machine=False)
    if reach.everywhere:
        return people
    held = Position.objects.filter(user=models.OuterRef("pk"), unit__in=reach.unit_ids)
    return people.filter(models.Exists(held))


def units_visible_to(user: User, permission: str) -> models.QuerySet[Unit]:
    """Units on which the person holds the permission today."""
    reach = units_where(user, permission)
    units: models.QuerySet[Unit] = Unit.objects.all()
    return units if reach.everywhere else units.filter(pk__in=reach.unit_ids)


def units_above(user: User, permission: str) -> set[int]:
    """Ids of the units on which the person holds the permission, and of all above them. No query
    of its own."""
    held = [grant for grant in grants_of(user) if grant.permission == permission]
    return {int(part) for grant in held for part in grant.path.split("/") if part}


def manager_of(queryset: type[models.QuerySet[Any]]) -> Any:
    """A tenant manager with the queryset's methods."""
    return TenantManager.from_queryset(queryset)()


def may(user: User, permission: str, unit_id: int | None = None) -> bool:
    """True when the person holds the permission on the unit, or anywhere when none is named."""
    reach = units_where(user, permission)
    return bool(reach) if unit_id is None else unit_id in reach


def rights_on(user: User, *unit_ids: int) -> frozenset[str]:
    """Every permission that the person holds today on one of the units."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held = {grant.permission for grant in grants_of(user) if any(map(grant.covers, unit_ids))}
    return frozenset(held | ROLES["superuser"].permissions if user.is_superuser else held)


def require(actor: User, permission: str, *unit_ids: int) -> Right:
    """Pass when the person holds `permission` on any of the units, else raise RefusedError.

    The answer says for whom he acts: a right of one's own goes before a delegated one.
    """
    reach = units_where(actor, permission)
    if not any(unit_id in reach for unit_id in unit_ids):
        refuse(permission)
    if actor.is_superuser:
        return Right()
    for grant in grants_of(actor):  # own rights come first
        if grant.permission == permission and any(map(grant.covers, unit_ids)):
            return grant.right
    return Right()


def grants_held(user: User) -> list[Grant]:
    """As `grants_of`; none of who is not active any more, whose positions may go on."""
    return grants_of(user) if user.is_active else []


def own_right_over(user: User, permission: str, unit: Unit) -> Right | None:
    """By which position the person holds the permission today on this very unit; None without one,
    whatever others have lent him. No query of its own."""
    for grant in grants_held(user):
        is_over = grant.permission == permission and unit.path.startswith(grant.path)
        if is_over and grant.delegation_id is None:
            return grant.right
    return None


def refuse(permission: str) -> NoReturn:
    """Say which permission is missing."""
    raise RefusedError(
        _("Your positions do not allow this here: %(permission)s.")
        % {"permission": permission_name(permission)}
    )


def held_today(permission: str) -> models.QuerySet[UnitUserPermission]:
    """Compiled rights of whoever it is, in force today."""
    today = timezone.localdate()
    return UnitUserPermission.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        valid_from__lte=today,
        permission__codename=permission,
    )


def people_with(
    permission: str, *units: Unit, is_lent: bool | None = None
) -> list[tuple[User, Unit]]:
    """Active people who hold the permission today on one of the units or below it, by given name.

    Each with the unit of the grant. One query. `is_lent` as in `people_over`.
    """
    below = [models.Q(content_object__path__startswith=unit.path) for unit in units]
    rows = (
        held_today(permission)
        .filter(reduce(or_, below), user__is_active=True)
        .select_related("user", "content_object")
        .order_by("user__sort_key", "user_id", "content_object__path")
    )
    if is_lent is not None:
        rows = rows.filter(delegation__isnull=not is_lent)
    found = {(row.user_id, row.content_object_id): (row.user, row.content_object) for row in rows}
    return list(found.values())


def people_over(permission: str, unit: Unit, *, is_lent: bool | None = None) -> list[User]:
    """Active people who hold the permission today on this very unit: by a position or delegation
    there or above it. By given name. One query.

    `is_lent`: by a delegation, or by a position of their own; None for either.
    """
    held = held_today(permission).filter(
        user=models.OuterRef("pk"), content_object__in=unit.ancestor_ids
    )
    if is_lent is not None:
        held = held.filter(delegation__isnull=not is_lent)
    people = User.objects.filter(models.Exists(held), is_active=True)
    return list(people.order_by("sort_key", "pk"))


def require_anywhere(actor: User, permission: str) -> None:
    """Pass when the person holds the permission on some unit, else raise RefusedError."""
    if not may(actor, permission):
        refuse(permission)


def permission_name(permission: str) -> str:
    names = dict(Unit._meta.permissions)
    return str(_(names[permission]))


def affected_by(user_ids: Iterable[int]) -> set[int]:
    """These people and whoever acts on behalf of them: all whose rights change with theirs."""
    ids = set(user_ids)
    lent_on = Delegation.objects.valid_from_now(timezone.localdate()).filter(
        giver_id__in=ids, revoked_at=None
    )
    return ids | set(lent_on.values_list("receiver_id", flat=True))


@transaction.atomic
def recompile(user_ids: Iterable[int]) -> int:
    """Rewrite the compiled rights of these people from positions and delegations.

    Runs in the transaction that changed them. Rights of an account that is switched off vanish.
    Returns the number of rows written.
    """
    today = timezone.localdate()
    ids = sorted(set(user_ids))
    list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values("pk"))
    UnitUserPermission.objects.filter(user_id__in=ids).delete()
    codenames = {
        permission.codename: permission.pk
        for permission in Permission.objects.filter(
            content_type__app_label="organizations", content_type__model="unit"
        )
    }
    rows: list[UnitUserPermission] = []
    for position in Position.objects.valid_from_now(today).filter(
        user_id__in=ids, user__is_active=True
    ):
        rows += _rows_of(position.role, codenames, position.user_id, position.unit_id,
                         position.valid_from, position.valid_to, position=position)  # fmt: skip
    for delegation in Delegation.objects.valid_from_now(today).filter(
        receiver_id__in=ids, receiver__is_active=True, revoked_at=None
    ):
        for start, end in _lent_spans(delegation):
            rows += _rows_of(delegation.role, codenames, delegation.receiver_id,
                             delegation.unit_id, start, end, delegation=delegation)  # fmt: skip
    rows += rows_of_clients(ids, codenames, today)
    UnitUserPermission.objects.bulk_create(rows, batch_size=500)
    _forget(set(ids))
    return len(rows)


def _forget(user_ids: set[int]) -> None:
    """What this transaction has read of these people's rights is no longer true."""
    memory = required_scope().memory
    for key in [key for key in memory if isinstance(key, tuple) and key[0] in KEPT]:
        if key[1] in user_ids:
            del memory[key]


def _rows_of(
    role: str,
    codenames: dict[str, int],
    user_id: int,
    unit_id: int,
    start: dt.date,
    end: dt.date | None,
    **source: Any,
) -> list[UnitUserPermission]:
    return [
        UnitUserPermission(
            user_id=user_id,
            permission_id=codenames[codename],
            content_object_id=unit_id,
            valid_from=start,
            valid_to=end,
            **source,
        )
        for codename in sorted(ROLES[role].permissions)
    ]


def _lent_spans(delegation: Delegation) -> list[tuple[dt.date, dt.date | None]]:
    """A delegation holds only while its giver himself holds the role on that unit or above."""
    spans = []
    for own in Position.objects.filter(
        user_id=delegation.giver_id,
        user__is_active=True,
        role=delegation.role,
        unit_id__in=delegation.unit.ancestor_ids,
    ):
        start = max(own.valid_from, delegation.valid_from)
        end = min((day for day in (own.valid_to, delegation.valid_to) if day), default=None)
        if end is None or start <= end:
            spans.append((start, end))
    return spans
