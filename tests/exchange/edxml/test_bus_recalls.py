"""A sender over the bus takes his document back: by a letter, or by status 13."""

from __future__ import annotations

import dataclasses

from documents.models import Incoming
from documents.services import arrivals
from documents.states import Status
from exchange.bus_stub.keeping import INITIAL
from exchange.edxml import incoming
from exchange.edxml.client import STATUSES
from exchange.edxml.messages import Business, Kind, ResponseFor, StatusCode, StatusMessage
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.exchange.edxml.posts import heard, run
from tests.exchange.edxml.samples import NOON
from tests.exchange.edxml.test_bus import bus_of, letter, side, stub

__all__ = ["side", "stub"]  # fixtures


def test_a_recall_that_overtakes_its_document_waits_for_it(stub, side):
    province, _town = side
    there = bus_of(stub, "G22")
    sent = letter(1)
    business = Business(Kind.RECALL, "Nhầm", sent.document_id)
    there.send(write(letter(1, business=business, attachments=())))
    assert run(province, bus_of(stub)).left == 1
    there.send(write(sent))
    tally = run(province, bus_of(stub))  # the recall is still the first of the list
    assert (tally.taken, tally.left) == (1, 1)
    assert run(province, bus_of(stub)).taken == 1
    with tenant_scope(province):
        assert Incoming.objects.get().status == Status.RECALLED
    codes = [read(there.get(each), unsigned=True).status for each in there.waiting(STATUSES)]
    assert codes == [StatusCode.ARRIVED, StatusCode.AGREED]
    assert stub.kept.settled() == {"done": 2, INITIAL: 2}


def test_a_recall_that_comes_as_a_status_is_one(stub, side):
    """Status 13: what is not registered goes back at once; where it is worked on one is asked."""
    province, town = side
    there, sent = bus_of(stub, "G22"), letter(1)
    asked = ResponseFor("H32.05", sent.document_id, sent.reference)
    wish = StatusMessage(sent.sender, asked, StatusCode.TAKE_BACK, NOON, "Gửi nhầm")
    there.send(write(wish), STATUSES)
    assert run(province, bus_of(stub)).left == 1  # it has overtaken its document
    there.send(write(sent))
    run(province, bus_of(stub))
    with tenant_scope(province):
        line = Incoming.objects.get()
        assert (line.status, line.recall_reason) == (Status.RECALLED, "Gửi nhầm")

    other = letter(2)
    there.send(write(other))
    run(province, bus_of(stub))
    with tenant_scope(province):
        line = Incoming.objects.get(document_id=other.document_id)
        arrivals.register(line.pk, actor=town.records_clerk)
    asked = dataclasses.replace(asked, document_id=other.document_id)
    there.send(write(dataclasses.replace(wish, response_for=asked)), STATUSES)
    run(province, bus_of(stub))
    with tenant_scope(province):
        line.refresh_from_db()
        assert line.is_recall_open
        arrivals.refuse_recall(line.pk, actor=town.records_clerk, reason="Đã xử lý")
    heard(province)
    run(province, bus_of(stub))
    codes = [read(there.get(each), unsigned=True).status for each in there.waiting(STATUSES)]
    assert codes == ["01", "15", "01", "03", "16"]


def test_a_recall_by_status_that_names_no_body_of_ours_recalls_from_nobody(stub, side):
    province = Province(pk=side[0].pk, code="H32", name="Tỉnh")
    there, sent = bus_of(stub, "G22"), letter(1)
    there.send(write(sent))
    run(province, bus_of(stub))
    asked = ResponseFor("H32.98", sent.document_id, sent.reference)
    wish = StatusMessage(sent.sender, asked, StatusCode.TAKE_BACK, NOON)
    there.send(write(wish), STATUSES)
    run(province, bus_of(stub))
    with tenant_scope(side[0]):
        assert Incoming.objects.get().status == Status.ARRIVED
    codes = [read(there.get(each), unsigned=True).status for each in there.waiting(STATUSES)]
    assert codes == [StatusCode.ARRIVED, StatusCode.NOT_AGREED]
    with tenant_scope(side[0]):  # who names himself means everybody
        asked = ResponseFor("000.00.00.G22", sent.document_id, sent.reference)
        [line] = incoming.take_back(dataclasses.replace(wish, response_for=asked))
        assert line.status == Status.RECALLED


def test_a_recall_by_status_that_finds_nothing_is_answered_in_the_end(stub, side):
    province, _town = side
    there = bus_of(stub, "G22")
    asked = ResponseFor("H32.05", "G22,2026/03/02,9/VPCP-TTĐT")
    there.send(write(StatusMessage(letter(1).sender, asked, StatusCode.TAKE_BACK, NOON)), STATUSES)
    while run(province, bus_of(stub)).left:
        pass
    [told] = [read(there.get(each), unsigned=True) for each in there.waiting(STATUSES)]
    assert (told.status, told.sender.organ_id) == (StatusCode.NOT_AGREED, "H32.05")
