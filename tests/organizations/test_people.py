"""Accounts: invited, switched off, given a way back in; and who may do that to whom."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.utils import translation

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError
from organizations import access, open_work, reach
from organizations.models import Position, User
from organizations.open_work import OpenWork
from organizations.services import people as services
from organizations.sign_in import links
from tests.people import PASSWORD, give_role, make_person

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture(autouse=True)
def _sentences_in_english():
    with translation.override("en"):
        yield


def invite(town, **changes):
    facts = {
        "actor": town.agency_admin,
        "full_name": "Ngô  Thị Mới",
        "username": "Ngo.Thi.Moi",
        "unit_id": town.division.pk,
        "role": "official",
        "email": "Moi@vi-du.example",
    } | changes
    return services.invite_person(**facts)


def test_an_invited_person_has_rights_but_no_password_and_a_mail_is_due(town):
    person = invite(town)
    assert (person.username, person.email) == ("ngo.thi.moi", "moi@vi-du.example")
    assert person.full_name == "Ngô Thị Mới"
    assert not person.has_usable_password()
    assert access.may(person, "process_dossiers", town.division.pk)
    event = OutboxEvent.objects.get(action="person.invited")
    assert event.data["user"] == person.pk


def test_no_link_is_kept_in_the_audit_log_or_the_outbox(town):
    person = invite(town)
    link = services.issue_link(person.pk, actor=town.agency_admin, by_mail=False)
    services.issue_link(person.pk, actor=town.agency_admin, by_mail=True)
    token = link.rstrip("/").rsplit("-", 1)[1]
    kept = [str(row.data) for row in AuditEntry.objects.all()]
    kept += [str(row.data) for row in OutboxEvent.objects.all()]
    assert len(token) > 20
    assert not any(token in text or "mat-khau" in text for text in kept)


def test_a_printed_link_leads_to_the_persons_own_province(town):
    link = services.issue_link(town.officer.pk, actor=town.agency_admin, by_mail=False)
    assert link.startswith("http://h32.localhost")


def test_a_newer_link_kills_the_older_one_and_so_does_switching_off(town):
    person = invite(town)
    tokens = links.LinkTokens()
    old = tokens.make_token(person)
    services.issue_link(person.pk, actor=town.agency_admin, by_mail=True)
    person.refresh_from_db()
    assert not tokens.check_token(person, old)
    new = tokens.make_token(person)
    assert tokens.check_token(person, new)
    services.disable_person(person.pk, actor=town.agency_admin, reason="thử")
    person.refresh_from_db()
    assert not tokens.check_token(person, new)


def test_user_names_and_addresses_are_unique_whatever_their_capitals(town):
    invite(town)
    with pytest.raises(DomainError, match="taken"):
        invite(town, username="NGO.THI.MOI", email="")
    with pytest.raises(DomainError, match="e-mail"):
        invite(town, username="khac", email="MOI@vi-du.example")


def test_an_agency_administrator_invites_nobody_elsewhere_or_above(town):
    with pytest.raises(PermissionDenied):
        invite(town, unit_id=town.other_agency.pk)
    with pytest.raises(PermissionDenied):
        invite(town, role="superuser")
    for actor in (town.head, town.outsider, town.overseer):
        with pytest.raises(PermissionDenied):
            invite(town, actor=actor)
    assert not User.objects.filter(username="ngo.thi.moi").exists()


def test_a_leavers_rights_positions_and_delegations_end(town):
    services.disable_person(town.head.pk, actor=town.agency_admin, reason="Nghỉ hưu", has_left=True)
    town.head.refresh_from_db()
    assert not town.head.is_active
    assert access.grants_of(town.head) == []
    assert Position.objects.get(user=town.head).valid_to is not None
    with pytest.raises(AlreadyDone):
        services.disable_person(town.head.pk, actor=town.agency_admin, reason="")


def test_somebody_away_for_a_while_finds_his_rights_again(town):
    services.disable_person(town.head.pk, actor=town.agency_admin, reason="Nghỉ thai sản")
    services.enable_person(town.head.pk, actor=town.agency_admin)
    town.head.refresh_from_db()
    assert access.may(town.head, "approve_dossiers", town.division.pk)


def test_open_work_of_a_leaver_is_listed_by_the_apps_that_have_it(town, monkeypatch):
    monkeypatch.setattr(open_work, "_finders", {})
    open_work.count_for_people(
        "thử", lambda user: [("Hồ sơ đang giữ", 3, "/ho-so/"), ("Việc", 0, "")]
    )
    assert open_work.open_work_of(town.officer) == [OpenWork("Hồ sơ đang giữ", 3, "/ho-so/")]


# --- whose account is taken charge of by whom ---------------------------------------------------


@pytest.mark.parametrize("act", ["link", "disable", "change", "factor"])
@pytest.mark.parametrize("target", ["superuser", "outsider", "overseer", "agency_admin"])
def test_an_agency_administrator_takes_charge_of_no_account_beyond_his_reach(town, act, target):
    person = getattr(town, target)
    with pytest.raises(PermissionDenied):
        take_charge(act, person, town.agency_admin)


def take_charge(act, person, actor):
    if act == "link":
        services.issue_link(person.pk, actor=actor, by_mail=False)
    elif act == "disable":
        services.disable_person(person.pk, actor=actor, reason="x")
    elif act == "change":
        services.change_person(
            person.pk, actor=actor, full_name="X", email="x@vi-du.example", phone=""
        )
    else:
        services.ask_second_factor_reset(person.pk, actor=actor, reason="x")


def test_a_person_with_a_second_position_elsewhere_is_out_of_reach(town):
    assert reach.is_manageable(town.agency_admin, town.officer)
    give_role(town.officer, "official", town.commune)
    assert not reach.is_manageable(town.agency_admin, town.officer)
    assert reach.is_manageable(town.superuser, town.officer)


def test_a_person_who_also_controls_procedures_is_out_of_reach(town):
    give_role(town.officer, "catalogue_editor", town.division)
    with pytest.raises(PermissionDenied):
        services.issue_link(town.officer.pk, actor=town.agency_admin, by_mail=False)


def test_a_position_of_system_administrator_does_not_reach_superuser_accounts(town):
    person = make_person("superuser", town.root)
    assert reach.is_manageable(person, town.agency_admin)
    assert not reach.is_manageable(person, town.superuser)


# --- the second factor ---------------------------------------------------------------------------


def with_factor(person):
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    return person


def test_a_second_factor_is_removed_by_two_administrators(town):
    person = with_factor(town.officer)
    wish = services.ask_second_factor_reset(person.pk, actor=town.agency_admin, reason="Mất máy")
    assert Authenticator.objects.filter(user_id=person.pk).exists()
    with pytest.raises(PermissionDenied):
        services.confirm_second_factor_reset(wish.pk, actor=town.agency_admin)
    with pytest.raises(AlreadyDone):
        services.ask_second_factor_reset(person.pk, actor=town.superuser, reason="x")
    services.confirm_second_factor_reset(wish.pk, actor=town.superuser)
    assert not Authenticator.objects.filter(user_id=person.pk).exists()
    with pytest.raises(AlreadyDone):
        services.confirm_second_factor_reset(wish.pk, actor=town.superuser)


def test_the_only_administrator_removes_a_second_factor_alone(town):
    person = with_factor(make_person("official", town.commune))
    services.ask_second_factor_reset(person.pk, actor=town.superuser, reason="Mất máy")
    assert not Authenticator.objects.filter(user_id=person.pk).exists()


def test_a_withdrawn_wish_removes_nothing(town):
    person = with_factor(town.officer)
    wish = services.ask_second_factor_reset(person.pk, actor=town.agency_admin, reason="x")
    services.withdraw_second_factor_reset(wish.pk, actor=town.superuser)
    with pytest.raises(AlreadyDone):
        services.confirm_second_factor_reset(wish.pk, actor=town.superuser)
    assert Authenticator.objects.filter(user_id=person.pk).exists()


def test_people_are_found_without_accents_and_sorted_by_given_name(town):
    town.head.refresh_from_db()
    assert "le thi thuong" in town.head.search_text
    names = list(access.people_visible_to(town.agency_admin, "view_people").order_by("sort_key"))
    given = [person.full_name.split()[-1] for person in names]
    assert given == ["An", "Bích", "Đạt", "Hoa", "Hòa", "Thưởng"]
    assert PASSWORD not in str(names)
