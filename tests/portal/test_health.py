"""The health page tells what is wrong and what to do; each fault is made and seen."""

import datetime as dt
import os
import socket
import threading

import pytest
from django.db import connection
from django.utils import timezone

from audit import heartbeats
from audit.models import AuditEntry, Heartbeat, OutboxEvent
from exchange.models import SyncState
from notifications.models import EmailMessage
from organizations.access import RefusedError
from portal.queries import health
from portal.services.health import retry_parked
from tenancy.logins import as_owner
from tenancy.readiness import why_not_ready
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier

PAGE = "/quan-tri/suc-khoe/"


def ago(**parts):
    return timezone.now() - dt.timedelta(**parts)


def state(check):
    return check.state


def event(**fields):
    return OutboxEvent.objects.create(
        entry_id=1, action="test.told", subject_type="x", subject_id="1", **fields
    )


def test_worker_and_clock_are_in_order_after_a_pulse(scope):
    heartbeats.beat("worker", "beat")
    alive = heartbeats.last_beats()
    assert state(health._worker(alive)) == "good"
    assert state(health._clock(alive)) == "good"


def test_a_silent_worker_is_a_fault_and_the_clock_is_unknown(scope):
    heartbeats.beat("worker", "beat")
    Heartbeat.objects.update(at=ago(minutes=5))
    alive = heartbeats.last_beats()
    assert state(health._worker(alive)) == "fault"
    assert state(health._clock(alive)) == "unknown"
    assert state(health._worker({})) == "fault"


def test_a_silent_clock_beside_a_living_worker_is_a_fault(scope):
    heartbeats.beat("worker", "beat")
    Heartbeat.objects.filter(name="beat").update(at=ago(minutes=5))
    assert state(health._clock(heartbeats.last_beats())) == "fault"


@pytest.mark.parametrize(("minutes", "expected"), [(1, "good"), (5, "warning"), (20, "fault")])
def test_the_backlog_is_judged_by_its_oldest_row(scope, minutes, expected):
    assert state(health._backlog()) == "good"
    event(created_at=ago(minutes=minutes))
    event()
    assert state(health._backlog()) == expected
    assert health._backlog().words.startswith("2 ")


def test_rows_that_were_given_up_are_a_fault_and_are_listed(scope):
    assert state(health._parked()) == "good"
    event(parked_at=timezone.now(), last_error="a.b: ValueError", attempts=12)
    assert state(health._parked()) == "fault"
    assert health.parked_rows()[0]["last_error"] == "a.b: ValueError"


def test_a_dead_broker_is_a_fault(scope, settings):
    assert state(health._broker()) == "good"
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    assert state(health._broker()) == "fault"


def test_only_administrators_of_the_whole_province_read_addresses_of_people(client, town, province):
    with tenant_scope(province):
        EmailMessage.objects.create(
            key="1", state="failed", error="550", kind="test.told", recipient="a@other.example",
            subject="S", body="B",
        )  # fmt: skip
    assert "a@other.example" in client.sign_in(town.superuser).get(PAGE).text
    page = client.sign_in(town.agency_admin).get(PAGE)
    assert (page.status_code, "other.example" in page.text) == (200, False)


def test_mail_that_waits_is_a_fault_and_mail_that_failed_a_warning(scope):
    assert state(health._mail()) == "good"
    failed = {"kind": "x", "recipient": "an@vi-du.example", "subject": "x"}
    EmailMessage.objects.create(key="1", state="failed", error="recipient refused 550", **failed)
    assert state(health._mail()) == "warning"
    EmailMessage.objects.create(key="2", created_at=ago(hours=1), **failed)
    assert state(health._mail()) == "fault"


@pytest.mark.parametrize(("free", "expected"), [(50, "good"), (10, "warning"), (3, "fault")])
def test_the_disk_is_judged_by_what_is_free(scope, monkeypatch, free, expected):
    monkeypatch.setattr(
        health.shutil, "disk_usage", lambda folder: Usage(100 * 10**9, free * 10**9)
    )
    assert state(health._disk()) == expected


class Usage:
    def __init__(self, total, free):
        self.total, self.free = total, free


@pytest.mark.parametrize(("hours", "expected"), [(1, "good"), (30, "warning"), (60, "fault")])
def test_the_backup_is_judged_by_its_age(scope, settings, tmp_path, hours, expected):
    settings.BACKUP_STAMP_FILE = ""
    assert state(health._backup()) == "unknown"
    settings.BACKUP_STAMP_FILE = str(tmp_path / "stamp")
    assert state(health._backup()) == "fault"
    (tmp_path / "stamp").touch()
    moment = ago(hours=hours).timestamp()
    os.utime(tmp_path / "stamp", (moment, moment))
    assert state(health._backup()) == expected


def test_a_scanner_that_answers_is_in_order_and_a_silent_one_is_not(scope, settings):
    settings.CLAMD_HOST, settings.FILES_REQUIRE_SCAN = "", True
    assert state(health._scanner()) == "fault"
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_HOST = f"127.0.0.1:{server.getsockname()[1]}"
        assert state(health._scanner()) == "fault"  # takes the call and says nothing
        server.accept()[0].close()

        def answer():
            link, _address = server.accept()
            with link:
                assert link.recv(16) == b"zPING\0"
                link.sendall(b"PONG\0")

        thread = threading.Thread(target=answer)
        thread.start()
        assert state(health._scanner()) == "good"
        thread.join()


def test_the_role_of_the_database_is_judged(scope):
    assert state(health._role()) == "good"


def test_the_portal_is_ready_as_its_role_and_not_as_the_owner(fresh_province):
    assert why_not_ready() == ""
    with as_owner():
        assert "owner" in why_not_ready()
    connection.ensure_connection()


# --- over HTTP ----------------------------------------------------------------------------------


def test_an_administrator_sees_each_part_with_state_and_advice(client, province, superuser):
    page = client.sign_in(superuser).get(PAGE)
    assert page.status_code == 200
    assert len(page.context["checks"]) == 13
    for check in page.context["checks"]:
        assert check.words
        assert check.state == "good" or check.advice


def test_an_agency_administrator_sees_it_and_others_do_not(client, agency_admin, officer):
    page = client.sign_in(agency_admin).get(PAGE)
    assert (page.status_code, "thu-lai" in page.text) == (200, False)
    assert client.sign_in(officer).get(PAGE).status_code == 403


def test_with_the_broker_away_the_page_still_comes(client, superuser, settings):
    client.sign_in(superuser)
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    page = client.get(PAGE)
    assert page.status_code == 200
    assert [check.state for check in page.context["checks"]].count("fault") >= 1


def test_what_was_given_up_is_tried_again_and_that_is_recorded(client, province, superuser):
    with tenant_scope(province):
        row = event(parked_at=timezone.now(), attempts=12)
    client.sign_in(superuser)
    assert "test.told" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}thu-lai/").status_code == 302
    with tenant_scope(province):
        row.refresh_from_db()
        assert (row.parked_at, row.attempts) == (None, 0)
        assert AuditEntry.objects.filter(action="outbox.retried").count() == 1


@pytest.mark.parametrize("who", ["officer", "agency_admin"])
def test_only_an_administrator_of_the_whole_province_has_it_tried_again(scope, town, who):
    row = event(parked_at=timezone.now())
    with pytest.raises(RefusedError):
        retry_parked(actor=getattr(town, who))
    row.refresh_from_db()
    assert row.parked_at is not None


ACCOUNT = {
    "URL": "https://dvc.example/api", "LOGIN_URL": "https://dvc.example/login", "USER": "a",
    "PASSWORD": "b",
}  # fmt: skip


def test_dossiers_that_wait_too_long_for_the_national_portal_are_a_fault(scope, town, settings):
    assert state(health._national()) == "unknown"
    settings.NATIONAL_SYNC = {"H32": ACCOUNT}
    assert state(health._national()) == "good"
    row = SyncState.objects.create(dossier=make_dossier(town))
    assert state(health._national()) == "good"
    SyncState.objects.update(noted_at=ago(hours=4, minutes=1))
    assert state(health._national()) == "fault"
    SyncState.objects.filter(pk=row.pk).update(state="refused", words="Sai")
    assert state(health._national()) == "warning"
