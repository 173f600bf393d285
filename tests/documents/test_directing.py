"""Submitted, directed, passed on: who gets a document, and what becomes of what he had."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError, TransitionError
from documents.models import Assignment, RemarkKind
from documents.services import directing, handling
from documents.services.directing import Receiver
from documents.states import Ending, Part, Status
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, given
from tests.people import give_role, make_person

DAY = dt.timedelta(days=1)


def lead(town, person=None):
    return Receiver(Part.LEAD, town.division.pk, person and person.pk)


def test_a_document_is_submitted_to_a_leader_and_lies_with_him(scope, town):
    incoming = entered(town)
    directing.submit(
        incoming.pk,
        actor=town.records_clerk,
        leader_id=town.leader.pk,
        proposal="Chuyển P. Đất đai",
    )
    assignment = given(incoming, Part.OPINION)
    assert (assignment.person, assignment.unit) == (town.leader, town.agency)
    assert incoming.remarks.get().kind == RemarkKind.PROPOSAL
    with pytest.raises(AlreadyDone):
        directing.submit(incoming.pk, actor=town.records_clerk, leader_id=town.leader.pk)


def test_who_co_operates_does_so_with_a_lead(scope, town):
    with pytest.raises(DomainError, match="name one"):
        directed(town, receivers=[Receiver(Part.COOPERATE, town.division.pk)])


def test_submitted_to_another_leader_it_leaves_the_first(scope, town):
    deputy = make_person("leader", town.agency)
    incoming = entered(town)
    for person in (town.leader, deputy):
        directing.submit(incoming.pk, actor=town.records_clerk, leader_id=person.pk)
    assert given(incoming, Part.OPINION).person == deputy
    assert Assignment.objects.get(ending=Ending.WITHDRAWN).person == town.leader


def test_who_has_it_already_can_be_asked_for_an_opinion_unless_he_leads(scope, town):
    agency, leader = town.agency.pk, town.leader.pk
    for part in (Part.INFORM, Part.COOPERATE):
        had = [lead(town), Receiver(part, agency, leader)]
        incoming = directed(town, incoming=entered(town, reference=part), receivers=had)
        directing.submit(incoming.pk, actor=town.records_clerk, leader_id=leader)
        rows = Assignment.objects.filter(incoming=incoming, person=leader).order_by("pk")
        told = [(each.part, each.ending) for each in rows]
        assert told == [(part, Ending.WITHDRAWN), (Part.OPINION, "")]
    leads = [Receiver(Part.LEAD, agency, leader)]
    led = directed(town, incoming=entered(town, reference="3"), receivers=leads)
    with pytest.raises(DomainError, match="leads the work"):
        directing.submit(led.pk, actor=town.records_clerk, leader_id=leader)


def test_who_gets_the_part_of_his_unit_has_that_part_alone(scope, town):
    officer, division = town.officer.pk, town.division.pk
    informed = [lead(town), Receiver(Part.INFORM, division, officer)]
    passed_on, taken_up, third = (entered(town, reference=each) for each in "123")
    for incoming in (passed_on, taken_up):
        directed(town, incoming=incoming, receivers=informed)
    directing.pass_on(given(passed_on).pk, actor=town.head, person_id=officer)
    handling.take_up(given(taken_up).pk, actor=town.officer)
    for incoming in (passed_on, taken_up):
        assert Assignment.objects.open().get(incoming=incoming).part == Part.LEAD
    with pytest.raises(DomainError, match="named twice"):  # his unit gave him the lead
        directed(town, incoming=passed_on, receivers=informed)
    both = [lead(town, town.officer), Receiver(Part.COOPERATE, division)]
    directed(town, incoming=third, receivers=both)
    with pytest.raises(DomainError, match="leads the work"):
        handling.take_up(given(third, Part.COOPERATE).pk, actor=town.officer)


def test_only_who_gives_opinions_in_the_body_is_asked_for_one(scope, town):
    incoming = entered(town)
    for person in (town.officer, town.outsider, town.head):
        with pytest.raises(DomainError, match="gives no opinions"):
            directing.submit(incoming.pk, actor=town.records_clerk, leader_id=person.pk)
    with pytest.raises(RefusedError):
        directing.submit(incoming.pk, actor=town.officer, leader_id=town.leader.pk)


def test_the_leader_names_who_leads_who_cooperates_and_who_reads(scope, town):
    incoming = entered(town, urgency=2)
    directing.submit(incoming.pk, actor=town.records_clerk, leader_id=town.leader.pk)
    due = timezone.localdate() + 5 * DAY
    directed(
        town, incoming=incoming, due_on=due, follower_id=town.records_clerk.pk,
        receivers=[
            lead(town), Receiver(Part.COOPERATE, town.second_division.pk),
            Receiver(Part.INFORM, town.division.pk, town.officer.pk),
        ],
    )  # fmt: skip
    incoming.refresh_from_db()
    assert (incoming.status, incoming.due_on) == (Status.ASSIGNED, due)
    assert incoming.follower == town.records_clerk
    rows = Assignment.objects.open().filter(incoming=incoming)
    told = {(each.part, each.unit_id, each.person_id, each.due_on, each.urgency) for each in rows}
    assert told == {
        (Part.LEAD, town.division.pk, None, due, 2),
        (Part.COOPERATE, town.second_division.pk, None, due, 2),
        (Part.INFORM, town.division.pk, town.officer.pk, None, 2),
    }
    asked = Assignment.objects.get(incoming=incoming, part=Part.OPINION)
    assert (asked.ending, asked.ended_by) == (Ending.DONE, town.leader)


def test_what_only_informs_is_done_and_still_read(scope, town):
    wish = Receiver(Part.INFORM, town.division.pk, town.officer.pk)
    incoming = directed(town, receivers=[wish], opinion="")
    assert (incoming.status, incoming.closed_at is not None) == (Status.DONE, True)
    handling.finish(given(incoming, Part.INFORM).pk, actor=town.officer, words="")
    assert not Assignment.objects.open().exists()


def test_said_anew_it_replaces_and_who_stays_keeps_what_he_began(scope, town):
    incoming = directed(
        town, receivers=[lead(town), Receiver(Part.COOPERATE, town.second_division.pk)]
    )
    kept = given(incoming)
    directing.pass_on(kept.pk, actor=town.head, person_id=town.officer.pk)
    handling.take_up(kept.pk, actor=town.officer)
    due = timezone.localdate() + DAY
    directed(
        town, incoming=incoming, due_on=due,
        receivers=[lead(town), Receiver(Part.INFORM, town.agency.pk, town.records_clerk.pk)],
    )  # fmt: skip
    incoming.refresh_from_db()
    assert incoming.status == Status.IN_WORK
    again = given(incoming)
    assert (again.pk, again.person, again.due_on) == (kept.pk, town.officer, due)
    gone = Assignment.objects.get(incoming=incoming, part=Part.COOPERATE)
    assert gone.ending == Ending.WITHDRAWN


def test_given_to_another_unit_it_is_assigned_anew(scope, town):
    incoming = directed(town)
    handling.take_up(given(incoming).pk, actor=town.officer)
    directed(town, incoming=incoming, receivers=[Receiver(Part.LEAD, town.second_division.pk)])
    incoming.refresh_from_db()
    assert (incoming.status, given(incoming).unit) == (Status.ASSIGNED, town.second_division)


def test_a_leader_opens_a_document_again_that_was_done(scope, town):
    incoming = directed(town)
    handling.finish(given(incoming).pk, actor=town.officer, words="Đã trả lời")
    directed(town, incoming=incoming, opinion="Làm lại")
    incoming.refresh_from_db()
    assert (incoming.status, incoming.closed_at) == (Status.ASSIGNED, None)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (lambda t: {"receivers": [lead(t), Receiver(Part.LEAD, t.agency.pk)]}, "One leads"),
        (lambda t: {"receivers": [lead(t), Receiver(Part.INFORM, t.division.pk)]}, "named twice"),
        (lambda t: {"receivers": [Receiver(Part.LEAD, t.other_agency.pk)]}, "Choose units of"),
        (lambda t: {"receivers": [lead(t, t.outsider)]}, "does not work on documents"),
        (lambda t: {"due_on": timezone.localdate() - DAY}, "lies in the future"),
        (lambda t: {"receivers": [], "due_on": timezone.localdate() + DAY}, "belongs to who leads"),
        (lambda t: {"receivers": [], "opinion": " "}, "Write an opinion"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_and_changes_nothing(scope, town, wish, words):
    incoming = entered(town)
    with pytest.raises(DomainError, match=words):
        directed(town, incoming=incoming, **wish(town))
    incoming.refresh_from_db()
    assert incoming.status == Status.REGISTERED
    assert not Assignment.objects.exists()


def test_only_a_leader_of_the_body_directs_and_who_acts_for_him_is_named(scope, town):
    incoming = entered(town)
    for person in (town.head, town.records_clerk, town.outsider, town.superuser):
        with pytest.raises(RefusedError):
            directing.direct(incoming.pk, actor=person, opinion="Xử lý", receivers=[lead(town)])
    committee = make_person("", None)
    give_role(committee, "body_leader", town.agency, title="Phó Chủ tịch")
    directing.direct(incoming.pk, actor=committee, opinion="Xử lý", receivers=[lead(town)])
    assert incoming.remarks.get().title == "Phó Chủ tịch"


def test_the_head_gives_it_to_one_of_his_people_with_an_earlier_day(scope, town):
    due = timezone.localdate() + 5 * DAY
    assignment = given(directed(town, due_on=due))
    directing.pass_on(
        assignment.pk, actor=town.head, person_id=town.officer.pk, opinion="Làm", due_on=due - DAY
    )
    assignment.refresh_from_db()
    assert (assignment.person, assignment.due_on) == (town.officer, due - DAY)
    with pytest.raises(DomainError, match="give an earlier day"):
        directing.pass_on(assignment.pk, actor=town.head, person_id=town.head.pk, due_on=due + DAY)
    with pytest.raises(AlreadyDone):
        directing.pass_on(assignment.pk, actor=town.head, person_id=town.officer.pk)


def test_the_head_of_another_unit_and_an_official_pass_nothing_on(scope, town):
    assignment = given(directed(town))
    stranger = make_person("head", town.second_division)
    for person in (stranger, town.officer, town.records_clerk):
        with pytest.raises(RefusedError):
            directing.pass_on(assignment.pk, actor=person, person_id=town.officer.pk)
    with pytest.raises(DomainError, match="does not work on documents"):
        directing.pass_on(assignment.pk, actor=town.head, person_id=town.outsider.pk)


def test_what_was_refused_or_never_registered_is_not_directed(scope, town):
    incoming = entered(town)
    type(incoming).objects.filter(pk=incoming.pk).update(
        status=Status.RECALLED, closed_at=timezone.now()
    )
    with pytest.raises(TransitionError):
        directed(town, incoming=incoming)


def test_the_database_holds_one_lead_and_one_part_for_each(scope, town):
    incoming = directed(town)
    row = {
        "incoming": incoming, "urgency": 0, "given_at": timezone.now(), "given_by": town.leader,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="assignment_one_lead"), transaction.atomic():
        Assignment.objects.create(**row, part=Part.LEAD, unit=town.second_division)
    with pytest.raises(IntegrityError, match="assignment_once_for_each"), transaction.atomic():
        Assignment.objects.create(**row, part=Part.INFORM, unit=town.division)


def test_the_log_tells_each_step(scope, town):
    incoming = entered(town)
    directing.submit(incoming.pk, actor=town.records_clerk, leader_id=town.leader.pk)
    directed(town, incoming=incoming)
    directing.pass_on(given(incoming).pk, actor=town.head, person_id=town.officer.pk)
    found = AuditEntry.objects.filter(subject_type="documents.incoming").order_by("pk")
    assert [each.action for each in found] == [
        "document.registered", "document.submitted", "document.directed", "document.passed_on",
    ]  # fmt: skip


def test_who_co_operates_may_have_a_day_of_his_own(scope, town):
    today = timezone.localdate()
    whole, own, later = (today + n * DAY for n in (9, 4, 6))

    def said(**changes):
        second = Receiver(Part.COOPERATE, town.second_division.pk, **changes)
        receivers = [lead(town), second, Receiver(Part.INFORM, town.counter_unit.pk)]
        return directed(town, incoming=incoming, receivers=receivers, due_on=whole)

    def days():
        rows = Assignment.objects.at_work().filter(incoming=incoming)
        return {each.part: each.due_on for each in rows}

    incoming = entered(town)
    said(due_on=own)
    assert days() == {Part.LEAD: whole, Part.COOPERATE: own, Part.INFORM: None}
    begun = given(incoming, Part.COOPERATE)
    assert said(due_on=later).due_on == whole
    assert given(incoming, Part.COOPERATE) == begun  # he keeps what he has begun
    assert days()[Part.COOPERATE] == later
    said()
    assert days()[Part.COOPERATE] == whole
    with pytest.raises(DomainError, match="belongs to who works"):
        said(due_on=today - DAY)


def test_the_form_of_the_leader_asks_a_day_for_each_who_co_operates(client, province, town):
    with tenant_scope(province):
        incoming = entered(town)
    one, other = town.division.pk, town.second_division.pk
    whole, own = (timezone.localdate() + n * DAY for n in (9, 4))
    sent = {
        "opinion": "Giao", "lead": f"u{one}", "cooperate": [f"u{other}"],
        "due_on": f"{whole:%d/%m/%Y}", f"due_u{other}": f"{own:%d/%m/%Y}",
    }  # fmt: skip
    leader, page = client.sign_in(town.leader), f"/van-ban-den/{incoming.pk}/"
    alone = {**sent, "cooperate": []}
    assert leader.post(f"{page}y-kien/", alone).status_code == 422
    assert leader.post(f"{page}y-kien/", sent).status_code == 302
    with tenant_scope(province):
        assert given(incoming).due_on == whole
        assert given(incoming, Part.COOPERATE).due_on == own
    shown = leader.get(page).text
    assert re.search(rf'name="due_u{other}"[^>]* value="{own:%d/%m/%Y}"', shown)
    assert leader.post(f"{page}y-kien/", {**alone, "opinion": "Chỉ một"}).status_code == 302
