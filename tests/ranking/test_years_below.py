"""What a year one level down came to counts above only when it is whole, and of the same year."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from organizations.models import Unit
from ranking.models import Cycle, Figure, FigureSource, Part
from ranking.services import appraisal, council, cycles, rolling
from ranking.services.appraisal import VerdictFacts, seen_of
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, CycleRefused, EnrolFacts
from tests.people import make_person
from tests.ranking.years import FORM, make_year

pytestmark = pytest.mark.django_db
FULL = {"1.9": {"a": "4", "b": "4"}, "1.10": {"choice": "co"}, "2.1.1": {"a": "9", "b": "9"}}


@pytest.fixture
def above(scope, town):
    areas = copy.deepcopy(FORM["areas"])
    areas[0]["criteria"][0]["measure"] = rolling.MEAN
    return make_year(town, areas=areas)


def drawn_up(above, town, **changes):
    """The agency's own year for its divisions, as its manager draws it up."""
    manager = make_person("ranking_manager", town.agency)
    facts = {
        "year": 2026, "name": "Đánh giá đơn vị trực thuộc", "owner_id": town.agency.pk,
        "standing_unit_id": town.agency.pk, "framework_id": above.framework.pk,
        "parent_id": above.cycle.pk, "data_from": dt.date(2026, 1, 1),
        "data_to": dt.date(2026, 12, 31), "due": timezone.localdate() + dt.timedelta(days=3),
    } | changes  # fmt: skip
    return manager, cycles.prepare(CycleFacts(**facts), actor=manager)


def appraised_in_part(above, town):
    """Two divisions are assessed; one of them is appraised, with every point."""
    manager, below = drawn_up(above, town)
    units = [town.division, town.second_division]
    cycles.enrol(below.pk, [EnrolFacts(unit.pk, "1") for unit in units], actor=manager)
    judge = make_person("official", town.agency)
    council.seat(
        below.pk, actor=manager, username=judge.username, part=Part.CHAIR, remits=[RemitFacts()]
    )
    for step in ("open", "appraisal"):
        cycles.move(below.pk, step, actor=manager)
    forms = list(below.assessments.order_by("pk"))
    appraise(above, forms[0], judge)
    cycles.move(below.pk, "provisional", actor=manager)
    return manager, below, forms, judge


def appraise(above, form, judge):
    for code, given in FULL.items():
        node = above.node(code).pk
        seen = seen_of(form.pk, node)
        facts = VerdictFacts(node, "other", seen, given, reason="Hội đồng tự thẩm định")
        appraisal.decide(form.pk, facts, actor=judge)


def rolled(above):
    return Figure.objects.filter(
        assessment=above.own, source=FigureSource.UNITS_BELOW, superseded_at=None
    )


def test_a_year_is_not_decided_while_a_unit_is_not_appraised(above, town):
    manager, below, forms, judge = appraised_in_part(above, town)
    with pytest.raises(CycleRefused, match=f"1 units are not appraised.*{forms[1].unit_name}"):
        cycles.move(below.pk, "decided", actor=manager)
    assert not rolled(above).exists()
    cycles.move(below.pk, "appraisal", actor=manager, reason="Còn đơn vị chưa thẩm định")
    appraise(above, forms[1], judge)
    for step in ("provisional", "decided"):
        cycles.move(below.pk, step, actor=manager)
    assert rolled(above).get().points == Decimal(20)


def test_a_year_that_is_decided_with_a_gap_gives_no_figure(above, town):
    _manager, below, _forms, _judge = appraised_in_part(above, town)
    Cycle.objects.filter(pk=below.pk).update(state="decided")
    below.refresh_from_db()
    assert rolling.roll_up(below) == 0
    assert not rolled(above).exists()


def test_the_figure_says_how_many_units_were_left_out(above, town):
    manager, below = drawn_up(above, town)
    kinds = Unit.objects.filter(pk__in=[town.division.pk, town.second_division.pk])
    kinds.update(kind="centre")
    cycles.enrol(below.pk, [EnrolFacts(town.division.pk, "1")], actor=manager)
    judge = make_person("official", town.agency)
    council.seat(
        below.pk, actor=manager, username=judge.username, part=Part.CHAIR, remits=[RemitFacts()]
    )
    for step in ("open", "appraisal"):
        cycles.move(below.pk, step, actor=manager)
    appraise(above, below.assessments.get(), judge)
    for step in ("provisional", "decided"):
        cycles.move(below.pk, step, actor=manager)
    assert "1 units; 1 below it are not assessed" in rolled(above).get().definition


def test_a_year_below_is_of_the_same_year_as_the_one_above(above, town):
    with pytest.raises(CycleRefused, match="same year"):
        drawn_up(above, town, year=2031)
