"""Figures count a linked dossier once, wherever its parts lie, and people by what they did."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from common.working_time import add_working_days
from onestop.models import Dossier
from onestop.services import assignment, endings, extensions, part_decisions
from organizations.calendars import calendar_for
from organizations.rulesets import rules
from reports import chosen as periods
from reports.queries.dashboard import usage
from reports.queries.dashboard.flows import flows
from reports.queries.dashboard.rows import FIGURES, dossiers_behind
from reports.queries.dashboard.scope import scope_of
from reports.queries.dashboard.stocks import stocks
from reports.queries.evaluation_facts import gather
from reports.queries.evaluation_people import crew_of
from reports.queries.statements import Places
from reports.rules_evaluation import Month
from reports.rulesets import DASHBOARD
from reports.services import cells
from tests.onestop.linked import finish, make_linked, part_at, receive

pytestmark = pytest.mark.usefixtures("scope")


def test_received_open_and_the_rows_behind_count_the_whole_and_no_part(town):
    linked = make_linked(town)
    dossier = receive(town, linked)
    finish(part_at(dossier, linked.police), linked.police_leader, linked.police_officer)
    cells.note_everything()
    cells.settle_all()
    today = timezone.localdate()
    chosen = periods.chosen("", today)
    for person in (town.overseer, town.leader):
        scope = scope_of(person)
        assert stocks(scope, today).all.open == 1
        assert flows(scope, chosen).now.received == 1
        assert flows(scope, chosen).now.finished == 0
        for name in ("nhan", "dang"):
            behind = dossiers_behind(FIGURES[name], scope, person, chosen.period, today)
            assert list(behind) == [dossier]


def month_of(unit):
    """The items of each person in the month of the unit's agency: a list of them."""
    month = Month.of(timezone.localdate().replace(day=1))
    found = {}
    places = Places()
    crew = crew_of(places.agency_of(unit.pk), month, places)
    for (person, _unit), items in gather(crew, month).items():
        found.setdefault(person, []).append(items)
    return found


def behind(items, what):
    return [pk for each in items for pk in getattr(each, what)]


def test_the_reception_is_one_step_of_the_clerk_and_a_late_part_is_not_his(town):
    linked = make_linked(town)
    dossier = receive(town, linked)
    home = part_at(dossier, linked.police)
    Dossier.objects.filter(pk=home.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    finish(home, linked.police_leader, linked.police_officer)
    counter = month_of(town.counter_unit)[town.clerk.pk]
    received = dossier.steps.get(kind="receive")
    assert [step.id for step in behind(counter, "steps")] == [received.pk]
    assert behind(counter, "late_dossiers") == []
    police = month_of(linked.police)[linked.police_officer.pk]
    assert behind(police, "late_dossiers") == [home.pk]


def test_who_gives_a_part_out_again_did_no_step_at_the_counter(town):
    linked = make_linked(town)
    dossier = receive(town, linked)
    assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)
    home = part_at(dossier, linked.police)
    endings.refuse_part(home.pk, actor=linked.police_leader, reason="Ngoài địa bàn")
    part_decisions.renew_part(dossier.pk, home.pk, actor=town.officer, reason="Đã xác minh")
    mine = month_of(town.counter_unit)[town.officer.pk]
    assert [step.id for step in behind(mine, "steps")] == [dossier.steps.get(kind="process").pk]


def test_a_new_date_of_the_whole_is_no_extension_of_who_has_a_part(town):
    linked = make_linked(town)
    dossier = receive(town, linked)
    assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)
    home = part_at(dossier, linked.police)
    assignment.assign(home.pk, actor=linked.police_leader, person_id=linked.police_officer.pk)
    later = add_working_days(calendar_for(town.agency.pk), timezone.localdate(dossier.due_at), 4)
    extensions.ask_extension(dossier.pk, actor=town.officer, new_on=later, reason="Chờ")
    extensions.sign_extension(dossier.pk, actor=town.leader)
    assert home.extensions.exists()
    assert behind(month_of(linked.police)[linked.police_officer.pk], "extensions") == []
    mine = behind(month_of(town.agency)[town.officer.pk], "extensions")
    assert mine == [dossier.extensions.get().pk]


def test_one_linked_reception_is_one_step_closed_in_its_minute(town):
    dossier = receive(town, make_linked(town))
    today = timezone.localdate()
    scope = scope_of(town.overseer)
    days = periods.chosen("", today).period
    for least, told in ((1, [1]), (2, [])):
        values = replace(rules(DASHBOARD, today), click_steps=least)
        assert [each.count for each in usage.clicks(scope, days, values)] == told
    minute = dossier.steps.get(kind="receive").closed_at.replace(second=0, microsecond=0)
    steps = usage.clicked_steps(scope, town.overseer, town.clerk.pk, minute)
    assert [step.dossier_id for step in steps] == [dossier.pk]
