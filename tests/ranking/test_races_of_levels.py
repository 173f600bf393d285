"""A year above and one below it move at once: locks go from below upwards. Two connections."""

from __future__ import annotations

from contextlib import nullcontext
from unittest import mock

import pytest
from django.db import OperationalError
from django.utils import timezone

from ranking.models import Cycle, Figure
from ranking.services import cycles, publication, rehearsal
from tenancy.scope import tenant_scope
from tests.people import make_town
from tests.ranking.racing import meet
from tests.ranking.test_levels import asking_areas, lower_year
from tests.ranking.years import make_year


def deciding(lower, manager, _town):
    """The year below, that rolls up; where it stops: it has its year and not yet the one above."""
    return lambda: cycles.move(lower.pk, "decided", actor=manager), "cycles.faults_before"


def publishing(lower, manager, town):
    cycles.move(lower.pk, "decided", actor=manager)
    made = publication.prepare(lower.pk, actor=manager)
    act = lambda: publication.approve(  # noqa: E731
        made.pk, actor=town.leader, decision_number="5/QĐ-SNN", decided_on=timezone.localdate()
    )
    return act, "publication.snapshot_of"


@pytest.mark.parametrize("upside_down", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("begin", [deciding, pytest.param(publishing, marks=pytest.mark.slow)])
def test_a_year_that_rolls_up_and_the_rehearsal_of_the_one_above_wait_for_each_other(
    fresh_province, settings, begin, upside_down
):
    settings.GOVIT_DEMO = True
    with tenant_scope(fresh_province):
        town = make_town()
        year = make_year(town, areas=asking_areas())
        lower, manager = lower_year(year, town)
        cycles.move(lower.pk, "provisional", actor=manager)
        first, at = begin(lower, manager, town)
    today = timezone.localdate()
    rehearse = lambda: rehearsal.rehearse(year.cycle.pk, actor=year.runner, day=today)  # noqa: E731
    with upside_down_if(upside_down):
        met = meet(fresh_province, first, rehearse, f"ranking.services.{at}")
    faults = [type(turn.fault) for turn in (met.first, met.second) if turn.fault]
    if upside_down:  # the control: each has what the other waits for
        assert faults == [OperationalError]
        return
    assert (met.waited, faults) == (True, [])
    with tenant_scope(fresh_province):
        assert Figure.objects.filter(superseded_at=None, assessment=year.own).exists()
        assert Cycle.objects.get(pk=year.cycle.pk).rehearsed_on == today


def upside_down_if(wanted):
    """The year above is locked before those below it."""
    if not wanted:
        return nullcontext()
    real = rehearsal._lock_years_below

    def reversed_(cycle_id):
        Cycle.objects.lock(cycle_id)
        return real(cycle_id)

    return mock.patch.object(rehearsal, "_lock_years_below", reversed_)
