"""Stored, claimed, scanned, swept, given out."""

import datetime as dt
import errno
import hashlib
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import OutboxEvent
from files import consumers, scanner, services, storage
from files.checks import FileRefused
from files.models import ScanState, StoredFile
from files.responses import NotServed, file_response
from organizations.models import User
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.files.fake_clamd import EICAR, fake_clamd
from tests.onestop.racing import at_once


def upload(name="đơn.pdf", content=None):
    return SimpleUploadedFile(name, corpus.pdf() if content is None else content)


def with_eicar():
    """The harmless test virus, carried as an attachment by a good PDF."""
    return corpus.pdf() + b"\n%" + EICAR


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_stored_file_lies_under_a_random_name_with_its_hash(person, media):
    content = corpus.pdf()
    stored = services.store(upload(content=content), actor=person)
    (place,) = files_below(media)
    assert place == media / "H32" / stored.storage_key[:2] / stored.storage_key
    assert place.read_bytes() == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert place.stat().st_mode & 0o777 == 0o600
    assert stored.name == "đơn.pdf"
    assert stored.claimed_at is None
    assert OutboxEvent.objects.filter(action="file.stored", subject_id=str(stored.pk)).exists()


def test_a_refused_file_leaves_no_trace(person, media):
    with pytest.raises(FileRefused):
        services.store(upload(content=b"MZ"), actor=person)
    assert not files_below(media)
    assert not StoredFile.objects.exists()


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(person, media, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(services.StorageFull):
        services.store(upload(), actor=person)
    assert not files_below(media)
    assert not StoredFile.objects.exists()
    monkeypatch.undo()
    assert services.store(upload(), actor=person).pk


def test_another_fault_of_the_disk_is_not_called_full(person, monkeypatch):
    def broken(_handle):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output") as fault:
        services.store(upload(), actor=person)
    assert not isinstance(fault.value, storage.NoRoom)


def test_a_staged_file_is_claimed_once_and_by_its_owner(person, stranger):
    stored = services.store(upload(), actor=person)
    with pytest.raises(services.FileGone):
        services.claim([stored.pk], actor=stranger)
    (row,) = services.claim([stored.pk], actor=person)
    assert row.claimed_at is not None
    with pytest.raises(services.FileGone):
        services.claim([stored.pk], actor=person)


def test_claimed_files_come_in_the_order_given(person):
    first, second = (services.store(upload(name), actor=person).pk for name in ("a.pdf", "b.pdf"))
    assert [row.pk for row in services.claim([second, first], actor=person)] == [second, first]


def test_a_file_of_another_province_cannot_be_claimed(province, other_province):
    with tenant_scope(province):
        owner = User.objects.create_user("thu", full_name="Thu")
        stored = services.store(upload(), actor=owner)
    with tenant_scope(other_province):
        other = User.objects.create_user("thu", full_name="Thu")
        with pytest.raises(services.FileGone):
            services.claim([stored.pk], actor=other)


def test_of_many_who_claim_one_file_at_once_one_gets_it(fresh_province):
    with tenant_scope(fresh_province):
        owner = User.objects.create_user("thu", full_name="Thu")
        stored = services.store(upload(), actor=owner)
    race = at_once(
        fresh_province, lambda _number: services.claim([stored.pk], actor=owner), count=8
    )
    assert (len(race.won), race.faults) == (1, [])
    assert {type(refusal) for refusal in race.refused} == {services.FileGone}


def age(stored, media, days):
    then = timezone.now() - dt.timedelta(days=days)
    StoredFile.objects.filter(pk=stored.pk).update(uploaded_at=then)
    place = storage.path_of("H32", stored.storage_key)
    os.utime(place, (then.timestamp(), then.timestamp()))


def test_the_sweeper_takes_what_nobody_used_and_nothing_else(
    person, media, django_capture_on_commit_callbacks
):
    unused, used, young = (services.store(upload(), actor=person) for _ in range(3))
    services.claim([used.pk], actor=person)
    for old in (unused, used):
        age(old, media, days=2)
    orphan = storage.path_of("H32", storage.new_key())
    orphan.parent.mkdir(parents=True, exist_ok=True)
    half = orphan.with_name(orphan.name + storage.PART)
    for place in (orphan, half):
        place.write_bytes(b"x")
        os.utime(place, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep(timezone.now()) == 2
    left = {place.name for place in files_below(media)}
    assert left == {used.storage_key, young.storage_key}
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {used.pk, young.pk}


# --- The scanner


@pytest.fixture
def clamd(settings):
    with fake_clamd() as server:
        settings.CLAMD_HOST = server.address
        settings.FILES_REQUIRE_SCAN = True
        yield server


def hear(stored):
    event = OutboxEvent.objects.get(action="file.stored", subject_id=str(stored.pk))
    consumers.scan_stored(event)
    stored.refresh_from_db()
    return stored.scan_state


def test_a_clean_file_waits_for_its_scan_and_is_then_served(person, clamd):
    content = corpus.pdf()
    stored = services.store(upload(content=content), actor=person)
    assert stored.scan_state == ScanState.PENDING
    with pytest.raises(NotServed):
        file_response(stored)
    assert hear(stored) == ScanState.CLEAN
    assert clamd.seen == [content]
    response = file_response(stored)
    assert b"".join(response) == content
    response.file_to_stream.close()


def test_the_test_virus_is_found_named_and_never_served(person, clamd, settings):
    stored = services.store(upload(content=with_eicar()), actor=person)
    assert hear(stored) == ScanState.INFECTED
    assert stored.virus == "Eicar-Signature"
    assert OutboxEvent.objects.filter(action="file.infected").count() == 1
    settings.FILES_REQUIRE_SCAN = False
    with pytest.raises(NotServed):
        file_response(stored)


def test_an_event_told_twice_scans_once(person, clamd):
    stored = services.store(upload(), actor=person)
    hear(stored)
    hear(stored)
    assert len(clamd.seen) == 1


@pytest.mark.parametrize(
    "mood", ["hangs up", "errs", "is cut off", "talks nonsense", "says nothing"]
)
def test_a_scanner_that_misbehaves_leaves_the_file_waiting(person, clamd, mood):
    stored = services.store(upload(content=with_eicar()), actor=person)
    clamd.mood = mood
    with pytest.raises(scanner.ScannerAway):
        hear(stored)
    stored.refresh_from_db()
    assert stored.scan_state == ScanState.PENDING
    assert services.scan_waiting() == 0
    clamd.mood = "works"
    assert services.scan_waiting() == 1
    stored.refresh_from_db()
    assert stored.scan_state == ScanState.INFECTED


def test_a_scanner_that_is_away_does_not_stop_an_upload(person, settings):
    settings.CLAMD_HOST, settings.FILES_REQUIRE_SCAN = "127.0.0.1:1", True
    stored = services.store(upload(), actor=person)
    with pytest.raises(scanner.ScannerAway):
        hear(stored)
    assert services.claim([stored.pk], actor=person)


def test_without_a_scanner_nothing_waits_where_no_scan_is_required(person):
    assert services.store(upload(), actor=person).scan_state == ScanState.NOT_NEEDED


def test_where_scans_are_required_a_missing_scanner_keeps_the_file_in(person, settings):
    settings.FILES_REQUIRE_SCAN = True
    stored = services.store(upload(), actor=person)
    assert stored.scan_state == ScanState.PENDING
    with pytest.raises(NotServed):
        file_response(stored)


# --- Given out


def test_an_answer_can_neither_run_nor_be_kept(person):
    stored = services.store(upload("đơn đề nghị.pdf"), actor=person)
    response = file_response(stored)
    assert response["Content-Disposition"].startswith("attachment;")
    assert "%C4%91%C6%A1n" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "private, no-store"
    response.file_to_stream.close()


def test_only_pdf_and_images_are_shown_in_the_browser(person):
    for name, content, shown in (
        ("a.png", corpus.image(), True),
        ("a.pdf", corpus.pdf(), True),
        ("a.docx", corpus.docx(), False),
    ):
        response = file_response(services.store(upload(name, content), actor=person), inline=True)
        assert response["Content-Disposition"].startswith("inline") is shown
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        response.file_to_stream.close()


def test_a_file_lost_from_the_disk_is_a_sentence(person):
    stored = services.store(upload(), actor=person)
    storage.delete("H32", stored.storage_key)
    with pytest.raises(NotServed):
        file_response(stored)
