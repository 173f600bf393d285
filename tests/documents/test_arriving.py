"""What another agency's system delivers: kept once, whatever is delivered again."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import DomainError
from documents.models import Incoming
from documents.models.registries import RegistryQuerySet
from documents.services import receiving
from documents.services.receiving import ConflictError, Delivery
from documents.states import Channel, Status
from files.models import StoredFile
from files.services import store
from tenancy.scope import tenant_scope
from tests.documents.desks import letter, registry_of
from tests.documents.test_receiving import PNG
from tests.onestop.racing import at_once

SENDER = "000.00.00.G22"
DOCUMENT_ID = f"{SENDER},2026/03/02,07/CT-UBND"


def arrived(town, registry=None, files=(), **changes):
    """Over the bus, from the government's office."""
    written = letter(**changes)
    sums = [(each.name, each.sha256) for each in files]
    delivery = Delivery(SENDER, DOCUMENT_ID, written.digest(sums))
    registry = registry or registry_of(town)
    file_ids = [each.pk for each in files]
    return receiving.arrive(written, delivery, registry_id=registry.pk, file_ids=file_ids)


def scan(name="van-ban.png"):
    return store(SimpleUploadedFile(name, PNG), actor=None)


def test_it_arrives_without_a_number_and_with_its_files(scope, town):
    made = arrived(town, files=[scan("mot.png"), scan("hai.png")])
    made.refresh_from_db()
    assert (made.status, made.channel, made.number) == (Status.ARRIVED, Channel.EXCHANGE, None)
    assert (made.document_id, made.sender_code) == (DOCUMENT_ID, SENDER)
    files = made.files.select_related("stored").order_by("order")
    assert [each.stored.name for each in files] == ["mot.png", "hai.png"]
    entry = AuditEntry.objects.get(action="document.arrived")
    assert (entry.actor_id, entry.data["sender"]) == ("", SENDER)


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.REFUSED])
def test_delivered_again_it_changes_nothing(scope, town, status):
    made = arrived(town, files=[scan()])
    refuse(made, status)
    told = OutboxEvent.objects.count()
    again = arrived(town, files=[scan()])
    assert (again.pk, again.status) == (made.pk, status)
    assert Incoming.objects.get().files.count() == 1
    assert OutboxEvent.objects.count() == told + 1  # of the file that nobody claims
    assert StoredFile.objects.staged().count() == 1


@pytest.mark.parametrize("change", [{"subject": "Khác"}, {"files": True}])
def test_something_else_under_the_same_id_is_refused(scope, town, change):
    arrived(town)
    if "files" in change:
        change = {"files": [scan()]}
    with pytest.raises(ConflictError, match="another content"):
        arrived(town, **change)
    assert Incoming.objects.count() == 1


def test_after_a_refusal_the_mended_one_comes_in(scope, town):
    refused = arrived(town)
    refuse(refused, Status.REFUSED)
    mended = arrived(town, subject="Đã sửa")
    assert mended.pk != refused.pk
    assert arrived(town) == refused  # a late copy of the first
    assert Incoming.objects.count() == 2


def test_each_body_keeps_its_own(scope, town):
    other = registry_of(town, code="H32", name="UBND tỉnh", symbol="UBND")
    assert arrived(town).pk != arrived(town, registry=other).pk


def test_a_body_that_is_closed_or_a_day_to_come_is_refused(scope, town):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    closed = registry_of(town, code="H32.99", valid_to=yesterday)
    with pytest.raises(DomainError, match="no more documents"):
        arrived(town, registry=closed)
    with pytest.raises(DomainError, match="dated after"):
        arrived(town, issued_on=timezone.localdate() + dt.timedelta(days=1))


def test_the_database_knows_a_delivery_once_and_whole(scope, town):
    made = arrived(town)
    made.pk, made.subject = None, "Khác"
    with pytest.raises(IntegrityError, match="incoming_delivered_once"), transaction.atomic():
        made.save(force_insert=True)
    with pytest.raises(IntegrityError, match="incoming_delivery_complete"), transaction.atomic():
        Incoming.objects.update(sender_code="")


@pytest.mark.parametrize("locked", [True, False])
def test_delivered_twice_at_once_it_is_kept_once(stage, monkeypatch, locked):
    """Without the lock of the registry (the control) the database refuses the second."""
    province, town = stage
    if not locked:
        meeting, seen = threading.Barrier(2), receiving.delivered

        def both_look(*args):
            found = seen(*args)
            meeting.wait(timeout=60)
            return found

        monkeypatch.setattr(RegistryQuerySet, "lock", lambda self, pk: self.get(pk=pk))
        monkeypatch.setattr(receiving, "delivered", both_look)
    race = at_once(province, lambda _number: arrived(town), 2)
    if locked:
        assert len({each.pk for each in race.won}) == 1
        assert len(race.won) == 2
    else:
        assert [type(each) for each in race.faults] == [IntegrityError]
        assert "incoming_delivered_once" in str(race.faults[0])
    with tenant_scope(province):
        assert Incoming.objects.count() == 1


def refuse(incoming, status):
    if status == Status.REFUSED:
        incoming.move_to(Status.REFUSED, timezone.now())
        incoming.closing_words = "Sai nơi nhận"
        incoming.save()
