"""Sign-in, second step and sessions: every page of allauth that can be reached is ours."""

import re

import pytest
from django.urls import reverse

from tenancy.scope import tenant_scope
from tests.people import make_person

OPEN = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
OWN = ["account_change_password", "mfa_index", "usersessions_list", "account_logout"]


def check(response) -> str:
    html = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall("<h1", html)) == 1
    assert "Menu:" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=", html)
    assert 'lang="vi"' in html
    return html


@pytest.mark.parametrize("name", OPEN)
def test_a_page_for_visitors_has_our_look_and_loads_no_framework(client, name):
    html = check(client.get(reverse(name)))
    assert "css/public.css" in html
    assert "bootstrap" not in html


@pytest.fixture
def signed_in(client, province):
    with tenant_scope(province):
        person = make_person(username="linh", email="linh@example.vn")
    return client.sign_in(person)


@pytest.mark.parametrize("name", OWN)
def test_a_page_of_ones_own_account_has_our_look(signed_in, name):
    check(signed_in.get(reverse(name)))


def test_a_wrong_password_is_told_in_one_summary_with_focus(client, province):
    with tenant_scope(province):
        make_person(username="linh")
    html = client.post(
        reverse("account_login"), {"login": "linh", "password": "x"}
    ).content.decode()
    assert html.count("error-summary-title") == 2
    assert "data-focus" in html


def test_an_address_that_does_not_exist_is_our_404(client):
    response = client.get("/khong-co/")
    html = response.content.decode()
    assert response.status_code == 404
    assert html.count("<h1") == 1
    assert "css/public.css" in html


def test_the_csrf_page_says_what_to_do(province):
    from tests.conftest import HostClient

    strict = HostClient(province)
    strict.handler.enforce_csrf_checks = True
    response = strict.post(reverse("account_login"), {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert response["X-Reason"] == "session"
    assert 'class="button"' in response.content.decode()


def test_the_pages_carry_the_strict_content_policy(client):
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
