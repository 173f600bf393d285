"""Urged in writing: one task or many, the answer, and what happens when none comes."""

import datetime as dt
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import OutboxEvent
from common.days import start_of
from common.errors import AlreadyDone, DomainError, TransitionError
from directives.consumers_talk import tell_answered, tell_unanswered, tell_urged
from directives.models import Task, Urging
from directives.queries.desk import queues
from directives.services import handling, judging, steering, urging
from notifications.models import Notification
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, LATER, TODAY, accepted, given, report
from tests.directives.test_pages import page_of
from tests.directives.test_reminders import LONG_AGO, day_off, working_day

PAGE = "/nhiem-vu/don-doc/"
in_scope = pytest.mark.usefixtures("scope")


def urge(task, office, words="Khẩn trương báo cáo", until=None):
    day = until or TODAY() + LATER
    return urging.urge(task.pk, actor=office.follower, words=words, answer_until=day)


def overdue(office, **changes):
    task = accepted(office, given_on=LONG_AGO, **changes)
    Task.objects.filter(pk=task.pk).update(due_on=TODAY() - DAY)
    return task


def told(handler, action):
    """Whom each news of it reaches, and in how many notices."""
    Notification.objects.all().delete()
    for event in OutboxEvent.objects.filter(action=action).order_by("pk"):
        handler(event)
        handler(event)  # the outbox may deliver twice
    return sorted(Notification.objects.values_list("user", flat=True))


def heaps(person):
    found = queues(person, TODAY())
    return {name for name in ("answer", "unanswered") if found[name].exists()}


@in_scope
def test_the_lead_is_urged_and_answers_what_was_asked_of_it(office):
    town, task = office.town, accepted(office)
    for person in (town.leader, town.officer, town.overseer):
        with pytest.raises(PermissionDenied):
            urging.urge(task.pk, actor=person, words="Nhanh", answer_until=TODAY())
    with pytest.raises(DomainError):
        urge(task, office, until=TODAY() - DAY)
    first, second = urge(task, office), urge(task, office, "Nêu rõ nguyên nhân")
    with pytest.raises(AlreadyDone):
        urge(task, office)  # sent twice
    assert told(tell_urged, "task.urged") == sorted([town.leader.pk, town.officer.pk] * 2)
    assert heaps(town.officer) == {"answer"}
    with pytest.raises(PermissionDenied):
        urging.answer(first.pk, actor=town.outsider, words="Không phải tôi")
    urging.answer(first.pk, actor=town.officer, words="Sẽ xong trong tuần")
    with pytest.raises(AlreadyDone):
        urging.answer(first.pk, actor=town.leader, words="Lần nữa")
    assert told(tell_answered, "task.urging_answered") == sorted(
        [office.chairman.pk, office.follower.pk]
    )
    assert heaps(town.leader) == {"answer"}  # the second one
    urging.answer(second.pk, actor=town.leader, words="Thiếu người")
    assert heaps(town.officer) == heaps(town.leader) == set()


@in_scope
def test_what_is_done_stopped_or_given_to_another_needs_no_answer(office):
    town, task = office.town, accepted(office)
    asked = urge(task, office)
    report(task.pk, town.officer)
    with pytest.raises(AlreadyDone):
        urging.answer(asked.pk, actor=town.officer, words="Đã báo cáo")
    with pytest.raises(TransitionError):
        urge(task, office, "Nữa")
    judging.send_back(task.pk, actor=office.chairman, words="Thiếu số liệu")
    assert heaps(town.officer) == set()  # the report was the answer
    asked = urge(task, office)
    assert heaps(town.officer) == {"answer"}
    steering.withdraw(task.pk, actor=office.chairman, reason="Thôi")
    assert heaps(town.officer) == set()
    with pytest.raises(AlreadyDone):
        urging.answer(asked.pk, actor=town.officer, words="Đang làm")
    other = given(office)
    urge(other, office)
    handling.return_wrong(other.pk, actor=town.leader, reason="Không đúng thẩm quyền")
    again = {"lead_id": town.other_agency.pk, "due_on": other.due_on}
    steering.give_again(other.pk, actor=office.chairman, **again)
    assert heaps(town.outsider) == set()
    urge(other, office, "Đến lượt đơn vị")
    assert heaps(town.outsider) == {"answer"}


@in_scope
def test_both_sides_hear_that_no_answer_came_then_the_lead_daily(office):
    town, task = office.town, accepted(office)
    asked = urge(task, office)
    Urging.objects.filter(pk=asked.pk).update(answer_until=working_day(-1))

    def run(day):
        return urging.remind_unanswered(start_of(day) + dt.timedelta(hours=8))

    assert run(working_day(-1)) == run(day_off(working_day(0))) == 0
    assert (run(working_day(0)), run(working_day(0)), run(working_day(1))) == (1, 0, 1)
    events = OutboxEvent.objects.filter(action="task.unanswered").order_by("pk")
    assert [each.data["is_first"] for each in events] == [True, False]
    both = sorted([town.officer.pk] * 2 + [office.chairman.pk, office.follower.pk])
    assert told(tell_unanswered, "task.unanswered") == both
    Urging.objects.filter(pk=asked.pk).update(answer_until=TODAY() - DAY)
    assert heaps(office.follower) == {"unanswered"}
    urging.answer(asked.pk, actor=town.leader, words="Đang trình")
    assert told(tell_unanswered, "task.unanswered") == []
    assert run(working_day(2)) == 0


def test_overdue_tasks_are_urged_at_once_each_agency_hearing_it_once(client, province, office):
    town = office.town
    with tenant_scope(province):
        late = [overdue(office) for _number in range(3)]
        elsewhere = given(office, lead_id=town.other_agency.pk, given_on=LONG_AGO)
        Task.objects.filter(pk=elsewhere.pk).update(due_on=TODAY() - DAY)
        in_time = accepted(office)
    client.sign_in(town.leader)
    assert 'name="tasks"' not in client.get(PAGE).text  # his own to do, not to urge
    client.sign_in(office.follower)
    assert client.get(PAGE).text.count('name="tasks"') == 6  # with one tick for each agency
    day = f"{TODAY() + LATER:%d/%m/%Y}"
    typed = {"words": "Khẩn trương báo cáo", "answer_until": day, "reference": "21/UBND-VP"}
    wrong = client.post(PAGE, typed | {"tasks": [in_time.pk]})
    assert wrong.status_code == 422
    every = typed | {"tasks": [f"*{town.agency.pk}", elsewhere.pk]}
    with CaptureQueriesContext(connection) as many:
        answer = client.post(PAGE, every)
    assert answer.status_code == 302
    assert client.post(PAGE, every).status_code == 422  # sent twice
    with tenant_scope(province):
        assert Urging.objects.filter(reference="21/UBND-VP").count() == 4
        hear = [town.leader.pk, town.officer.pk, town.outsider.pk]
        assert told(tell_urged, "task.urged") == sorted(hear)
        assert Notification.objects.get(user=town.leader).url.endswith("#answer")
        Urging.objects.update(answer_until=TODAY() - DAY)
    few = typed | {"words": "Lần hai", "tasks": [late[0].pk]}
    with CaptureQueriesContext(connection) as one:
        assert client.post(PAGE, few).status_code == 302
    assert len(many) == len(one)


def test_the_page_comes_to_the_last_one_and_leaves_out_what_was_done_meanwhile(
    client, province, office
):
    with tenant_scope(province):
        late = [overdue(office) for _number in range(3)]
    client.sign_in(office.follower)
    typed = {"words": "Khẩn trương", "answer_until": f"{TODAY() + LATER:%d/%m/%Y}"}
    with mock.patch.object(urging, "MOST", 2):
        shown = client.get(PAGE).text
        assert "Còn 1 nhiệm vụ quá hạn khác" in shown
        assert f'value="{late[2].pk}"' not in shown
        with tenant_scope(province):
            report(late[0].pk, office.town.officer)
        assert client.post(PAGE, typed | {"tasks": [late[0].pk, late[1].pk]}).status_code == 302
        shown = client.get(PAGE).text
    assert f'value="{late[1].pk}"' not in shown  # its lead has time to answer
    assert f'value="{late[2].pk}"' in shown
    with tenant_scope(province):
        assert [each.task for each in Urging.objects.all()] == [late[1]]
        Urging.objects.update(answer_until=TODAY() - DAY)
    assert f'value="{late[1].pk}"' in client.get(PAGE).text
    refused = client.post(PAGE, typed | {"tasks": [late[0].pk]})
    assert refused.status_code == 422
    assert "Khẩn trương" in refused.text


def test_the_page_of_a_task_tells_how_each_answer_stands_at_the_same_cost(client, province, office):
    town = office.town
    with tenant_scope(province):
        task = accepted(office)
        urge(task, office)
    client.sign_in(town.officer)
    client.get(page_of(task))
    with CaptureQueriesContext(connection) as one:
        assert "Trả lời đôn đốc" in client.get(page_of(task)).text
    client.post(page_of(task, "tra-loi"), {"words": "Đang trình ký"})
    with tenant_scope(province):
        late = urge(task, office, "Nêu nguyên nhân")
        Urging.objects.filter(pk=late.pk).update(answer_until=TODAY() - DAY)
        Urging.objects.filter(pk=urge(task, office, "Lần ba").pk).update(asked_at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        shown = client.get(page_of(task)).text
    for words in ("Đang trình ký", "Đã trả lời", "Quá hạn trả lời", "Chờ trả lời"):
        assert words in shown
    assert len(one) == len(many)
    client.post(page_of(task, "tra-loi"), {"words": "Do thiếu hồ sơ", "urging": late.pk})
    client.sign_in(office.follower)
    urged = {"words": "Lần bốn", "answer_until": f"{TODAY():%d/%m/%Y}"}
    shown = client.post(page_of(task, "don-doc"), urged, follow=True).text
    assert "Do thiếu hồ sơ" in shown
    assert "Lần bốn" in shown
    client.sign_in(town.outsider)
    assert client.get(page_of(task)).status_code == 404
