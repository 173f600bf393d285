"""Positions and delegations: what they open, when, and who may give them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.models import DelegationReason, Position, Unit
from organizations.services import positions as services
from organizations.services import units as unit_services
from tests.people import give_role, make_person, make_unit

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture(autouse=True)
def _sentences_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


def lend(town, today, **changes):
    facts = {
        "actor": town.leader,
        "role": "leader",
        "reason": DelegationReason.PREVENTED,
        "note": "Giấy ủy quyền số 5",
        "valid_from": today,
        "valid_to": today + dt.timedelta(days=3),
    } | changes
    return services.delegate(town.leader.pk, town.head.pk, town.division.pk, **facts)


def test_a_position_opens_its_rights_at_once_and_is_recorded(town):
    person = make_person("official", town.second_division)
    assert not access.may(person, "approve_dossiers", town.division.pk)
    services.give_position(person.pk, town.division.pk, actor=town.agency_admin, role="head")
    assert access.may(person, "approve_dossiers", town.division.pk)
    entry = AuditEntry.objects.get(action="position.given", subject_id=str(person.pk))
    assert entry.actor_name == town.agency_admin.full_name
    assert entry.data["unit"] == "H32.05.01"


def test_a_position_that_begins_tomorrow_opens_nothing_today(town, today):
    person = make_person("official", town.second_division)
    services.give_position(
        person.pk, town.division.pk, actor=town.agency_admin, role="head",
        valid_from=today + dt.timedelta(days=1),
    )  # fmt: skip
    assert not access.may(person, "approve_dossiers", town.division.pk)


def test_an_ended_position_closes_its_rights_at_once(town, today):
    position = Position.objects.get(user=town.head)
    yesterday = today - dt.timedelta(days=1)
    services.end_position(position.pk, actor=town.agency_admin, on=yesterday)
    assert not access.may(town.head, "approve_dossiers", town.division.pk)
    with pytest.raises(AlreadyDone):
        services.end_position(position.pk, actor=town.agency_admin, on=yesterday)


def test_a_position_is_not_ended_in_the_past(town, today):
    position = Position.objects.get(user=town.head)
    with pytest.raises(DomainError, match="past"):
        services.end_position(
            position.pk, actor=town.agency_admin, on=today - dt.timedelta(days=30)
        )


def test_the_same_position_twice_is_refused(town):
    with pytest.raises(AlreadyDone):
        services.give_position(town.head.pk, town.division.pk, actor=town.agency_admin, role="head")


def test_a_closed_unit_gets_no_new_people(town, today):
    old = make_unit("H32.05.09", "division", town.agency, valid_to=today - dt.timedelta(days=1))
    with pytest.raises(DomainError, match="closed"):
        services.give_position(town.officer.pk, old.pk, actor=town.agency_admin, role="official")
    with pytest.raises(DomainError, match="closed"):
        unit_services.require_open(old)


def test_an_official_of_another_agency_gives_no_positions(town):
    with pytest.raises(PermissionDenied):
        services.give_position(town.officer.pk, town.division.pk, actor=town.outsider, role="head")


# --- no way up ------------------------------------------------------------------------------------


def test_an_administrator_gives_himself_nothing(town):
    with pytest.raises(PermissionDenied):
        services.give_position(
            town.agency_admin.pk, town.agency.pk, actor=town.agency_admin, role="leader"
        )


@pytest.mark.parametrize("role", ["superuser", "oversight", "catalogue_editor", "agency_admin"])
def test_an_agency_administrator_gives_no_role_above_his_table(town, role):
    with pytest.raises(PermissionDenied):
        services.give_position(
            town.officer.pk, town.division.pk, actor=town.agency_admin, role=role
        )


@pytest.mark.parametrize("where", ["root", "other_agency", "commune"])
def test_an_agency_administrator_gives_no_role_outside_his_agency(town, where):
    with pytest.raises(PermissionDenied):
        services.give_position(
            town.officer.pk, getattr(town, where).pk, actor=town.agency_admin, role="official"
        )


def test_an_agency_administrator_ends_no_position_above_his_table(town, today):
    give_role(town.officer, "catalogue_editor", town.division)
    position = Position.objects.get(user=town.officer, role="catalogue_editor")
    with pytest.raises(PermissionDenied):
        services.end_position(position.pk, actor=town.agency_admin, on=today)


def test_a_system_administrator_gives_every_role_but_not_to_himself(town):
    services.give_position(town.officer.pk, town.root.pk, actor=town.superuser, role="oversight")
    assert access.may(town.officer, "view_dossiers", town.commune.pk)
    with pytest.raises(PermissionDenied):
        services.give_position(town.superuser.pk, town.root.pk, actor=town.superuser, role="leader")


# --- delegations ----------------------------------------------------------------------------------


def test_a_delegation_lends_the_role_and_each_act_says_on_whose_behalf(town, today):
    make_head_of = town.second_division
    services.delegate(
        town.leader.pk, town.officer.pk, town.division.pk, actor=town.leader, role="leader",
        reason=DelegationReason.SUDDEN, note="QĐ 12", valid_from=today, valid_to=today,
    )  # fmt: skip
    right = access.require(town.officer, "approve_dossiers", town.division.pk)
    assert right.on_behalf_of == town.leader.full_name
    assert not access.may(town.officer, "approve_dossiers", make_head_of.pk)


def test_a_right_of_ones_own_goes_before_a_lent_one(town, today):
    lend(town, today)
    assert access.require(town.head, "approve_dossiers", town.division.pk).on_behalf_of == ""


def test_a_delegation_ends_with_its_last_day_and_with_the_givers_position(town, today):
    person = make_person("official", town.division)
    delegation = services.delegate(
        town.leader.pk, person.pk, town.division.pk, actor=town.leader, role="leader",
        reason=DelegationReason.PREVENTED, note="QĐ 1", valid_from=today + dt.timedelta(days=1),
        valid_to=today + dt.timedelta(days=2),
    )  # fmt: skip
    assert not access.may(person, "approve_dossiers", town.division.pk)
    services.revoke_delegation(delegation.pk, actor=town.leader)
    lend(town, today, actor=town.leader)
    position = Position.objects.get(user=town.leader)
    services.end_position(position.pk, actor=town.agency_admin, on=today - dt.timedelta(days=1))
    lent = [grant for grant in access.grants_of(town.head) if grant.delegation_id]
    assert lent == []


def test_a_revoked_delegation_opens_nothing(town, today):
    person = make_person("official", town.division)
    delegation = services.delegate(
        town.leader.pk, person.pk, town.division.pk, actor=town.agency_admin, role="leader",
        reason=DelegationReason.PREVENTED, note="QĐ 1", valid_from=today, valid_to=today,
    )  # fmt: skip
    assert access.may(person, "approve_dossiers", town.division.pk)
    services.revoke_delegation(delegation.pk, actor=town.leader)
    assert not access.may(person, "approve_dossiers", town.division.pk)
    with pytest.raises(AlreadyDone):
        services.revoke_delegation(delegation.pk, actor=town.leader)


def test_only_the_head_or_an_administrator_delegates(town, today):
    for actor in (town.head, town.officer, town.outsider):
        with pytest.raises(PermissionDenied):
            lend(town, today, actor=actor)


def test_an_administrator_does_not_lend_a_heads_role_to_himself(town, today):
    with pytest.raises(PermissionDenied):
        services.delegate(
            town.leader.pk, town.agency_admin.pk, town.agency.pk, actor=town.agency_admin,
            role="leader", reason=DelegationReason.SUDDEN, note="x", valid_from=today,
            valid_to=today,
        )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "head"},
        {"role": "agency_admin"},
        {"reason": "holiday"},
        {"note": "  "},
        {"valid_to": dt.date(2020, 1, 1)},
    ],
)
def test_a_delegation_without_ground_or_dates_is_refused(town, today, changes):
    with pytest.raises(DomainError):
        lend(town, today, **changes)


def test_a_delegation_is_not_dated_back(town, today):
    with pytest.raises(DomainError, match="in the past"):
        lend(town, today, valid_from=today - dt.timedelta(days=1))


def test_nobody_delegates_what_he_does_not_hold_or_to_a_stranger(town, today):
    with pytest.raises(PermissionDenied):
        services.delegate(
            town.head.pk, town.officer.pk, town.division.pk, actor=town.head, role="leader",
            reason=DelegationReason.SUDDEN, note="x", valid_from=today, valid_to=today,
        )  # fmt: skip
    with pytest.raises(DomainError, match="own unit"):
        services.delegate(
            town.leader.pk, town.outsider.pk, town.agency.pk, actor=town.leader, role="leader",
            reason=DelegationReason.SUDDEN, note="x", valid_from=today, valid_to=today,
        )  # fmt: skip


def test_a_field_is_assigned_to_a_leader_only(town, today):
    services.assign_field(
        town.leader.pk, town.agency.pk, actor=town.agency_admin, field="Đất đai", valid_from=today
    )
    with pytest.raises(DomainError):
        services.assign_field(
            town.officer.pk, town.agency.pk, actor=town.agency_admin, field="Đất đai",
            valid_from=today,
        )  # fmt: skip


@pytest.mark.parametrize(
    "who", ["clerk", "officer", "leader", "agency_admin", "overseer", "superuser"]
)
def test_all_rights_on_some_units_are_those_that_hold_on_one_of_them(town, who):
    person = getattr(town, who)
    names = [name for name, _words in Unit._meta.permissions]
    for units in ([town.agency.pk], [town.counter_unit.pk], [town.agency.pk, town.counter_unit.pk]):
        expected = {name for name in names for pk in units if access.may(person, name, pk)}
        assert access.rights_on(person, *units) == expected
