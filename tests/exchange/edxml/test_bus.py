"""Two systems and a bus between them that doubles, mixes, delays, spoils and forgets."""

from __future__ import annotations

import datetime as dt
import json
import socket

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEntry
from common.calls import Bounds
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch, Incoming, Registry
from documents.services import dispatching, issuing
from documents.services.dispatching import StrayStatusError
from documents.states import Status
from exchange.bus_stub.keeping import INITIAL
from exchange.bus_stub.moods import Mood
from exchange.bus_stub.server import BusStub
from exchange.edxml import incoming
from exchange.edxml.client import STATUSES, Bus, BusAccount, BusAway, BusRefused
from exchange.edxml.messages import (
    Attachment,
    Message,
    Organ,
    StatusCode,
    StatusMessage,
)
from exchange.edxml.organs import same_organ
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from papers.models import TrustAnchor
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to
from tests.exchange.edxml.posts import run
from tests.exchange.edxml.samples import Authority, message, status
from tests.people import make_town

SYSTEMS = {"H32": "bi-mat", "G22": "khac"}
PATIENT = Bounds(connect_seconds=10, seconds=60, most_bytes=10_000_000)


@pytest.fixture
def stub():
    stub = BusStub(SYSTEMS).start()
    yield stub
    stub.close()


def bus_of(stub, system="H32", **changes) -> Bus:
    account = {"url": stub.address, "system_id": system, "secret": SYSTEMS[system]}
    return Bus(BusAccount(**{**account, **changes}), PATIENT)


@pytest.fixture
def side(fresh_province):
    """A province, its people, and the body H32.05 at a place."""
    with tenant_scope(fresh_province):
        town = make_town()
        town.agency.code, town.agency.place = "H32.05", "Nha Trang"
        town.agency.save()
        registry_of(town)
    return fresh_province, town


def letter(number: int, **changes) -> Message:
    return message(number=str(number), document_id=f"G22,2026/03/02,{number}/VPCP-TTĐT", **changes)


# --- the client ---


def test_a_message_goes_over_the_bus_as_it_is_and_is_settled(stub):
    here, there = bus_of(stub), bus_of(stub, "G22")
    data = write(message())
    doc_id = there.send(data)
    assert here.waiting() == [doc_id]
    assert (there.waiting(), here.waiting(STATUSES)) == ([], [])
    assert here.get(doc_id) == data
    here.settle(doc_id, "done")
    assert here.waiting() == []
    there.send(write(status(sender=Organ("H32.05", "Sở"))), STATUSES)
    assert len(there.waiting(STATUSES)) == 1


def test_what_the_bus_refuses_is_told_in_its_words(stub):
    bus = bus_of(stub)
    with pytest.raises(BusRefused, match=r"Lỗi .*XML"):
        bus.send(b"<edXML>")
    with pytest.raises(BusRefused, match="Không tìm thấy"):
        bus.get("1&x=/../")
    with pytest.raises(BusRefused, match="401"):
        bus_of(stub, secret="falsch").waiting()


def test_a_bus_that_is_away_or_talks_nonsense_is_away(stub, monkeypatch):
    bus = bus_of(stub)
    stub.mood.error = 1.0
    with pytest.raises(BusAway, match="500"):
        bus.waiting()
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(BusAway) as away:
        bus_of(stub, url=f"http://127.0.0.1:{port}").waiting()
    assert away.value.was_not_sent
    said = {b"<html>": BusAway, b"[]": BusAway, b"null": BusAway, b'{"success": 1}': BusRefused}
    for answer, fault in said.items():
        monkeypatch.setattr("exchange.edxml.client.call", lambda *_, a=answer, **__: (200, a))
        with pytest.raises(fault):
            bus.waiting()
    monkeypatch.setattr("exchange.edxml.client.call", lambda *_, **__: (200, b'{"success": true}'))
    assert (bus.waiting(), bus.get("1"), bus.send(b"")) == ([], b"", "")


# --- taking in ---


def test_what_waits_is_taken_in_and_the_sender_hears_of_it(stub, side):
    province, town = side
    there = bus_of(stub, "G22")
    for number in (1, 2):
        there.send(write(letter(number)))
    tally = run(province, bus_of(stub))
    assert (tally.taken, tally.refused, tally.left) == (2, 0, 0)
    with tenant_scope(province):
        assert Incoming.objects.count() == 2
    [one, _other] = [read(there.get(each), unsigned=True) for each in there.waiting(STATUSES)]
    assert isinstance(one, StatusMessage)
    assert (one.status, one.sender.organ_id) == (StatusCode.ARRIVED, "H32.05")
    assert one.response_for.document_id == letter(1).document_id
    assert (one.sender.name, one.response_for.code) == (town.agency.name, "1/VPCP-TTĐT")


def test_what_is_refused_is_told_with_the_reason_and_settled(stub, side):
    province, _town = side
    there = bus_of(stub, "G22")
    there.send(write(letter(1, receivers=(Organ("H32.98", "Cơ quan lạ"),))))
    here = Province(pk=province.pk, code="H32", name="Tỉnh")
    tally = run(here, bus_of(stub))
    assert (tally.taken, tally.refused) == (0, 1)
    [told] = [read(there.get(each), unsigned=True) for each in there.waiting(STATUSES)]
    assert (told.status, told.sender.organ_id) == (StatusCode.REFUSED, "H32.98")
    assert "None of the receivers" in told.description
    assert stub.kept.settled() == {"fail": 1, INITIAL: 1}


def test_a_refusal_is_told_by_each_body_of_ours_and_in_nobody_elses_name(stub, side):
    """Of a letter to agencies of several provinces, the first of them not here."""
    province, town = side
    there = bus_of(stub, "G22")
    with tenant_scope(province):
        registry_of(unit=town.other_agency, code="H32.06")
    theirs, macro = Organ("H01", "UBND tỉnh An Giang"), Attachment("a.docm", b"PK\3\4")
    receivers = (theirs, Organ("H32.06", "Sở"), Organ("000.00.05.H32", "Sở"))
    there.send(write(letter(1, receivers=receivers, attachments=(macro,))))
    assert run(province, bus_of(stub)).refused == 1
    told = [read(there.get(each), unsigned=True) for each in there.waiting(STATUSES)]
    assert {each.status for each in told} == {StatusCode.REFUSED}
    assert {each.sender.name for each in told} == {town.agency.name, town.other_agency.name}
    assert sorted(each.sender.organ_id for each in told) == ["000.00.05.H32", "H32.06"]


def test_who_has_the_document_tells_of_it_while_another_refuses(stub, side):
    """Sent once more, and to a body that takes in no more documents."""
    province, town = side
    there = bus_of(stub, "G22")
    there.send(write(letter(1)))
    run(province, bus_of(stub))
    with tenant_scope(province):
        ended = registry_of(unit=town.other_agency, code="H32.06")
        Registry.objects.filter(pk=ended.pk).update(valid_to=dt.date(2020, 1, 1))
    there.send(write(letter(1, receivers=(Organ("H32.05", "Sở"), Organ("H32.06", "Sở")))))
    assert run(province, bus_of(stub)).refused == 1
    told = [read(there.get(each), unsigned=True) for each in there.waiting(STATUSES)]
    assert {(each.sender.organ_id, each.status) for each in told} == {
        ("H32.05", StatusCode.ARRIVED), ("H32.06", StatusCode.REFUSED),
    }  # fmt: skip


def test_who_refuses_what_is_for_none_of_ours_is_never_a_stranger(scope):
    here = Province(code="H32", name="Tỉnh")
    theirs, unknown = Organ("H01", "An Giang"), Organ("000.00.98.H32", "Cơ quan lạ")
    assert incoming.speakers(letter(1, receivers=(theirs, unknown)), here) == [unknown]
    assert incoming.speakers(letter(1, receivers=(theirs,)), here) == [Organ("H32", "Tỉnh")]


def test_on_a_bad_bus_each_document_arrives_once_and_whole(stub, side):
    """Signed, so that one changed letter is seen. Repeated until the bus has nothing left."""
    province, _town = side
    authority = Authority("CA", first=timezone.now().replace(microsecond=0))
    with tenant_scope(province):
        TrustAnchor.objects.create(
            name="CA", pem=authority.root.public_bytes(Encoding.PEM).decode()
        )
    signer, there = authority.signer(), bus_of(stub, "G22")
    stub.mood = Mood(duplicate=0.5)
    for number in range(1, 9):
        there.send(write(letter(number, subject=f"Văn bản {number}"), signer))
    copies = len(stub.kept.kept)
    assert copies > 8
    stub.mood = Mood(
        duplicate=0.3, delay=0.3, reorder=True, corrupt=0.4, error=0.1, forget=0.1, seed=7
    )
    taken = 0
    for _run in range(60):
        taken += run(province, bus_of(stub), unsigned=False).taken
        letters = [each.status for each in stub.kept.kept.values() if each.kind == "edoc"]
        if INITIAL not in letters:
            break
    assert letters == ["done"] * copies
    assert taken == copies  # what was only not settled is not taken in twice
    with tenant_scope(province):
        found = sorted(Incoming.objects.values_list("subject", flat=True))
        assert found == [f"Văn bản {number}" for number in range(1, 9)]
        assert {each.files.count() for each in Incoming.objects.all()} == {1}
    told = [
        read(each.data, unsigned=True) for each in stub.kept.kept.values() if each.kind != "edoc"
    ]
    assert len({each.response_for.document_id for each in told}) == 8
    assert {each.status for each in told} == {StatusCode.ARRIVED}


def test_a_letter_in_the_name_of_a_body_of_ours_is_refused(stub, side):
    province, _town = side
    bus_of(stub, "G22").send(write(message(
        sender=Organ("H32.05", "Sở"), document_id="H32.05,2026/03/02,7816/VPCP-TTĐT"
    )))  # fmt: skip
    assert run(province, bus_of(stub)).refused == 1
    with tenant_scope(province):
        assert not Incoming.objects.exists()


def test_what_always_comes_spoilt_in_another_way_is_left_for_later(stub, side, monkeypatch):
    province, _town = side
    bus_of(stub, "G22").send(write(message()))
    bus = bus_of(stub)
    cut = iter(range(1, 100))
    monkeypatch.setattr(bus, "get", lambda _id: write(message())[: next(cut)])
    tally = run(province, bus)
    assert (tally.taken, tally.refused, tally.left) == (0, 0, 1)
    assert stub.kept.settled() == {INITIAL: 1}


# --- sending ---


def test_an_issued_document_goes_out_once_and_its_receiver_tells_how_it_fares(stub, side):
    province, town = side
    here, there = bus_of(stub), bus_of(stub, "G22")
    receivers = [To(organ_code="000.00.00.G22", organ_name="VPCP"),
                 To(organ_code="G30", organ_name="Bộ Y tế")]  # fmt: skip
    with tenant_scope(province):
        issued = brought_to(Stage.ISSUED, town, receivers=receivers)
        brought_to(Stage.SEALED, town, receivers=receivers)
    stub.mood.forget = 1.0
    assert run(province, here).sent == 0
    stub.mood.forget = 0.0
    assert (run(province, here).sent, run(province, here).sent) == (1, 0)
    [doc_id] = there.waiting()
    found = read(there.get(doc_id), unsigned=True)
    assert found.document_id == issued.document_id
    now = timezone.now().replace(microsecond=0)
    for code in ("03", "05", "04", "01"):  # in any order; the clock of who tells them decides
        told = StatusMessage(
            Organ("G22", "VPCP"), answer_to(found), StatusCode(code),
            now - dt.timedelta(minutes=6 - int(code)), f"Lời {code}",
        )  # fmt: skip
        there.send(write(told), STATUSES)
    assert run(province, here).told == 4
    with tenant_scope(province):
        theirs, other = Dispatch.objects.filter(outgoing=issued).order_by("order")
        assert theirs.sent_at is not None
        assert other.sent_at is not None
        assert (theirs.told_status, theirs.told_words) == (Status.IN_WORK, "Lời 05")
        assert other.told_status == ""


def answer_to(found: Message):
    made = status().response_for
    return type(made)(found.sender.organ_id, found.document_id, found.reference)


def test_a_status_of_nobody_or_one_that_is_no_state_changes_little(scope, town):
    receivers = [To(organ_code="G22", organ_name="VPCP")]
    town.agency.place = "Nha Trang"
    town.agency.save()
    issued = brought_to(Stage.ISSUED, town, receivers=receivers)

    def tell(code, organ="G22", words="", **at):
        return dispatching.told(issued.document_id, organ, code, words, same=same_organ, **at)

    noon = timezone.now() - dt.timedelta(hours=1)
    assert tell("03")
    assert not tell("03")
    assert not tell("01")
    assert tell("05", at=noon)
    assert not tell("06", at=noon - dt.timedelta(seconds=1))  # told late
    assert tell("03", at=noon + dt.timedelta(seconds=1))  # given back there
    for stray in (
        lambda: tell("03", "G99"),
        lambda: tell("16"),  # nobody asked
        lambda: tell("13"),
        lambda: dispatching.told("H32,unknown", "G22", "03", "", same=same_organ),
    ):
        with pytest.raises(StrayStatusError):
            stray()
    issuing.recall(issued.pk, actor=town.records_clerk, reason="Nhầm")
    assert tell("16", words="Đã xử lý xong")
    assert not tell("16", words="Đã xử lý xong", at=noon)
    row = issued.dispatches.get()
    assert (row.told_status, row.answer, row.answer_words) == ("03", "16", "Đã xử lý xong")
    assert tell("15", words="Đồng ý")
    row = issued.dispatches.get()
    assert (row.told_status, row.answer) == (Status.RECALLED, "15")
    assert AuditEntry.objects.filter(action="outgoing.status_told").count() == 5


# --- the command ---


def test_the_command_makes_one_run_with_the_account_of_the_province(stub, side, settings, capsys):
    province, _town = side
    bus_of(stub, "G22").send(write(message()))
    account = {"URL": stub.address, "SYSTEM_ID": "H32", "SECRET": SYSTEMS["H32"]}
    settings.EDXML_BUS = {province.code: account}
    with pytest.raises(SystemExit):  # plain http
        call_command("edxml_exchange", "--province", province.code)
    assert "no account on a bus" in capsys.readouterr().err
    settings.GOVIT_DEMO = True
    call_command("edxml_exchange", "--province", province.code)
    assert json.loads(capsys.readouterr().out) == {
        "taken": 1, "refused": 0, "told": 0, "sent": 0, "left": 0,
    }  # fmt: skip
    del account["SECRET"]
    with pytest.raises(SystemExit):
        call_command("edxml_exchange", "--province", province.code)
