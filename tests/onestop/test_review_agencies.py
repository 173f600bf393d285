"""A process that goes through two agencies: who does what, where, and what comes back."""

import pytest
from django.core.exceptions import PermissionDenied

from common.errors import TransitionError
from onestop.models import Result
from onestop.services import assignment, endings, processing, waiting
from onestop.services.assignment import NotSuitable, candidates
from onestop.states import Status
from organizations import access
from organizations.models import User
from tests.onestop.dossiers import at_kind, open_step
from tests.onestop.test_life import far_off
from tests.onestop.two_agencies import AS_IN_THE_FILE, go_to, make_office, make_process, pass_on
from tests.people import give_role, make_person

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def office(town):
    made = make_office(town)
    make_process(town, made)
    return made


def test_it_goes_through_both_agencies_and_back_to_the_counter(town, office):
    dossier = go_to(town, office, 11)
    assert (dossier.status, dossier.holder_unit) == (Status.COMPLETED, town.counter_unit)
    assert Result.objects.get(dossier=dossier).approved_by == office.leader
    ends = [step.planned_end for step in dossier.steps.order_by("order") if step.planned_end]
    assert ends == sorted(ends)
    assert ends[-1] == dossier.due_at


def test_nine_steps_end_also_where_the_second_agency_does_not_sign(town):
    office = make_office(town)
    make_process(town, office, AS_IN_THE_FILE)
    dossier = go_to(town, office, 7)
    result = Result.objects.get(dossier=dossier)
    assert (dossier.status, dossier.finished_at) == (Status.IN_PROGRESS, None)
    assert (result.approved_by, result.released_at) == (town.leader, None)
    while open_step(dossier).order < 9:
        dossier = pass_on(dossier, town, office)
    result.refresh_from_db()
    assert dossier.status == Status.COMPLETED
    assert (result.approved_by, result.released_by) == (town.leader, office.records_clerk)
    facts = processing.HandoverFacts("in_person", "Trần Văn Thử", "999012345678")
    dossier = processing.hand_over(dossier.pk, actor=town.clerk, facts=facts)
    assert (dossier.status, dossier.closed_at is None) == (Status.RETURNED, False)


def test_a_step_of_another_agency_does_not_make_it_the_handling_unit(town, office):
    dossier = go_to(town, office, 2)
    assert dossier.handling_unit == town.agency
    assert {step.unit for step in dossier.steps.filter(order__in=(2, 3, 4))} == {town.agency}


def test_the_second_agency_assigns_to_its_own_people(town, office):
    dossier = go_to(town, office, 7)
    people = [person for person, _unit in candidates(dossier, open_step(dossier))]
    assert office.official in people
    assert town.officer not in people
    with pytest.raises(NotSuitable):
        assignment.assign(dossier.pk, actor=office.leader, person_id=town.officer.pk)
    with pytest.raises(PermissionDenied):
        assignment.assign(dossier.pk, actor=town.leader, person_id=office.official.pk)
    before = dossier.handling_unit
    dossier = assignment.assign(dossier.pk, actor=office.leader, person_id=office.official.pk)
    assert (dossier.holder_unit, dossier.handling_unit) == (office.division, before)
    assert dossier.participants.filter(unit=office.division).exists()


def test_the_leader_of_the_first_agency_decides_while_the_second_works(town, office):
    dossier = go_to(town, office, 8)
    with pytest.raises(PermissionDenied):
        endings.stop(dossier.pk, actor=office.leader, reason="Không đủ điều kiện")
    waiting.ask_supplement(
        dossier.pk, actor=town.leader, items=["Bản vẽ"], reason="Thiếu", apply_by=far_off()
    )
    waiting.receive_supplement(dossier.pk, actor=town.clerk)
    assert endings.stop(dossier.pk, actor=town.leader, reason="Không đủ điều kiện").closed_at


def test_a_draft_goes_back_first_to_the_own_author_then_to_the_first_agency(town, office):
    dossier = go_to(town, office, 9)
    dossier = processing.return_for_correction(dossier.pk, actor=office.leader, reason="Sai")
    assert (open_step(dossier).order, dossier.holder) == (8, office.official)
    dossier = processing.return_for_correction(dossier.pk, actor=office.official, reason="Sai")
    assert (open_step(dossier).order, dossier.holder) == (3, town.officer)
    assert Result.objects.get(dossier=dossier).approved_at is None


def test_the_second_author_cannot_sign_what_he_prepared(town, office):
    give_role(office.leader, "official", office.division)
    dossier = go_to(town, office, 7)
    dossier = assignment.assign(dossier.pk, actor=office.leader, person_id=office.leader.pk)
    dossier = processing.forward(dossier.pk, actor=office.leader)
    with pytest.raises(processing.NeedsAnotherPerson):
        processing.approve(dossier.pk, actor=office.leader)


def test_a_signature_is_given_only_to_who_may_sign_for_the_unit(town):
    dossier = at_kind(town, "approve")
    deputy = make_person("leader", town.agency)
    people = [person for person, _unit in candidates(dossier, open_step(dossier))]
    assert deputy in people
    assert town.head not in people
    with pytest.raises(NotSuitable):
        assignment.assign(dossier.pk, actor=town.leader, person_id=town.head.pk)
    dossier = assignment.assign(dossier.pk, actor=town.leader, person_id=deputy.pk)
    assert (dossier.holder, dossier.holder_unit) == (deputy, town.agency)


def test_a_correction_goes_to_nobody_when_its_author_has_left(town):
    dossier = at_kind(town, "review")
    User.objects.filter(pk=town.officer.pk).update(is_active=False)
    access.recompile([town.officer.pk])
    dossier = processing.return_for_correction(dossier.pk, actor=town.head, reason="Sai")
    assert (open_step(dossier).kind, dossier.holder) == ("process", None)
    assert assignment.take_over(dossier.pk, actor=town.head).holder == town.head


def test_assigning_is_not_skipped_by_passing_on(town, office):
    dossier = go_to(town, office, 6)
    give_role(town.records_clerk, "head", office.unit)
    with pytest.raises(processing.NeedsAnotherPerson):
        processing.forward(dossier.pk, actor=town.records_clerk, through=8)
    dossier = processing.forward(dossier.pk, actor=town.records_clerk)
    with pytest.raises(TransitionError):
        processing.forward(dossier.pk, actor=office.leader)
