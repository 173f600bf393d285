"""Taken up, finished, given back."""

from __future__ import annotations

import pytest

from common.errors import AlreadyDone, DomainError, TransitionError
from documents.models import Assignment, Incoming
from documents.services import directing, handling
from documents.services.directing import Receiver
from documents.states import Ending, Part, Status
from organizations.access import RefusedError
from tests.documents.desks import directed, given
from tests.people import make_person


def shared(town):
    """Led by the first division; the second co-operates, the clerk is informed."""
    return directed(
        town,
        receivers=[
            Receiver(Part.LEAD, town.division.pk),
            Receiver(Part.COOPERATE, town.second_division.pk),
            Receiver(Part.INFORM, town.agency.pk, town.records_clerk.pk),
        ],
    )


def test_somebody_of_the_unit_takes_up_what_nobody_was_named_for(scope, town):
    incoming = directed(town)
    taken = handling.take_up(given(incoming).pk, actor=town.officer)
    incoming.refresh_from_db()
    assert (incoming.status, taken.person) == (Status.IN_WORK, town.officer)
    with pytest.raises(AlreadyDone):
        handling.take_up(taken.pk, actor=town.officer)


def test_what_was_given_to_one_is_not_for_his_colleague(scope, town):
    assignment = given(directed(town))
    directing.pass_on(assignment.pk, actor=town.head, person_id=town.officer.pk)
    colleague = make_person("official", town.division)
    for act in (handling.take_up, lambda pk, actor: handling.finish(pk, actor=actor, words="x")):
        with pytest.raises(RefusedError):
            act(assignment.pk, actor=colleague)


def test_the_lead_finishes_and_the_document_is_done_with_its_shares(scope, town):
    incoming = shared(town)
    handling.finish(
        given(incoming).pk, actor=town.officer, words="Đã trả lời", answer_reference="12/SNNMT-VP"
    )
    incoming.refresh_from_db()
    assert (incoming.status, incoming.closing_words) == (Status.DONE, "Đã trả lời")
    assert incoming.answer_reference == "12/SNNMT-VP"
    share = Assignment.objects.get(incoming=incoming, part=Part.COOPERATE)
    assert share.ending == Ending.ENDED
    second = make_person("official", town.second_division)
    assert incoming in Incoming.objects.visible_to(second, "view_documents")
    assert given(incoming, Part.INFORM).person == town.records_clerk  # still to be read
    with pytest.raises(AlreadyDone):
        handling.finish(share.pk, actor=town.leader, words="Xong")


def test_who_cooperates_ends_his_share_alone(scope, town):
    incoming = shared(town)
    second = make_person("official", town.second_division)
    handling.finish(given(incoming, Part.COOPERATE).pk, actor=second, words="Đã góp ý")
    incoming.refresh_from_db()
    assert incoming.status == Status.ASSIGNED
    assert given(incoming).ended_at is None


def test_work_ends_with_words_and_an_opinion_with_a_direction(scope, town):
    incoming = directed(town)
    with pytest.raises(DomainError, match="what came of it"):
        handling.finish(given(incoming).pk, actor=town.officer, words="  ")
    handling.give_back(given(incoming).pk, actor=town.officer, reason="Không thuộc thẩm quyền")
    with pytest.raises(DomainError, match="Give your opinion"):
        handling.finish(given(incoming, Part.OPINION).pk, actor=town.leader, words="Xong")


def test_given_back_it_lies_with_the_leader_who_gave_it(scope, town):
    incoming = directed(town)
    with pytest.raises(DomainError, match="Say why"):
        handling.give_back(given(incoming).pk, actor=town.officer, reason=" ")
    back = handling.give_back(given(incoming).pk, actor=town.officer, reason="Không phải của P.")
    incoming.refresh_from_db()
    assert (back.ending, back.words) == (Ending.RETURNED, "Không phải của P.")
    assert incoming.status == Status.REGISTERED
    assert given(incoming, Part.OPINION).person == town.leader
    directed(town, incoming=incoming, receivers=[Receiver(Part.LEAD, town.second_division.pk)])
    assert given(incoming).unit == town.second_division


def test_a_share_given_back_leaves_the_lead_at_work(scope, town):
    incoming = shared(town)
    second = make_person("head", town.second_division)
    handling.give_back(given(incoming, Part.COOPERATE).pk, actor=second, reason="Không liên quan")
    incoming.refresh_from_db()
    assert incoming.status == Status.ASSIGNED
    with pytest.raises(DomainError, match="Only work"):
        handling.give_back(
            given(incoming, Part.INFORM).pk, actor=town.records_clerk, reason="Không"
        )


def test_strangers_do_nothing_with_it(scope, town):
    incoming = directed(town)
    for person in (town.outsider, town.records_clerk, town.superuser):
        with pytest.raises(RefusedError):
            handling.finish(given(incoming).pk, actor=person, words="Xong")


def test_nothing_more_is_done_with_a_recalled_document(scope, town):
    incoming = directed(town)
    type(incoming).objects.filter(pk=incoming.pk).update(
        status=Status.RECALLED, closed_at=incoming.arrived_at
    )
    with pytest.raises(TransitionError):
        handling.take_up(given(incoming).pk, actor=town.officer)
