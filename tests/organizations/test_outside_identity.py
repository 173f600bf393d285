"""Signing in through the province's identity provider: only people whom the portal knows."""

from __future__ import annotations

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.messages.middleware import MessageMiddleware
from django.test import RequestFactory

from audit.models import AuditEntry
from organizations.models import User
from organizations.sign_in.adapters import SocialAdapter, person_named_by
from tenancy.scope import tenant_scope
from tests.people import make_person


@pytest.fixture(autouse=True)
def _open_scope(province, town, other_town):
    with tenant_scope(province):
        yield


@pytest.fixture
def request_of_somebody(province):
    request = RequestFactory().get("/", headers={"host": province.host})
    request.session = {}
    MessageMiddleware(lambda r: None).process_request(request)
    return request


def login_with(claims):
    account = SocialAccount(provider="sso", uid="abc", extra_data=claims)
    return SocialLogin(user=User(), account=account)


def test_a_verified_address_names_the_active_person(town):
    claims = {"email": town.officer.email.upper(), "email_verified": True}
    assert person_named_by(claims) == town.officer
    assert person_named_by({"userinfo": claims}) == town.officer


def test_an_unverified_address_names_nobody(town):
    assert person_named_by({"email": town.officer.email}) is None
    assert person_named_by({"email": town.officer.email, "email_verified": False}) is None


def test_a_user_name_counts_only_when_the_province_trusts_the_claim(town, settings):
    claims = {"preferred_username": town.officer.username.upper()}
    assert person_named_by(claims) is None
    settings.OIDC_USERNAME_CLAIM = "preferred_username"
    assert person_named_by(claims) == town.officer


def test_a_switched_off_person_and_one_without_address_are_nobody(town):
    make_person(email="")
    User.objects.filter(pk=town.officer.pk).update(is_active=False)
    assert person_named_by({"email": town.officer.email, "email_verified": True}) is None
    assert person_named_by({"email": "", "email_verified": True}) is None


def test_the_first_sign_in_links_the_identity_and_is_recorded(town, request_of_somebody, settings):
    app = {"provider_id": "sso", "name": "SSO", "client_id": "x", "secret": "x"}
    app["settings"] = {"server_url": "https://sso.example"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    login = login_with({"email": town.officer.email, "email_verified": True})
    SocialAdapter().pre_social_login(request_of_somebody, login)
    assert SocialAccount.objects.get(uid="abc").user_id == town.officer.pk
    assert AuditEntry.objects.filter(action="person.identity_linked").exists()


def test_a_stranger_gets_no_account(town, request_of_somebody):
    count = User.objects.count()
    login = login_with({"email": "la@vi-du.example", "email_verified": True})
    with pytest.raises(ImmediateHttpResponse) as answer:
        SocialAdapter().pre_social_login(request_of_somebody, login)
    assert answer.value.response["Location"] == "/dang-nhap/"
    assert not SocialAdapter().is_open_for_signup(request_of_somebody, login)
    assert User.objects.count() == count


def test_an_address_of_the_other_province_names_nobody_here(town, other_town):
    claims = {"email": other_town.officer.email, "email_verified": True}
    assert person_named_by(claims) is None
