"""Signing in: limits on guessing, time limits, the second factor, and the province's wall."""

from __future__ import annotations

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.urls import reverse

from audit.models import OutboxEvent
from organizations import links
from organizations.models import RuleSet, User
from organizations.services import people as services
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.people import PASSWORD, give_role, make_person

LOGIN = "/dang-nhap/"
HOME = "/tai-khoan/"


@pytest.fixture(autouse=True)
def _no_cache_between_tests(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": f"sign-in-{time.monotonic_ns()}",
            "KEY_FUNCTION": "tenancy.cache.province_key",
        }
    }


def log_in(client, name, password=PASSWORD, address="127.0.0.1", **extra):
    return client.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address, **extra)


def is_in(client):
    return SESSION_KEY in client.session_data()


@pytest.fixture
def browser(province):
    return Browser(province)


class Browser(HostClient):
    def session_data(self):
        with tenant_scope(self.province):
            return dict(self.session.items())

    @property
    def is_in(self):
        return self.get(HOME).status_code == 200


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


# --- time limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "minutes"), [("officer", 15), ("agency_admin", 5)])
def test_an_idle_session_ends_after_the_minutes_of_the_role(province, town, who, minutes):
    start = int(time.time())
    with time_machine.travel(start, tick=False) as clock:
        browser = Browser(province)
        log_in(browser, getattr(town, who).username)
        clock.shift(minutes * 60 - 5)
        assert browser.get(HOME).status_code == 200
        clock.shift(minutes * 60 - 5)
        assert browser.get(HOME).status_code == 200
        clock.shift(minutes * 60 + 5)
        answer = browser.get("/tai-khoan/?a=1")
        assert answer.status_code == 302
        assert answer["Location"] == f"{LOGIN}?next=%2Ftai-khoan%2F%3Fa%3D1"
        assert not browser.is_in


def test_the_strictest_role_sets_the_limit_and_a_new_role_holds_at_once(province, town):
    with time_machine.travel(int(time.time()), tick=False) as clock:
        browser = Browser(province)
        log_in(browser, town.officer.username)
        with tenant_scope(province):
            give_role(town.officer, "agency_admin", town.division)
        clock.shift(61)
        assert browser.is_in
        clock.shift(6 * 60)
        assert not browser.is_in


def test_htmx_is_told_in_words_when_the_session_has_ended(province, town):
    with time_machine.travel(int(time.time()), tick=False) as clock:
        browser = Browser(province)
        log_in(browser, town.officer.username)
        clock.shift(16 * 60)
        answer = browser.post(HOME, {"language": "vi"}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["X-Reason"]) == (403, "session")
    again = browser.get(HOME, HTTP_HX_REQUEST="true")
    assert (again.status_code, again["X-Reason"]) == (403, "session")


def test_nobody_stays_signed_in_for_longer_than_twelve_hours(province, town):
    with time_machine.travel(int(time.time()), tick=False) as clock:
        browser = Browser(province)
        log_in(browser, town.officer.username)
        for _ in range(12 * 6 - 1):
            clock.shift(10 * 60)
            assert browser.is_in
        clock.shift(11 * 60)
        assert not browser.is_in


def test_reading_writes_the_moment_at_most_once_a_minute(province, town):
    with time_machine.travel(int(time.time()), tick=False) as clock:
        browser = Browser(province)
        log_in(browser, town.officer.username)
        browser.get(HOME)
        seen = last_seen(province, town.officer)
        clock.shift(30)
        browser.get(HOME)
        assert last_seen(province, town.officer) == seen
        clock.shift(40)
        browser.get(HOME)
        assert last_seen(province, town.officer) != seen


def last_seen(province, person):
    with tenant_scope(province):
        return User.objects.values_list("last_seen_at", flat=True).get(pk=person.pk)


def test_a_revoked_session_ends_even_when_the_cache_remembers_it(province, town):
    with time_machine.travel(int(time.time()), tick=False) as clock:
        first, second = Browser(province), Browser(province)
        log_in(first, town.officer.username)
        log_in(second, town.officer.username)
        with tenant_scope(province):
            key = second.cookies["session"].value
            UserSession.objects.filter(session_key=key).delete()
        clock.shift(61)
        assert not second.is_in
        assert first.is_in


def test_a_person_ends_his_other_sessions(province, town):
    first, second = Browser(province), Browser(province)
    log_in(first, town.officer.username)
    log_in(second, town.officer.username)
    first.post("/tai-khoan/phien/")
    assert first.is_in
    assert not second.is_in


def test_a_new_password_ends_all_other_sessions(province, town):
    first, second = Browser(province), Browser(province)
    log_in(first, town.officer.username)
    log_in(second, town.officer.username)
    new = "Nang-som-tren-vinh"
    answer = first.post(
        "/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert first.is_in
    assert not second.is_in


@pytest.mark.parametrize("weak", ["Ngan-qua-1", "password1234", "nguyenvanan123"])
def test_a_weak_password_is_refused_in_words(province, town, weak):
    browser = Browser(province)
    log_in(browser, town.officer.username)
    answer = browser.post(
        "/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert answer.context["form"].errors
    assert log_in(Browser(province), town.officer.username).status_code == 302


def test_the_session_key_changes_when_somebody_signs_in(browser, town):
    browser.get(LOGIN)
    log_in(browser, town.officer.username)
    before = browser.cookies["session"].value
    browser.post(reverse("account_logout"))
    log_in(browser, town.officer.username)
    assert browser.cookies["session"].value != before


# --- the second factor ---------------------------------------------------------------------------


def code_of(secret, moment=None):
    return format_hotp_value(hotp_value(secret, int(moment or time.time()) // 30))


@pytest.fixture
def guarded(province, town):
    """An official who signs in with a second factor, and its secret."""
    secret = generate_totp_secret()
    with tenant_scope(province):
        Authenticator.objects.create(
            user=town.officer, type="totp", data={"secret": encrypt(secret)}
        )
    return town.officer, secret


def test_the_secret_of_a_second_factor_is_stored_encrypted(province, guarded):
    _person, secret = guarded
    with tenant_scope(province):
        assert secret not in str(Authenticator.objects.get().data)


def test_the_second_step_cannot_be_skipped_by_its_address(browser, guarded):
    person, secret = guarded
    answer = log_in(browser, person.username)
    assert answer["Location"] == "/dang-nhap/buoc-hai/"
    assert not browser.is_in
    assert browser.get("/quan-tri/nguoi-dung/").status_code == 302
    browser.post("/dang-nhap/buoc-hai/", {"code": code_of(secret)})
    assert browser.is_in


def test_a_code_works_once(province, guarded):
    person, secret = guarded
    with time_machine.travel(int(time.time()), tick=False):
        code = code_of(secret)
        first, second = Browser(province), Browser(province)
        log_in(first, person.username)
        first.post("/dang-nhap/buoc-hai/", {"code": code})
        log_in(second, person.username)
        second.post("/dang-nhap/buoc-hai/", {"code": code})
        assert first.is_in
        assert not second.is_in


def test_five_wrong_codes_close_the_second_step(province, guarded):
    person, secret = guarded
    with time_machine.travel(int(time.time()), tick=False) as clock:
        browser = Browser(province)
        log_in(browser, person.username)
        for _ in range(5):
            browser.post("/dang-nhap/buoc-hai/", {"code": "000000"})
        browser.post("/dang-nhap/buoc-hai/", {"code": code_of(secret)})
        assert not browser.is_in
        clock.shift(16 * 60)
        log_in(browser, person.username)
        browser.post("/dang-nhap/buoc-hai/", {"code": code_of(secret, time.time())})
        assert browser.is_in


def test_a_recovery_code_works_once(province, guarded):
    person, _secret = guarded
    with tenant_scope(province):
        codes = RecoveryCodes.activate(person).generate_codes()
    first, second = Browser(province), Browser(province)
    for browser in (first, second):
        log_in(browser, person.username)
        browser.post("/dang-nhap/buoc-hai/", {"code": codes[0]})
    assert first.is_in
    assert not second.is_in


def test_a_code_of_another_person_does_not_open(province, guarded, town):
    person, _secret = guarded
    other = generate_totp_secret()
    with tenant_scope(province):
        Authenticator.objects.create(user=town.head, type="totp", data={"secret": encrypt(other)})
    browser = Browser(province)
    log_in(browser, person.username)
    browser.post("/dang-nhap/buoc-hai/", {"code": code_of(other)})
    assert not browser.is_in


def test_whose_role_asks_for_a_second_factor_opens_nothing_before_it_is_set_up(
    province, town, settings
):
    settings.MFA_REQUIRED = True
    browser = Browser(province)
    log_in(browser, town.agency_admin.username)
    setup = "/tai-khoan/hai-lop/bat/"
    for path in (HOME, "/quan-tri/nguoi-dung/", "/tai-khoan/phien/", "/tai-khoan/mat-khau/"):
        assert browser.get(path)["Location"] == setup, path
    assert browser.get(HOME, HTTP_HX_REQUEST="true")["HX-Redirect"] == setup
    page = browser.get(setup)
    secret = page.context["form"].secret
    browser.post(setup, {"code": code_of(secret)})
    assert browser.get(HOME).status_code == 200


def test_a_province_may_ask_fewer_roles_for_a_second_factor(province, town, settings):
    settings.MFA_REQUIRED = True
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="sign_in", valid_from="2020-01-01", values={"mfa_required": ["agency_admin"]}
        )
    browser = Browser(province)
    log_in(browser, town.officer.username)
    assert browser.is_in


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
