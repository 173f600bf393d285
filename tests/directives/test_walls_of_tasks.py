"""What a reader of tasks may neither see nor be offered, and what does not come back to life."""

import datetime as dt
from dataclasses import replace

import pytest

from common.days import start_of
from common.errors import DomainError
from directives.models import Task, Urging
from directives.queries import board as boards
from directives.queries import lists
from directives.queries.board import OWN
from directives.services import extending, giving, handling, judging, steering, urging
from directives.states import Origin
from documents.drafting import To
from documents.models import Incoming
from documents.services import arrivals
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, LATER, TODAY, accepted, given, report, reported, source
from tests.directives.office import wish as wish_of
from tests.directives.test_pages import page_of
from tests.directives.test_reminders import LONG_AGO, working_day
from tests.documents.committee import carried
from tests.documents.desks import registry_of
from tests.documents.drafts import begun
from tests.people import give_role, make_person

scoped = pytest.mark.usefixtures("scope")


@scoped
def test_what_an_agency_gives_to_itself_is_confirmed_by_its_own_leader_alone(office):
    leader, officer = office.town.leader, office.town.officer
    own = source(office, giver_id=leader.pk, origin=Origin.ORAL, reference="")
    [task] = giving.give(own, [wish_of(office)], actor=leader, unit_id=office.town.agency.pk)
    handling.accept(task.pk, actor=leader, person_id=officer.pk)
    report(task.pk, officer)
    for act in (judging.confirm, steering.suspend, steering.withdraw):
        with pytest.raises(RefusedError):
            act(
                task.pk,
                actor=office.chairman,
                **({} if act is judging.confirm else {"reason": "x"}),
            )
    assert judging.confirm(task.pk, actor=leader).closed_at


@scoped
def test_an_urging_of_the_time_before_does_not_come_back(office):
    task = accepted(office, given_on=LONG_AGO)
    old = urging.urge(task.pk, actor=office.follower, words="Khẩn trương", answer_until=TODAY())
    report(task.pk, office.town.officer)
    judging.confirm(task.pk, actor=office.follower)
    Urging.objects.filter(pk=old.pk).update(answer_until=TODAY() - 5 * DAY)
    steering.reopen(task.pk, actor=office.chairman, reason="Còn thiếu", due_on=TODAY() + LATER)

    def awaited() -> int:
        return int(lists.to_answer(office.town.officer).count())

    assert awaited() == 0
    assert urging.remind_unanswered(start_of(working_day(0)) + dt.timedelta(hours=8)) == 0
    with pytest.raises(DomainError):
        urging.answer(old.pk, actor=office.town.officer, words="Đã xong")
    urging.urge(task.pk, actor=office.follower, words="Lần nữa", answer_until=TODAY() + LATER)
    assert awaited() == 1


@scoped
def test_how_far_it_is_goes_back_with_the_result(office):
    task = accepted(office)
    officer = office.town.officer
    handling.report_progress(task.pk, actor=officer, words="Được một phần", percent=40)
    report(task.pk, officer)
    judging.send_back(task.pk, actor=office.follower, words="Còn thiếu")
    assert Task.objects.get(pk=task.pk).percent == 40
    report(task.pk, officer)
    judging.confirm(task.pk, actor=office.follower)
    steering.reopen(task.pk, actor=office.chairman, reason="Còn thiếu", due_on=TODAY() + LATER)
    assert Task.objects.get(pk=task.pk).percent == 40
    never = reported(office)
    judging.send_back(never.pk, actor=office.follower, words="Còn thiếu")
    assert Task.objects.get(pk=never.pk).percent == 0


@scoped
def test_who_also_sees_everything_keeps_the_board_of_his_units(office):
    leader = office.town.leader
    task = given(office)
    give_role(leader, "oversight", office.root)
    assert OWN in [key for key, _words in boards.bodies_for(leader)]
    assert list(boards.tasks_of(leader, OWN)) == [task]
    assert OWN not in [key for key, _words in boards.bodies_for(office.chairman)]


def test_a_lead_reads_its_own_paragraph_and_not_that_of_others(client, province, office):
    with tenant_scope(province):
        both = replace(source(office), excerpt="1. Sở Nông nghiệp …\n2. Việc riêng của Sở Tư pháp")
        task, _other = giving.give(
            both,
            [wish_of(office, content="A"), wish_of(office, lead_id=office.town.other_agency.pk)],
            actor=office.follower, unit_id=office.root.pk,
        )  # fmt: skip
        handling.accept(task.pk, actor=office.town.leader)
        to_division = wish_of(office, lead_id=office.town.division.pk)
        (part,) = giving.pass_on(task.pk, [to_division], actor=office.town.leader)
    client.sign_in(office.follower)
    assert "Việc riêng" in client.get(page_of(task)).text
    client.sign_in(office.town.leader)
    for of_theirs in (task, part):  # who passes a part on gives that one alone
        shown = client.get(page_of(of_theirs))
        assert shown.status_code == 200
        assert "Việc riêng" not in shown.text


def test_the_receivers_copy_shows_the_tasks_given_from_the_issued_document(
    client, province, office
):
    town = office.town
    with tenant_scope(province):
        registry_of(town)
        there = registry_of(
            unit=town.other_agency, name="Sở Tư pháp", symbol="STP", code="H32.06.9"
        )
        give_role(town.outsider, "clerk", town.other_agency)
        reader = make_person("leader", town.other_agency)
        out = begun(town, receivers=[To(registry_id=there.pk)])
        out = carried(out, town.officer, town.head, town.leader, town.records_clerk)
        copy = Incoming.objects.get(dispatches__outgoing=out, registry=there)
        arrivals.register(copy.pk, actor=town.outsider)
        [task] = giving.give(
            source(office, source=("documents.outgoing", out.pk)),
            [wish_of(office, lead_id=town.other_agency.pk)], actor=office.follower,
            unit_id=office.root.pk,
        )  # fmt: skip
    client.sign_in(reader)
    assert page_of(task) in client.get(f"/van-ban-den/{copy.pk}/").text


@scoped
def test_an_urgent_task_can_be_extended_until_the_day_before_it_is_due(office):
    soon = accepted(office, given_on=TODAY(), due_on=TODAY() + DAY)
    officer = office.town.officer
    wish = extending.ask(soon.pk, actor=officer, wanted_on=TODAY() + LATER, reason="Chờ số liệu")
    assert extending.grant(wish.pk, actor=office.chairman, granted_on=TODAY() + LATER)
    now = accepted(office, given_on=TODAY(), due_on=TODAY(), content="Trong ngày")
    with pytest.raises(DomainError):
        extending.ask(now.pk, actor=officer, wanted_on=TODAY() + LATER, reason="Chờ số liệu")
