"""Two years of the ranking in the demo: last year's published, this year's being filled in.

Under the illustration form for QĐ 1299 (marked as such everywhere); points are invented.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from organizations.models import Unit, User
from ranking.models import (
    Answer,
    Assessment,
    Choice,
    Criterion,
    Cycle,
    CycleState,
    Framework,
    Part,
    Verdict,
)
from ranking.rules.yaml_files import read_framework
from ranking.scoring import Best, Input, parse_rule
from ranking.services import council, cycles, figures, frameworks, publication
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts
from ranking.totals import asked_of
from tenancy.models import Province
from tenancy.scope import tenant_scope

FILES = Path(settings.BASE_DIR) / "ranking" / "frameworks"
PUBLISHED = "kh-1299-2025-minh-hoa"
SHOWN = ("kh-1278-2020", "kh-1299-2025", "ttg-766-2022", "tayninh-xa-2025")
COMMUNES = 12  # of many, so that the demo loads quickly
REASON = "Tài liệu kiểm chứng chưa đủ để công nhận toàn bộ số liệu."


def make(province: Province) -> None:
    """Once; through the services, in the name of the well-known accounts."""
    with tenant_scope(province):
        people = {
            user.username: user
            for user in User.objects.filter(username__in=["xephang", "lanhdao.tinh", "giamsat"])
        }
        if Cycle.objects.exists() or len(people) < 3:
            return
        runner = people["xephang"]
        for code in (PUBLISHED, *SHOWN):
            content = read_framework((FILES / f"{code}.yaml").read_bytes())
            frameworks.bring_in(content, actor=runner)
        found = Framework.objects.get(code=PUBLISHED)
        frameworks.publish(found.pk, actor=runner)
        today = timezone.localdate()
        rng = random.Random(f"ranking {province.code}")
        _published_year(people, found, today.year - 1, rng)
        _running_year(people, found, today, rng)


def _year(people: dict[str, User], framework: Framework, facts: dict[str, Any]) -> Cycle:
    root = Unit.objects.get(kind="province")
    standing = Unit.objects.filter(name__startswith="Sở Khoa học").first() or root
    runner = people["xephang"]
    cycle = cycles.prepare(
        CycleFacts(owner_id=root.pk, standing_unit_id=standing.pk, framework_id=framework.pk,
                   **facts),
        actor=runner,
    )  # fmt: skip
    agencies = Unit.objects.filter(kind="agency", parent=root, valid_to=None).order_by("code")
    communes = Unit.objects.filter(kind="commune", valid_to=None).order_by("code")
    played = communes.filter(name__contains="Nha Trang") | communes.filter(
        pk__in=communes.values("pk")[:COMMUNES]
    )
    cycles.enrol(
        cycle.pk,
        [EnrolFacts(unit.pk, "1") for unit in agencies]
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


def _published_year(
    people: dict[str, User], framework: Framework, year: int, rng: random.Random
) -> None:
    """Every unit with answers and verdicts, frozen by one person and approved by another."""
    due = dt.date(year, 11, 15)
    cycle = _year(people, framework, {
        "year": year, "name": f"Đánh giá, xếp hạng ứng dụng CNTT năm {year}",
        "data_from": dt.date(year, 1, 1), "data_to": dt.date(year, 12, 31), "due": due,
        "publish_due": dt.date(year + 1, 3, 31),
    })  # fmt: skip
    now = timezone.now()
    for unit in cycle.assessments.all():
        _answers(unit, cycle, rng, now, share=1.0)
        _verdicts(unit, rng, now, people["giamsat"])
    Assessment.objects.filter(cycle=cycle).update(submitted_at=now, counted_on=due)
    for step in (CycleState.APPRAISAL, CycleState.PROVISIONAL, CycleState.DECIDED):
        cycles.move(cycle.pk, step, actor=people["xephang"])
    prepared = publication.prepare(cycle.pk, actor=people["xephang"])
    publication.approve(
        prepared.pk, actor=people["lanhdao.tinh"], decision_number=f"01/QĐ-HĐTĐ ({year}, mẫu)",
        decided_on=timezone.localdate(),
    )  # fmt: skip


def _running_year(
    people: dict[str, User], framework: Framework, today: dt.date, rng: random.Random
) -> None:
    """Units are filling in; some are further than others."""
    cycle = _year(people, framework, {
        "year": today.year, "name": f"Đánh giá, xếp hạng ứng dụng CNTT năm {today.year}",
        "data_from": dt.date(today.year, 1, 1), "data_to": dt.date(today.year, 12, 31),
        "due": today + dt.timedelta(days=10), "appeals_due": today + dt.timedelta(days=60),
        "publish_due": today + dt.timedelta(days=90),
    })  # fmt: skip
    figures.measure(cycle.pk, actor=people["xephang"])
    for unit in cycle.assessments.all():
        _answers(unit, cycle, rng, timezone.now(), share=rng.choice([0.0, 0.3, 0.7, 0.95]))


def _answers(
    unit: Assessment, cycle: Cycle, rng: random.Random, at: dt.datetime, *, share: float
) -> None:
    nodes = Criterion.objects.filter(framework=cycle.framework_id, level="criterion")
    rows = []
    for node in asked_of(unit.group, nodes):
        if rng.random() > share:
            continue
        rule = parse_rule(node.rule, node.maximum or Decimal(0))
        given = {each.name: _invented(each, rng) for each in rule.inputs}
        if "b" in given and "a" in given:
            given["a"] = str(int(int(given["b"]) * rng.uniform(0.5, 1)))
        scored = rule.score(given, Best(Decimal(500), is_complete=True))
        rows.append(Answer(
            assessment=unit, criterion=node, input=given, points=scored.points, revision=1,
            is_complete=True,
            saved_at=at, explanation="",
        ))  # fmt: skip
    Answer.objects.bulk_create(rows)


def _invented(wanted: Input, rng: random.Random) -> Any:
    """A value that the rule takes."""
    if wanted.kind == "parts":
        return {
            code: {each.name: _invented(each, rng) for each in inner}
            for code, _title, inner in wanted.parts
        }
    if wanted.kind == "choice":
        return rng.choice(wanted.choices)[0]
    if wanted.kind == "yes_no":
        return rng.random() < 0.8
    if wanted.kind == "text":
        return "Theo báo cáo của đơn vị"
    highest = int(wanted.highest) if wanted.highest is not None else 90
    return str(rng.randint(highest // 2, max(highest, 1)))


def _verdicts(unit: Assessment, rng: random.Random, at: dt.datetime, who: User) -> None:
    """Most are accepted; of a few proportions less is believed, with a reason."""
    rows = []
    for answer in unit.answers.select_related("criterion"):
        given, points, node = answer.input or {}, answer.points, answer.criterion
        cut = set(given) == {"a", "b"} and points and rng.random() < 0.25
        if cut:
            given = {**given, "a": str(int(given["a"]) // 2)}
            points = parse_rule(node.rule, node.maximum or Decimal(0)).score(given).points
        rows.append(Verdict(
            assessment=unit, criterion=node, input=given, points=points,
            choice=Choice.OTHER if cut else Choice.OWN, reason=REASON if cut else "",
            made_at=at, made_by=who, is_final=True,
        ))  # fmt: skip
    Verdict.objects.bulk_create(rows)
