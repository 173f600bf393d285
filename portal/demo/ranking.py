"""The years of the ranking in the demo: 2020 and 2025 published, this year's under way.

Under illustrations of the forms of QĐ 1278 and QĐ 1299 (marked as such everywhere); points are
invented. The other province has two published years that can be compared, instead of 2020.
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from organizations.models import Unit, User
from portal.demo import ranking_2020, ranking_evidence
from portal.demo.places import bodies_on
from portal.demo.ranking_sheets import Sheets, leaders, note_submitted
from ranking import rights
from ranking.models import Answer, Assessment, Cycle, CycleState, Framework, Part
from ranking.rules.yaml_files import read_framework
from ranking.services import (
    appraisal,
    council,
    cycles,
    figures,
    frameworks,
    publication,
    submission,
    verifications,
)
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts
from ranking.services.verifications import Seen
from tenancy.models import Province
from tenancy.scope import tenant_scope

FILES = Path(settings.BASE_DIR) / "ranking" / "frameworks"
OF_2020, PUBLISHED = "kh-1278-2020", "kh-1299-2025-minh-hoa"
SHOWN = ("kh-1299-2025", "ttg-766-2022", "tayninh-xa-2025")
COMMUNES = 12  # of many, so that the demo loads quickly
ACCOUNTS = ("xephang", "lanhdao.tinh", "giamsat", "danhgia")
PLAYED = "Nha Trang"  # whose form is left for who plays its officer
OFFICER = "danhgia"  # who fills it in
CHECKED = {  # criteria of this year and who checks their figures
    "4.2": "Sở Nội vụ", "4.3": "Sở Nội vụ", "6.1.8": "Sở Tài chính",
    "6.2.4": "Văn phòng Ủy ban nhân dân tỉnh",
}  # fmt: skip
BEGUN = "4.2"
QUESTIONS = (
    "Số máy tính kê khai cao hơn biên bản kiểm kê; đề nghị gửi biên bản của năm đánh giá.",
    "Đề nghị nêu rõ số văn bản và ngày ban hành của tài liệu kiểm chứng.",
    "Tỷ lệ khác số liệu của Cổng; đơn vị tính theo nguồn nào?",
)


def make(province: Province) -> None:
    """Once; through the services, in the name of the well-known accounts."""
    with tenant_scope(province):
        people = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS)}
        if Cycle.objects.exists() or len(people) < len(ACCOUNTS):
            return
        runner = people["xephang"]
        for code in (OF_2020, PUBLISHED, *SHOWN):
            content = read_framework((FILES / f"{code}.yaml").read_bytes())
            frameworks.bring_in(content, actor=runner)
        of_2020, found = (
            frameworks.publish(Framework.objects.get(code=code).pk, actor=runner)
            for code in (OF_2020, PUBLISHED)
        )
        rng = random.Random(f"ranking {province.code}")
        if province.code == "H32":
            ranking_2020.make(runner, of_2020, rng)
        else:
            _published_year(people, found, 2024, rng)
        _published_year(people, found, 2025, rng)
        _running_year(people, found, timezone.localdate(), rng)


def _year(people: dict[str, User], framework: Framework, facts: dict[str, Any]) -> Cycle:
    root = Unit.objects.get(kind="province")
    standing = Unit.objects.filter(name="Sở Khoa học và Công nghệ", valid_to=None).first() or root
    runner = people["xephang"]
    cycle = cycles.prepare(
        CycleFacts(owner_id=root.pk, standing_unit_id=standing.pk, framework_id=framework.pk,
                   **facts),
        actor=runner,
    )  # fmt: skip
    communes = Unit.objects.filter(kind="commune", valid_to=None).order_by("code")
    played = communes.filter(name__contains=PLAYED) | communes.filter(
        pk__in=communes.values("pk")[:COMMUNES]
    )
    cycles.enrol(
        cycle.pk,
        [EnrolFacts(unit.pk, "1") for unit in _agencies(root)]
        + [EnrolFacts(unit.pk, "2") for unit in played.distinct()],
        actor=runner,
    )
    council.seat(
        cycle.pk, actor=runner, username=people["lanhdao.tinh"].username, part=Part.CHAIR,
        remits=[RemitFacts()],
    )  # fmt: skip
    council.seat(
        cycle.pk, actor=runner, username=people["giamsat"].username, part=Part.SUPPORT,
        remits=[RemitFacts()],
    )  # fmt: skip
    return cycles.move(cycle.pk, CycleState.OPEN, actor=runner)


def _agencies(root: Unit) -> list[Unit]:
    """Departments and boards of the province; not its schools, nor offices of ministries."""
    units = Unit.objects.filter(kind="agency", parent=root, valid_to=None).order_by("code")
    if root.code != "H32":
        return list(units)
    bodies = bodies_on(timezone.localdate())
    return [unit for unit in units if bodies.get(unit.name, "").startswith("Sở, ban, ngành")]


def _published_year(
    people: dict[str, User], framework: Framework, year: int, rng: random.Random
) -> None:
    """Judged early in the next year and published in its first quarter (QĐ 1299): frozen by one
    person and approved by another."""
    due, runner = dt.date(year + 1, 2, 10), people["xephang"]
    cycle = _year(people, framework, {
        "year": year, "name": f"Đánh giá, xếp hạng chuyển đổi số các cơ quan năm {year}",
        "data_from": dt.date(year, 1, 1), "data_to": dt.date(year, 12, 31), "due": due,
        "publish_due": dt.date(year + 1, 3, 31),
    })  # fmt: skip
    units = list(cycle.assessments.filter(group="1").order_by("pk").values_list("unit", flat=True))
    twins = {units[3]: units[2]} if len(units) > 3 else {}
    at = timezone.make_aware(dt.datetime.combine(dt.date(year + 1, 2, 5), dt.time(14)))
    sheets = Sheets(rng, at, twins=twins)
    sheets.fill(cycle, {})
    note_submitted(cycle, at.date(), at)
    cycles.move(cycle.pk, CycleState.APPRAISAL, actor=runner)
    sheets.judge(cycle, people["giamsat"])
    for step in (CycleState.PROVISIONAL, CycleState.DECIDED):
        cycles.move(cycle.pk, step, actor=runner)
    prepared = publication.prepare(cycle.pk, actor=runner)
    publication.approve(
        prepared.pk, actor=people["lanhdao.tinh"],
        decision_number=f"{612 + year % 10}/QĐ-UBND (mẫu)", decided_on=dt.date(year + 1, 3, 20),
    )  # fmt: skip


def _cross_checked(cycle: Cycle, forms: list[Assessment], runner: User) -> None:
    """Departments check criteria of their field (QĐ 1278 Điều 7 khoản 2 điểm b); the illustration
    names nobody. Where Home Affairs sits, it has begun: one figure confirmed, one corrected."""
    offices = {unit.name: unit for unit in _agencies(cycle.owner) if unit.name in CHECKED.values()}
    nodes = {node.code: node.pk for node in cycle.framework.criteria.filter(code__in=CHECKED)}
    given = {
        nodes[code]: offices[name].pk
        for code, name in CHECKED.items()
        if code in nodes and name in offices
    }
    if not given:
        return
    verifications.give(cycle.pk, given, actor=runner, due=cycle.due + dt.timedelta(days=14))
    first = cycle.verifications.filter(criterion__code=BEGUN).first()
    checker = leaders([first.unit_id]).get(first.unit_id) if first else None
    if first is None or checker is None:
        return
    answers = Answer.objects.filter(criterion__code=BEGUN, assessment__in=forms)
    found = list(answers.exclude(assessment__unit=first.unit_id).order_by("assessment")[:2])
    if len(found) < 2:
        return
    declared = found[1].input or {}
    seen = [Seen(found[0].assessment_id, found[0].revision)]
    verifications.confirm(first.pk, seen, actor=checker)
    verifications.correct(
        first.pk, found[1].assessment_id, actor=checker,
        given={**declared, "a": str(int(declared["a"]) * 2 // 3)},
        note="Danh sách công chức, viên chức Sở Nội vụ quản lý đến 31/10.",
    )  # fmt: skip


def _running_year(
    people: dict[str, User], framework: Framework, today: dt.date, rng: random.Random
) -> None:
    """Forms not begun, begun, nearly done and submitted; the council looks at the early ones and
    asks, and some of its questions are answered."""
    runner, year = people["xephang"], today.year
    cycle = _year(people, framework, {
        "year": year, "name": f"Đánh giá, xếp hạng chuyển đổi số các cơ quan năm {year}",
        "data_from": dt.date(year, 1, 1), "data_to": dt.date(year, 12, 31),
        "due": today + dt.timedelta(days=10), "appeals_due": today + dt.timedelta(days=60),
        "publish_due": today + dt.timedelta(days=90),
    })  # fmt: skip
    figures.measure(cycle.pk, actor=runner)
    units = list(cycle.assessments.select_related("unit").order_by("pk"))
    stages = {
        unit.unit_id: 0.6 if PLAYED in unit.unit_name else (1.0, 0.0, 0.35, 0.7, 0.95)[place % 5]
        for place, unit in enumerate(units)
    }
    Sheets(rng, timezone.now()).fill(cycle, stages)
    heads = leaders(list(stages))
    done = [unit for unit in units if stages[unit.unit_id] == 1.0 and unit.unit_id in heads]
    proved = {unit: heads[unit.unit_id] for unit in done[:1]}
    officer = people[OFFICER]
    proved |= {unit: officer for unit in units if rights.may(officer, rights.FILL, unit)}
    for unit, who in proved.items():
        ranking_evidence.make(unit, today, actor=who)
    for unit in done:
        submission.submit(unit.pk, actor=heads[unit.unit_id])
    cycles.move(cycle.pk, CycleState.APPRAISAL, actor=runner)
    _cross_checked(cycle, done, runner)
    for number, (unit, text) in enumerate(zip(done, QUESTIONS, strict=False)):
        answer = Answer.objects.filter(assessment=unit).order_by("criterion__order")[number]
        made = appraisal.ask(
            unit.pk, actor=people["giamsat"], criterion_id=answer.criterion_id, text=text
        )
        if number == 0:
            appraisal.reply(
                made.pk, actor=heads[unit.unit_id],
                text="Đơn vị đã bổ sung biên bản kiểm kê ngày 05/11 vào tài liệu kiểm chứng.",
            )  # fmt: skip
