"""Reads a sheet of people: rows and faults, each fault with its row and column. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.sheet_rows import Sheet, words_in
from common.text import unaccented
from organizations import reach
from organizations.models import Unit, User
from organizations.roles import ROLES

MOST_ROWS = 2000
COLUMNS: dict[str, tuple[str, ...]] = {  # column → its headers, without marks
    "full_name": ("full name", "ho va ten", "ho ten"),
    "username": ("user name", "username", "ten dang nhap", "tai khoan"),
    "email": ("e-mail", "email", "thu dien tu", "thu"),
    "phone": ("phone", "dien thoai", "so dien thoai"),
    "unit": ("unit code", "ma don vi", "ma dinh danh"),
    "role": ("role", "vai tro"),
    "title": ("title", "chuc vu", "chuc danh"),
    "valid_from": ("valid from", "from", "tu ngay", "hieu luc tu", "co hieu luc tu"),
}
HEADINGS: dict[str, Any] = {
    "full_name": gettext_lazy("Full name"),
    "username": gettext_lazy("User name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "unit": gettext_lazy("Unit code"),
    "role": gettext_lazy("Role"),
    "title": gettext_lazy("Title"),
    "valid_from": gettext_lazy("Valid from"),
}
NEEDED = ("full_name", "username", "unit", "role")
_USERNAME = re.compile(r"^[a-z0-9.@+_-]{1,150}$")


@dataclass
class SheetRow:
    """One person as read; `unit` is the identification code, `role` a key of ROLES."""

    number: int
    full_name: str = ""
    username: str = ""
    email: str = ""
    phone: str = ""
    unit: str = ""
    role: str = ""
    title: str = ""
    valid_from: str = ""  # ISO, "" = today

    @property
    def role_words(self) -> str:
        return str(ROLES[self.role].name) if self.role in ROLES else self.role

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


PeopleSheet = Sheet[SheetRow]


def read_sheet(upload: IO[bytes]) -> PeopleSheet:
    """Rows of the first sheet. A file that is no such sheet is a DomainError."""
    sheet = PeopleSheet(HEADINGS)
    for number, values in sheet.cells(upload, MOST_ROWS, COLUMNS, NEEDED):
        sheet.rows.append(_row(number, values, sheet))
    return sheet


def _row(number: int, values: dict[str, Any], sheet: PeopleSheet) -> SheetRow:
    row = SheetRow(number)
    for column, value in values.items():
        read = sheet.day(number, column, value) if column == "valid_from" else words_in(value)
        setattr(row, column, read)
    row.username, row.email = row.username.lower(), row.email.lower()
    row.role = _role_key(row.role)
    return row


def _role_key(typed: str) -> str:
    """A role by its key or by its name, Vietnamese or English, with or without marks."""
    return _role_names().get(unaccented(typed), typed)


@cache
def _role_names() -> dict[str, str]:
    names = {key: key for key in ROLES}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {unaccented(str(role.name)): key for key, role in ROLES.items()}
    return names


def check(sheet: PeopleSheet, actor: User) -> None:
    """Add every fault that shape, other rows, existing accounts and the actor's reach show."""
    units = {
        unit.code: unit for unit in Unit.objects.filter(code__in={row.unit for row in sheet.rows})
    }
    names = {row.username for row in sheet.rows}
    mails = {row.email for row in sheet.rows if row.email}
    known = User.objects.filter(Q(username__in=names) | Q(email__in=mails))
    taken = {value for pair in known.values_list("username", "email") for value in pair if value}
    seen: dict[str, int] = {}
    for row in sheet.rows:
        for column, message in _faults_of_row(row, units.get(row.unit), actor):
            sheet.blame(row.number, column, message)
        for column in ("username", "email"):
            value = getattr(row, column)
            if not value:
                continue
            if value in taken:
                message = _("%(value)s belongs to an account already.") % {"value": value}
                sheet.blame(row.number, column, message)
            elif value in seen:
                message = _("%(value)s stands in row %(row)s too.") % {
                    "value": value,
                    "row": seen[value],
                }
                sheet.blame(row.number, column, message)
            seen.setdefault(value, row.number)
    sheet.faults.sort(key=lambda fault: fault.row)


def _faults_of_row(row: SheetRow, unit: Unit | None, actor: User) -> Iterator[tuple[str, str]]:
    for column in NEEDED:
        if not getattr(row, column):
            yield column, _("Empty.")
    if row.username and not _USERNAME.match(row.username):
        yield "username", _("Only letters without marks, digits and . @ + - _ are allowed.")
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError as error:
            yield "email", " ".join(error.messages)
    for column, longest in (("full_name", 150), ("phone", 30), ("title", 100)):
        if len(getattr(row, column)) > longest:
            yield column, _("Longer than %(n)s characters.") % {"n": longest}
    if row.role and row.role not in ROLES:
        yield "role", _("There is no role “%(role)s”.") % {"role": row.role}
    if not row.unit:
        return
    if unit is None:
        yield "unit", _("There is no unit with the code %(code)s.") % {"code": row.unit}
    elif not unit.is_open:
        yield "unit", _("%(unit)s is closed.") % {"unit": unit.name}
    elif row.role in ROLES and row.role not in reach.grantable_roles(actor, unit):
        yield "role", _("You may not give this role on %(unit)s.") % {"unit": unit.name}
