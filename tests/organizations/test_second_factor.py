"""The second factor of signing in: codes, recovery codes, and whose role asks for one."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt

from organizations.models import RuleSet
from tenancy.scope import tenant_scope
from tests.organizations.signing import HOME, Browser, log_in

pytestmark = pytest.mark.usefixtures("own_cache")


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
