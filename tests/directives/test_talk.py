"""Discussion of a task, who watches it, and what is mailed at the beginning of a week."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import OutboxEvent
from common.errors import AlreadyDone, TransitionError
from directives.consumers import tell
from directives.consumers_talk import tell_remarked, tell_watching
from directives.models import Cooperator, Remark, Task, Watch
from directives.queries import weekly
from directives.queries.lists import watched
from directives.services import steering, talking, urging
from notifications.models import Notification
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, accepted, given
from tests.directives.test_pages import LIST, page_of
from tests.directives.test_urging import told

in_scope = pytest.mark.usefixtures("scope")


def say(task, person, words):
    return talking.remark(task.pk, actor=person, words=words)


@in_scope
def test_the_sides_of_a_task_talk_until_it_ends_and_each_hears_the_others(office):
    town = office.town
    task = accepted(office, cooperate=(town.other_agency.pk,))
    said = [
        say(task, person, f"Ý kiến {number}").unit_id
        for number, person in enumerate((office.chairman, town.officer, town.outsider))
    ]
    assert said == [office.root.pk, town.agency.pk, town.other_agency.pk]
    with pytest.raises(PermissionDenied):
        say(task, town.overseer, "Tôi chỉ giám sát")
    with pytest.raises(AlreadyDone):
        say(task, town.outsider, "Ý kiến 2")  # sent twice
    sides = [office.chairman.pk, office.follower.pk, town.officer.pk, town.outsider.pk]
    # three remarks, of each the other sides hear
    heard = sorted(sides * 3)
    for person in (office.chairman, town.officer, town.outsider):
        heard.remove(person.pk)
    assert told(tell_remarked, "task.remarked") == heard
    Cooperator.objects.filter(task=task).delete()
    heard = told(tell_remarked, "task.remarked")
    assert town.outsider.pk not in heard  # who sees it no more hears nothing of what he joined
    steering.withdraw(task.pk, actor=office.chairman, reason="Thôi")
    with pytest.raises(TransitionError):
        say(task, town.officer, "Sau khi hủy")
    assert Remark.objects.filter(task=task).count() == 3


@in_scope
def test_who_watches_hears_of_changes_once_and_while_he_sees_the_task(office):
    town = office.town
    task = given(office, cooperate=(town.other_agency.pk,))
    for person in (town.overseer, town.outsider, town.outsider):
        talking.watch(task.pk, actor=person)
    with pytest.raises(PermissionDenied):
        talking.watch(task.pk, actor=town.head)  # the agency has given him nothing
    steering.suspend(task.pk, actor=office.chairman, reason="Chờ")
    event = OutboxEvent.objects.get(action="task.suspended")
    tell(event)
    tell_watching(event)
    hear = Notification.objects.order_by("user").values_list("user", flat=True)
    assert list(hear) == sorted([town.leader.pk, town.outsider.pk, town.overseer.pk])
    assert list(watched(town.outsider)) == [task]
    Cooperator.objects.filter(task=task).delete()
    assert list(watched(town.outsider)) == []
    Notification.objects.all().delete()
    tell_watching(event)
    assert [each.user for each in Notification.objects.all()] == [town.overseer]
    assert [each.user for each in Watch.objects.all()] == [town.overseer]
    talking.unwatch(task.pk, actor=town.overseer)
    assert not Watch.objects.exists()


def test_the_page_shows_the_discussion_and_lets_one_watch_at_the_same_cost(
    client, province, office
):
    town = office.town
    with tenant_scope(province):
        task = accepted(office, cooperate=(town.other_agency.pk,))
    client.sign_in(town.outsider)
    client.get(page_of(task))
    with CaptureQueriesContext(connection) as few:
        assert "Trao đổi" in client.get(page_of(task)).text
    assert client.post(page_of(task, "trao-doi"), {"words": " "}).status_code == 422
    shown = client.post(page_of(task, "trao-doi"), {"words": "Đã gửi số liệu"}, follow=True)
    assert "Đã gửi số liệu" in shown.text
    client.post(page_of(task, "quan-tam"))
    with tenant_scope(province):
        for number in range(3):
            say(task, office.chairman, f"Đã nhận {number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(page_of(task)).text.count("Đã nhận") == 6  # and in the timeline
    assert len(few) == len(many)
    assert page_of(task) in client.get(f"{LIST}?xem=quan-tam").text
    client.post(page_of(task, "thoi-quan-tam"))
    assert page_of(task) not in client.get(f"{LIST}?xem=quan-tam").text
    client.sign_in(town.overseer)
    shown = client.get(page_of(task)).text
    assert "Đã gửi số liệu" in shown
    assert 'id="trao-doi"' not in shown


@in_scope
def test_leaders_and_followers_read_once_a_week_what_is_due_late_and_unanswered(office):
    town = office.town
    late, soon = accepted(office, given_on=TODAY() - 9 * DAY), accepted(office)
    accepted(office)  # due much later
    Task.objects.filter(pk=late.pk).update(due_on=TODAY() - DAY)
    Task.objects.filter(pk=soon.pk).update(due_on=TODAY() + 6 * DAY)
    urging.urge(late.pk, actor=office.chairman, words="Nhanh", answer_until=TODAY())
    lines = weekly.lines(town.leader, TODAY())
    assert [line.rsplit(": ")[1] for line in lines] == ["1", "1", "1"]
    assert weekly.lines(office.follower, TODAY()) == lines
    assert weekly.lines(town.outsider, TODAY()) == []


class Open:
    """A calendar that is closed on some days."""

    def __init__(self, *closed):
        self.closed = closed

    def is_working_day(self, day):
        return day.weekday() < 5 and day not in self.closed


def test_a_week_begins_on_its_first_working_day(monkeypatch):
    monday = dt.date(2026, 11, 23)
    week = [monday + number * DAY for number in range(7)]
    for closed, first in (((), [monday]), (week[:2], [week[2]]), (week[:5], [])):
        monkeypatch.setattr(weekly, "calendar_for", lambda closed=closed: Open(*closed))
        assert [day for day in week if weekly.begins_week(day)] == first


@in_scope
def test_the_digest_tells_it_to_who_gives_or_follows_alone(office, monkeypatch):
    town = office.town
    late = accepted(office, given_on=TODAY() - 9 * DAY)
    Task.objects.filter(pk=late.pk).update(due_on=TODAY() - DAY)
    monkeypatch.setattr(weekly, "begins_week", lambda day: day == TODAY())
    assert len(weekly.digest_lines(town.leader)) == 1
    assert weekly.digest_lines(town.officer) == []  # it stands on his desk
    monkeypatch.setattr(weekly, "begins_week", lambda day: day != TODAY())
    assert weekly.digest_lines(town.leader) == []
