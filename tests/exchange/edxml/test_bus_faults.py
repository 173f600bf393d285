"""A bus that loses, refuses, hangs or forgets one message stops none of the others, and nobody is
told the same again in every run."""

from __future__ import annotations

import pytest

from documents.drafting import To
from documents.issuing import Stage
from documents.models import Incoming
from exchange.edxml import exchanging
from exchange.edxml.client import LETTERS, STATUSES, BusAway, BusRefused
from exchange.edxml.messages import StatusCode
from exchange.edxml.writing import write
from exchange.models import BusMessage, SyncServer
from exchange.services import bus_resending
from exchange.services.bus_claims import MOST_TRIES
from exchange.states import Business, Fault, Passage, Way
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.documents.drafts import brought_to
from tests.exchange.edxml.posts import run
from tests.exchange.edxml.samples import status
from tests.exchange.edxml.test_bus import bus_of, letter, side, stub

__all__ = ["side", "stub"]
OUTSIDE = [To(organ_code="G22", organ_name="Văn phòng Chính phủ")]
LOST = BusRefused("Không tìm thấy")


def issued(town):
    return brought_to(Stage.ISSUED, town, receivers=OUTSIDE)


def failing(monkeypatch, bus, name, fault, when=lambda *_: True):
    """The call raises the fault, when that is so; the list of its calls."""
    real, calls = getattr(bus, name), []

    def call(*told):
        calls.append(told)
        if when(*told):
            raise fault
        return real(*told)

    monkeypatch.setattr(bus, name, call)
    return calls


def arrived(province):
    with tenant_scope(province):
        return BusMessage.objects.get(way=Way.IN, state__in=[Passage.FAILED, Passage.TROUBLE])


def test_a_message_that_the_bus_has_lost_stops_nothing(stub, side, monkeypatch):
    """It lists an id, and then refuses to hand it over and to settle it."""
    province, town = side
    bus, there = bus_of(stub), bus_of(stub, "G22")
    real = bus.waiting
    monkeypatch.setattr(bus, "waiting", lambda kind: ["lost"] * (kind == LETTERS) + real(kind))
    looks = failing(monkeypatch, bus, "get", LOST, lambda doc_id: doc_id == "lost")
    settled = failing(monkeypatch, bus, "settle", LOST, lambda doc_id, _how: doc_id == "lost")
    for _run in range(MOST_TRIES):
        run(province, bus)
    with tenant_scope(province):
        issued(town)
    there.send(write(letter(1)))
    tally = run(province, bus)
    assert (tally.taken, tally.sent) == (1, 1)
    assert looks.count(("lost",)) == MOST_TRIES
    assert settled.count(("lost", "fail")) == 2
    row = arrived(province)
    assert (row.doc_id, row.state, row.words) == ("lost", Passage.FAILED, str(LOST))


@pytest.mark.parametrize("refused", [LETTERS, STATUSES])
def test_a_list_that_the_bus_refuses_is_a_fault_that_is_seen(stub, side, monkeypatch, refused):
    province, town = side
    bus = bus_of(stub)
    failing(monkeypatch, bus, "waiting", BusRefused("messageType"), lambda kind: kind == refused)
    with tenant_scope(province):
        issued(town)
    assert run(province, bus).sent == 1
    with tenant_scope(province):
        server = SyncServer.objects.get(name="bus")
    assert (server.fault, server.good_at, server.turn) == (Fault.SERVER, None, None)


def test_a_message_that_hangs_waits_and_the_others_go_on(stub, side, monkeypatch):
    province, town = side
    bus, there, clock = bus_of(stub), bus_of(stub, "G22"), [0.0]
    first = there.send(write(letter(1)))
    there.send(write(letter(2)))
    with tenant_scope(province):
        issued(town)
    monkeypatch.setattr(exchanging.time, "monotonic", lambda: clock[0])

    def hangs(doc_id):
        clock[0] += 60 * (doc_id == first)
        return doc_id == first

    failing(monkeypatch, bus, "get", BusAway("TooLate", Fault.TIMEOUT), hangs)
    tally = run(province, bus)
    assert (tally.taken, tally.sent, tally.left) == (0, 1, 1)
    assert exchanging.Exchange(province, bus).go().taken == 1  # in the pause of the first
    row = arrived(province)
    assert (row.doc_id, row.state, row.fault) == (first, Passage.TROUBLE, Fault.TIMEOUT)
    for _run in range(MOST_TRIES):  # nobody knows that it is bad: it is never refused
        run(province, bus)
    assert arrived(province).state == Passage.TROUBLE
    assert run(province, bus_of(stub)).taken == 1


def test_a_status_that_could_not_be_had_is_a_status_afterwards(stub, side, monkeypatch):
    province, town = side
    bus, there = bus_of(stub), bus_of(stub, "G22")
    with tenant_scope(province):
        out = issued(town)
    made = status(status=StatusCode.REGISTERED)
    run(province, bus)
    about = type(made.response_for)("H32.05", out.document_id, out.reference)
    there.send(write(status(sender=letter(1).sender, response_for=about)), STATUSES)
    failing(monkeypatch, bus, "get", BusAway("HTTP 500"))
    assert run(province, bus).left == 1
    tally = run(province, bus_of(stub))
    assert (tally.told, tally.refused) == (1, 0)


def test_a_refusal_that_cannot_be_settled_is_told_once(stub, side, monkeypatch):
    province = Province(pk=side[0].pk, code="H32", name="Tỉnh")
    bus, there = bus_of(stub), bus_of(stub, "G22")
    there.send(write(letter(1, receivers=(type(letter(1).sender)("H32.98", "Cơ quan lạ"),))))
    failing(monkeypatch, bus, "settle", BusAway("HTTP 500"))
    looks = failing(monkeypatch, bus, "get", LOST, lambda _id: False)
    assert [run(province, bus).refused for _run in range(3)] == [1, 0, 0]
    assert len(looks) == 2  # both in the first run: to see the same bytes twice
    assert len(there.waiting(STATUSES)) == 1
    run(province, bus_of(stub))
    assert bus_of(stub).waiting() == []


def test_what_is_taken_in_and_cannot_be_settled_is_told_once(stub, side, monkeypatch):
    province, _town = side
    bus, there = bus_of(stub), bus_of(stub, "G22")
    there.send(write(letter(1)))
    failing(monkeypatch, bus, "settle", BusAway("HTTP 500"))
    assert [run(province, bus).taken for _run in range(3)] == [1, 0, 0]
    assert len(there.waiting(STATUSES)) == 1
    run(province, bus_of(stub))
    assert stub.kept.settled()["done"] == 1


def test_who_has_a_document_under_that_id_tells_of_that_and_refuses_nothing(stub, side):
    """Sent again after it was amended, it reads otherwise; the first stands."""
    province, _town = side
    there = bus_of(stub, "G22")
    there.send(write(letter(1)))
    run(province, bus_of(stub))
    there.send(write(letter(1, subject="Về việc khác hẳn")))
    assert run(province, bus_of(stub)).refused == 1
    with tenant_scope(province):
        told = BusMessage.objects.filter(way=Way.OUT, kind=Business.STATUS).order_by("pk")
        assert {each.content["code"] for each in told} == {StatusCode.ARRIVED}
        assert {each.incoming for each in told} == {Incoming.objects.get()}
    assert len(there.waiting(STATUSES)) == 2
    assert "another content" in arrived(province).words


def test_what_is_to_be_taken_in_again_is_not_forgotten_after_one_bad_look(stub, side, monkeypatch):
    province, town = side
    there = bus_of(stub, "G22")
    for subject in ("Một", "Hai"):
        there.send(write(letter(1, subject=subject)))
    run(province, bus_of(stub))
    with tenant_scope(province):
        Incoming.objects.update(document_id="G22,2026/03/02,2/VPCP-TTĐT")  # its cause is gone
        bus_resending.resend(arrived_pk := BusMessage.objects.get(state=Passage.FAILED).pk,
                             actor=town.superuser)  # fmt: skip
    bus = bus_of(stub)
    failing(monkeypatch, bus, "get", BusRefused("Bận"))
    assert run(province, bus).left == 1
    assert run(province, bus_of(stub)).taken == 1
    with tenant_scope(province):
        assert BusMessage.objects.get(pk=arrived_pk).state == Passage.DONE


def test_words_and_ids_of_the_bus_may_hold_what_no_column_does(stub, side, monkeypatch):
    province, _town = side
    told = b'{"success": %s, "message": "M\\u0000\\ud800", "data": [{"docId": "1\\u0000\\ud800"}]}'
    monkeypatch.setattr(
        "exchange.edxml.client.call",
        lambda _method, url, *_, **__: (200, told % (b"true" if "List" in url else b"false")),
    )
    assert run(province, bus_of(stub)).left == 1
    assert arrived(province).words == "M"
