"""Which one-stop receives for a unit, on the portal's own form and for machines alike."""

import datetime as dt

import pytest
from django.utils import timezone

from onestop.queries.desks import nearest_desk
from onestop.queries.hand_in_by_machine import receiving_unit
from tests.machines import let_in
from tests.people import make_unit

pytestmark = pytest.mark.usefixtures("scope")


def desk_of(unit):
    return nearest_desk(unit, timezone.localdate())


def test_a_unit_has_the_desk_of_what_it_belongs_to(town):
    assert desk_of(town.agency) == desk_of(town.division) == town.counter_unit


def test_without_a_centre_what_has_no_desk_receives_itself_and_not_at_anothers(town):
    assert desk_of(town.other_agency) == town.other_agency
    assert desk_of(town.commune) == town.commune


def test_the_provincial_centre_receives_for_agencies_and_not_for_communes(town):
    centre = make_unit("H32.00", "centre", town.root)
    assert desk_of(town.other_agency) == centre
    counter = make_unit("H32.00.01", "counter", centre)
    below = make_unit("H32.06.01", "division", town.other_agency)
    assert desk_of(town.other_agency) == desk_of(below) == desk_of(town.root) == counter
    assert desk_of(town.agency) == town.counter_unit
    assert desk_of(town.commune) == town.commune


def test_the_centre_of_a_commune_receives_for_all_of_it_and_for_nobody_else(town):
    centre = make_unit("H32.101.01", "centre", town.commune)
    counter = make_unit("H32.101.01.01", "counter", centre)
    police = make_unit("H32.101.02", "agency", town.commune)
    other = make_unit("H32.102", "commune", town.root)
    assert desk_of(town.commune) == desk_of(police) == counter
    assert desk_of(other) == other
    assert desk_of(town.other_agency) == town.other_agency


def test_a_closed_desk_receives_nothing(town):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    type(town.root).objects.filter(pk=town.counter_unit.pk).update(valid_to=yesterday)
    assert desk_of(town.division) == town.division


def test_a_machine_hands_in_at_the_same_desk_where_it_sees_the_desk_or_the_unit(town):
    counter = make_unit("H32.00.01", "counter", make_unit("H32.00", "centre", town.root))

    def of(unit, *seen):
        client, _token = let_in(town, *seen)
        return receiving_unit(unit, "", client.user, timezone.localdate())

    assert of(town.other_agency, town.other_agency) == counter
    assert of(town.other_agency, counter) == counter
    assert of(town.division, town.division) == town.counter_unit
    assert of(town.other_agency, town.agency) is None
