"""An update that changes receivers, both ways (QCVN 102)."""

from __future__ import annotations

import dataclasses

import pytest
from django.utils import timezone

from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch, Incoming
from documents.receivers_told import receiver_words
from documents.services import arrivals, issuing, rerouting
from documents.states import Status, WishAnswer
from exchange.edxml import incoming
from exchange.edxml.client import STATUSES
from exchange.edxml.faults import EdxmlError
from exchange.edxml.messages import Business as Deed
from exchange.edxml.messages import Kind, Organ, ReceiverChange, StatusCode, StatusMessage
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from exchange.models import BusMessage
from exchange.states import Business, Passage
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to
from tests.exchange.edxml.posts import heard, run
from tests.exchange.edxml.test_bus import answer_to, bus_of, letter, side, stub

__all__ = ["side", "stub"]
G22 = To(organ_code="G22", organ_name="Văn phòng Chính phủ")
MINISTRY = To(organ_code="G22.05", organ_name="Cục A")


def body_inside(town):
    return registry_of(unit=town.other_agency, code="H32.06", symbol="STP")


def changed(outgoing, town, added=(), removed=()):
    rows = outgoing.dispatches.filter(organ_code__in=removed)
    rerouting.change_receivers(
        outgoing.pk, actor=town.records_clerk, added=added, removed=[each.pk for each in rows],
        reason="Gửi sót",
    )  # fmt: skip


def letters(there):
    """What waits for the agency outside; it is read once."""
    found = []
    for doc_id in there.waiting():
        found.append(read(there.get(doc_id), unsigned=True))
        there.settle(doc_id, "done")
    return found


def test_it_goes_to_those_whom_it_adds_and_removes_and_they_answer(stub, side):
    province, town = side
    here, there = bus_of(stub), bus_of(stub, "G22")
    with tenant_scope(province):
        inside = To(registry_id=body_inside(town).pk)
        outgoing = brought_to(Stage.ISSUED, town, receivers=[G22, inside])
    run(province, here)
    assert [each.business.kind for each in letters(there)] == [Kind.NEW]
    with tenant_scope(province):
        changed(outgoing, town, [MINISTRY], ["G22"])
    heard(province)
    assert run(province, here).sent == 1
    [found] = letters(there)
    assert [each.organ_id for each in found.receivers] == ["G22", "G22.05"]
    assert (found.business.document_id, found.business.reason) == (outgoing.document_id, "Gửi sót")
    assert (found.business.changes_document, found.business.changes_receivers) == (False, True)
    assert found.business.receivers == (
        ReceiverChange("G22", is_added=False), ReceiverChange("G22.05", is_added=True),
    )  # fmt: skip
    assert len(found.attachments) == 1
    with tenant_scope(province):
        update = BusMessage.objects.get(kind=Business.UPDATE)
        assert (update.state, update.partner) == (Passage.SENT, "Văn phòng Chính phủ, Cục A")
        assert Dispatch.objects.get(organ_code="G22.05").sent_at is not None
    now = timezone.now().replace(microsecond=0)
    for organ, code in (("G22", StatusCode.AGREED), ("G22.05", StatusCode.ARRIVED)):
        told = StatusMessage(Organ(organ, organ), answer_to(found), code, now, "Lời")
        there.send(write(told), STATUSES)
    assert run(province, here).told == 2
    with tenant_scope(province):
        update.refresh_from_db()
        assert update.state == Passage.DONE
        rows = outgoing.dispatches.select_related("incoming", "outgoing").order_by("order")
        said = {each.organ_code: receiver_words(each)[0].status for each in rows}
        assert (said["G22"], said["G22.05"]) == ("Agreed to the recall", Status.ARRIVED.label)
        issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Hết hiệu lực")
    heard(province)
    run(province, here)
    [recall] = letters(there)
    assert [each.organ_id for each in recall.receivers] == ["G22", "H32.06", "G22.05"]
    with tenant_scope(province):
        gave_back, asked = outgoing.dispatches.filter(registry=None).order_by("order")
        assert (gave_back.answer, asked.answer) == (WishAnswer.AGREED, "")


def test_what_has_not_left_goes_to_whom_it_is_for_now_or_to_nobody(stub, side):
    province, town = side
    with tenant_scope(province):
        inside = To(registry_id=body_inside(town).pk)
        one = brought_to(Stage.ISSUED, town, receivers=[G22, inside])
        two = brought_to(Stage.ISSUED, town, receivers=[inside])
    heard(province)
    with tenant_scope(province):
        changed(one, town, removed=["G22"])
    heard(province)
    assert run(province, bus_of(stub)).sent == 0
    with tenant_scope(province):
        [told] = receiver_words(one.dispatches.get(organ_code="G22"))
        assert told.status == "Taken back before it was sent"
        changed(one, town, [MINISTRY])
        changed(two, town, [G22])
    heard(province)
    assert run(province, bus_of(stub)).sent == 2
    found = letters(bus_of(stub, "G22"))
    assert {each.business.kind for each in found} == {Kind.NEW}
    outside = [[to.organ_id for to in each.receivers if to.organ_id[0] == "G"] for each in found]
    assert sorted(outside) == [["G22"], ["G22.05"]]


def update_of(sent, *changes, **more):
    moved = tuple(ReceiverChange(code, is_added=added) for code, added in changes)
    deed = Deed(Kind.UPDATE, "Gửi sót", sent.document_id, changes_receivers=True, receivers=moved)
    # as the sample of the national bus: those in force are its receivers, those moved are not
    return dataclasses.replace(sent, **{"business": deed, **more})


def test_what_comes_adds_and_removes_bodies_of_ours_and_tells_of_each(stub, side):
    province, town = side
    here, there = bus_of(stub), bus_of(stub, "G22")
    with tenant_scope(province):
        third = registry_of(town, code="H32.90", name="Sở Y tế", former_codes=["H32.91"])
    sent = letter(1)
    there.send(write(sent))
    run(province, here)
    update = update_of(sent, ("H32.91", True), ("000.00.05.H32", False), ("H41", True))
    for _twice in range(2):
        there.send(write(update))
        run(province, here)
    with tenant_scope(province):
        lines = dict(Incoming.objects.values_list("registry__code", "status"))
        assert lines == {"H32.05": Status.RECALLED, "H32.90": Status.ARRIVED}
        line = Incoming.objects.get(registry=third)
        assert (line.document_id, line.subject) == (sent.document_id, sent.subject)
        assert line.files.count() == 1
    told = [read(there.get(each), unsigned=True) for each in there.waiting(STATUSES)]
    said = {(each.sender.organ_id, each.status) for each in told}
    assert said == {
        ("H32.05", StatusCode.ARRIVED), ("H32.05", StatusCode.AGREED),
        ("H32.91", StatusCode.ARRIVED),
    }  # fmt: skip


def test_one_that_brings_no_document_or_names_nobody_here_is_a_sentence(side):
    province, town = side
    with tenant_scope(province):
        line = incoming.take(letter(1)).taken[0].incoming
        registry_of(town, code="H32.90", name="Sở Y tế")
        bare = update_of(letter(1), ("H32.90", True), attachments=())
        with pytest.raises(EdxmlError, match=r"adds H32\.90 as a receiver and brings no document"):
            incoming.take(bare)
        with pytest.raises(incoming.NotHereYet):
            incoming.take(update_of(letter(2), ("H32.90", False)))
        arrivals.register(line.pk, actor=town.records_clerk)
        answer = incoming.take(update_of(letter(1), ("H32.05", False), ("H32.05", True)))
        assert {each.act for each in answer.taken} == {Kind.NEW, Kind.RECALL}
        assert Incoming.objects.get().is_recall_open
