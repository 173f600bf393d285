"""A small framework and a year under it, made through the services themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from organizations.models import Position, UnitUserPermission, User
from ranking.models import (
    Answer,
    Assessment,
    Criterion,
    Cycle,
    Framework,
    Part,
    Remit,
    Seat,
    Verdict,
)
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.services import council, cycles, frameworks
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.conftest import HOME
from tests.people import Town, make_person
from tests.written_again import Rows, once_made

FORM = {
    "code": "mau-2026",
    "name": "Phiếu mẫu",
    "year": "2026",
    "is_sample": True,
    "groups": [{"code": "1", "name": "Sở, ban, ngành"}, {"code": "2", "name": "Cấp xã"}],
    "scale": {"maximum": "100"},
    "classes": [
        {"label": "Tốt", "from": "85"}, {"label": "Khá", "from": "70"},
        {"label": "Trung bình", "from": "50"}, {"label": "Yếu"},
    ],
    "lateness": {
        "due": "2026-11-15", "grace_days": "5", "deduction": "10", "after_grace": "Yếu",
    },
    "areas": [
        {
            "code": "1", "title": "Hạ tầng", "max": "40",
            "criteria": [
                {"code": "1.9", "title": "Máy tính", "max": "20",
                 "rule": {"type": "proportion", "a": "có máy", "b": "cán bộ"}},
                {"code": "1.10", "title": "Mạng", "max": "20", "evidence": "Báo cáo",
                 "rule": {"type": "options", "options": [
                     {"code": "co", "title": "Có", "points": "20"},
                     {"code": "khong", "title": "Không", "points": "0"}]}},
            ],
        },
        {
            "code": "2", "title": "Ứng dụng", "max": "60",
            "sections": [
                {"code": "2.1", "title": "Một cửa", "max": "60",
                 "criteria": [
                     {"code": "2.1.1", "title": "Đúng hạn", "max": "60", "groups": ["1", "2"],
                      "rule": {"type": "proportion", "a": "đúng hạn", "b": "đã giải quyết"}}]},
            ],
        },
    ],
}  # fmt: skip


@dataclass
class Year:
    """An open year with two agencies and a commune, its runner and its council."""

    province: Province
    cycle: Cycle
    framework: Framework
    runner: User  # of the standing body
    chair: User
    appraiser: User  # has everything to appraise
    own: Assessment  # of the town's agency
    other: Assessment
    commune: Assessment

    def node(self, code: str) -> Criterion:
        with tenant_scope(self.province):
            found: Criterion = self.framework.criteria.get(code=code)
        return found


def make_framework(runner: User, **changes: object) -> Framework:
    """The published form."""
    made = frameworks.bring_in(read(Content, {**FORM, **changes}), actor=runner)
    return frameworks.publish(made.pk, actor=runner)


# What a year is written in, parents first
TABLES = (
    User, Position, UnitUserPermission, Framework, Criterion, Cycle, Seat, Remit, Assessment,
    Answer, Verdict, AuditEntry, OutboxEvent,
)  # fmt: skip
_being_made: list[str] = []


def once_a_day(make: Callable[[Town], Year]) -> Callable[[Town], Year]:
    """A year with which many tests begin: made once in a process, then its rows are written again.

    For the standing cast alone; all that `make` does is new rows of `TABLES` and changes of these.
    """

    @wraps(make)
    def made(town: Town) -> Year:
        if _being_made or town.root.code != HOME:
            return make(town)
        before: dict[Any, int] = {}

        def first() -> Year:
            before.update({table: max(table.objects.values_list("pk", flat=True), default=0)
                           for table in TABLES})  # fmt: skip
            _being_made.append(make.__qualname__)
            try:
                return make(town)
            finally:
                _being_made.pop()

        def rows_of(_year: Year) -> Rows:
            found = {
                table: list(table.objects.filter(pk__gt=last).values_list("pk", flat=True))
                for table, last in before.items()
            }
            return {table: ("id", keys) for table, keys in found.items() if keys}

        units = [(unit.pk, unit.name) for unit in (town.root, town.agency, town.commune)]
        key = (make.__module__, make.__qualname__, str(FORM), timezone.localdate(), *units)
        return once_made(key, first, rows_of)

    return made


def make_year(town: Town, *, is_open: bool = True, **changes: object) -> Year:
    """The open year of the standing cast, or what else is asked for."""
    return draw_up(town, is_open=is_open, **changes) if changes or not is_open else open_year(town)


@once_a_day
def open_year(town: Town) -> Year:
    return draw_up(town)


def draw_up(town: Town, *, is_open: bool = True, **changes: object) -> Year:
    runner = make_person("ranking_manager", town.root, full_name="Trịnh Thường Trực")
    chair = make_person("oversight", town.root, full_name="Chủ Tịch Hội Đồng")
    appraiser = make_person("oversight", town.root, full_name="Thẩm Định Viên")
    content = {name: changes.pop(name) for name in ("areas", "terms") if name in changes}
    framework = make_framework(runner, **content)
    today = timezone.localdate()
    facts = {
        "year": 2026, "name": "Đánh giá năm 2026", "owner_id": town.root.pk,
        "standing_unit_id": town.other_agency.pk, "framework_id": framework.pk,
        "data_from": dt.date(today.year, 1, 1), "data_to": today,
        "due": today + dt.timedelta(days=3), "appeals_due": today + dt.timedelta(days=30),
    }  # fmt: skip
    cycle = cycles.prepare(CycleFacts(**{**facts, **changes}), actor=runner)
    units = [EnrolFacts(town.agency.pk, "1"), EnrolFacts(town.other_agency.pk, "1"),
             EnrolFacts(town.commune.pk, "2")]  # fmt: skip
    cycles.enrol(cycle.pk, units, actor=runner)
    council.seat(cycle.pk, actor=runner, username=chair.username, part=Part.CHAIR)
    council.seat(
        cycle.pk, actor=runner, username=appraiser.username, part=Part.MEMBER, remits=[RemitFacts()]
    )
    if is_open:
        cycle = cycles.move(cycle.pk, "open", actor=runner)
    of = {each.unit_id: each for each in cycle.assessments.all()}
    return Year(
        town.root.province, cycle, framework, runner, chair, appraiser,
        of[town.agency.pk], of[town.other_agency.pk], of[town.commune.pk],
    )  # fmt: skip
