"""A small framework and a year under it, made through the services themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from organizations.models import User
from ranking.models import Assessment, Criterion, Cycle, Framework, Part
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.services import council, cycles, frameworks
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.people import Town, make_person

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


def make_year(town: Town, *, is_open: bool = True, **changes: object) -> Year:
    runner = make_person("ranking_manager", town.root, full_name="Trịnh Thường Trực")
    chair = make_person("oversight", town.root, full_name="Chủ Tịch Hội Đồng")
    appraiser = make_person("oversight", town.root, full_name="Thẩm Định Viên")
    framework = make_framework(runner)
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
