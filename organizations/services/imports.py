"""Import of people: all rows or none."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from organizations import access, reach
from organizations.models import Position, Unit, User
from organizations.people_sheet import HEADINGS, PeopleSheet, SheetRow, check
from organizations.services.people import make_account


@transaction.atomic
def import_people(rows: list[SheetRow], *, actor: User) -> list[User]:
    """Make the accounts of checked rows, each with its position; every one is invited by mail.

    Everything is checked again under the transaction: the preview may be an hour old.
    """
    access.require_anywhere(actor, "manage_people")
    sheet = PeopleSheet(HEADINGS, rows)
    check(sheet, actor)
    if sheet.faults:
        raise DomainError(
            _("Nothing was imported: row %(row)s, %(message)s Upload the file again.")
            % {"row": sheet.faults[0].row, "message": sheet.faults[0].message}
        )
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={row.unit for row in rows})}
    people = [_add(row, units[row.unit], actor) for row in rows]
    access.recompile(person.pk for person in people)
    return people


def _add(row: SheetRow, unit: Unit, actor: User) -> User:
    reach.require_grantable(actor, row.role, unit)
    person = make_account(
        full_name=row.full_name, username=row.username, email=row.email, phone=row.phone
    )
    start = dt.date.fromisoformat(row.valid_from) if row.valid_from else timezone.localdate()
    Position.objects.create(
        user=person, unit=unit, role=row.role, title=row.title, valid_from=start, is_main=True
    )
    record(
        person, "person.invited", actor=actor, unit=unit,
        data={
            "user": person.pk, "username": person.username, "role": row.role, "unit": unit.code,
            "imported": True,
        },
    )  # fmt: skip
    return person
