"""Totals that lie on a half: the same from rows, from a snapshot and from a file of scores."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from ranking.models import Part, Publication, Standing
from ranking.queries.sheets import Sheet
from ranking.rules.dry_run import dry_run
from ranking.rules.numbers import half_up
from ranking.rules.yaml_files import write_framework
from ranking.services import answers, council, cycles, frameworks, publication, submission
from ranking.services.answers import AnswerFacts
from ranking.services.appraisal import VerdictFacts, decide, seen_of
from ranking.services.council import RemitFacts
from ranking.totals import Side, table_of
from tests.ranking import years
from tests.ranking.tables import one
from tests.ranking.years import make_year

# 20/6 + 20/6 + 6203/600 = 17.005: three numbers that rows cut off after 20 decimals
THIRDS = {"1.9": ("1", "6"), "1.10": ("1", "6"), "2.1.1": ("6203", "36000")}
PRECISIONS = {0: "17", 2: "17.01", 3: "17.005", 6: "17.005000"}


@pytest.fixture
def thirds(monkeypatch):
    """The small form with three proportions."""
    area = years.FORM["areas"][0]
    nodes = [
        {**node, "rule": {"type": "proportion", "a": "a", "b": "b"}} for node in area["criteria"]
    ]
    monkeypatch.setitem(years.FORM, "areas", [{**area, "criteria": nodes}, years.FORM["areas"][1]])
    return monkeypatch


def decided(town):
    """Only the town's agency is assessed; what it claims is taken by the council."""
    year = make_year(town, is_open=False)
    cycles.enrol(year.cycle.pk, [cycles.EnrolFacts(town.agency.pk, "1")], actor=year.runner)
    council.seat(
        year.cycle.pk, actor=year.runner, username=year.appraiser.username, part=Part.MEMBER,
        remits=[RemitFacts()],
    )  # fmt: skip
    cycles.move(year.cycle.pk, "open", actor=year.runner)
    for code, (a, b) in THIRDS.items():
        facts = AnswerFacts(year.node(code).pk, 0, {"a": a, "b": b})
        answers.save(year.own.pk, facts, actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader)
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
    for code in THIRDS:
        node = year.node(code).pk
        facts = VerdictFacts(node, "own", seen=seen_of(year.own.pk, node))
        decide(year.own.pk, facts, actor=year.appraiser)
    year.cycle.refresh_from_db()
    year.own.refresh_from_db()
    return year


def by_file(framework, unit):
    """The same points as rows keep them, ranked from files."""
    points = {each.criterion.code: each.points for each in unit.answers.select_related("criterion")}
    header = ",".join(["unit", "group", "submitted_on", *points])
    row = ",".join(["A", unit.group, unit.counted_on.isoformat(), *map(str, points.values())])
    text = write_framework(frameworks.as_rules(framework))
    [(_entry, line)] = dry_run(text.encode(), f"{header}\n{row}\n".encode()).rows
    return line


@pytest.mark.django_db
@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_total_on_a_half_is_printed_as_the_dry_run_prints_it(scope, town, thirds, precision):
    scale = {"maximum": "100", "precision": str(precision)}
    thirds.setitem(years.FORM, "scale", scale)
    year = decided(town)
    [(_unit, line)] = table_of(year.cycle, Side.DECIDED)
    told = str(line.total), str(line.percent)
    assert told == (PRECISIONS[precision], PRECISIONS[precision])
    assert year.own.own_total == Decimal(PRECISIONS[precision])
    other = by_file(year.framework, year.own)
    assert (str(other.total), str(other.percent)) == told
    areas = [half_up(each.points, 3) for each in Sheet.of(year.own).areas()]
    assert areas == [Decimal("6.667"), Decimal("10.338")]


@pytest.mark.django_db
def test_what_is_published_is_what_was_printed_to_the_last_decimal(scope, town, thirds):
    thirds.setitem(years.FORM, "scale", {"maximum": "97", "precision": "6"})
    thirds.setitem(years.FORM["areas"][1], "max", "57")
    thirds.setitem(years.FORM["areas"][1]["sections"][0], "max", "57")
    thirds.setitem(years.FORM["areas"][1]["sections"][0]["criteria"][0], "max", "57")
    year = decided(town)
    for step in ("provisional", "decided"):
        type(year.cycle).objects.filter(pk=year.cycle.pk).update(appeals_due=None)
        cycles.move(year.cycle.pk, step, actor=year.runner)
    made = publication.prepare(year.cycle.pk, actor=year.runner)
    publication.approve(
        made.pk, actor=year.chair, decision_number="01/QĐ", decided_on=timezone.localdate()
    )
    fresh = Publication.objects.get(pk=made.pk)
    [unit], [line] = fresh.snapshot["units"], publication.recomputed(fresh.snapshot)
    stored = Standing.objects.get()
    assert str(line.percent) == unit["percent"] == str(stored.percent)
    assert len(unit["percent"].partition(".")[2]) == 6
    assert Decimal(unit["percent"]) * 97 != Decimal(unit["total"]) * 100  # all six were needed
    assert [part["points"] for part in unit["parts"]] == ["6.666666666666667", "9.821416666666667"]


def test_thirds_that_were_written_with_thirty_decimals_are_thirds():
    third = "0." + "3" * 30
    framework = "components: [{code: a}, {code: b}, {code: c}, {code: d}]\nscale: {maximum: 10}"
    assert one(framework, f"unit,a,b,c,d\nA,{third},{third},{third},0.005")[0] == "1.01"


def test_what_is_written_with_fourteen_decimals_is_no_half_by_mistake():
    framework = "components: [{code: a}]\nscale: {maximum: 10}"
    assert one(framework, "unit,a\nA,1.00499999999999")[0] == "1.00"


def test_no_number_is_too_large_to_be_rounded():
    nines = "9" * 15
    framework = f"components: [{{code: a, weight: {nines}}}]\nscale: {{maximum: {nines}}}"
    assert one(framework, f"unit,a\nA,{nines}")[0] == f"{int(nines) ** 2}.00"
