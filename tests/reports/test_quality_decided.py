"""What a decision of a classification is measured by, and what proves that nobody changed it."""

import copy

import pytest

from reports.models import QualitySheet, Tier
from reports.queries.quality_quota import group_over_quota
from tenancy.scope import tenant_scope
from tests.people import make_person, make_town
from tests.reports.classed import half_year, opened, sheets
from tests.reports.evaluated import on


def stand():
    found = half_year(make_town())
    opened(found.town)
    return found.town


@pytest.fixture
def town(standing):
    return standing


def test_the_quota_is_of_those_whose_tasks_are_alike(province, town):
    def group(tier, grades):
        return [QualitySheet(tier=tier, grade=grade) for grade in grades]

    well, best = ["good"], ["excellent"]
    with tenant_scope(province):
        mine = sheets()[town.leader.pk]
        staff, leaders = sheets()[town.officer.pk].round, mine.round
        told = [*group("official", well * 9), *group("head", [*best, *well * 4])]
        assert group_over_quota(staff, told) == Tier.HEAD  # four good heads, not thirteen people
        assert group_over_quota(staff, [*told, *group("head", well)]) is None
        assert group_over_quota(leaders, group("leader", best)) == Tier.LEADER
        other = copied(leaders, unit=town.other_agency)
        for _number in range(5):
            copied(
                mine, round=other, person=make_person("leader", town.other_agency), state="classed",
                grade="good", grade_reason="Tốt", it_level="meets", judged_by=town.overseer,
                judged_at=on(3, month=7),
            )  # fmt: skip
        assert group_over_quota(leaders, group("leader", best)) is None
        assert group_over_quota(leaders, group("leader", best * 2)) == Tier.LEADER
        town.other_agency.kind = "commune"  # its leaders have other tasks
        town.other_agency.save(update_fields=["kind"])
        assert group_over_quota(leaders, group("leader", best)) == Tier.LEADER


def copied(row, **changes):
    row = copy.copy(row)
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row
