"""A task from its giving to its end, and what is refused on the way."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError, TransitionError
from directives.models import Cooperator, Directive, DueDate, Extension, Result, Task
from directives.rules import Label, label_of
from directives.services import extending, giving, handling, judging, steering, successions
from directives.states import Origin, Status
from directives.words import near_until
from organizations.models import RuleSet
from tests.directives.office import (
    DAY,
    LATER,
    TODAY,
    accepted,
    given,
    report,
    reported,
    source,
    wish,
)
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")


def label(task):
    return label_of(Task.objects.get(pk=task.pk).standing, TODAY(), near_until(TODAY()))


def test_the_real_task_of_2021_from_its_giving_to_its_end(office):
    """1345/UBND-KT (baodantoc.vn 2021-03-23): the district examines who let the forest be cut."""
    town = office.town
    task = given(
        office, reference="1345/UBND-KT", cooperate=(town.other_agency.pk,),
        content="Kiểm điểm, xử lý tình trạng phá rừng; báo cáo kết quả về UBND tỉnh",
    )  # fmt: skip
    assert label(task) == Label.IN_TIME
    handling.accept(task.pk, actor=town.leader, person_id=town.officer.pk)
    handling.report_progress(task.pk, actor=town.officer, words="Đã làm việc với xã", percent=40)
    handling.report_progress(task.pk, actor=town.outsider, words="Đã cung cấp hồ sơ", percent=99)
    report(task.pk, town.officer, TODAY() - DAY)
    judging.send_back(task.pk, actor=office.follower, words="Chưa rõ trách nhiệm")
    report(task.pk, town.officer)
    closed = judging.confirm(task.pk, actor=office.chairman, words="Đạt")
    assert (closed.status, closed.completed_on) == (Status.CLOSED, TODAY())
    assert closed.judged_due_on == task.due_on
    assert label(task) == Label.EARLY
    assert list(closed.progress.order_by("pk").values_list("percent", flat=True)) == [40, None]
    acts = AuditEntry.objects.filter(subject_type="directives.task").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        "task.given", "task.accepted", "task.progress", "task.progress", "task.reported",
        "task.sent_back", "task.reported", "task.confirmed",
    ]  # fmt: skip
    assert OutboxEvent.objects.filter(subject_type="directives.task").count() == 8


def test_who_gives_a_task_does_not_act_for_its_lead_although_he_stands_above_it(office):
    town, task = office.town, given(office)
    for act in (
        lambda: handling.accept(task.pk, actor=office.chairman),
        lambda: handling.return_wrong(task.pk, actor=office.chairman, reason="Không đúng"),
        lambda: handling.name_person(task.pk, actor=office.chairman, person_id=town.officer.pk),
    ):
        with pytest.raises(PermissionDenied):
            act()
    handling.accept(task.pk, actor=town.leader)
    part = wish(office, lead_id=town.division.pk)
    for act in (
        lambda: report(task.pk, office.chairman),
        lambda: giving.pass_on(task.pk, [part], actor=office.chairman),
    ):
        with pytest.raises(PermissionDenied):
            act()
    (part,) = giving.pass_on(task.pk, [part], actor=town.leader)
    with pytest.raises(PermissionDenied):  # his own agency's part is the division's now
        handling.accept(part.pk, actor=town.leader)
    assert handling.accept(part.pk, actor=town.head).status == Status.ACCEPTED


def test_who_works_above_the_lead_reports_only_what_somebody_of_it_answers_for(office):
    """He is no worker of it: its head would judge him by the task."""
    town = office.town
    own, other = (given(office, lead_id=town.division.pk) for _number in range(2))
    for task in (own, other):
        handling.accept(task.pk, actor=town.head)
    with pytest.raises(DomainError, match="Say first who of Phòng Đất đai answers"):
        report(other.pk, town.leader)
    handling.name_person(other.pk, actor=town.leader, person_id=town.officer.pk)
    report(other.pk, town.leader)
    report(own.pk, town.head)
    people = Task.objects.filter(pk__in=[own.pk, other.pk]).order_by("pk")
    assert [task.person for task in people] == [town.head, town.officer]


def test_several_tasks_come_from_one_meeting_in_the_same_number_of_statements(
    office, django_assert_num_queries
):
    units = [office.town.agency.pk, office.town.other_agency.pk, office.town.commune.pk]
    given(office)  # rights and the calendar are known from now on
    with django_assert_num_queries(13):
        giving.give(source(office), [wish(office)], actor=office.follower, unit_id=office.root.pk)
    few = [wish(office, also=tuple(units[1:])), wish(office, lead_id=units[2], due_on=None)]
    meeting = source(office, origin=Origin.CONCLUSION, reference="")
    with django_assert_num_queries(13):
        tasks = giving.give(meeting, few, actor=office.follower, unit_id=office.root.pk)
    assert [task.lead_id for task in tasks] == [*units, units[2]]
    assert {task.directive_id for task in tasks} == {Directive.objects.latest("pk").pk}
    assert {task.giver for task in tasks} == {office.chairman}


@pytest.mark.parametrize(
    ("of_source", "of_wish", "words"),
    [
        ({}, {"due_on": TODAY() - DAY}, "passed"),
        ({"given_on": TODAY() + DAY}, {}, "given"),
        ({"reference": ""}, {}, "number"),
        ({}, {"content": " "}, "done"),
        ({}, {"lead_id": 0}, "exist"),
    ],
)
def test_what_is_given_wrongly_is_refused(office, of_source, of_wish, words):
    tried = (source(office, **of_source), [wish(office, **of_wish)])
    with pytest.raises(DomainError, match=words):
        giving.give(*tried, actor=office.follower, unit_id=office.root.pk)
    assert not Task.objects.exists()


def test_a_unit_that_leads_does_not_help_itself_and_gets_the_page_once(office):
    town = office.town
    both = wish(office, cooperate=(town.agency.pk,))
    with pytest.raises(DomainError, match="co-operate"):
        giving.give(source(office), [both], actor=office.follower, unit_id=office.root.pk)
    once = source(office, form_token="a" * 32)
    giving.give(once, [wish(office)], actor=office.follower, unit_id=office.root.pk)
    with pytest.raises(AlreadyDone):
        giving.give(once, [wish(office)], actor=office.follower, unit_id=office.root.pk)


def test_only_who_gives_or_enters_there_gives_and_only_below(office):
    town = office.town
    for actor in (town.leader, town.overseer, town.officer):
        with pytest.raises(PermissionDenied):
            giving.give(source(office), [wish(office)], actor=actor, unit_id=office.root.pk)
    own = source(office, giver_id=town.leader.pk, origin=Origin.ORAL, reference="")
    other = wish(office, lead_id=town.other_agency.pk)
    with pytest.raises(DomainError, match="exist"):
        giving.give(own, [other], actor=town.leader, unit_id=town.agency.pk)
    wrong = source(office, giver_id=town.officer.pk)
    with pytest.raises(DomainError, match="gives no tasks"):
        giving.give(wrong, [wish(office)], actor=office.follower, unit_id=office.root.pk)
    mine = wish(office, lead_id=town.division.pk)
    assert giving.give(own, [mine], actor=town.leader, unit_id=town.agency.pk)


def test_a_wrong_lead_returns_it_within_days_and_once(office):
    town, task = office.town, given(office)
    with pytest.raises(DomainError, match="why"):
        handling.return_wrong(task.pk, actor=town.leader, reason=" ")
    handling.return_wrong(task.pk, actor=town.leader, reason="Thuộc Sở Tư pháp")
    again = {"actor": office.follower, "due_on": TODAY() + LATER}
    steering.give_again(task.pk, lead_id=town.agency.pk, **again)
    with pytest.raises(DomainError, match="before"):
        handling.return_wrong(task.pk, actor=town.leader, reason="Vẫn không phải")
    handling.accept(task.pk, actor=town.leader)
    other = given(office)
    handling.return_wrong(other.pk, actor=town.leader, reason="Thuộc Sở Tư pháp")
    moved = steering.give_again(other.pk, lead_id=town.other_agency.pk, **again)
    assert (moved.lead, moved.given_on, moved.reason) == (town.other_agency, TODAY(), "")
    assert not Task.objects.visible_to(town.leader, "view_tasks").filter(pk=other.pk).exists()
    assert DueDate.objects.filter(task=other).count() == 2
    late = given(office)
    Task.objects.filter(pk=late.pk).update(given_at=late.given_at - 30 * DAY)
    with pytest.raises(DomainError, match="within 3 working days"):
        handling.return_wrong(late.pk, actor=town.leader, reason="Thuộc Sở Tư pháp")


def test_a_result_comes_after_the_acceptance_and_its_document_lies_between(office):
    town, task = office.town, given(office)
    with pytest.raises(TransitionError):
        report(task.pk, town.leader)
    handling.accept(task.pk, actor=town.leader)
    for day in (TODAY() + DAY, TODAY() - 11 * DAY):
        with pytest.raises(DomainError):
            report(task.pk, town.leader, day)
    assert report(task.pk, town.leader, TODAY() - 10 * DAY).entered_on == TODAY()
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.update(document_on=TODAY() + DAY)


def test_who_reports_what_nobody_answers_for_answers_for_it(office):
    task = handling.accept(given(office).pk, actor=office.town.leader)
    assert task.person is None
    report(task.pk, office.town.leader)
    assert judging.confirm(task.pk, actor=office.follower).person == office.town.leader


def test_who_reported_does_not_confirm_and_outsiders_do_nothing(office):
    town = office.town
    own = source(office, giver_id=town.leader.pk, origin=Origin.ORAL, reference="")
    mine = wish(office, lead_id=town.agency.pk)  # the agency keeps it
    task = giving.give(own, [mine], actor=town.leader, unit_id=town.agency.pk)[0]
    handling.accept(task.pk, actor=town.leader)
    report(task.pk, town.leader)
    with pytest.raises(DomainError, match="does not confirm"):
        judging.confirm(task.pk, actor=town.leader)
    far = accepted(office)
    for act in (
        lambda: handling.report_progress(far.pk, actor=town.outsider, words="Xong"),
        lambda: handling.name_person(far.pk, actor=town.officer, person_id=town.officer.pk),
        lambda: steering.withdraw(far.pk, actor=town.leader, reason="Không cần"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(DomainError, match="does not work on tasks"):
        handling.name_person(far.pk, actor=town.leader, person_id=town.outsider.pk)


def test_more_time_is_asked_before_the_day_and_granted_by_the_giver_alone(office):
    town, task = office.town, accepted(office)
    later = task.due_on + 10 * DAY
    with pytest.raises(DomainError, match="later than the old"):
        extending.ask(task.pk, actor=town.officer, wanted_on=task.due_on, reason="Khó")
    asked = extending.ask(task.pk, actor=town.officer, wanted_on=later, reason="Khó")
    with pytest.raises(AlreadyDone):
        extending.ask(task.pk, actor=town.officer, wanted_on=later, reason="Khó")
    deputy = make_person("province_leader", office.root, title="Phó Chủ tịch")
    for actor in (office.follower, deputy, town.leader):
        with pytest.raises(PermissionDenied):
            extending.grant(asked.pk, actor=actor)
    extending.grant(asked.pk, actor=office.chairman)
    with pytest.raises(AlreadyDone):
        extending.refuse(asked.pk, actor=office.chairman, words="Không")
    assert Task.objects.get(pk=task.pk).due_on == later
    told = DueDate.objects.filter(task=task).order_by("from_on").values_list("due_on", "from_on")
    assert list(told) == [(task.due_on, task.given_on), (later, TODAY())]
    wanted = extending.ask(task.pk, actor=town.officer, wanted_on=later + DAY, reason="Khó")
    extending.grant(wanted.pk, actor=office.chairman, granted_on=later + 2 * DAY)
    with pytest.raises(DomainError, match="2 times"):
        extending.ask(task.pk, actor=town.officer, wanted_on=later + LATER, reason="Khó")


def test_asking_late_is_refused_by_the_days_of_the_setting(office):
    RuleSet.objects.create(
        kind="directives", valid_from=TODAY() - DAY, values={"task_extension_days": 200}, source="x"
    )
    task = accepted(office)
    Task.objects.update(given_at=task.given_at - 400 * DAY)
    with pytest.raises(DomainError, match="had to be asked"):
        extending.ask(task.pk, actor=office.town.officer, wanted_on=TODAY() + 99 * DAY, reason="K")


def test_a_wish_lapses_with_the_report_and_a_deputy_decides_when_the_giver_is_gone(office):
    town, task = office.town, accepted(office)
    later = task.due_on + DAY
    wanted = extending.ask(task.pk, actor=town.officer, wanted_on=later, reason="Khó")
    report(task.pk, town.officer)
    assert Extension.objects.get(pk=wanted.pk).answer == "lapsed"
    judging.send_back(task.pk, actor=office.follower, words="Thiếu số liệu")
    second = extending.ask(task.pk, actor=town.officer, wanted_on=later, reason="Khó")
    deputy = make_person("province_leader", office.root, title="Phó Chủ tịch")
    office.chairman.is_active = False
    office.chairman.save(update_fields=["is_active"])
    with pytest.raises(DomainError, match="why"):
        extending.refuse(second.pk, actor=deputy, words="")
    extending.refuse(second.pk, actor=deputy, words="Không có lý do chính đáng")
    assert Task.objects.get(pk=task.pk).due_on == task.due_on


def test_lateness_is_judged_against_the_day_in_force_at_the_completion(office):
    """Finished on the old day, before another was set: the new one changes nothing."""
    town, task = office.town, accepted(office, due_on=TODAY())
    DueDate.objects.create(
        task=task, kind="moved", due_on=TODAY() - 3 * DAY, from_on=TODAY() - 2 * DAY,
        at=task.given_at, by=office.chairman,
    )  # fmt: skip
    report(task.pk, town.officer, TODAY() - DAY)
    closed = judging.confirm(task.pk, actor=office.follower)
    assert closed.judged_due_on == TODAY() - 3 * DAY
    assert label(task) == Label.LATE
    other = accepted(office, due_on=TODAY())
    report(other.pk, town.officer, TODAY() - DAY)
    judging.confirm(other.pk, actor=office.follower)
    assert label(other) == Label.EARLY


def test_a_task_is_suspended_resumed_withdrawn_and_reopened(office):
    town, task = office.town, accepted(office)
    steering.suspend(task.pk, actor=office.chairman, reason="Chờ Trung ương")
    assert label(task) == Label.SUSPENDED
    with pytest.raises(TransitionError):
        handling.report_progress(task.pk, actor=town.officer, words="Vẫn làm")
    with pytest.raises(DomainError, match="Set the day"):
        steering.resume(task.pk, actor=office.follower)
    resumed = steering.resume(task.pk, actor=office.follower, due_on=TODAY() + 9 * DAY)
    assert (resumed.status, resumed.due_on) == (Status.IN_WORK, TODAY() + 9 * DAY)
    report(task.pk, town.officer)
    judging.confirm(task.pk, actor=office.follower)
    opened = steering.reopen(
        task.pk, actor=office.chairman, reason="Số liệu sai", due_on=TODAY() + DAY
    )
    assert (opened.status, opened.completed_on) == (Status.IN_WORK, None)
    steering.withdraw(task.pk, actor=office.chairman, reason="Không cần nữa")
    with pytest.raises(TransitionError):
        steering.resume(task.pk, actor=office.chairman, due_on=TODAY() + DAY)
    waiting = given(office)
    steering.suspend(waiting.pk, actor=office.chairman, reason="Chờ")
    back = steering.resume(waiting.pk, actor=office.chairman, due_on=TODAY() + DAY)
    assert back.status == Status.GIVEN


def test_parts_end_no_later_than_the_whole_and_stop_with_it(office):
    town, task = office.town, accepted(office)
    part = wish(office, lead_id=town.division.pk)
    for due_on in (None, task.due_on + DAY):
        late = wish(office, lead_id=town.division.pk, due_on=due_on)
        with pytest.raises(DomainError, match="part of"):
            giving.pass_on(task.pk, [late], actor=town.leader)
    first, second = giving.pass_on(task.pk, [part, part], actor=town.leader)
    assert (first.giver, first.unit, first.given_on) == (town.leader, town.agency, TODAY())
    with pytest.raises(DomainError, match="Parts"):
        report(task.pk, town.officer)
    handling.accept(first.pk, actor=town.head)
    with pytest.raises(DomainError, match="part of"):
        extending.ask(first.pk, actor=town.head, wanted_on=task.due_on + DAY, reason="Khó")
    report(first.pk, town.head)
    steering.withdraw(task.pk, actor=office.chairman, reason="Không cần nữa")
    found = Task.objects.in_bulk([first.pk, second.pk])
    assert found[first.pk].status == Status.REPORTED  # is judged still
    assert found[second.pk].status == Status.WITHDRAWN


def test_a_merged_agency_leaves_its_open_tasks_to_its_successor(office):
    town = office.town
    led, done = given(office), reported(office)
    helped = given(office, lead_id=town.commune.pk, cooperate=(town.agency.pk,))
    judging.confirm(done.pk, actor=office.follower)
    both = given(office, lead_id=town.other_agency.pk, cooperate=(town.agency.pk,))
    assert successions.open_work_in(town.agency)[0].count == 1
    successions.hand_over(town.agency, town.other_agency, office.chairman)
    tasks = Task.objects.in_bulk([led.pk, done.pk])
    assert tasks[led.pk].lead_id == town.other_agency.pk
    assert tasks[done.pk].lead_id == town.agency.pk
    assert Cooperator.objects.get(task=helped).unit_id == town.other_agency.pk
    assert not Cooperator.objects.filter(task=both).exists()  # it leads that one


def test_the_database_holds_one_lead_one_wish_and_one_open_result(office):
    task = accepted(office)
    extending.ask(task.pk, actor=office.town.officer, wanted_on=task.due_on + DAY, reason="Khó")
    known = Extension.objects.values("asked_at", "asked_by_id", "due_on", "wanted_on").get()
    for broken in (
        lambda: Extension.objects.create(task=task, reason="Khó", **known),
        lambda: Task.objects.filter(pk=task.pk).update(status="closed"),
        lambda: Task.objects.filter(pk=task.pk).update(lead=None),
        lambda: Task.objects.filter(pk=task.pk).update(status="withdrawn"),
        lambda: Extension.objects.update(
            answer="granted", granted_on=known["wanted_on"], decided_at=known["asked_at"],
            decided_by=known["asked_by_id"],
        ),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
