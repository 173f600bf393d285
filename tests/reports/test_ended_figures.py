"""Who ends a dossier has done nobody's step: not in the sheets, not among those who sign."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from onestop.models import Dossier
from onestop.services import assignment, endings, part_decisions
from organizations.rulesets import rules
from reports import chosen as periods
from reports.queries.dashboard.scope import scope_of
from reports.queries.dashboard.steps import signing
from reports.queries.dashboard.usage import clicks
from reports.rules_dashboard import Approvals
from reports.rulesets import DASHBOARD
from tests.onestop.dossiers import assigned, at_kind, open_step
from tests.onestop.linked import make_linked, one_step, part_at, receive
from tests.reports.test_linked_figures import behind, month_of

pytestmark = pytest.mark.usefixtures("scope")
WHY = "Không đủ điều kiện"


@pytest.mark.parametrize("how", ["waive", "stop"])
def test_the_leads_head_who_ends_a_late_part_is_not_in_its_units_sheet(town, how):
    linked = make_linked(town)
    whole = receive(town, linked)
    assignment.assign(whole.pk, actor=town.leader, person_id=town.officer.pk)
    home = part_at(whole, linked.police)
    assignment.assign(home.pk, actor=linked.police_leader, person_id=linked.police_officer.pk)
    yesterday = timezone.now() - dt.timedelta(days=1)
    Dossier.objects.filter(pk=home.pk).update(due_at=yesterday)
    if how == "waive":
        part_decisions.waive_part(whole.pk, home.pk, actor=town.leader, reason=WHY)
    else:
        endings.stop(whole.pk, actor=town.leader, reason=WHY)
    found = month_of(linked.police)
    assert town.leader.pk not in found
    (officer,) = found[linked.police_officer.pk]
    assert [step.outcome for step in officer.steps] == ["moved"]
    assert officer.late_dossiers == []
    assert behind(found[linked.police_leader.pk], "late_dossiers") == [home.pk]  # gave it out


def test_a_part_that_is_stopped_before_it_is_signed_was_approved_by_nobody(town):
    linked = make_linked(town)
    whole = receive(town, linked)
    home = part_at(whole, linked.police)
    while open_step(home).kind != "approve":
        one_step(home, linked.police_leader, linked.police_officer)
        home.refresh_from_db()
    endings.stop(whole.pk, actor=town.leader, reason=WHY)
    found = month_of(linked.police)
    assert town.leader.pk not in found
    everything = [items for mine in found.values() for items in mine]
    assert not any(behind(everything, what) for what in ("approved", "by_deputies"))


def test_who_refuses_where_he_would_sign_did_his_step_and_signed_nothing(town):
    days = periods.chosen("", timezone.localdate()).period
    dossier = at_kind(town, "approve")
    late = timezone.now() - dt.timedelta(days=2)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=late)
    run = open_step(dossier)
    endings.refuse(dossier.pk, actor=town.leader, reason=WHY)
    assert signing(scope_of(town.overseer), days).all == Approvals()
    mine = month_of(town.agency)[town.leader.pk]
    assert [step.outcome for each in mine for step in each.steps if step.id == run.pk] == ["done"]
    assert behind(mine, "approved") == []
    assert behind(mine, "late_dossiers") == [dossier.pk]


def test_who_refuses_what_another_has_in_hand_has_not_done_his_step(town):
    dossier = assigned(town)
    run = open_step(dossier)
    endings.refuse(dossier.pk, actor=town.leader, reason=WHY)
    found = month_of(town.agency)
    steps = {
        person: [step.outcome for each in items for step in each.steps if step.id == run.pk]
        for person, items in found.items()
    }
    assert steps[town.officer.pk] == ["moved"]
    assert steps[town.leader.pk] == []


def test_many_dossiers_ended_in_one_minute_are_no_steps_clicked_away(town):
    dossiers = [assigned(town) for _ in range(3)]
    for dossier in dossiers:
        endings.stop(dossier.pk, actor=town.head, reason=WHY)
    today = timezone.localdate()
    values = replace(rules(DASHBOARD, today), click_steps=1)
    told = clicks(scope_of(town.overseer), periods.chosen("", today).period, values)
    assert town.head not in [each.person for each in told]
