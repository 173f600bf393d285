"""What lies too long, is due soon or is late is told once, to who still has to do something."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import OutboxEvent
from common.working_time import Calendar, CalendarEntry, EntryKind
from documents import consumers_reminders
from documents.models import Assignment, Incoming, Submission
from documents.queries import lists
from documents.rules.reminding import ran_out
from documents.rulesets import DocumentRules
from documents.services import arrivals, directing, handling, reminders
from documents.services.reminders import remind_due, remind_urgent
from documents.states import Part
from documents.submissions import State
from notifications.models import Notification
from tests.documents.committee import committee_of, drafted, issued
from tests.documents.desks import directed, entered, given, registry_of
from tests.documents.test_arriving import arrived
from tests.onestop.racing import at_once
from tests.people import make_person

UTC = dt.UTC
TUESDAY = dt.date(2026, 11, 17)
NIGHT, MORNING = dt.time(16, 40), dt.time(0, 20)  # 23:40 and 7:20 in Việt Nam


def at(day: dt.date, time: dt.time = MORNING) -> dt.datetime:
    return dt.datetime.combine(day, time, UTC)


def after(days: int) -> dt.date:
    return TUESDAY + dt.timedelta(days=days)


def heard() -> dict[str, list[str]]:
    """Deliver the news twice, as may happen; who was told what."""
    for _again in range(2):
        for event in OutboxEvent.objects.filter(action="document.reminded").order_by("pk"):
            consumers_reminders.tell_reminded(event)
    told: dict[str, list[str]] = {}
    for notice in Notification.objects.select_related("user").order_by("pk"):
        told.setdefault(notice.user.full_name, []).append(notice.text)
    return told


@pytest.mark.parametrize(
    ("today", "days", "expected"),
    [
        ("2026-11-18", 1, "2026-11-17"),
        ("2026-11-18", 0, "2026-11-18"),
        ("2026-11-18", 2, "2026-11-16"),
        ("2026-11-16", 1, "2026-11-15"),  # what came on Saturday is to be done by Monday
        ("2026-11-16", 2, "2026-11-12"),
        ("2027-02-11", 1, "2027-02-10"),  # the first day after Tết
        ("2027-02-11", 2, "2027-02-02"),
    ],
)
def test_working_days_run_out_over_weekends_and_tet(today, days, expected):
    tet = (CalendarEntry(dt.date(2027, 2, n), EntryKind.HOLIDAY) for n in range(4, 11))
    calendar = Calendar(entries=tuple(tet), last_known_year=2027)
    day = dt.date.fromisoformat(today)
    found = ran_out(calendar, day, days)
    assert found == dt.date.fromisoformat(expected)
    if days:  # the other way round: that day's time ends today or before, the next day's later
        assert calendar.add_working_days(found, days) <= day
        assert calendar.add_working_days(found + dt.timedelta(days=1), days) > day


def test_what_arrived_yesterday_and_has_no_number_is_told_once(scope, town):
    made = arrived(town)
    Incoming.objects.update(arrived_at=at(TUESDAY, dt.time(3)))
    assert remind_due(at(TUESDAY, NIGHT)) == 0
    assert remind_due(at(after(1))) == 1
    assert remind_due(at(after(1))) == remind_due(at(after(2))) == 0
    told = heard()
    assert list(told) == [town.records_clerk.full_name]
    assert made.subject in told[town.records_clerk.full_name][0]


def test_nobody_is_reminded_on_a_day_off_nor_of_what_is_done_by_then(scope, town):
    made = arrived(town)
    Incoming.objects.update(arrived_at=at(TUESDAY))
    assert remind_due(at(after(4))) == 0  # Saturday
    assert remind_due(at(after(6))) == 1
    arrivals.register(made.pk, actor=town.records_clerk)
    assert heard() == {}


def test_what_is_registered_and_lies_with_nobody_is_told_to_the_clerk(scope, town):
    incoming = entered(town)
    Incoming.objects.update(registered_at=at(TUESDAY))
    assert remind_due(at(TUESDAY, NIGHT)) == 0
    assert remind_due(at(after(1))) == 1
    assert list(heard()) == [town.records_clerk.full_name]
    other = entered(town, reference="9/BC")
    directing.submit(other.pk, actor=town.records_clerk, leader_id=town.leader.pk)
    Incoming.objects.filter(pk=other.pk).update(registered_at=at(TUESDAY))
    assert remind_due(at(after(2))) == 0
    assert incoming.pk != other.pk


def due(town, day: dt.date) -> Assignment:
    """Led by the officer, due that day; the clerk follows it up."""
    incoming = directed(town, follower_id=town.records_clerk.pk)
    lead = given(incoming)
    directing.pass_on(lead.pk, actor=town.head, person_id=town.officer.pk)
    Assignment.objects.filter(pk=lead.pk).update(due_on=day)
    return lead


def test_who_leads_hears_before_the_day_and_the_follower_when_it_is_over(scope, town):
    due(town, after(3))  # Friday
    assert remind_due(at(TUESDAY)) == 0
    assert remind_due(at(after(1))) == 1
    assert list(heard()) == [town.officer.full_name]
    assert remind_due(at(after(3))) == 0
    assert remind_due(at(after(6))) == 1  # Monday
    told = heard()
    assert set(told) == {town.officer.full_name, town.records_clerk.full_name}
    assert f"{after(3):%d/%m/%Y}" in told[town.records_clerk.full_name][0]


def test_a_day_that_is_moved_begins_anew_and_what_ended_is_quiet(scope, town):
    lead = due(town, after(1))
    assert remind_due(at(TUESDAY)) == 1
    Assignment.objects.update(due_on=after(2))
    assert remind_due(at(TUESDAY)) == 1
    handling.finish(lead.pk, actor=town.officer, words="Xong")
    assert heard() == {}
    assert remind_due(at(after(6))) == 0


def test_to_be_read_is_nothing_to_be_late_with(scope, town):
    reader = make_person("official", town.agency)
    receivers = [directing.Receiver(Part.INFORM, town.agency.pk, reader.pk)]
    directed(town, receivers=receivers)
    Assignment.objects.update(due_on=TUESDAY)
    assert remind_due(at(after(3))) == 0


@pytest.mark.parametrize("rows", [1, 4])
def test_one_search_for_each_occasion(scope, town, rows, django_assert_num_queries):
    for number in range(rows):
        arrived(town, registry=registry_of(town, code=f"H32.9{number}", unit=town.agency))
    Incoming.objects.update(arrived_at=at(TUESDAY))
    assert remind_due(at(after(1))) == rows
    with django_assert_num_queries(6 + 2):  # and the savepoint
        assert remind_due(at(after(1))) == 0


def test_two_workers_at_once_tell_it_once(stage):
    province, town = stage

    def prepare(number):
        arrived(town)
        Incoming.objects.update(arrived_at=at(TUESDAY))

    assert not at_once(province, prepare, 1).faults
    race = at_once(province, lambda number: reminders.remind_due(at(after(1))), 3)
    assert not race.faults
    assert sorted(race.won) == [0, 0, 1]


def test_an_urgent_document_has_a_target_only_where_the_province_set_one(scope, town, monkeypatch):
    entered(town, urgency=2)
    row = lists.to_pass_on(town.records_clerk).get()
    lists.tell([row], TUESDAY)
    assert row["target"] is None
    monkeypatch.setattr(lists, "rules", lambda *_: DocumentRules(very_urgent_hours=4))
    lists.tell([row], TUESDAY)
    assert row["target"] - row["arrived_at"] == dt.timedelta(hours=4)
    assert DocumentRules(urgent_hours=4).target_hours(0) is None


def test_what_is_urgent_is_told_before_its_hours_are_over_and_after(scope, town, monkeypatch):
    """To who has it at that time, at any hour; without hours of the province to nobody."""
    sunday = at(after(5), dt.time(20))
    incoming = entered(town, urgency=3)
    Incoming.objects.update(arrived_at=sunday)
    hour = dt.timedelta(hours=1)
    assert remind_urgent(sunday + 4 * hour) == 0
    monkeypatch.setattr(reminders, "rules", lambda *_: DocumentRules(express_hours=4))
    assert remind_urgent(sunday + 2.9 * hour) == 0
    assert remind_urgent(sunday + 3 * hour) == 1
    assert remind_urgent(sunday + 3.5 * hour) == 0
    assert list(heard()) == [town.records_clerk.full_name]
    directed(town, incoming=incoming, follower_id=town.leader.pk)
    assert remind_urgent(sunday + 3.5 * hour) == 1  # who has it now
    assert remind_urgent(sunday + 5 * hour) == 1
    assert remind_urgent(sunday + 30 * hour) == 0
    told = heard()
    assert len(told[town.head.full_name]) == 2
    assert "sắp hết thời hạn" in told[town.head.full_name][0]
    assert len(told[town.leader.full_name]) == 1  # the follower, when it is late
    other = entered(town, urgency=3, reference="9/BC")
    assert remind_urgent(other.arrived_at + 300 * hour) == 0  # no news after so long


def test_after_how_many_days_of_being_late_it_is_said_is_a_setting(scope, town, monkeypatch):
    due(town, TUESDAY)
    for days, told in ((0, 0), (3, 0), (2, 1)):
        known = DocumentRules(remind_late_days=days)
        monkeypatch.setattr(reminders, "rules", lambda *_, known=known: known)
        assert remind_due(at(after(2))) == told


def test_who_has_a_dossier_hears_before_its_day_and_after(scope, town):
    committee = committee_of(town)
    outgoing = issued(drafted(town, committee), town)
    Submission.objects.update(due_on=after(1))
    assert remind_due(at(TUESDAY)) == 1
    assert remind_due(at(TUESDAY)) == 0
    assert list(heard()) == [committee.clerk.full_name]
    Submission.objects.update(state=State.INCOMPLETE, words="Thiếu ý kiến", due_on=after(2))
    assert remind_due(at(after(3))) == 1
    told = heard()[outgoing.drafter.full_name]
    assert f"{after(2):%d/%m/%Y}" in told[-1]
