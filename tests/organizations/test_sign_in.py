"""Signing in: limits on guessing, links, and the province's wall."""

from __future__ import annotations

import time

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail

from audit.models import OutboxEvent
from organizations.models import RuleSet, User
from organizations.services import people as services
from organizations.sign_in import links
from tenancy.scope import tenant_scope
from tests.organizations.signing import LOGIN, Browser, log_in
from tests.people import PASSWORD, make_person

pytestmark = pytest.mark.usefixtures("own_cache")


def test_a_person_signs_in_by_user_name_or_e_mail_in_any_capitals(province, town):
    for name in (town.officer.username, "OFFICER.H32", "Officer.H32@vi-du.example"):
        browser = Browser(province)
        assert log_in(browser, name).status_code == 302, name
        assert browser.is_in


def test_a_page_asks_for_signing_in_and_leads_back(browser, town):
    response = browser.get("/quan-tri/nguoi-dung/?q=an")
    assert response.status_code == 302
    assert response["Location"].startswith(LOGIN)
    assert "next=/quan-tri/nguoi-dung/" in response["Location"]
    answer = browser.post(
        response["Location"],
        {"login": town.agency_admin.username, "password": PASSWORD,
         "next": "/quan-tri/nguoi-dung/?q=an"},
    )  # fmt: skip
    assert answer["Location"] == "/quan-tri/nguoi-dung/?q=an"


def test_nobody_is_led_to_another_site_after_signing_in(browser, town):
    answer = browser.post(
        LOGIN,
        {"login": town.officer.username, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert "evil" not in answer["Location"]


def test_sign_up_is_closed(browser, province):
    facts = {"username": "moi", "password1": PASSWORD, "password2": PASSWORD}
    browser.post("/tai-khoan/dang-ky/", facts)
    browser.post("/dang-nhap/sso/dang-ky/", facts)
    with tenant_scope(province):
        assert not User.objects.filter(username="moi").exists()


def test_the_admin_has_no_door_of_its_own(browser):
    response = browser.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith(LOGIN)


# --- guessing -------------------------------------------------------------------------------------


def test_five_wrong_passwords_close_account_and_address_but_not_another_address(province, town):
    thief = Browser(province)
    for _ in range(5):
        log_in(thief, town.officer.username, "sai-mat-khau", address="10.0.0.1")
    assert log_in(thief, town.officer.username, address="10.0.0.1").status_code == 429
    assert not thief.is_in
    assert log_in(thief, town.clerk.username, address="10.0.0.1").status_code == 302
    owner = Browser(province)
    assert log_in(owner, town.officer.username, address="10.0.0.2").status_code == 302


def test_trying_by_e_mail_and_by_user_name_counts_as_one_account(province, town):
    thief = Browser(province)
    for name in (town.officer.username, town.officer.email, "OFFICER.h32") * 2:
        log_in(thief, name, "sai-mat-khau", address="10.0.0.1")
    assert log_in(thief, town.officer.username, address="10.0.0.1").status_code == 429


def test_a_forged_forwarding_header_is_no_new_address(province, town):
    thief = Browser(province)
    for number in range(5):
        log_in(thief, town.officer.username, "sai", HTTP_X_FORWARDED_FOR=f"1.2.3.{number}")
    answer = log_in(thief, town.officer.username, HTTP_X_FORWARDED_FOR="9.9.9.9")
    assert answer.status_code == 429


@pytest.mark.slow
def test_many_addresses_admit_ten_guesses_an_hour_and_the_usual_place_still_opens(province, town):
    assert log_in(Browser(province), town.officer.username, address="10.0.0.9").status_code == 302
    admitted = 0
    for number in range(40):
        answer = log_in(Browser(province), town.officer.username, "sai", address=f"10.1.0.{number}")
        admitted += answer.status_code == 200
    assert admitted == 10
    stranger = log_in(Browser(province), town.officer.username, address="10.2.0.1")
    assert stranger.status_code == 429
    usual = log_in(Browser(province), town.officer.username, address="10.0.0.9")
    assert usual.status_code == 302


def test_the_lock_opens_by_itself_and_after_a_link_from_an_administrator(province, town):
    thief = Browser(province)
    for _ in range(5):
        log_in(thief, town.officer.username, "sai")
    with time_machine.travel(time.time() + 16 * 60, tick=True):
        assert log_in(Browser(province), town.officer.username).status_code == 302
    for _ in range(5):
        log_in(thief, town.clerk.username, "sai")
    assert log_in(thief, town.clerk.username).status_code == 429
    with tenant_scope(province):
        link = services.issue_link(town.clerk.pk, actor=town.agency_admin, by_mail=False)
    path = link.split("localhost", 1)[1]
    page = thief.get(path if path.startswith("/") else path[path.index("/") :], follow=True)
    form = {"password1": "Chieu-mua-o-Nha-Trang", "password2": "Chieu-mua-o-Nha-Trang"}
    thief.post(page.request["PATH_INFO"], form)
    assert log_in(thief, town.clerk.username, "Chieu-mua-o-Nha-Trang").status_code == 302


def test_a_province_sets_its_own_limit(province, town):
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="sign_in", valid_from="2020-01-01", values={"failures_before_lock": 2}
        )
    for _ in range(2):
        log_in(Browser(province), town.officer.username, "sai")
    assert log_in(Browser(province), town.officer.username).status_code == 429


def test_signing_in_works_while_redis_is_away(province, town, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "tenancy.cache.ForgivingRedisCache",
            "LOCATION": "unix:///nonexistent/valkey.sock",
            "KEY_FUNCTION": "tenancy.cache.province_key",
        }
    }
    browser = Browser(province)
    assert log_in(browser, town.officer.username).status_code == 302
    assert browser.is_in


def test_a_switched_off_account_opens_nothing_and_its_sessions_end(province, town):
    browser = Browser(province)
    log_in(browser, town.officer.username)
    assert browser.is_in
    with tenant_scope(province):
        services.disable_person(town.officer.pk, actor=town.agency_admin, reason="x")
        assert not UserSession.objects.filter(user_id=town.officer.pk).exists()
    assert not browser.is_in
    log_in(browser, town.officer.username)
    assert not browser.is_in


# --- the wall -------------------------------------------------------------------------------------


def test_a_cookie_of_one_province_is_nobody_in_the_other(
    province, other_province, town, other_town
):
    browser, away = Browser(province), Browser(other_province)
    log_in(browser, town.officer.username)
    away.cookies["session"] = browser.cookies["session"].value
    assert browser.is_in
    assert not away.is_in


def test_the_same_user_name_in_two_provinces_is_two_people(province, other_province, town):
    with tenant_scope(other_province):
        make_person(username=town.officer.username, password="Mat-khau-cua-Phu-Tho")
    assert log_in(Browser(other_province), town.officer.username).status_code == 200
    answer = log_in(Browser(other_province), town.officer.username, "Mat-khau-cua-Phu-Tho")
    assert answer.status_code == 302


def test_a_lock_in_one_province_leaves_the_other_open(province, other_province, town):
    with tenant_scope(other_province):
        make_person(username=town.officer.username)
    for _ in range(5):
        log_in(Browser(other_province), town.officer.username, "sai")
    assert log_in(Browser(other_province), town.officer.username).status_code == 429
    assert log_in(Browser(province), town.officer.username).status_code == 302


def test_a_link_of_one_province_opens_nothing_in_the_other(province, other_province, town):
    with tenant_scope(province):
        path = links.path_for(town.officer)
    with tenant_scope(other_province):
        make_person()
    away = Browser(other_province).get(path, follow=True)
    assert away.context.get("token_fail") is True
    home = Browser(province).get(path, follow=True)
    assert not home.context.get("token_fail")


def test_a_link_works_once(province, town):
    with tenant_scope(province):
        path = links.path_for(town.officer)
    browser = Browser(province)
    page = browser.get(path, follow=True)
    new = "Song-bien-Nha-Trang"
    browser.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert log_in(Browser(province), town.officer.username, new).status_code == 302
    again = Browser(province).get(path, follow=True)
    assert again.context.get("token_fail") is True


def test_a_link_dies_after_three_days(province, town):
    with tenant_scope(province):
        path = links.path_for(town.officer)
    with time_machine.travel(time.time() + 72 * 3600 + 60, tick=True):
        assert Browser(province).get(path, follow=True).context.get("token_fail") is True


def test_a_forgotten_password_answers_the_same_for_everybody_and_mails_through_the_outbox(
    browser, province, town
):
    known = browser.post("/tai-khoan/mat-khau/quen/", {"email": town.officer.email})
    unknown = browser.post("/tai-khoan/mat-khau/quen/", {"email": "khong.co@vi-du.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert mail.outbox == []
    with tenant_scope(province):
        event = OutboxEvent.objects.get(action="person.password_reset_requested")
    assert event.data == {"user": town.officer.pk}
