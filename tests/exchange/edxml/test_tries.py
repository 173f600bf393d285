"""What the bus does not take is tried again, waits longer each time, and stands as failed in the
end; its page, and who may send it once more."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch
from documents.services import issuing
from exchange import tasks
from exchange.edxml.client import BusAway, BusRefused
from exchange.edxml.exchanging import Exchange
from exchange.edxml.messages import Organ, StatusCode
from exchange.edxml.writing import write
from exchange.models import BusMessage, SyncServer
from exchange.models.bus import words_found_by
from exchange.services import bus_resending
from exchange.services.bus_claims import MOST_TRIES
from exchange.states import Business, Fault, Passage, Way
from notifications.models import Notification
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to, other_registry
from tests.exchange.edxml.posts import run
from tests.exchange.edxml.samples import message, status
from tests.exchange.edxml.test_bus import bus_of, side, stub
from tests.onestop.test_query_counts import cost

__all__ = ["side", "stub"]
PAGE = "/quan-tri/truc-lien-thong/"
OUTSIDE = [To(organ_code="G22", organ_name="Văn phòng Chính phủ")]


def issued(town, **changes):
    return brought_to(Stage.ISSUED, town, receivers=OUTSIDE, **changes)


def test_what_the_bus_refuses_waits_longer_each_time_and_then_stands_as_failed(
    stub, side, monkeypatch
):
    province, town = side
    bus = bus_of(stub)
    with tenant_scope(province):
        outgoing = issued(town)
    refuse = lambda *_: (_ for _ in ()).throw(BusRefused("Sai mã định danh"))  # noqa: E731
    monkeypatch.setattr(bus, "send", refuse)
    waits = []
    for _try in range(MOST_TRIES):
        run(province, bus)
        Exchange(province, bus).go()  # its pause is not over: nothing is tried
        with tenant_scope(province):
            row = BusMessage.objects.get()
            waits.append((row.due_at - timezone.now()).total_seconds())
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] > 30
    with tenant_scope(province):
        row = BusMessage.objects.get()
        assert (row.state, row.attempts, row.words) == (
            Passage.FAILED, MOST_TRIES, "Sai mã định danh",
        )  # fmt: skip
        [event] = OutboxEvent.objects.filter(action="outgoing.undelivered")
        for handler in handlers_of(event.action):
            handler(event)
        told = Notification.objects.get(user=town.records_clerk, url__contains=str(outgoing.pk))
        assert "Sai mã định danh" in told.text
        bus_resending.resend(row.pk, actor=town.records_clerk)
        assert AuditEntry.objects.filter(action="bus.resent").count() == 1
    assert run(province, bus_of(stub)).sent == 1
    with tenant_scope(province), pytest.raises(RefusedError):
        bus_resending.resend(row.pk, actor=town.officer)


def test_a_bus_that_is_away_costs_no_message_a_try(stub, side, monkeypatch):
    province, town = side
    bus = bus_of(stub)
    with tenant_scope(province):
        issued(town)
    away = BusAway("NotReached", Fault.UNREACHABLE, was_not_sent=True)
    monkeypatch.setattr(bus, "send", lambda *_: (_ for _ in ()).throw(away))
    for _try in range(MOST_TRIES + 2):
        run(province, bus)
    with tenant_scope(province):
        row, server = BusMessage.objects.get(), SyncServer.objects.get(name="bus")
        assert (row.state, row.attempts) == (Passage.WAITING, 0)
        assert (server.fault, server.failures) == (Fault.UNREACHABLE, MOST_TRIES + 2)
    assert Exchange(province, bus_of(stub)).go().sent == 0  # it is left alone for a while
    assert run(province, bus_of(stub)).sent == 1


def test_what_may_have_left_is_recalled_and_not_sent_again(stub, side, monkeypatch):
    province, town = side
    there, forgetful = bus_of(stub, "G22"), bus_of(stub)
    with tenant_scope(province):
        outgoing = issued(town)
    send = forgetful.send

    def forgotten(*told):
        send(*told)
        raise BusAway("HTTP 500")

    monkeypatch.setattr(forgetful, "send", forgotten)
    run(province, forgetful)
    with tenant_scope(province):
        issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Nhầm")
        for event in OutboxEvent.objects.filter(action="outgoing.recalled"):
            for handler in handlers_of(event.action):
                handler(event)
    assert run(province, bus_of(stub)).sent == 1
    assert len(there.waiting()) == 2
    with tenant_scope(province):
        rows = BusMessage.objects.order_by("pk").values_list("kind", "state")
        assert list(rows) == [
            (Business.NEW, Passage.LEFT_OUT), (Business.RECALL, Passage.SENT),
        ]  # fmt: skip


def test_a_status_of_what_is_unknown_is_kept_with_the_reason(stub, side):
    province, _town = side
    there = bus_of(stub, "G22")
    made = status(sender=Organ("G22", "VPCP"), status=StatusCode.DONE)
    there.send(write(type(made)(**{
        **vars(made), "response_for": type(made.response_for)("H32.05", "H32.05,2026/01/01,1/X"),
    })), "status")  # fmt: skip
    assert run(province, bus_of(stub)).refused == 1
    with tenant_scope(province):
        row = BusMessage.objects.get()
        assert (row.way, row.kind, row.state) == (Way.IN, Business.STATUS, Passage.FAILED)
        assert row.document_id in row.words


def test_what_was_refused_is_taken_in_once_its_cause_is_gone(stub, side):
    province, town = side
    there = bus_of(stub, "G22")
    there.send(write(message(receivers=(Organ("H32.07", "Sở khác"),))))
    assert run(province, bus_of(stub)).refused == 1
    with tenant_scope(province):
        failed = BusMessage.objects.get(way=Way.IN)
        town.other_agency.code = "H32.07"
        town.other_agency.save()
        other_registry(town)
        bus_resending.resend(failed.pk, actor=town.superuser)
    assert run(province, bus_of(stub)).taken == 1
    with tenant_scope(province):
        failed.refresh_from_db()
        assert failed.state == Passage.DONE
        assert failed.incoming is not None
        with pytest.raises(AlreadyDone):
            bus_resending.resend(failed.pk, actor=town.superuser)


def test_the_clock_asks_each_province_that_has_an_account(stub, side, settings):
    province, town = side
    with tenant_scope(province):
        issued(town)
    tasks.exchange_documents()
    account = {"URL": stub.address, "SYSTEM_ID": "H32", "SECRET": "bi-mat"}
    settings.EDXML_BUS, settings.GOVIT_DEMO = {province.code: account}, True
    tasks.exchange_documents()
    assert len(bus_of(stub, "G22").waiting()) == 1


# --- the page ---


def kept(town, registry, **changes):
    named = {"document_id": "G22,2026/03/02,1/X", "partner": "Bộ Y tế"}
    named |= {name: changes.pop(name) for name in named if name in changes}
    return BusMessage.objects.create(**{
        "way": Way.OUT, "kind": Business.STATUS, "state": Passage.FAILED, "registry": registry,
        "words": "Sai mã định danh", "search_text": words_found_by(*named.values()),
        **named, **changes,
    })  # fmt: skip


def test_a_clerk_sees_the_messages_of_his_body_and_sends_them_again(client, province, town):
    with tenant_scope(province):
        mine = kept(town, registry_of(town))
        other = kept(town, other_registry(town), words="Của cơ quan khác")
        nobody = kept(town, None, way=Way.IN, doc_id="1", words="Không của ai")
    page = client.sign_in(town.records_clerk).get(PAGE)
    assert "Sai mã định danh" in page.text
    assert "Của cơ quan khác" not in page.text
    assert "Không của ai" not in page.text
    for foreign in (other, nobody):
        assert client.post(f"{PAGE}{foreign.pk}/gui-lai/").status_code == 404
    client.post(f"{PAGE}gui-lai/")
    assert "Sai mã định danh" not in client.get(PAGE).text
    assert "Không của ai" in client.sign_in(town.superuser).get(PAGE).text
    assert "Không của ai" not in client.get(f"{PAGE}?chieu=out").text
    assert "Không của ai" not in client.get(f"{PAGE}?q=khac").text
    with tenant_scope(province):
        states = dict(BusMessage.objects.values_list("pk", "state"))
    assert states == {
        mine.pk: Passage.WAITING, other.pk: Passage.FAILED, nobody.pk: Passage.FAILED
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("bộ y tế", True), ("Y TE", True), ("g22,2026", True), ("1/X bộ", True), ("xây dựng", False)],
)
def test_a_message_is_found_by_its_document_and_agency(client, province, town, words, is_found):
    with tenant_scope(province):
        kept(town, registry_of(town))
        kept(town, registry_of(town), partner="Bộ Nội vụ", document_id="G09,2026/03/02,2/Z")
        kept(town, other_registry(town))
    client.sign_in(town.records_clerk)
    page = client.get(PAGE, {"q": words})
    assert [row.partner for row in page.context["page"].rows] == ["Bộ Y tế"] * is_found
    assert ("Không có gói tin nào khớp" in page.text) == (not is_found)


def test_what_the_exchange_notes_is_found_at_once(stub, side):
    """Ours that goes out, one that is refused, and what the senders are told of both that came."""
    province, town = side
    there = bus_of(stub, "G22")
    there.send(write(message(receivers=(Organ("H32.97", "Không có ở đây"),))))
    there.send(write(message(number="9", document_id="G22,2026/03/02,9/VPCP-TTĐT")))
    with tenant_scope(province):
        issued(town)
    run(province, bus_of(stub))
    with tenant_scope(province):
        rows = list(BusMessage.objects.order_by("pk"))
    ways = [(Way.IN, Business.NEW), (Way.OUT, Business.NEW), (Way.OUT, Business.STATUS)]
    assert sorted({(row.way, row.kind) for row in rows}) == ways
    assert {bool(row.registry_id) for row in rows if row.kind == Business.STATUS} == {True, False}
    for row in rows:
        assert row.search_text == words_found_by(row.document_id, row.partner) != ""


def test_each_list_has_its_rows_and_the_page_costs_the_same_for_one_and_five(
    client, province, town
):
    with tenant_scope(province):
        registry, outgoing = registry_of(town), issued(town)
        for state in (Passage.WAITING, Passage.SENT, Passage.DONE):
            kept(town, registry, state=state, words="", done_at=timezone.now())
        kept(
            town, registry, kind=Business.NEW, outgoing=outgoing, state=Passage.TROUBLE, attempts=3
        )
    client.sign_in(town.records_clerk)
    for tab in client.get(PAGE).context["tabs"]:
        rows = client.get(f"{PAGE}{tab['url']}").context["page"].rows
        assert tab["count"] in (len(rows), None), tab
    url = f"{PAGE}?xem=cho"
    page, two, _asked = cost(client, town.records_clerk, url)
    assert "3/8" in page.text
    assert f"/van-ban-di/{outgoing.pk}/" in page.text
    with tenant_scope(province):
        for _n in range(4):
            kept(town, registry, state=Passage.WAITING)
    page, six, asked = cost(client, town.records_clerk, url)
    assert len(page.context["page"].rows) == 6
    assert two == six, asked


def test_the_page_of_a_document_says_how_far_its_message_is(client, province, town):
    with tenant_scope(province):
        outgoing = issued(town)
        row = kept(
            town, outgoing.registry, kind=Business.NEW, outgoing=outgoing, state=Passage.TROUBLE,
            attempts=3, due_at=timezone.now() + dt.timedelta(minutes=4),
        )  # fmt: skip
    url = f"/van-ban-di/{outgoing.pk}/"
    page = client.sign_in(town.records_clerk).get(url).text
    assert "3/8" in page
    assert "Sai mã định danh" in page
    assert f"{PAGE}?xem=cho" in page
    assert PAGE not in client.sign_in(town.officer).get(url).text
    with tenant_scope(province):
        BusMessage.objects.filter(pk=row.pk).update(state=Passage.SENT)
        Dispatch.objects.filter(outgoing=outgoing).update(
            sent_at=timezone.now(), told_status="02", told_words="Sai nơi nhận"
        )
    page = client.get(url).text
    assert "3/8" not in page
    assert "Sai nơi nhận" in page
