"""Tasks that come again: on which days, once each, whatever happens meanwhile."""

import datetime as dt
from unittest import mock

import pytest
from django.db import IntegrityError
from django.urls import reverse

from audit.models import OutboxEvent
from common.days import start_of
from common.errors import AlreadyDone, DomainError
from common.working_time import Calendar
from directives.consumers import tell, tell_stopped
from directives.models import Cooperator, Series, SeriesHelper, Task
from directives.models.series import SeriesQuerySet
from directives.rules import occurrence
from directives.services import giving, handling, recurring, steering, successions
from directives.services.recurring import make_due, stop
from notifications.models import Notification
from organizations.models import Position, Unit
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, source, wish
from tests.directives.test_pages import GIVE, typed
from tests.onestop.racing import at_once
from tests.people import give_role, make_person

in_scope = pytest.mark.usefixtures("scope")


def in_series(office, **changes):
    """Given today, due at the end of the month after next, and monthly from then on."""
    known = {"due_on": last_of_month(2), "every": "month", **changes}
    from_office = {"actor": office.follower, "unit_id": office.root.pk}
    return giving.give(source(office), [wish(office, **known)], **from_office)[0].series


def last_of_month(ahead):
    """A day that every month has."""
    return occurrence(TODAY().replace(day=1), "month", ahead) + 27 * DAY


def run(day):
    return make_due(start_of(day) + dt.timedelta(hours=6))


def test_days_are_counted_from_the_first():
    january, leap = dt.date(2027, 1, 31), dt.date(2028, 2, 29)
    months = [occurrence(january, "month", n) for n in (1, 2, 3, 12)]
    assert [f"{day:%d/%m/%y}" for day in months] == ["28/02/27", "31/03/27", "30/04/27", "31/01/28"]
    assert occurrence(january, "quarter", 1) == dt.date(2027, 4, 30)
    assert occurrence(january, "half", 1) == dt.date(2027, 7, 31)  # 2947/QĐ-UBND Điều 9.2d
    assert occurrence(leap, "year", 1) == dt.date(2029, 2, 28)
    assert occurrence(leap, "year", 4) == dt.date(2032, 2, 29)
    assert occurrence(january, "week", 5) == january + 35 * DAY


@in_scope
def test_the_next_one_is_given_once_and_not_too_early(office):
    town = office.town
    series = in_series(office, cooperate=(town.other_agency.pk,), field="Nội chính")
    first, second = series.first_on, series.next_on
    opens = max(first + DAY, second - 30 * DAY)  # the day before is over, and it is near enough
    assert [run(day) for day in (TODAY(), first, opens - DAY)] == [0, 0, 0]
    assert [run(day) for day in (opens, opens, second)] == [1, 0, 0]
    tasks = list(Task.objects.order_by("pk"))
    assert [each.series_on for each in tasks] == [first, second]
    assert tasks[1].due_on == recurring.working_day(second)
    assert (tasks[1].lead_id, tasks[1].field) == (town.agency.pk, "Nội chính")
    assert {each.unit_id for each in Cooperator.objects.filter(task=tasks[1])} == {
        town.other_agency.pk
    }
    assert [each.due_on for each in tasks[1].due_dates.all()] == [tasks[1].due_on]
    Notification.objects.all().delete()
    tell(OutboxEvent.objects.filter(action="task.given").latest("pk"))
    told = set(Notification.objects.values_list("user", flat=True))
    assert told == {town.leader.pk, town.outsider.pk}


@in_scope
def test_what_went_by_is_passed_over_and_the_end_is_the_end(office):
    series = in_series(office, ends_on=last_of_month(8))
    late = occurrence(series.first_on, "month", 4) + 10 * DAY
    assert run(late) == 1
    assert run(late) == 0
    series.refresh_from_db()
    days = list(Task.objects.order_by("pk").values_list("series_on", flat=True))
    assert days == [series.first_on, occurrence(series.first_on, "month", 5)]
    assert run(occurrence(series.first_on, "month", 6)) == 1
    assert run(occurrence(series.first_on, "month", 9)) == 0
    series.refresh_from_db()
    assert (series.next_on, Task.objects.count()) == (None, 3)
    with pytest.raises(AlreadyDone):
        stop(series.pk, actor=office.chairman, reason="Thôi")


@in_scope
def test_a_calendar_that_changes_gives_no_day_twice_and_loses_none(office):
    """The day of a task becomes a holiday after it was given, then a working day again."""
    series = in_series(office)
    day = series.next_on
    holiday = mock.patch.object(Calendar, "is_working_day", lambda _self, each: each != day)
    with holiday, mock.patch.object(Calendar, "next_working_day", lambda _self, each: each + DAY):
        assert run(day) == 1
    assert Task.objects.get(series_on=day).due_on == day + DAY
    with mock.patch.object(Calendar, "is_working_day", return_value=True):
        assert run(day) == 0
        assert run(day + DAY) == 1  # the next day of the series
    days = list(Task.objects.order_by("pk").values_list("series_on", flat=True))
    assert days == [series.first_on, day, occurrence(day, "month", 1)]


@in_scope
def test_a_merger_moves_the_series_and_a_lead_without_successor_ends_it(office):
    town = office.town
    series = in_series(office, cooperate=(town.other_agency.pk,))
    alone = in_series(office, lead_id=town.commune.pk)
    successions.hand_over(town.agency, town.other_agency, office.chairman)
    series.refresh_from_db()
    assert series.lead_id == town.other_agency.pk
    assert not SeriesHelper.objects.filter(series=series).exists()  # it leads now
    Unit.objects.filter(pk=town.commune.pk).update(valid_to=TODAY() - DAY)
    assert run(series.next_on) == 2
    assert run(series.next_on) == 0
    alone.refresh_from_db()
    assert alone.stop_reason.startswith(town.commune.name)
    assert Task.objects.filter(lead=town.commune).count() == 1
    tell_stopped(OutboxEvent.objects.get(action="series.stopped"))
    told = set(Notification.objects.values_list("user", flat=True))
    assert told == {office.chairman.pk, office.follower.pk}


@in_scope
def test_the_next_ones_go_to_the_lead_that_got_what_another_returned(office):
    town = office.town
    series = in_series(office, cooperate=(town.other_agency.pk,))
    task = series.tasks.get()
    for lead in (town.agency, town.other_agency):
        Task.objects.filter(pk=task.pk).update(is_insisted=False)  # may be returned once more
        handling.return_wrong(task.pk, actor=town.leader, reason="Không đúng thẩm quyền")
        steering.give_again(task.pk, actor=office.chairman, lead_id=lead.pk, due_on=task.due_on)
        series.refresh_from_db()
        assert series.lead == lead
    assert run(series.next_on) == 1
    following = series.tasks.latest("pk")
    assert (following.lead, following.cooperators.count()) == (town.other_agency, 0)


@in_scope
def test_nothing_is_given_in_the_name_of_who_gives_no_more(office):
    town, series = office.town, in_series(office)
    deputy = make_person("province_leader", office.root, title="Phó Chủ tịch")
    Position.objects.filter(user=office.chairman).update(valid_to=TODAY() - DAY)
    give_role(office.chairman, "leader", town.agency)
    assert run(series.next_on) == 1
    series.refresh_from_db()
    assert not series.is_running
    assert series.stop_reason.startswith(office.chairman.full_name)
    assert series.tasks.count() == 1
    tell_stopped(OutboxEvent.objects.get(action="series.stopped"))
    told = Notification.objects.order_by("pk")
    assert {each.user for each in told} == {deputy, office.follower}
    assert series.stop_reason in told[0].text


@in_scope
def test_what_comes_again_needs_its_first_day_and_an_end_after_it(office):
    with pytest.raises(DomainError, match="needs its first deadline"):
        in_series(office, due_on=None)
    with pytest.raises(DomainError, match="ends before"):
        in_series(office, ends_on=last_of_month(2) - DAY)


def test_a_series_is_begun_and_stopped_on_pages(client, province, office):
    town, day = office.town, last_of_month(2)
    weekly = {"viec-0-every": "week", "viec-0-due_on": f"{day:%d/%m/%Y}"}
    client.sign_in(office.follower)
    early = typed(office, **weekly, **{"viec-0-ends_on": f"{day - DAY:%d/%m/%Y}"})
    assert client.post(GIVE, early).status_code == 422
    shown = client.post(GIVE, typed(office, **weekly, them="1")).text
    assert f'value="{day:%d/%m/%Y}"' in shown
    sent = typed(office, **weekly, **{"viec-0-also": [town.commune.pk]})
    assert "Giao định kỳ" in client.post(GIVE, sent, follow=True).text
    with tenant_scope(province):
        series = list(Series.objects.order_by("pk"))
        assert [each.lead_id for each in series] == [town.agency.pk, town.commune.pk]
        assert run(series[0].next_on) == 2
        task = Task.objects.filter(series=series[0]).latest("pk")
    act = reverse("directives:task_act", args=[task.pk, "dung-dinh-ky"])
    page = reverse("directives:task_detail", args=[task.pk])
    assert client.get(page).text.count("Rà soát phần mềm") > 1  # the first one, too
    assert client.post(act, {"reason": ""}).status_code == 422
    assert "Không cần nữa" in client.post(act, {"reason": "Không cần nữa"}, follow=True).text
    assert client.post(act, {"reason": "Lại"}).status_code == 409
    client.sign_in(town.leader)
    assert "Không cần nữa" in client.get(page).text
    with tenant_scope(province):
        again = Series.objects.get(pk=series[1].pk).next_on
        assert run(again) == 1  # the other one goes on


def test_two_workers_give_it_once(stage):
    """The control meets after both have looked: the constraint refuses the second."""
    province, office = stage
    with tenant_scope(province):
        series = in_series(office)
    race = at_once(province, lambda _n: run(series.next_on), 4)
    assert (sum(race.won), race.faults) == (1, [])
    with tenant_scope(province):
        assert Task.objects.filter(series=series).count() == 2
        series.refresh_from_db()
    day = series.next_on
    unlocked = mock.patch.object(SeriesQuerySet, "select_for_update", lambda self, **_how: self)
    with unlocked:
        race = at_once(province, lambda _n: run(day), 2, is_control=True)
    assert (len(race.won), len(race.faults)) == (1, 1)
    assert isinstance(race.faults[0], IntegrityError)
