"""Units: made, renamed and closed. A closed unit keeps its code, its rows and its history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from organizations import access
from organizations.models import Position, Unit, UnitKind, User
from organizations.open_work import open_work_in
from organizations.services.rows import end_position_rows

CHANGEABLE = ("name", "symbol", "address", "phone", "place")


def require_open(unit: Unit, on: dt.date | None = None) -> None:
    """Refuse new work for a unit that does not exist on that day (today)."""
    day = on or timezone.localdate()
    if not unit.is_open_on(day):
        raise DomainError(
            _("%(unit)s is closed on %(day)s. Choose the unit that succeeds it.")
            % {"unit": unit.name, "day": f"{day:%d/%m/%Y}"},
            code="unit_closed",
        )


@transaction.atomic
def create_unit(
    parent_id: int, *, actor: User, kind: str, code: str, name: str, **facts: Any
) -> Unit:
    """Add a unit below another. `facts`: symbol, address, phone, place, valid_from."""
    parent = _lock(parent_id)
    access.require(actor, "manage_units", parent.pk)
    require_open(parent)
    if kind not in UnitKind.values or kind == UnitKind.PROVINCE:
        raise DomainError(_("A unit of this kind cannot be added here."))
    code = code.strip()
    if Unit.objects.filter(code=code).exists():
        raise DomainError(
            _("The code %(code)s is taken. A closed unit keeps its code.") % {"code": code}
        )
    unit: Unit = Unit.objects.create(
        parent=parent, kind=kind, code=code, name=name.strip(), path="", **facts
    )
    unit.path = f"{parent.path}{unit.pk}/"
    unit.save(update_fields=["path"])
    record(unit, "unit.created", actor=actor, unit=unit, data={"code": code, "parent": parent.code})
    return unit


@transaction.atomic
def change_unit(unit_id: int, *, actor: User, **facts: str) -> Unit:
    """Rename a unit, or correct its symbol, address, phone or place. Its code never changes."""
    unit = _lock(unit_id)
    access.require(actor, "manage_units", unit.pk)
    changed = {
        key: value.strip()
        for key, value in facts.items()
        if key in CHANGEABLE and getattr(unit, key) != value.strip()
    }
    if not changed:
        return unit
    before = {key: getattr(unit, key) for key in changed}
    for key, value in changed.items():
        setattr(unit, key, value)
    unit.save(update_fields=list(changed))
    record(unit, "unit.changed", actor=actor, unit=unit, data={"before": before, "after": changed})
    return unit


@transaction.atomic
def close_unit(unit_id: int, *, actor: User, on: dt.date, reason: str) -> Unit:
    """Close a unit at the end of `on`; positions in it end that day. Open work must be gone.

    `on` lies before today: what was received until then is known, and nothing comes after it.
    """
    unit = _lock(unit_id)
    access.require(actor, "manage_units", unit.pk)
    _require_closable(unit, on)
    unit.valid_to = on
    unit.save(update_fields=["valid_to"])
    people = end_position_rows(Position.objects.filter(unit=unit), on)
    record(
        unit, "unit.closed", actor=actor, unit=unit,
        data={"on": on.isoformat(), "reason": reason, "positions_ended": len(people)},
    )  # fmt: skip
    return unit


def _require_closable(unit: Unit, on: dt.date) -> None:
    if unit.parent_id is None:
        raise DomainError(_("The province itself is not closed."))
    if unit.valid_to is not None:
        raise DomainError(
            _("%(unit)s is closed already, at the end of %(day)s.")
            % {"unit": unit.name, "day": f"{unit.valid_to:%d/%m/%Y}"},
            code="already_done",
        )
    require_over(
        unit, on,
        _(
            "Record the end of a unit from the day after it on: the last day of %(unit)s "
            "lies before today."
        ),
    )  # fmt: skip
    below = Unit.objects.below(unit).exclude(pk=unit.pk).valid_on(on + dt.timedelta(days=1))
    if names := list(below.values_list("name", flat=True)[:5]):
        raise DomainError(
            _("Close the units below it first: %(names)s.") % {"names": "; ".join(names)}
        )
    if work := open_work_in(unit):
        raise DomainError(
            _("Open work is left in %(unit)s: %(work)s. Hand it over, or merge the unit.")
            % {
                "unit": unit.name,
                "work": "; ".join(f"{item.label}: {item.count}" for item in work),
            }
        )


def require_over(unit: Unit, on: dt.date, refusal: str) -> None:
    """`on` can be the last day of the unit: it has ended, and the unit had begun by then.

    `refusal`: what is said while it lasts, with a place for %(unit)s.
    """
    if on >= timezone.localdate():
        raise DomainError(refusal % {"unit": unit.name})
    if unit.valid_from and on < unit.valid_from:
        raise DomainError(_("A unit is not closed before the day it began."))


def _lock(unit_id: int) -> Unit:
    unit: Unit = Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit_id)
    return unit
