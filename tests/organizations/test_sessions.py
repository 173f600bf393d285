"""How long a session lasts, and what ends it."""

import time

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.urls import reverse

from organizations.models import User
from tenancy.scope import tenant_scope
from tests.organizations.signing import HOME, LOGIN, Browser, log_in
from tests.people import PASSWORD, give_role

pytestmark = pytest.mark.usefixtures("own_cache")


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


@pytest.mark.slow
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
