"""Positions, standing fields of deputies, and delegations: where all rights come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from common.text import vietnamese_sort_key
from organizations import access, fields, reach
from organizations.access import RefusedError
from organizations.models import (
    Delegation,
    DelegationReason,
    FieldAssignment,
    Position,
    Unit,
    User,
)
from organizations.roles import ROLES
from organizations.services.units import require_open

ONE_DAY = dt.timedelta(days=1)


def _lock_person(user_id: int) -> User:
    person: User = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user_id)
    return person


def _require_dates(start: dt.date, end: dt.date | None) -> None:
    if end is not None and end < start:
        raise DomainError(_("The last day lies before the first day."))


@transaction.atomic
def give_position(
    user_id: int,
    unit_id: int,
    *,
    actor: User,
    role: str,
    title: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    is_main: bool = False,
) -> Position:
    """Appoint a person to a role in a unit, from a day (today) on."""
    person = _lock_person(user_id)
    unit = Unit.objects.get(pk=unit_id)
    reach.require_somebody_else(actor, person)
    reach.require_grantable(actor, role, unit)
    start = valid_from or timezone.localdate()
    _require_dates(start, valid_to)
    require_open(unit, max(start, timezone.localdate()))
    if not person.is_active:
        raise DomainError(_("This account is switched off. Switch it on first."))
    same = Position.objects.filter(user=person, unit=unit, role=role).valid_from_now(start)
    if same.filter(valid_from__lte=valid_to or dt.date.max).exists():
        raise AlreadyDone(_("The person holds this position already."))
    if is_main:
        Position.objects.filter(user=person, is_main=True).update(is_main=False)
    position: Position = Position.objects.create(
        user=person, unit=unit, role=role, title=title.strip(),
        valid_from=start, valid_to=valid_to, is_main=is_main,
    )  # fmt: skip
    access.recompile(access.affected_by([person.pk]))
    record(person, "position.given", actor=actor, unit=unit, data=_facts(position))
    return position


@transaction.atomic
def end_position(position_id: int, *, actor: User, on: dt.date) -> None:
    """End a position with the day `on`; one that would begin later vanishes."""
    position = Position.objects.select_related("unit").get(pk=position_id)
    person = _lock_person(position.user_id)
    reach.require_somebody_else(actor, person)
    reach.require_grantable(actor, position.role, position.unit)
    if on < timezone.localdate() - ONE_DAY:
        raise DomainError(_("A position is not ended in the past: yesterday is the earliest day."))
    if position.valid_to is not None and position.valid_to <= on:
        raise AlreadyDone
    facts = _facts(position) | {"valid_to": on.isoformat()}
    if on < position.valid_from:
        position.delete()
    else:
        position.valid_to = on
        position.save(update_fields=["valid_to"])
    access.recompile(access.affected_by([person.pk]))
    record(person, "position.ended", actor=actor, unit=position.unit, data=facts)


def _facts(position: Position) -> dict[str, str]:
    return {
        "role": position.role,
        "title": position.title,
        "unit": position.unit.code,
        "valid_from": position.valid_from.isoformat(),
        "valid_to": position.valid_to.isoformat() if position.valid_to else "",
    }


@transaction.atomic
def assign_field(
    user_id: int, unit_id: int, *, actor: User, field: str, valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> FieldAssignment:  # fmt: skip
    """Give a deputy a standing field (lĩnh vực), in which he signs in his own name (KT.)."""
    person = _lock_person(user_id)
    unit = Unit.objects.get(pk=unit_id)
    reach.require_somebody_else(actor, person)
    access.require(actor, "manage_people", unit.pk)
    _require_dates(valid_from, valid_to)
    leads = Position.objects.filter(user=person, unit_id__in=unit.ancestor_ids, role=fields.LEADER)
    tops = leads.valid_from_now(valid_from).values_list("unit__path", flat=True)
    if not tops:
        raise DomainError(_("A field is given to a leader of the agency only."))
    _require_nothing_lent(person, tops, max(valid_from, timezone.localdate()))
    found, is_new = FieldAssignment.objects.get_or_create(
        user=person, unit=unit, field=field.strip(), valid_from=valid_from, lifted_at=None,
        defaults={"valid_to": valid_to},
    )  # fmt: skip
    if not is_new:
        raise AlreadyDone
    assignment: FieldAssignment = found
    record(person, "field.assigned", actor=actor, unit=unit, data=_field_facts(assignment))
    return assignment


def _require_nothing_lent(person: User, tops: Iterable[str], day: dt.date) -> None:
    """What a leader lent for all fields would outlast his own right to them."""
    lent = Delegation.objects.filter(giver=person, role=fields.LEADER, revoked_at=None)
    for delegation in lent.valid_from_now(day).select_related("unit", "receiver"):
        if any(delegation.unit.path.startswith(top) for top in tops):
            raise DomainError(
                _(
                    "%(giver)s has delegated the decisions in all fields to %(receiver)s until "
                    "%(end)s. Revoke that delegation first."
                )
                % {
                    "giver": person.full_name,
                    "receiver": delegation.receiver.full_name,
                    "end": f"{delegation.valid_to:%d/%m/%Y}",
                }
            )


@transaction.atomic
def end_field_assignment(assignment_id: int, *, actor: User, on: dt.date) -> None:
    """End a deputy's field with the day `on`; he gets no other by it (`organizations.fields`).

    One that would begin later is lifted.
    """
    person, assignment = _locked_field(assignment_id, actor)
    if assignment.valid_from <= timezone.localdate():
        on = max(on, assignment.valid_from)  # what has begun narrows, however early it is ended
    if assignment.valid_to is not None and assignment.valid_to <= on:
        raise AlreadyDone
    if on < assignment.valid_from:
        assignment.lifted_at = timezone.now()
    else:
        assignment.valid_to = on
    assignment.save(update_fields=["valid_to", "lifted_at"])
    record(
        person, "field.ended", actor=actor, unit=assignment.unit,
        data={"field": assignment.field, "on": on.isoformat()},
    )  # fmt: skip


@transaction.atomic
def annul_field_assignment(assignment_id: int, *, actor: User, reason: str) -> None:
    """A field was assigned in error: from now on it neither allows nor narrows anything."""
    person, assignment = _locked_field(assignment_id, actor)
    _require_reason(reason)
    assignment.lifted_at = timezone.now()
    assignment.save(update_fields=["lifted_at"])
    record(
        person, "field.annulled", actor=actor, unit=assignment.unit,
        data=_field_facts(assignment) | {"reason": reason.strip()},
    )  # fmt: skip


@transaction.atomic
def lift_fields(user_id: int, *, actor: User, reason: str) -> None:
    """Let a leader decide in all fields again, in the units where the actor manages people.

    Takes what he has, what has ended and what would begin later.
    """
    person = _lock_person(user_id)
    reach.require_somebody_else(actor, person)
    access.require_anywhere(actor, "manage_people")
    _require_reason(reason)
    units = access.units_visible_to(actor, "manage_people")
    rows = FieldAssignment.objects.filter(user=person, lifted_at=None)
    mine = list(rows.filter(unit__in=units).select_related("unit").order_by("unit_id"))
    if not mine:
        if rows.exists():
            access.refuse("manage_people")
        raise AlreadyDone
    now = timezone.now()
    for row in mine:
        row.lifted_at = now
    FieldAssignment.objects.bulk_update(mine, ["lifted_at"])
    for unit, lifted in groupby(mine, key=lambda row: row.unit):
        names = ", ".join(sorted({row.field for row in lifted}, key=vietnamese_sort_key))
        record(
            person, "field.lifted", actor=actor, unit=unit,
            data={"unit": unit.code, "field": names, "reason": reason.strip()},
        )  # fmt: skip


def _locked_field(assignment_id: int, actor: User) -> tuple[User, FieldAssignment]:
    """A field that still counts, of a person whom the actor may narrow; the person is locked."""
    rows = FieldAssignment.objects.select_related("unit")
    person = _lock_person(rows.get(pk=assignment_id).user_id)
    assignment: FieldAssignment = rows.get(pk=assignment_id)
    reach.require_somebody_else(actor, person)
    access.require(actor, "manage_people", assignment.unit_id)
    if assignment.lifted_at is not None:
        raise AlreadyDone
    return person, assignment


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Give a reason: it stays in the log."))


def _field_facts(assignment: FieldAssignment) -> dict[str, str]:
    return {
        "field": assignment.field,
        "unit": assignment.unit.code,
        "valid_from": assignment.valid_from.isoformat(),
        "valid_to": assignment.valid_to.isoformat() if assignment.valid_to else "",
    }


@transaction.atomic
def delegate(
    giver_id: int, receiver_id: int, unit_id: int, *, actor: User, role: str, reason: str,
    note: str, valid_from: dt.date, valid_to: dt.date,
) -> Delegation:  # fmt: skip
    """Record that a head lets another person act for him; each act then shows "thay mặt".

    QĐ 2947/QĐ-UBND (Khánh Hòa, 2016), Điều 9 khoản 1 điểm b: two reasons only, with dates.
    By the head himself, or by an administrator who records the written decision.
    """
    people = User.objects.select_for_update(no_key=True).order_by("pk")
    found = people.in_bulk([giver_id, receiver_id])
    giver, receiver = found[giver_id], found[receiver_id]
    unit = Unit.objects.get(pk=unit_id)
    _require_delegator(actor, giver, receiver, unit)
    _require_dates(valid_from, valid_to)
    _require_delegable(giver, role, unit, valid_from, valid_to)
    _require_receiver(receiver, unit, valid_from)
    if reason not in DelegationReason.values:
        raise DomainError(_("Choose one of the two reasons for which a head may delegate."))
    if not note.strip():
        raise DomainError(_("Enter the decision or the explanation of the delegation."))
    if valid_from < timezone.localdate():
        raise DomainError(_("A delegation does not begin in the past."))
    alike = Delegation.objects.filter(
        giver=giver, receiver=receiver, unit=unit, role=role, revoked_at=None
    ).valid_from_now(valid_from)
    if alike.filter(valid_from__lte=valid_to).exists():
        raise AlreadyDone(_("The same delegation exists already for these days."))
    delegation: Delegation = Delegation.objects.create(
        giver=giver, receiver=receiver, unit=unit, role=role, reason=reason,
        note=note.strip(), valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    access.recompile([receiver.pk])
    record(receiver, "delegation.given", actor=actor, unit=unit, data=_delegation_facts(delegation))
    return delegation


@transaction.atomic
def revoke_delegation(delegation_id: int, *, actor: User) -> Delegation:
    """End a delegation at once; what was done under it keeps its "thay mặt"."""
    lock = Delegation.objects.select_for_update(no_key=True, of=("self",))
    delegation: Delegation = lock.select_related("unit", "giver", "receiver").get(pk=delegation_id)
    if actor.pk not in (delegation.giver_id, delegation.receiver_id):
        access.require(actor, "manage_people", delegation.unit_id)
    if delegation.revoked_at is not None:
        raise AlreadyDone
    delegation.revoked_at = timezone.now()
    delegation.save(update_fields=["revoked_at"])
    access.recompile([delegation.receiver_id])
    record(
        delegation.receiver, "delegation.revoked", actor=actor, unit=delegation.unit,
        data=_delegation_facts(delegation),
    )  # fmt: skip
    return delegation


def _require_delegator(actor: User, giver: User, receiver: User, unit: Unit) -> None:
    if actor.pk == giver.pk:
        return
    access.require(actor, "manage_people", unit.pk)
    if actor.pk == receiver.pk:
        raise RefusedError(_("Nobody records a delegation to himself."))


def _require_delegable(giver: User, role: str, unit: Unit, start: dt.date, end: dt.date) -> None:
    if role not in ROLES or not ROLES[role].may_be_delegated:
        raise DomainError(_("Only the role of a head of agency can be delegated."))
    own = Position.objects.filter(user=giver, role=role, unit_id__in=unit.ancestor_ids)
    if not giver.is_active or not own.valid_on(start).exists():
        raise RefusedError(_("Only who holds the role on this unit on that day can delegate it."))
    if fields.narrows(giver, unit, start, end):
        raise RefusedError(
            _("Only who decides in all fields can delegate: the head, not a deputy of some fields.")
        )


def _require_receiver(receiver: User, unit: Unit, day: dt.date) -> None:
    """Somebody of the agency itself: whoever receives answers to the head who lends."""
    there = Position.objects.filter(user=receiver, unit__path__startswith=unit.path)
    if not receiver.is_active or not there.valid_on(day).exists():
        raise DomainError(_("A head delegates to an active person of his own unit only."))


def _delegation_facts(delegation: Delegation) -> dict[str, str]:
    return {
        "giver": delegation.giver.full_name,
        "receiver": delegation.receiver.full_name,
        "role": delegation.role,
        "reason": delegation.reason,
        "note": delegation.note,
        "valid_from": delegation.valid_from.isoformat(),
        "valid_to": delegation.valid_to.isoformat() if delegation.valid_to else "",
    }
