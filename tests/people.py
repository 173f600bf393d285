"""The people of the tests: a small province that stands ready, and factories for more.

The fixtures open a short scope of their own when none is open, so they serve tests of services
(with the fixture `scope`) and tests over HTTP (without it: a request opens its own) alike.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from common.text import unaccented
from organizations import access
from organizations.models import Position, Unit, UnitUserPermission, User
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.written_again import Rows, once_made

PASSWORD = "Mot-cua-dien-tu-2026"
_numbers = itertools.count(1)
LONG_AGO = dt.timedelta(days=400)


def make_unit(code: str, kind: str = "agency", parent: Unit | None = None, **extra: Any) -> Unit:
    """A unit of the open province; `code` is the identification code ("H32.05.01")."""
    return _plant([_unit(code, kind, parent, **extra)])[0]


def make_person(role: str = "", unit: Unit | None = None, **extra: Any) -> User:
    """A person, with a position when role and unit are named, and his rights compiled.

    `valid_from`, `valid_to` and `title` go to the position; everything else to the account.
    Everybody's password is `PASSWORD`.
    """
    dates = {key: extra.pop(key) for key in ("valid_from", "valid_to", "title") if key in extra}
    user = _account(**extra)
    user.save(force_insert=True)
    if unit is not None:
        Position.objects.bulk_create([_position(user, role, unit, **dates)])
        access.recompile([user.pk])
    return user


def give_role(user: User, role: str, unit: Unit, **extra: Any) -> Position:
    """One more position for a person, without asking anybody."""
    position = _position(user, role, unit, **extra)
    position.save(force_insert=True)
    access.recompile([user.pk])
    return position


def _unit(code: str, kind: str, parent: Unit | None, **extra: Any) -> Unit:
    defaults = {"name": f"Đơn vị {code}", "symbol": code.replace(".", ""), "place": "Nha Trang"}
    return Unit(code=code, kind=kind, parent=parent, **{**defaults, **extra})


def _plant(units: list[Unit]) -> list[Unit]:
    """Insert units, parents first in the list, in one statement and with their paths."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organizations_unit', 'id'))"
            " FROM generate_series(1, %s)",
            [len(units)],
        )
        for unit, (pk,) in zip(units, cursor.fetchall(), strict=True):
            unit.pk = pk
            unit.parent = unit.parent  # takes over the key that its parent has just got
            unit.path = f"{unit.parent.path if unit.parent else ''}{pk}/"
    Unit.objects.bulk_create(units)
    return units


_HASHED: dict[str, str] = {}


def _account(**extra: Any) -> User:
    number = next(_numbers)
    name = extra.pop("full_name", f"Nguyễn Thử {number}")
    username = extra.pop("username", f"thu.{number}")
    password = extra.pop("password", PASSWORD)
    if password not in _HASHED:
        _HASHED[password] = make_password(password)
    defaults = {"email": f"{unaccented(username)}@vi-du.example"}
    user = User(
        username=username, full_name=name, password=_HASHED[password], **{**defaults, **extra}
    )
    user.index_name()
    return user


def _position(user: User, role: str, unit: Unit, **extra: Any) -> Position:
    start = timezone.localdate() - LONG_AGO
    return Position(user=user, role=role, unit=unit, **{"valid_from": start, **extra})


@dataclass(frozen=True)
class Town:
    """A province root, two agencies and a commune, and who works there."""

    root: Unit
    agency: Unit  # H32.05, with the two divisions and the counter
    division: Unit
    second_division: Unit
    counter_unit: Unit
    other_agency: Unit
    commune: Unit
    clerk: User  # counter staff of the agency
    officer: User  # official of the first division
    head: User  # of the first division
    leader: User  # of the agency
    records_clerk: User
    agency_admin: User
    overseer: User  # of the whole province, read only
    editor: User  # keeps the catalogue and the calendar of the province
    outsider: User  # official of the other agency
    superuser: User


def make_town() -> Town:
    """Make the standing tree in the open province. About ten queries."""
    code = Province.objects.get(pk=Unit().province_id).code
    root = _unit(code, "province", None, name=f"Tỉnh {code}")
    agency = _unit(f"{code}.05", "agency", root, name="Sở Nông nghiệp và Môi trường")
    division = _unit(f"{code}.05.01", "division", agency, name="Phòng Đất đai")
    second = _unit(f"{code}.05.02", "division", agency, name="Phòng Môi trường")
    counter = _unit(f"{code}.05.03", "counter", agency, name="Bộ phận Một cửa")
    other = _unit(f"{code}.06", "agency", root, name="Sở Tư pháp")
    commune = _unit(f"{code}.101", "commune", root, name="UBND phường Nha Trang")
    _plant([root, agency, division, second, counter, other, commune])
    cast = {
        "clerk": ("counter", counter, "Trần Thị Hoa"),
        "officer": ("official", division, "Nguyễn Văn An"),
        "head": ("head", division, "Lê Thị Thưởng"),
        "leader": ("leader", agency, "Phạm Văn Hòa"),
        "records_clerk": ("clerk", agency, "Đỗ Thị Bích"),
        "agency_admin": ("agency_admin", agency, "Võ Quốc Đạt"),
        "overseer": ("oversight", root, "Hồ Minh Sơn"),
        "editor": ("catalogue_editor", root, "Mai Thị Quy"),
        "outsider": ("official", other, "Bùi Văn Ước"),
    }
    people = {
        key: _account(username=f"{key}.{code.lower()}", full_name=name)
        for key, (_role, _where, name) in cast.items()
    }
    people["superuser"] = _account(
        username=f"quantri.{code.lower()}",
        full_name="Đặng Quản Trị",
        is_superuser=True,
        is_staff=True,
    )
    User.objects.bulk_create(people.values())
    Position.objects.bulk_create(
        _position(people[key], role, where, is_main=True)
        for key, (role, where, _name) in cast.items()
    )
    access.recompile(person.pk for person in people.values())
    return Town(root, agency, division, second, counter, other, commune, **people)


def _rows_of(town: Town) -> Rows:
    units, people = ([part.pk for part in vars(town).values() if isinstance(part, kind)]
                     for kind in (Unit, User))  # fmt: skip
    return {
        Unit: ("id", units),
        User: ("id", people),
        Position: ("user_id", people),
        UnitUserPermission: ("user_id", people),
    }


@pytest.fixture
def town(province: Province) -> Town:
    """The cast of today, with the same keys for every test of a process."""
    with tenant_scope(province):
        return once_made((province.code, timezone.localdate()), make_town, _rows_of)


@pytest.fixture
def other_town(other_province: Province) -> Town:
    """The same cast in the other province."""
    with tenant_scope(other_province):
        return make_town()


def _part(name: str) -> Any:
    def take(town: Town) -> Any:
        return getattr(town, name)

    return pytest.fixture(name=name)(take)


root_fixture = _part("root")
agency_fixture = _part("agency")
division_fixture = _part("division")
second_division_fixture = _part("second_division")
counter_unit_fixture = _part("counter_unit")
other_agency_fixture = _part("other_agency")
commune_fixture = _part("commune")
clerk_fixture = _part("clerk")
officer_fixture = _part("officer")
head_fixture = _part("head")
leader_fixture = _part("leader")
records_clerk_fixture = _part("records_clerk")
agency_admin_fixture = _part("agency_admin")
overseer_fixture = _part("overseer")
editor_fixture = _part("editor")
outsider_fixture = _part("outsider")
superuser_fixture = _part("superuser")
