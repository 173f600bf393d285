"""Who sees which document: the register's people, the unit that got it, the person that got it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from documents.models import Assignment, Incoming
from documents.services import directing, receiving
from documents.services.directing import Receiver
from documents.states import Channel, Part
from tests.documents.desks import directed, entered, given, letter, registry_of
from tests.people import make_person


def seen_by(person) -> int:
    return Incoming.objects.visible_to(person, "view_documents").count()


def test_the_register_is_seen_by_clerk_and_leader_only(scope, town):
    entered(town)
    assert {name: seen_by(getattr(town, name)) for name in (
        "records_clerk", "leader", "head", "officer", "clerk", "outsider", "overseer", "superuser",
        "agency_admin", "editor",
    )} == {
        "records_clerk": 1, "leader": 1, "head": 0, "officer": 0, "clerk": 0, "outsider": 0,
        "overseer": 0, "superuser": 0, "agency_admin": 0, "editor": 0,
    }  # fmt: skip


def test_who_reads_the_registers_of_a_body_reads_no_others_and_enters_nothing(scope, town):
    reader = make_person("register_reader", town.agency)
    elsewhere = make_person("register_reader", town.other_agency)
    entered(town)
    assert (seen_by(reader), seen_by(elsewhere)) == (1, 0)
    with pytest.raises(PermissionDenied):
        receiving.enter(
            letter(), registry_id=registry_of(town).pk, channel=Channel.PAPER, actor=reader
        )


def test_what_a_unit_got_is_seen_by_its_people_and_not_by_the_unit_beside(scope, town):
    beside = make_person("official", town.second_division)
    directed(town)
    assert (seen_by(town.officer), seen_by(town.head), seen_by(beside)) == (1, 1, 0)


def test_what_was_taken_away_is_seen_no_more(scope, town):
    incoming = directed(town)
    directed(town, incoming=incoming, receivers=[Receiver(Part.LEAD, town.second_division.pk)])
    assert seen_by(town.officer) == 0


def test_in_an_agency_without_divisions_an_official_sees_only_his_own(scope, town):
    mine, colleague = (make_person("official", town.agency) for _ in range(2))
    incoming = entered(town)
    directed(town, incoming=incoming, receivers=[Receiver(Part.LEAD, town.agency.pk, mine.pk)])
    assert seen_by(mine) == 1
    assert seen_by(colleague) == 0


def test_to_do_is_what_is_mine_and_what_my_unit_has_given_to_nobody(scope, town):
    incoming = directed(town)
    colleague = make_person("official", town.division)

    def waits_for(person) -> int:
        return Assignment.objects.open().of(person, "handle_documents").count()

    assert [waits_for(each) for each in (town.officer, colleague, town.outsider)] == [1, 1, 0]
    directing.pass_on(given(incoming).pk, actor=town.head, person_id=town.officer.pk)
    assert [waits_for(each) for each in (town.officer, colleague)] == [1, 0]


@pytest.mark.parametrize("rows", [1, 5])
def test_one_query_finds_them_however_many_there_are(scope, town, rows, django_assert_num_queries):
    for number in range(rows):
        directed(town, incoming=entered(town, reference=f"{number + 1}/BC-UBND"))
    seen_by(town.officer)  # the person's rights are read once for the page
    with django_assert_num_queries(1):
        assert seen_by(town.officer) == rows
