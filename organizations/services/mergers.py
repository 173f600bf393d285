"""Merger of a unit into another: one recorded act, with a preview."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.fields import LEADER
from organizations.models import (
    ApiClientUnit,
    FieldAssignment,
    Position,
    Unit,
    UnitMove,
    UnitSuccession,
    User,
)
from organizations.open_work import OpenWork, hand_over, open_work_in
from organizations.services.rows import end_position_rows
from organizations.services.units import require_open, require_over

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Preview:
    """What goes to the successor."""

    units: list[Unit]
    positions: list[Position]
    work: list[OpenWork]


def preview(unit: Unit, on: dt.date | None = None) -> Preview:
    """The units below, the positions and the open work that a merger would move."""
    lasting = Position.objects.filter(unit=unit).select_related("user")
    return Preview(
        units=list(Unit.objects.below(unit).exclude(pk=unit.pk).order_by("path")),
        positions=list(lasting.valid_from_now(on) if on else lasting.filter(valid_to=None)),
        work=open_work_in(unit),
    )


@transaction.atomic
def merge_unit(
    unit_id: int, successor_id: int, *, actor: User, on: dt.date, reason: str
) -> UnitSuccession:
    """Close a unit at the end of `on`; from the next day its successor has what it had.

    `on` lies before today: work changes hands in this act, so it is recorded when the rights of
    the people change with it, from the first day of the successor on.
    People keep their roles and titles, in the successor; units below move with their codes; upper
    apps move open work and counters. The old unit keeps its code and its closed rows.
    """
    lock = Unit.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    units = lock.in_bulk([unit_id, successor_id])
    old, new = units[unit_id], units[successor_id]
    access.require(actor, "manage_units", old.pk)
    access.require(actor, "manage_units", new.pk)
    _require_mergeable(old, new, on)
    moved = _move_positions(old, new, on) | _move_clients(old, new)
    _move_units(old, new)
    hand_over(old, new, actor)
    old.valid_to = on
    old.save(update_fields=["valid_to"])
    succession: UnitSuccession = UnitSuccession.objects.create(
        predecessor=old, successor=new, on=on + ONE_DAY, reason=reason
    )
    access.recompile(access.affected_by(moved))
    record(
        old, "unit.merged", actor=actor, unit=new,
        data={"unit": new.code, "on": on.isoformat(), "reason": reason, "people": len(moved)},
    )  # fmt: skip
    return succession


def _require_mergeable(old: Unit, new: Unit, on: dt.date) -> None:
    if old.parent_id is None or new.path.startswith(old.path):
        raise DomainError(_("A unit is not merged into itself or into a unit below it."))
    if old.valid_to is not None:
        raise AlreadyDone
    require_over(
        old, on,
        _(
            "Record a merger from the first day of the successor on: the last day of "
            "%(unit)s lies before today."
        ),
    )  # fmt: skip
    require_open(new, on + ONE_DAY)


def _move_positions(old: Unit, new: Unit, on: dt.date) -> set[int]:
    """What lasts longer than `on` goes on in the successor, unless the person has it there."""
    lasting = Position.objects.filter(unit=old).valid_from_now(on + ONE_DAY)
    there = set(
        Position.objects.filter(unit=new)
        .valid_from_now(on + ONE_DAY)
        .values_list("user_id", "role")
    )
    copies = [
        Position(
            user_id=row.user_id, unit=new, role=row.role, title=row.title, is_main=row.is_main,
            valid_from=max(row.valid_from, on + ONE_DAY), valid_to=row.valid_to,
        )
        for row in lasting
        if (row.user_id, row.role) not in there
    ]  # fmt: skip
    leaders = {row.user_id for row in lasting if row.role == LEADER}
    people = end_position_rows(Position.objects.filter(unit=old), on)
    Position.objects.bulk_create(copies)
    _move_fields(old, new, leaders, on)
    return people


def _move_fields(old: Unit, new: Unit, leaders: set[int], on: dt.date) -> None:
    """What narrows a leader goes with his position, and what has ended with it; what narrows a
    position above the old unit stays there, and goes along too where he has both."""
    there = FieldAssignment.objects.filter(
        unit=new, user=OuterRef("user"), field=OuterRef("field"),
        valid_from=OuterRef("valid_from"), lifted_at=None,
    )  # fmt: skip
    rows = FieldAssignment.objects.filter(unit=old, user__in=leaders, lifted_at=None)
    rows = rows.exclude(Exists(there))
    above = set(old.ancestor_ids) - {old.pk, *new.ancestor_ids}
    lead = Position.objects.filter(user__in=leaders, role=LEADER, unit__in=above)
    stay = set(lead.valid_from_now(on + ONE_DAY).values_list("user_id", flat=True))
    FieldAssignment.objects.bulk_create(
        FieldAssignment(
            user_id=row.user_id, unit=new, field=row.field, valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows.filter(user__in=stay)
    )  # fmt: skip
    rows.exclude(user__in=stay).update(unit=new)


def _move_clients(old: Unit, new: Unit) -> set[int]:
    """Systems that saw the old unit see the successor, which has its work. Their accounts."""
    rows = ApiClientUnit.objects.filter(unit=old)
    accounts = set(rows.values_list("client__user_id", flat=True))
    there = ApiClientUnit.objects.filter(unit=new, client=OuterRef("client"))
    rows.filter(Exists(there)).delete()
    rows.update(unit=new)
    return accounts


def _move_units(old: Unit, new: Unit) -> None:
    """Units below go below the successor, with new paths and their old codes."""
    below = Unit.objects.below(old).exclude(pk=old.pk)
    now = timezone.now()
    UnitMove.objects.bulk_create(
        UnitMove(unit_id=pk, at=now, from_path=path) for pk, path in below.values_list("pk", "path")
    )
    below.filter(parent=old).update(parent=new)
    below.update(path=Concat(Value(new.path), Substr("path", len(old.path) + 1)))
