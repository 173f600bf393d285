"""The calendar of a province and the sessions of its offices."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from common.working_time import DEFAULT_PATTERN, LOCAL, Limit, Session, WeekPattern, due
from organizations import calendars
from organizations.calendars import CalendarError, calendar_for, last_known_year
from organizations.models import CalendarEntry, WorkPattern
from tenancy.scope import tenant_scope

MORNINGS = WeekPattern((*((Session(dt.time(7), dt.time(11)),),) * 6, ()))
LONG_DAYS = WeekPattern((*((Session(dt.time(7), dt.time(18)),),) * 5, (), ()))
MONDAY = dt.date(2026, 3, 2)


def pattern_row(unit, pattern, valid_from=dt.date(2026, 1, 1), valid_to=None):
    return WorkPattern.objects.create(
        unit=unit, sessions=pattern.as_data(), valid_from=valid_from, valid_to=valid_to
    )


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_empty_calendar_knows_weekends_and_nothing_is_sure(scope):
    calendar = calendar_for()
    assert calendar.sessions_on(MONDAY) == DEFAULT_PATTERN.days[0]
    assert not calendar.is_working_day(dt.date(2026, 3, 1))
    start = dt.datetime(2026, 3, 2, 10, tzinfo=LOCAL)
    assert due(calendar, start, Limit(Decimal(1), "working_days")).provisional


def test_the_calendar_that_comes_with_the_portal_is_loaded_once(scope):
    assert calendars.load_holidays() == 61
    assert calendars.load_holidays() == 0
    calendar = calendar_for()
    assert calendar.last_known_year == 2026
    assert not calendar.is_working_day(dt.date(2026, 4, 27))
    assert calendar.is_working_day(dt.date(2026, 8, 22))
    start = dt.datetime(2026, 4, 23, 10, tzinfo=LOCAL)
    answer = due(calendar, start, Limit(Decimal(3), "working_days"))
    assert answer.at.isoformat() == "2026-04-29T10:00:00+07:00"
    assert not answer.provisional
    assert not CalendarEntry.objects.filter(date__year=2027, confirmed=True).exists()
    assert actions() == ["calendar.loaded"]


def test_loading_leaves_what_people_entered(scope, town):
    day = dt.date(2026, 11, 24)
    calendars.set_calendar_entry(
        day, actor=town.superuser, kind="makeup_workday", name="x", linked_date=MONDAY
    )
    calendars.load_holidays()
    assert CalendarEntry.objects.get(date=day).name == "x"


def test_the_calendar_of_one_province_is_not_that_of_another(province, other_province):
    with tenant_scope(province):
        calendars.load_holidays()
    with tenant_scope(other_province):
        assert calendar_for().is_working_day(dt.date(2026, 4, 27))


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ([], 0),
        ([(2026, True)], 2026),
        ([(2025, True), (2026, True), (2027, False), (2027, True)], 2026),
        ([(2025, True), (2027, True)], 2025),
        ([(2026, False)], 0),
    ],
)
def test_the_last_known_year_is_confirmed_without_a_gap(rows, last):
    assert last_known_year(rows) == last


def test_the_nearest_pattern_holds_and_reaches_the_units_below(scope, town):
    pattern_row(None, LONG_DAYS)
    pattern_row(town.agency, MORNINGS)
    assert calendar_for().day_minutes(MONDAY) == 11 * 60
    assert calendar_for(town.agency.pk).day_minutes(MONDAY) == 4 * 60
    assert calendar_for(town.division.pk).day_minutes(MONDAY) == 4 * 60
    assert calendar_for(town.other_agency.pk).day_minutes(MONDAY) == 11 * 60


def test_a_pattern_holds_from_its_first_to_its_last_day(scope, town):
    summer = dt.date(2026, 6, 1), dt.date(2026, 8, 31)
    pattern_row(None, LONG_DAYS)
    pattern_row(town.agency, MORNINGS, *summer)
    calendar = calendar_for(town.agency.pk)
    minutes = [calendar.day_minutes(dt.date(2026, month, 1)) for month in (4, 6, 9)]
    assert minutes == [660, 240, 660]
    assert calendar.day_minutes(dt.date(2026, 8, 31)) == 240
    assert calendar.day_minutes(dt.date(2025, 12, 31)) == 450


def test_the_calendars_of_all_units_cost_three_queries(scope, town, django_assert_num_queries):
    pattern_row(town.agency, MORNINGS)
    with django_assert_num_queries(3):
        for unit in (None, town.agency, town.division, town.other_agency, town.commune):
            calendar_for(unit and unit.pk).day_minutes(MONDAY)


def test_a_changed_date_is_recorded_and_seen_in_the_same_transaction(scope, town):
    assert calendar_for().is_working_day(MONDAY)
    calendars.set_calendar_entry(MONDAY, actor=town.superuser, kind="holiday", name="Bão")
    assert not calendar_for().is_working_day(MONDAY)
    calendars.set_calendar_entry(
        MONDAY, actor=town.superuser, kind="swapped_off", name="Nghỉ", confirmed=False
    )
    assert CalendarEntry.objects.get().kind == "swapped_off"
    calendars.remove_calendar_entry(MONDAY, actor=town.superuser, reason="Nhầm")
    assert calendar_for().is_working_day(MONDAY)
    changes = AuditEntry.objects.order_by("pk").values_list("data__before", "data__kind")
    assert list(changes) == [("", "holiday"), ("holiday", "swapped_off"), ("swapped_off", "")]


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "makeup_workday"},
        {"kind": "makeup_workday", "linked_date": MONDAY},
        {"kind": "makeup_workday", "linked_date": MONDAY - dt.timedelta(days=1)},  # has no sessions
        {"kind": "carnival"},
    ],
)
def test_a_date_that_makes_no_sense_is_refused(scope, town, entry):
    with pytest.raises(CalendarError):
        calendars.set_calendar_entry(MONDAY, actor=town.superuser, name="x", **entry)
    assert not CalendarEntry.objects.exists()


def test_a_day_is_made_up_for_where_a_unit_alone_works_on_it(scope, town):
    """The office that is open on Saturdays makes up for one; the others stay closed."""
    saturday, sunday = MONDAY - dt.timedelta(days=2), MONDAY - dt.timedelta(days=1)
    entry = {"kind": "makeup_workday", "name": "x", "linked_date": saturday}
    with pytest.raises(CalendarError):
        calendars.set_calendar_entry(sunday, actor=town.superuser, **entry)
    calendars.change_work_pattern(
        town.agency.pk, actor=town.superuser, valid_from=dt.date(2026, 1, 1), pattern=MORNINGS
    )
    calendars.set_calendar_entry(sunday, actor=town.superuser, **entry)
    assert calendar_for(town.agency.pk).is_working_day(sunday)
    assert not calendar_for().is_working_day(sunday)


def test_the_database_refuses_a_makeup_day_without_the_day_it_replaces(scope):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarEntry.objects.create(date=MONDAY, kind="makeup_workday", name="x")


def test_a_date_that_is_not_there_cannot_be_taken_out(scope, town):
    with pytest.raises(CalendarError):
        calendars.remove_calendar_entry(MONDAY, actor=town.superuser, reason="x")


@pytest.mark.parametrize("person", ["clerk", "leader", "agency_admin", "outsider"])
def test_only_who_manages_the_calendar_of_the_province_may_change_it(scope, town, person):
    actor = getattr(town, person)
    with pytest.raises(PermissionDenied):
        calendars.set_calendar_entry(MONDAY, actor=actor, kind="holiday", name="x")
    with pytest.raises(PermissionDenied):
        calendars.propose_year(2028, actor=actor)
    with pytest.raises(PermissionDenied):
        calendars.confirm_year(2028, actor=actor, source="x")
    with pytest.raises(PermissionDenied):
        calendars.change_work_pattern(None, actor=actor, valid_from=MONDAY, pattern=MORNINGS)
    with pytest.raises(PermissionDenied):
        calendars.change_work_pattern(
            town.agency.pk, actor=actor, valid_from=MONDAY, pattern=MORNINGS
        )
    assert not CalendarEntry.objects.exists()
    assert not WorkPattern.objects.exists()


def test_a_proposed_year_is_a_guess_until_it_is_confirmed(scope, town):
    calendars.load_holidays()
    calendars.confirm_year(2027, actor=town.superuser, source="Thông báo 1")
    added = calendars.propose_year(2028, actor=town.superuser)
    assert {entry.confirmed for entry in added} == {False}
    assert not calendar_for().is_working_day(dt.date(2028, 1, 26))
    assert calendar_for().last_known_year == 2027
    assert calendars.propose_year(2028, actor=town.superuser) == []
    assert calendars.confirm_year(2028, actor=town.superuser, source="Thông báo 2") == len(added)
    assert calendar_for().last_known_year == 2028
    with pytest.raises(CalendarError):
        calendars.confirm_year(2028, actor=town.superuser, source="Thông báo 2")


def test_the_librarys_swaps_and_days_in_lieu_are_understood(scope, town):
    added = {entry.date: entry for entry in calendars.propose_year(2026, actor=town.superuser)}
    swapped, made_up = added[dt.date(2026, 8, 31)], added[dt.date(2026, 8, 22)]
    assert (swapped.kind, swapped.linked_date) == ("swapped_off", made_up.date)
    assert (made_up.kind, made_up.linked_date) == ("makeup_workday", swapped.date)
    assert added[dt.date(2026, 4, 27)].kind == "compensatory_off"
    assert added[dt.date(2026, 4, 26)].kind == "holiday"


def test_new_sessions_end_the_former_the_day_before(scope, town):
    boss, agency = town.superuser, town.agency.pk
    for month, pattern in [(1, LONG_DAYS), (9, LONG_DAYS), (6, MORNINGS)]:
        calendars.change_work_pattern(
            agency, actor=boss, valid_from=dt.date(2026, month, 1), pattern=pattern
        )
    dates = WorkPattern.objects.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(dates) == [
        (dt.date(2026, 1, 1), dt.date(2026, 5, 31)),
        (dt.date(2026, 6, 1), dt.date(2026, 8, 31)),
        (dt.date(2026, 9, 1), None),
    ]
    assert calendar_for(agency).day_minutes(dt.date(2026, 7, 1)) == 240
    calendars.change_work_pattern(
        agency, actor=boss, valid_from=dt.date(2026, 6, 1), pattern=DEFAULT_PATTERN
    )
    assert WorkPattern.objects.count() == 3
    assert calendar_for(agency).day_minutes(dt.date(2026, 7, 1)) == 450
    assert actions() == ["work_pattern.changed"] * 4


@pytest.mark.parametrize("sessions", [None, [], [["07:30"]] * 7, [["11:30-07:30"]] * 7, [[]] * 7])
def test_stored_sessions_are_checked(scope, sessions):
    row = WorkPattern(valid_from=MONDAY, sessions=sessions)
    with pytest.raises(ValidationError):
        row.full_clean()
