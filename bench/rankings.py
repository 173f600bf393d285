"""A year of the ranking to measure on: units, 120 or 1,500 criteria, and who fills in the forms."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.clock import count_questions
from organizations import access
from organizations.models import Position, Unit, User
from ranking.models import Assessment, Criterion, Cycle, Part
from ranking.rules.dry_run import dry_run
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.rules.yaml_files import write_framework
from ranking.services import answers, council, cycles, frameworks
from ranking.services.answers import AnswerFacts
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts
from ranking.totals import Side, table_of
from tenancy.models import Province
from tenancy.scope import tenant_scope

AREAS = 6
RULE = {"type": "proportion", "a": "đạt", "b": "tổng số", "on_excess": "refuse"}


@dataclass(frozen=True)
class Scene:
    """An open year; of each unit its form and the two officers who fill it in."""

    cycle: Cycle
    nodes: list[Criterion]
    forms: list[Assessment]
    officers: dict[int, list[User]]  # by form


def content_of(code: str, criteria: int) -> Content:
    """Six areas of equal size; every criterion is a proportion of ten points."""
    each = criteria // AREAS
    areas = [
        {
            "code": str(area), "title": f"Lĩnh vực {area}", "max": str(10 * each),
            "criteria": [
                {"code": f"{area}.{number}", "title": f"Tỷ lệ {number}", "max": "10", "rule": RULE}
                for number in range(1, each + 1)
            ],
        }
        for area in range(1, AREAS + 1)
    ]  # fmt: skip
    whole = {"code": code, "name": code, "year": "2031", "areas": areas,
             "scale": {"maximum": str(10 * each * AREAS)},
             "classes": [{"label": "Tốt", "from": "80"}, {"label": "Yếu"}]}  # fmt: skip
    return read(Content, whole)


def make_scene(number: int, criteria: int, units: int) -> Scene:
    """In the open scope: a year of its own with so many criteria and units."""
    root = Unit.objects.get(kind="province")
    manager = _person(f"bench.manager.{number}", "ranking_manager", root)
    framework = frameworks.bring_in(content_of(f"bench-{number}", criteria), actor=manager)
    frameworks.publish(framework.pk, actor=manager)
    today = timezone.localdate()
    facts = CycleFacts(
        number, f"Bench {number}", root.pk, root.pk, framework.pk, dt.date(today.year, 1, 1),
        today, today + dt.timedelta(days=30),
    )  # fmt: skip
    cycle = cycles.prepare(facts, actor=manager)
    below = Unit.objects.filter(kind__in=["agency", "commune"], valid_to=None).order_by("pk")
    chosen = list(below[:units])
    cycles.enrol(cycle.pk, [EnrolFacts(unit.pk) for unit in chosen], actor=manager)
    chair = _person(f"bench.chair.{number}", "oversight", root)
    council.seat(
        cycle.pk, actor=manager, username=chair.username, part=Part.CHAIR, remits=[RemitFacts()]
    )
    cycle = cycles.move(cycle.pk, "open", actor=manager)
    forms = list(cycle.assessments.select_related("unit").order_by("pk"))
    officers = {
        form.pk: [
            _person(f"bench.{number}.{form.pk}.{one}", "ranking_officer", form.unit)
            for one in (1, 2)
        ]
        for form in forms
    }
    nodes = list(Criterion.objects.scored().filter(framework=framework).order_by("order"))
    return Scene(cycle, nodes, forms, officers)


def _person(username: str, role: str, unit: Unit) -> User:
    user = User(username=username, full_name=username, email=f"{username}@vi-du.example")
    user.set_unusable_password()
    user.index_name()
    user.save(force_insert=True)
    day = timezone.localdate() - dt.timedelta(days=1)
    Position.objects.bulk_create([Position(user=user, role=role, unit=unit, valid_from=day)])
    access.recompile([user.pk])
    return user


def measures(province: Province, say: Any) -> None:
    """Saving at 1,500 and at 120 criteria, ranking 500 and 5 units, a dry run; rolled back."""
    with tenant_scope(province), transaction.atomic():
        few, many = make_scene(2031, 120, 5), make_scene(2032, 1_500, 5)
        assert few.cycle.framework  # read once, as by the page
        _tell_saving(few, many, say)
        small, large = _counted(few, 5), _counted(few, 500)
        units = few.cycle.assessments.count()
        say(f"questions to rank {units} units × 120 over 5", large[0] / small[0], 1.0,
            f"{large[0]} against {small[0]}; {large[1]:.1f} s for {units}")  # fmt: skip
        _tell_dry_run(say)
        transaction.set_rollback(True)


def _tell_saving(few: Scene, many: Scene, say: Any) -> None:
    """In turn, so that both meet the same machine; every criterion once, all fields filled."""
    times: dict[int, list[float]] = {2031: [], 2032: []}
    for scene in (few, many):  # a full form, as at the end of the work
        _fill(scene, [scene.forms[0].pk])
    for place in range(105):
        for scene in (few, many):
            form, node = scene.forms[0], scene.nodes[place]
            facts = AnswerFacts(node.pk, 1, {"a": str(place), "b": "1000"})
            began = time.perf_counter()
            answers.save(form.pk, facts, actor=scene.officers[form.pk][0])
            times[scene.cycle.year].append(time.perf_counter() - began)
    short, long = (sorted(each[5:])[50] * 1000 for each in times.values())
    say("saving one answer: 1,500 criteria over 120", long / short, 1.3,
        f"{long:.2f} ms against {short:.2f} ms")  # fmt: skip


def _fill(scene: Scene, forms: list[int]) -> None:
    """Every criterion of these forms, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ranking_answer (province_id, assessment_id, criterion_id, input, points,"
            " not_applicable, is_complete, explanation, revision)"
            ' SELECT %s, form, node, \'{"a": "1", "b": "2"}\', 5, false, true, \'\', 1'
            " FROM unnest(%s::bigint[]) AS form, unnest(%s::bigint[]) AS node",
            [scene.cycle.province_id, forms, [node.pk for node in scene.nodes]],
        )


def _plant(count: int) -> list[Unit]:
    """Agencies right below the root, with nobody in them."""
    root = Unit.objects.get(kind="province")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organizations_unit', 'id'))"
            " FROM generate_series(1, %s)", [max(0, count)],
        )  # fmt: skip
        keys = [pk for (pk,) in cursor.fetchall()]
    return Unit.objects.bulk_create(
        Unit(pk=pk, kind="agency", parent=root, code=f"{root.code}.B{pk}", name=f"Bench {pk}",
             symbol=f"B{pk}", path=f"{root.path}{pk}/")
        for pk in keys
    )  # fmt: skip


def _counted(scene: Scene, units: int) -> tuple[int, float]:
    """Questions and seconds for the table of so many units, each with all criteria."""
    more = _plant(units - scene.cycle.assessments.count())
    Assessment.objects.bulk_create(
        Assessment(cycle=scene.cycle, unit=unit, unit_name=unit.name) for unit in more
    )
    empty = scene.cycle.assessments.filter(answers=None).values_list("pk", flat=True)
    _fill(scene, list(empty))
    began = time.perf_counter()
    asked = count_questions(lambda: table_of(scene.cycle, Side.OWN))
    return asked, time.perf_counter() - began


def _tell_dry_run(say: Any) -> None:
    content = content_of("bench-dry", 120)
    codes = [f"{area}.{number}" for area in range(1, 7) for number in range(1, 21)]
    rows = [
        ",".join([f"Đơn vị {unit}", *(str(Decimal(unit + place) % 10) for place in range(120))])
        for unit in range(500)
    ]
    scores = "\n".join([",".join(["unit", *codes]), *rows]).encode()
    began = time.perf_counter()
    dry_run(write_framework(content).encode(), scores)
    say("seconds for a dry run of 500 units × 120", time.perf_counter() - began, None, "")
