"""What holds for every year: services, snapshot, dry run and the page say the same."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranking.models import Answer, Verdict
from ranking.queries import sheets
from ranking.rules import standing as lines
from ranking.rules.dry_run import dry_run
from ranking.rules.yaml_files import write_framework
from ranking.scoring import parse_rule
from ranking.services import answers, appraisal, cycles, submission
from ranking.services.answers import AnswerFacts
from ranking.services.appraisal import VerdictFacts, seen_of
from ranking.services.frameworks import as_rules
from ranking.services.publication import recomputed, snapshot_of
from ranking.totals import Basis, Side, Terms, asked_of, entries_of, parts_of, table_of
from tests.ranking.years import make_year

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CODES = ("1.9", "1.10", "2.1.1")
ratios = st.integers(1, 999).flatmap(
    lambda whole: st.integers(0, whole).map(lambda part: {"a": str(part), "b": str(whole)})
)
figures = st.tuples(ratios, st.sampled_from([{"choice": "co"}, {"choice": "khong"}]), ratios)
few = settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


class UndoneError(Exception):
    pass


@pytest.fixture
def year(scope, town):
    return make_year(town)


def undone(act):
    """Every example begins with the same year."""
    try:
        with transaction.atomic():
            act()
            raise UndoneError
    except UndoneError:
        pass


def decided(year, found):
    """All three units decided, by the service; the table."""
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
    for form, told in zip((year.own, year.other, year.commune), found, strict=True):
        for code, given_figure in zip(CODES, told, strict=True):
            decide(year, form, code, given_figure)
    year.cycle.refresh_from_db()
    return table_of(year.cycle, Side.DECIDED)


def decide(year, form, code, figure):
    node = year.node(code).pk
    facts = VerdictFacts(node, "other", seen_of(form.pk, node), figure, reason="Hội đồng chấm")
    return appraisal.decide(form.pk, facts, actor=year.appraiser)


@few
@given(figures, figures, figures, st.randoms())
def test_snapshot_table_and_dry_run_of_the_exported_files_agree(year, own, other, commune, chance):
    def act():
        table = decided(year, (own, other, commune))
        snapshot = snapshot_of(Basis.of(year.cycle, Side.DECIDED), table)
        wanted = [(line.total, line.percent, line.label, line.rank) for _unit, line in table]
        again = recomputed(snapshot)
        assert [(each.total, each.percent, each.label, each.rank) for each in again] == wanted
        rows = list(table)
        chance.shuffle(rows)  # permuting units changes nothing
        points = entries_of([unit.pk for unit, _line in rows], Side.DECIDED)
        ids = {code: year.node(code).pk for code in CODES}
        text = ["unit,group,submitted_on," + ",".join(CODES)]
        for unit, _line in rows:
            cells = [f"{points[unit.pk][ids[code]].points:f}" for code in CODES]
            day = unit.counted_on.isoformat() if unit.counted_on else ""
            text.append(",".join([str(unit.pk), unit.group, day, *cells]))
        found = dry_run(
            write_framework(as_rules(year.framework)).encode(), "\n".join(text).encode()
        )
        printed = {row.split(",")[0]: row.split(",")[2:] for row in found.as_csv().splitlines()}
        for unit, line in table:
            total, percent, label, rank = printed[str(unit.pk)]
            assert (Decimal(total), Decimal(percent)) == (line.total, line.percent)
            assert (label, rank) == (line.label, str(line.rank))

    undone(act)


@few
@given(figures, figures, figures, st.sampled_from(["1.9", "2.1.1"]))
def test_a_rank_never_worsens_when_the_council_gives_more(year, own, other, commune, code):
    def act():
        before = dict_of(decided(year, (own, other, commune)))
        decide(year, year.own, code, {"a": "1", "b": "1"})
        after = dict_of(table_of(year.cycle, Side.DECIDED))
        assert after[year.own.pk].total >= before[year.own.pk].total
        assert after[year.own.pk].rank <= before[year.own.pk].rank

    undone(act)


def dict_of(table):
    return {unit.pk: line for unit, line in table}


@few
@given(figures)
def test_a_service_scores_as_the_rule_and_parts_and_page_make_the_total(year, town, own):
    def act():
        for code, figure in zip(CODES, own, strict=True):
            node = year.node(code)
            facts = AnswerFacts(node.pk, 0, figure)
            saved = answers.save(year.own.pk, facts, actor=town.leader)
            pure = parse_rule(node.rule, node.maximum).score(figure).points
            kept = Answer.objects.get(pk=saved.answer.pk).points
            assert abs(kept - pure) < Decimal("1e-19")  # as many digits as the table keeps
        done = submission.submit(year.own.pk, actor=town.leader)
        page = sum(area.points for area in sheets.Sheet.of(year.own).areas())
        nodes = list(year.framework.criteria.order_by("order"))
        entries = entries_of([year.own.pk], Side.OWN)[year.own.pk]
        asked = {each.pk for each in asked_of(year.own.group, nodes)}
        parts = sum(Decimal(each["points"]) for each in parts_of(nodes, entries, asked))
        scale = Terms.of(year.cycle).scale
        assert page == parts
        assert lines.half_up(page, scale.precision) == done.own_total

    undone(act)


def test_two_orders_of_work_come_to_the_same(year):
    """Who is appraised first makes no difference."""
    found = [({"a": "2", "b": "3"}, {"choice": "co"}, {"a": "1", "b": "7"})] * 3
    tables = []
    for seed in (1, 2):

        def act(seed=seed):
            cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
            work = [
                (form, code, figure)
                for form, told in zip((year.own, year.other, year.commune), found, strict=True)
                for code, figure in zip(CODES, told, strict=True)
            ]
            random.Random(seed).shuffle(work)
            for each in work:
                decide(year, *each)
            tables.append([(unit.pk, line) for unit, line in table_of(year.cycle, Side.DECIDED)])
            assert Verdict.objects.filter(is_final=True).count() == len(work)

        undone(act)
    assert tables[0] == tables[1]
