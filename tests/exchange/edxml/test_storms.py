"""A bus that doubles, mixes, delays, spoils and forgets: afterwards each document stands once, and
each side knows how the other's fare."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone

from common.calls import Bounds
from common.urgency import Urgency
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch, Incoming
from documents.services import arrivals, directing, issuing, updating
from documents.services.directing import Receiver
from documents.states import Part, Status
from exchange.bus_stub.moods import Mood
from exchange.bus_stub.server import BusStub
from exchange.edxml.client import Bus, BusAccount
from exchange.edxml.messages import Business, Kind, OtherInfo, Priority, Replacement, Trace
from exchange.models import BusMessage
from exchange.states import Passage
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to
from tests.exchange.edxml.posts import Outside, believe, heard, storm
from tests.exchange.edxml.samples import Authority, message
from tests.people import make_town

PATIENT = Bounds(connect_seconds=10, seconds=60, most_bytes=10_000_000)


@pytest.fixture
def outside():
    stub = BusStub({"H32": "bi-mat", "G22": "khac"}).start()
    bus = Bus(BusAccount(stub.address, "G22", "khac"), PATIENT)
    first = timezone.now().replace(microsecond=0) - dt.timedelta(days=1)
    yield Outside(stub, bus, Authority("CA", first=first))
    stub.close()


@pytest.fixture
def side(fresh_province, outside):
    """A province that believes in the agency's certificates, and the body H32.05."""
    with tenant_scope(fresh_province):
        town = make_town()
        town.agency.code, town.agency.place = "H32.05", "Nha Trang"
        town.agency.save()
        registry_of(town)
    believe(fresh_province, outside.authority)
    return fresh_province, town


def letter(number: int, **changes):
    told = {
        "number": str(number), "document_id": f"G22,2026/03/02,{number}/VPCP-TTĐT",
        "subject": f"Văn bản {number}", **changes,
    }  # fmt: skip
    return message(**told)


def test_what_comes_through_a_storm_stands_once_and_its_sender_knows_how_it_fares(side, outside):
    """Of five documents one is changed twice, one recalled unregistered, one recalled from work,
    one replaced by the fifth; the later messages lie on the bus before the earlier are fetched."""
    province, town = side
    noon = timezone.now() - dt.timedelta(hours=6)
    one, two, three, four = (letter(n) for n in (1, 2, 3, 4))
    replacing = Business(Kind.REPLACE, replacements=(Replacement(four.document_id),))
    five = letter(5, business=replacing)
    changes = [
        letter(
            1, subject=subject, business=Business(Kind.UPDATE, "Sửa", one.document_id),
            other=OtherInfo(priority=Priority.EXPRESS),
            traces=(Trace("G22", noon + dt.timedelta(hours=n)),),
        )
        for n, subject in enumerate(("Trích yếu cũ", "Trích yếu mới"), start=1)
    ]  # fmt: skip
    recall = letter(
        2, business=Business(Kind.RECALL, "Nhầm", two.document_id), attachments=()
    )  # fmt: skip
    outside.stub.mood = Mood(duplicate=0.5)
    for each in (five, *reversed(changes), recall, four, three, two, one):
        outside.send(each)
    storm(province, town, outside, seed=11)
    with tenant_scope(province):
        lines = {each.document_id: each for each in Incoming.objects.all()}
        assert Incoming.objects.count() == 5
        assert {each.files.count() for each in lines.values()} == {1}
        first = lines[one.document_id]
        assert (first.subject, first.urgency) == ("Trích yếu mới", Urgency.IMMEDIATE)
        assert lines[two.document_id].status == Status.RECALLED
        assert lines[five.document_id].replaces_id == lines[four.document_id].pk
        clerk, leader = town.records_clerk, town.leader
        for each in (one, three):
            arrivals.register(lines[each.document_id].pk, actor=clerk)
        lead = [Receiver(Part.LEAD, town.division.pk)]
        for each in (one, three):
            pk = lines[each.document_id].pk
            directing.direct(pk, actor=leader, opinion="Xử lý", receivers=lead)
        arrivals.refuse(lines[four.document_id].pk, actor=clerk, reason="Sai nơi nhận")
    heard(province)
    outside.send(
        letter(3, business=Business(Kind.RECALL, "Sai", three.document_id), attachments=())
    )
    storm(province, town, outside, seed=29)
    with tenant_scope(province):
        line = Incoming.objects.get(document_id=three.document_id)
        assert line.is_recall_open
        arrivals.agree_recall(line.pk, actor=clerk, words="Đồng ý")
    heard(province)
    storm(province, town, outside, seed=47)
    assert [outside.last(each) for each in (one, three, four, five)] == ["04", "04", "02", "01"]
    answers = [outside.last(each, answers=True) for each in (one, two, three)]
    assert answers == ["15", "15", "15"]
    with tenant_scope(province):
        failed = BusMessage.objects.filter(state=Passage.FAILED)
        assert list(failed.values_list("words", flat=True)) == []


def test_what_goes_through_a_storm_arrives_and_the_answers_are_right(side, outside):
    """One stays, one is changed, one recalled and given back, one recalled and kept, one replaced;
    a recall of what never left does not leave either."""
    province, town = side
    clerk = town.records_clerk
    receivers = [To(organ_code="000.00.00.G22", organ_name="VPCP")]
    with tenant_scope(province):
        made = [
            brought_to(Stage.ISSUED, town, receivers=receivers, subject=f"Báo cáo số {n}")
            for n in range(1, 6)
        ]
        unsent = brought_to(Stage.ISSUED, town, receivers=receivers)
    heard(province)
    with tenant_scope(province):
        issuing.recall(unsent.pk, actor=clerk, reason="Nhầm")
    heard(province)
    storm(province, town, outside, seed=5)
    stays, changed, given, kept, old = made
    assert {key for key, _kind in outside.letters} == {each.document_id for each in made}
    with tenant_scope(province):
        updating.amend(
            changed.pk, actor=clerk, subject="Báo cáo đã sửa", urgency=Urgency.URGENT, reason="Sót"
        )
        for each in (given, kept):
            issuing.recall(each.pk, actor=clerk, reason="Sai số liệu")
        new = brought_to(Stage.ISSUED, town, receivers=receivers, replaces_id=old.pk)
    heard(province)
    storm(province, town, outside, seed=17)
    found = outside.letters
    assert found[changed.document_id, Kind.UPDATE].subject == "Báo cáo đã sửa"
    assert found[changed.document_id, Kind.UPDATE].other.priority == Priority.URGENT
    assert found[given.document_id, Kind.RECALL].business.reason == "Sai số liệu"
    [replaced] = found[new.document_id, Kind.REPLACE].business.replacements
    assert replaced.document_id == old.document_id
    assert len(found) == 5 + 1 + 2 + 1
    _answer(outside, [each.document_id for each in (stays, changed, given, kept, new)])
    storm(province, town, outside, seed=31)
    with tenant_scope(province):
        rows = {each.outgoing_id: each for each in Dispatch.objects.all()}
        told = [
            (rows[each.pk].told_status, rows[each.pk].answer)
            for each in (stays, changed, given, kept, new)
        ]
        assert told == [("06", ""), ("03", "15"), ("15", "15"), ("05", "16"), ("02", "")]
        assert (rows[unsent.pk].sent_at, rows[unsent.pk].told_status) == (None, "")
        states = BusMessage.objects.exclude(outgoing=old.pk).values_list(
            "outgoing", "kind", "state"
        )
        left = {(pk, kind) for pk, kind, state in states if state != Passage.DONE}
        assert left == {(unsent.pk, "new")}


def _answer(outside: Outside, ids: list[str]) -> None:
    """How each fares there, told backwards; the last by the clock is what counts."""
    noon = timezone.now() - dt.timedelta(hours=3)
    lives = [
        ["01", "03", "04", "05", "06"], ["01", "03", "15"], ["01", "03", "05", "15"],
        ["01", "03", "05", "16"], ["01", "02"],
    ]  # fmt: skip
    outside.stub.mood = Mood(duplicate=0.3)
    for document_id, codes in zip(ids, lives, strict=True):
        first = next(each for key, each in outside.letters.items() if key[0] == document_id)
        letter = dataclasses.replace(first, document_id=document_id)
        for n, code in reversed(list(enumerate(codes))):
            outside.tell(letter, code, noon + dt.timedelta(minutes=n), f"Lời {code}")
