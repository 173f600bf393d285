"""The cast of the tests is what its names promise."""

from __future__ import annotations

from organizations import access
from tests.people import make_town


def test_everybody_of_the_cast_may_do_his_part_and_no_more(scope, town):
    division = town.division.pk
    assert access.may(town.clerk, "receive_dossiers", town.counter_unit.pk)
    assert access.may(town.officer, "process_dossiers", division)
    assert access.may(town.head, "approve_dossiers", division)
    assert access.may(town.leader, "approve_dossiers", division)
    assert access.may(town.records_clerk, "release_results", town.agency.pk)
    assert access.may(town.agency_admin, "manage_people", division)
    assert access.may(town.overseer, "view_dossiers", town.commune.pk)
    assert access.may(town.superuser, "manage_units", town.root.pk)
    assert not access.may(town.outsider, "process_dossiers", division)
    assert not access.may(town.head, "approve_dossiers", town.second_division.pk)
    assert not access.may(town.agency_admin, "manage_people", town.other_agency.pk)
    assert not access.may(town.superuser, "approve_dossiers", division)


def test_the_same_cast_stands_in_the_other_province(other_town, town):
    assert other_town.officer.username.split(".")[0] == town.officer.username.split(".")[0]
    assert other_town.officer.province_id != town.officer.province_id


def test_the_cast_costs_few_queries(scope, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        make_town()
