"""What is kept per process is never older than the last commit."""

import datetime as dt
import threading

import pytest
from django.db import connection

from organizations import calendars, standing
from organizations.calendars import calendar_for
from organizations.models import CalendarEntry, RuleSet, Unit, WorkPattern
from organizations.rulesets import CLOCK, rules
from tenancy.scope import tenant_scope
from tests.people import make_town

MONDAY = dt.date(2026, 3, 2)
MORNINGS = [["08:00-11:00"]] * 5 + [[], []]


@pytest.fixture
def place(fresh_province):
    """A province whose changes really commit, read by this process before."""
    with tenant_scope(fresh_province):
        town = make_town()
        WorkPattern.objects.create(
            unit=town.agency, valid_from=dt.date(2026, 1, 1), sessions=MORNINGS
        )
        read(town)
    return fresh_province, town


def read(town):
    rules_now = rules(CLOCK, MONDAY)
    opened = calendar_for(town.division.pk).sessions_on(MONDAY)
    return calendar_for().is_working_day(MONDAY), len(opened), rules_now.due_soon_days


def elsewhere(province, act):
    """Commit from another thread on a connection of its own, as another process does."""
    faults = []

    def run():
        try:
            with tenant_scope(province):
                act()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not faults


def test_reading_again_costs_one_query(place, django_assert_num_queries):
    province, town = place
    with tenant_scope(province), django_assert_num_queries(1):
        read(town)


def test_what_another_process_commits_is_seen_by_the_next_request(place):
    province, town = place
    elsewhere(
        province,
        lambda: CalendarEntry.objects.create(date=MONDAY, kind="holiday", name="Bão"),
    )
    with tenant_scope(province):
        assert read(town) == (False, 0, 2)
    elsewhere(province, lambda: CalendarEntry.objects.all().delete())
    with tenant_scope(province):
        assert read(town) == (True, 1, 2)


def test_a_new_rule_is_seen_by_the_next_request(place):
    province, town = place
    values = {"due_soon_days": 7}
    elsewhere(
        province,
        lambda: RuleSet.objects.create(kind="clock", valid_from=MONDAY, values=values),
    )
    with tenant_scope(province):
        assert read(town) == (True, 1, 7)
    elsewhere(province, lambda: RuleSet.objects.update(values={"due_soon_days": 4}))
    with tenant_scope(province):
        assert read(town) == (True, 1, 4)


def test_a_unit_founded_below_one_with_hours_of_its_own_has_them(place):
    province, town = place

    def found():
        unit = Unit.objects.create(
            kind="division", code=f"{town.agency.code}.77", name="Phòng mới", parent=town.agency,
            path="x",
        )  # fmt: skip
        Unit.objects.filter(pk=unit.pk).update(path=f"{town.agency.path}{unit.pk}/")

    elsewhere(province, found)
    with tenant_scope(province):
        newest = Unit.objects.get(name="Phòng mới")
        assert len(calendar_for(newest.pk).sessions_on(MONDAY)) == 1
        assert len(calendar_for(town.other_agency.pk).sessions_on(MONDAY)) == 2


def test_what_is_rolled_back_is_seen_by_nobody(place):
    province, town = place
    with tenant_scope(province) as scope:
        calendars.set_calendar_entry(MONDAY, actor=town.superuser, kind="holiday", name="Bão")
        assert not calendar_for().is_working_day(MONDAY)
        scope.roll_back()
    with tenant_scope(province):
        assert read(town) == (True, 1, 2)


def test_two_changes_of_one_row_in_one_transaction_are_told_apart(scope, town):
    entry = CalendarEntry.objects.create(date=MONDAY, kind="holiday", name="Bão")
    assert not calendar_for().is_working_day(MONDAY)
    for kind, linked, open_ in (("makeup_workday", MONDAY, True), ("holiday", None, False)):
        entry.kind, entry.linked_date = kind, linked and linked + dt.timedelta(days=1)
        entry.save(update_fields=["kind", "linked_date"])
        standing.forget_standing()
        assert calendar_for().is_working_day(MONDAY) is open_


def test_one_province_never_gets_what_was_kept_for_another(place, province):
    mine, _town = place
    elsewhere(mine, lambda: CalendarEntry.objects.create(date=MONDAY, kind="holiday", name="Bão"))
    with tenant_scope(mine):
        assert not calendar_for().is_working_day(MONDAY)
    with tenant_scope(province):
        assert calendar_for().is_working_day(MONDAY)
