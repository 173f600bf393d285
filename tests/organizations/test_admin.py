"""Django's admin: for system administrators, to look and not to touch."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from organizations.models import Delegation, Position, Unit, UnitUserPermission, User
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.people import make_person

OURS = [Unit, User, Position, Delegation, UnitUserPermission]


def address(model, page="changelist", *args):
    return reverse(f"admin:organizations_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", OURS)
def test_a_system_administrator_sees_each_table_under_the_strict_policy(province, town, model):
    browser = HostClient(province).sign_in(town.superuser)
    answer = browser.get(address(model))
    assert answer.status_code == 200
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)
    assert " style=" not in page
    assert not re.search(r"\son[a-z]+=", page)


def test_the_admin_changes_nothing(province, town):
    browser = HostClient(province).sign_in(town.superuser)
    assert browser.get(address(User, "add")).status_code == 403
    page = address(User, "change", town.officer.pk)
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"is_superuser": "on"}).status_code == 403
    assert (
        browser.post(address(User, "delete", town.officer.pk), {"post": "yes"}).status_code == 403
    )


def test_no_hash_of_a_password_is_shown(province, town):
    browser = HostClient(province).sign_in(town.superuser)
    page = browser.get(address(User, "change", town.officer.pk)).content.decode()
    assert town.officer.password not in page
    assert "md5$" not in page


def test_staff_without_being_a_system_administrator_stays_outside(province, town):
    with tenant_scope(province):
        staff = make_person("leader", town.agency, is_staff=True)
    for person in (staff, town.agency_admin):
        answer = HostClient(province).sign_in(person).get("/admin/")
        assert answer.status_code == 302


def test_people_of_the_other_province_are_not_in_it(province, town, other_town):
    browser = HostClient(province).sign_in(town.superuser)
    assert other_town.officer.username not in browser.get(address(User)).content.decode()
    gone = browser.get(address(User, "change", other_town.officer.pk))
    assert gone.status_code == 302  # the admin's own way to say: no such row


def test_every_model_of_organizations_in_the_admin_is_look_only():
    for model, options in admin.site._registry.items():
        if model._meta.app_label in ("organizations", "audit"):
            assert not options.has_add_permission(None), model
            assert not options.has_change_permission(None), model
            assert not options.has_delete_permission(None), model


def test_second_factors_and_groups_are_not_in_the_admin():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels.isdisjoint({"mfa", "auth", "account", "usersessions", "guardian"})
