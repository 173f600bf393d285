"""The year 2020 of a town for its communes, whose result rolls up into the province's year.

QĐ 1278/QĐ-CTUBND Điều 9 khoản 3: a district assesses its communes before 30/10 by the criteria of
QĐ 2392/QĐ-BTTTT. Those were not found, so that totals are entered by hand; the points are invented.
"""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from organizations import access
from organizations.models import Unit, User
from portal.demo.cast import former_official
from portal.demo.ranking_sheets import Sheets, note_submitted
from ranking.models import Assessment, Cycle, CycleState, Framework, Part
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.services import council, cycles, frameworks, publication
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts

BY_HAND = {
    "code": "xa-2392-nhap-tay",
    "name": "Mức độ chính quyền điện tử cấp xã (QĐ 2392/QĐ-BTTTT), nhập tay",
    "year": "2020",
    "decision": "2392/QĐ-BTTTT ngày 25/12/2017",
    "source": ["QĐ 1278/QĐ-CTUBND (Khánh Hòa, 2020) Điều 9 khoản 3"],
    "is_sample": True,
    "notice": "Chưa tìm thấy tiêu chí và điểm của QĐ 2392: tổng điểm được nhập tay.",
    "gaps": ["Thang 100 điểm và các mức xếp loại lấy theo Điều 8 của QĐ 1278."],
    "scale": {"maximum": "100"},
    "classes": [
        {"label": "Tốt", "from": "85"}, {"label": "Khá", "from": "70"},
        {"label": "Trung bình", "from": "50"}, {"label": "Yếu"},
    ],
    "areas": [{"code": "1", "title": "Chính quyền điện tử cấp xã", "max": "100", "criteria": [
        {"code": "1.1", "title": "Tổng điểm theo Bộ tiêu chí của QĐ 2392", "max": "100",
         "rule": {"type": "graded", "guide": "Nhập tổng điểm đã đánh giá theo QĐ 2392."}}]}],
}  # fmt: skip
DUE = dt.date(2020, 10, 30)
PEOPLE = ("Nguyễn Hoài Sơn", "Trần Thị Ngọc Lan")  # who presides and who decides it: invented


def make(runner: User, above: Cycle, town: Unit) -> None:
    """From the opening to the publication, while the year above is open."""
    found = frameworks.bring_in(read(Content, BY_HAND), actor=runner)
    framework = frameworks.publish(found.pk, actor=runner)
    chair, member = (
        former_official(f"ninhhoa2020.{number}", name, town, role)
        for number, (name, role) in enumerate(zip(PEOPLE, ("leader", "official"), strict=True), 1)
    )
    access.recompile([chair.pk, member.pk])
    cycle = _opened(runner, above, town, framework)
    for person, part in ((chair, Part.CHAIR), (member, Part.MEMBER)):
        council.seat(
            cycle.pk, actor=runner, username=person.username, part=part, remits=[RemitFacts()]
        )
    cycle = cycles.move(cycle.pk, CycleState.OPEN, actor=runner)
    at = timezone.make_aware(dt.datetime.combine(DUE - dt.timedelta(days=4), dt.time(10)))
    sheets = Sheets(random.Random(town.name), at)
    sheets.fill(cycle, {})
    note_submitted(cycle, at.date(), at)
    Assessment.objects.filter(cycle=cycle).update(proof="Báo cáo bằng văn bản của UBND cấp xã")
    cycle = cycles.move(cycle.pk, CycleState.APPRAISAL, actor=runner)
    sheets.judge(cycle, member)
    for step in (CycleState.PROVISIONAL, CycleState.DECIDED):
        cycles.move(cycle.pk, step, actor=runner)
    prepared = publication.prepare(cycle.pk, actor=runner)
    publication.approve(
        prepared.pk, actor=chair, decision_number="2105/QĐ-UBND (mẫu)",
        decided_on=dt.date(2020, 10, 29),
    )  # fmt: skip


def _opened(runner: User, above: Cycle, town: Unit, framework: Framework) -> Cycle:
    """Drawn up for the communes that the town had then."""
    cycle = cycles.prepare(
        CycleFacts(
            year=above.year, name="Đánh giá UBND cấp xã của thị xã Ninh Hòa năm 2020",
            owner_id=town.pk, standing_unit_id=town.pk, framework_id=framework.pk,
            parent_id=above.pk, data_from=above.data_from, data_to=above.data_to, due=DUE,
        ),
        actor=runner,
    )  # fmt: skip
    below = Unit.objects.filter(parent=town, kind="commune")
    cycles.enrol(cycle.pk, [EnrolFacts(unit.pk) for unit in below], actor=runner)
    return cycle
