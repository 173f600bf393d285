"""What the web server says beside the page: to whom, over which way, kept by whom."""

import subprocess
import sys

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import reverse

from audit.models import AccessNote
from common.pages import same_site_referer
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.organizations.signing import log_in
from tests.test_access import address

HOSTS = (
    "evil.example", "h32.localhost.evil.example", "h32.localhost@evil.example", "h99.localhost",
    "[::1]", "h32.localhost/../", "h32 .localhost", "", "127.0.0.1", "H32.LOCALHOST:99999x",
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("https", [False, True])
def test_a_host_of_no_province_gets_nothing_not_even_a_way(db, settings, host, https):
    settings.SITE_HTTPS, settings.GOVIT_DEMO = https, False
    answer = Client(HTTP_HOST=host).get("/")
    assert answer.status_code == 404
    assert answer.content == b"Unknown host.\n"
    assert "Location" not in answer


def test_without_tls_one_is_sent_to_the_provinces_own_address(client, settings, province):
    settings.SITE_HTTPS = True
    answer = client.get("/tra-cuu/?a=1", HTTP_HOST=f"{province.host}:8080")
    assert answer.status_code == 301
    assert answer["Location"] == f"https://{province.host}/tra-cuu/?a=1"
    assert client.get("/tra-cuu/", secure=True).status_code == 200


SHOWN = "; ".join(
    ["from django.conf import settings as s",
     "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
     "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, "
     "s.SECURE_HSTS_SECONDS >= 31536000, s.DEBUG, s.GOVIT_DEMO, s.MFA_REQUIRED, "
     "s.FILES_REQUIRE_SCAN)"]
)  # fmt: skip


def test_a_real_installation_is_strict_without_being_told(tmp_path):
    """Nothing is set but what must be: cookies of the host alone, HSTS, second factor, scans."""
    told = {"SECRET_KEY": "x" * 50, "DATABASE_URL": "postgresql:///x", "GOVIT_DEMO": "0",
            "DJANGO_SETTINGS_MODULE": "govit.settings", "VAR_DIR": str(tmp_path)}  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", SHOWN], env=told, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == [
        "__Host-session", "__Host-csrf", "True", "True", "True", "Lax", "True", "False", "False",
        "True", "True",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["portal:my_work", "onestop:dossier_list", "organizations:person_list", "mfa_index"]
)
def test_what_a_signed_in_person_saw_is_kept_by_no_cache(client, town, name):
    page = client.sign_in(town.superuser).get(address(name))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]


def test_a_refusal_to_a_signed_in_person_is_kept_by_no_cache_either(client, town):
    client.sign_in(town.officer)
    for path in ("/khong-co/", reverse("organizations:calendar")):
        assert client.get(path)["Cache-Control"] == "private, no-store"


def test_an_export_leaves_a_note_of_who_took_how_much(client, province, town):
    answer = client.sign_in(town.officer).get(reverse("onestop:dossier_export"))
    assert answer.status_code == 200
    with tenant_scope(province):
        note = AccessNote.objects.get(kind="dossiers.exported")
    assert (note.actor_id, note.data["rows"]) == (str(town.officer.pk), 0)


@pytest.mark.parametrize("referer", ["//evil.example/", "/\\evil.example"])
def test_the_way_back_leads_out_of_the_portal_nowhere(rf, referer):
    request = rf.get("/", HTTP_HOST="h32.localhost", HTTP_REFERER=f"http://h32.localhost{referer}")
    way = same_site_referer(request)
    assert not way.startswith(("//", "/\\"))


def test_an_address_with_a_nul_is_no_question_to_the_database(client, town):
    client.sign_in(town.superuser)
    for path in ("/ho-so/a%00b/", "/tim/?q=a%00b", "/quan-tri/don-vi/%00/"):
        assert client.get(path).status_code == 400


def test_signs_that_only_look_like_digits_are_no_year(client, town):
    page = client.sign_in(town.superuser).get(reverse("organizations:calendar"), {"nam": "²"})
    assert page.status_code == 200


def test_whom_to_tell_of_a_weakness(client, settings):
    where = "/.well-known/security.txt"
    assert client.get(where).status_code == 404
    settings.SECURITY_CONTACT = "mailto:antoan@example.gov.vn"
    answer = client.get(where)
    assert answer["Content-Type"].startswith("text/plain")
    assert "Contact: mailto:antoan@example.gov.vn\n" in answer.text
    assert "\nExpires: 20" in answer.text


@pytest.mark.slow
def test_a_wrong_password_costs_the_same_work_whether_the_account_exists(
    province, town, monkeypatch, settings
):
    """Time is not measured here, but what takes the time: how often a password is hashed."""
    work = []

    def counted(name):
        real = getattr(Argon2PasswordHasher, name)

        def count(self, *args, **kwargs):
            work.append(name)
            return real(self, *args, **kwargs)

        return count

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, counted(name))
    with tenant_scope(province):
        town.officer.set_password("Mat-khau-dung-2026")
        town.officer.save(update_fields=["password"])
        town.clerk.is_active = False
        town.clerk.save(update_fields=["is_active"])
    costs = {}
    names = {
        "known": town.officer.username,
        "by mail": town.officer.email,
        "off": town.clerk.username,
        "nobody": "khong.co.ai",
        "no mail": "khong@vi-du.example",
    }
    for number, (kind, name) in enumerate(names.items()):
        work.clear()
        browser = HostClient(province)
        assert (
            log_in(browser, name, "Sai-mat-khau-2026", address=f"10.0.0.{number}").status_code
            == 200
        )
        costs[kind] = len(work)
    assert len(set(costs.values())) == 1, costs
