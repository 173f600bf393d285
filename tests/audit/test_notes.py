"""Reading leaves a trace, also when the page failed, and writes nothing else."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from audit import notes
from audit.models import AccessNote, AuditEntry, OutboxEvent
from audit.notes import note_access
from tenancy.models import Province
from tenancy.scope import NoTenant, tenant_scope
from tests.plugins.reading import tables_written


class Reader:
    """Somebody signed in."""

    is_authenticated = True

    def __init__(self, pk: int) -> None:
        self.pk = pk

    def get_full_name(self) -> str:
        return f"Người {self.pk}"


def kept(province):
    with tenant_scope(province):
        return list(AccessNote.objects.order_by("pk").values_list("kind", "actor_id"))


def read(province, kind="province.opened", **more):
    with tenant_scope(province, read_only=True):
        note_access(kind, province, **more)


def test_opening_is_noted_although_the_transaction_is_read_only(province):
    read(province, user=Reader(7))
    with tenant_scope(province):
        note = AccessNote.objects.get()
    assert (note.actor_id, note.actor_name, note.subject_type) == (
        "7",
        "Người 7",
        "tenancy.province",
    )
    assert (note.subject_id, note.subject_name) == (str(province.pk), str(province))


def test_a_refusal_is_noted_although_everything_else_was_rolled_back(province):
    def refuse():
        AuditEntry.objects.create(action="test.undone", subject_type="x", subject_id="1")
        note_access("access.refused", province, user=Reader(7))
        raise PermissionError

    with pytest.raises(PermissionError), tenant_scope(province):
        refuse()
    assert kept(province) == [("access.refused", "7")]
    with tenant_scope(province):
        assert not AuditEntry.objects.exists()


def test_the_same_person_and_subject_are_noted_once_in_ten_minutes(province):
    with time_machine.travel("2026-03-02 08:00Z", tick=False) as clock:
        for _ in range(3):
            read(province, user=Reader(7))
        assert len(kept(province)) == 1
        read(province, user=Reader(8))
        read(province, kind="file.opened", user=Reader(7))
        assert len(kept(province)) == 3
        clock.shift(dt.timedelta(minutes=9))
        read(province, user=Reader(7))
        assert len(kept(province)) == 3
        clock.shift(dt.timedelta(minutes=2))
        read(province, user=Reader(7))
        assert len(kept(province)) == 4


def test_two_files_of_one_subject_are_two_notes(province):
    for file in (1, 2, 1):
        read(province, kind="file.opened", user=Reader(7), data={"file": file})
    assert len(kept(province)) == 2


def test_visitors_are_told_apart_by_address(province):
    for address in ("127.0.0.1", "127.0.0.2", "127.0.0.1"):
        read(province, user=AnonymousUser(), address=address)
    assert kept(province) == [("province.opened", "")] * 2


def test_a_trace_that_cannot_be_written_does_not_spoil_the_page(province, monkeypatch, caplog):
    def broken(note):
        raise DatabaseError

    monkeypatch.setattr(notes, "_write", broken)
    read(province, user=Reader(7))
    assert "a trace was not written" in caplog.text


def test_outside_a_scope_there_is_nothing_to_note(province):
    with pytest.raises(NoTenant):
        note_access("province.opened", province)


def test_notes_cannot_be_changed_by_the_portal(province):
    read(province, user=Reader(7))
    with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(province):
        AccessNote.objects.update(kind="x")


# --- the fixture that watches every GET ---------------------------------------------------------


def writing_page(request):
    OutboxEvent.objects.update(attempts=0)
    return HttpResponse("ok")


def noting_page(request):
    note_access("province.opened", Province.objects.get(pk=request.province.pk), address="::1")
    return HttpResponse("ok")


writing_page.login_required = noting_page.login_required = False
urlpatterns = [path("writes/", writing_page), path("notes/", noting_page)]


@override_settings(ROOT_URLCONF=__name__)
def test_a_get_that_notes_its_reading_passes(client, province):
    assert client.get("/notes/").status_code == 200
    assert kept(province) == [("province.opened", "")]


@override_settings(ROOT_URLCONF=__name__)
def test_a_get_that_writes_is_refused_by_the_database(client):
    with pytest.raises(DatabaseError, match="read-only"):
        client.get("/writes/")


@override_settings(ROOT_URLCONF=__name__)
def test_a_get_that_writes_is_caught_by_the_fixture_too(client, monkeypatch):
    monkeypatch.setattr("tenancy.middleware.writes_on_get", lambda view: True)
    with pytest.raises(AssertionError, match="audit_outboxevent"):
        client.get("/writes/")


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('INSERT INTO "audit_auditentry" ("a") VALUES (1)', {"audit_auditentry"}),
        ("WITH x AS (DELETE FROM a RETURNING 1) UPDATE ONLY b SET c = 1", {"a", "b"}),
        ("SELECT 1 FROM a FOR NO KEY UPDATE OF a SKIP LOCKED", set()),
        ("INSERT INTO a VALUES (1) ON CONFLICT (b) DO UPDATE SET c = 1", {"a"}),
        ('SELECT "updated_at" FROM a', set()),
    ],
)
def test_written_tables_are_read_from_the_statement(sql, tables):
    assert tables_written(sql) == tables
