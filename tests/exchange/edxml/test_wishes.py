"""What is asked of receivers outside, and what they answer: late, twice, by clocks that are ahead,
and heard of in another order."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import OutboxEvent
from documents.models import Dispatch, Incoming
from documents.receivers_told import receiver_words
from documents.services import dispatching, issuing, updating
from documents.states import Status, Wish, WishAnswer
from exchange import consumers_bus
from exchange.edxml import incoming
from exchange.edxml.messages import Business as Deed
from exchange.edxml.messages import Kind, Trace
from exchange.edxml.organs import same_organ
from exchange.models import BusMessage
from exchange.services import bus_claims
from exchange.states import Business, Fault, Passage
from tenancy.scope import tenant_scope
from tests.exchange.edxml.posts import heard, run
from tests.exchange.edxml.test_bus import bus_of, letter, side, stub
from tests.exchange.edxml.test_tries import issued

__all__ = ["side", "stub"]
MINUTE = dt.timedelta(minutes=1)


def amended(outgoing, town, subject="Về việc khác"):
    updating.amend(
        outgoing.pk, actor=town.records_clerk, subject=subject, urgency=1, reason="Sai"
    )  # fmt: skip


def tell(outgoing, code, at):
    return dispatching.told(outgoing.document_id, "G22", code, "", same=same_organ, at=at)


def receiver(outgoing):
    return Dispatch.objects.select_related("outgoing").get(outgoing=outgoing)


@pytest.fixture
def changed(stub, side):
    """A document that left a while ago, as did a change of it; no receiver has answered."""
    province, town = side
    with tenant_scope(province):
        outgoing = issued(town)
    run(province, bus_of(stub))
    with tenant_scope(province):
        amended(outgoing, town)
    heard(province)
    run(province, bus_of(stub))
    with tenant_scope(province):
        Dispatch.objects.update(wished_at=timezone.now() - 9 * MINUTE)
    return outgoing


@pytest.mark.parametrize("asked", [Business.RECALL, Business.UPDATE])
def test_a_late_answer_to_a_change_answers_nothing_that_was_asked_later(stub, side, changed, asked):
    province, town = side
    with tenant_scope(province):
        if asked == Business.RECALL:
            issuing.recall(changed.pk, actor=town.records_clerk, reason="Nhầm")
        else:
            amended(changed, town, "Lần nữa")
    heard(province)
    with tenant_scope(province):
        claimed = bus_claims.claim()
        assert claimed.kind == asked
        bus_claims.stuck(claimed, "", Fault.SERVER)
        assert not tell(changed, WishAnswer.AGREED, timezone.now() - MINUTE)
        bus_claims.confirm(changed.document_id)
        row = receiver(changed)
        assert (row.answer, row.told_status) == ("", "")
    assert run(province, bus_of(stub)).sent == 1
    with tenant_scope(province):
        assert tell(changed, WishAnswer.AGREED, timezone.now())
        bus_claims.confirm(changed.document_id)
        assert receiver(changed).answer == WishAnswer.AGREED
        assert BusMessage.objects.get(pk=claimed.pk).state == Passage.DONE


def test_what_the_bus_did_not_take_is_sent_whatever_a_receiver_says(stub, side, changed):
    """His answer to the change, told after the recall was asked for here."""
    province, town = side
    with tenant_scope(province):
        issuing.recall(changed.pk, actor=town.records_clerk, reason="Nhầm")
    heard(province)
    with tenant_scope(province):
        bus_claims.stuck(bus_claims.claim(), "Bận")
        tell(changed, WishAnswer.AGREED, timezone.now())
        bus_claims.confirm(changed.document_id)
    assert run(province, bus_of(stub)).sent == 1


def test_an_answer_by_a_clock_that_is_behind_counts_when_one_thing_was_asked(side):
    province, town = side
    with tenant_scope(province):
        outgoing = issued(town)
        dispatching.sent(outgoing.pk)
        issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Nhầm")
        assert tell(outgoing, WishAnswer.AGREED, timezone.now() - 5 * MINUTE)
        assert receiver(outgoing).told_status == Status.RECALLED


def test_by_a_clock_that_is_ahead_the_later_state_and_the_later_change_stay(side):
    province, town = side
    ahead = timezone.now() + 10 * MINUTE
    with tenant_scope(province):
        outgoing = issued(town)
        assert tell(outgoing, "06", ahead + 2 * MINUTE)
        assert not tell(outgoing, "04", ahead)
        assert receiver(outgoing).told_status == Status.DONE
        assert tell(outgoing, "03", ahead + dt.timedelta(days=400))
        assert receiver(outgoing).told_at < timezone.now() + dt.timedelta(days=2)
        first = letter(11)
        incoming.take(first, from_outside=True)
        for subject, at in (("Mới nhất", ahead + MINUTE), ("Cũ hơn", ahead)):
            deed = Deed(Kind.UPDATE, "Sai", first.document_id, changes_document=True)
            change = dataclasses.replace(
                first, subject=subject, business=deed, traces=(Trace("G22", at),), attachments=()
            )
            incoming.take(change, from_outside=True)
        assert Incoming.objects.get().subject == "Mới nhất"


def test_a_status_locks_the_document_before_its_receivers(side):
    """As who changes it does, or takes it back: neither waits for the other for ever."""
    province, town = side
    with tenant_scope(province):
        outgoing = issued(town)
        with CaptureQueriesContext(connection) as asked:
            tell(outgoing, "01", timezone.now())
        locks = [each["sql"] for each in asked if "FOR NO KEY UPDATE" in each["sql"]]
    assert 'FROM "documents_outgoing"' in locks[0]
    assert 'FROM "documents_dispatch"' in locks[1]


def test_of_what_was_changed_before_it_left_no_answer_is_awaited(stub, side):
    province, town = side
    with tenant_scope(province):
        outgoing = issued(town)
        amended(outgoing, town)
    heard(province)
    assert run(province, bus_of(stub)).sent == 1
    with tenant_scope(province):
        [told] = receiver_words(receiver(outgoing))
        assert told.status == "Sent, not confirmed yet"
        amended(outgoing, town, "Lần nữa")
        [told] = receiver_words(receiver(outgoing))
        assert told.status == Wish.UPDATE.label


def test_a_document_whose_recall_is_heard_first_does_not_leave(stub, side):
    province, town = side
    with tenant_scope(province):
        outgoing = issued(town)
        issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Nhầm")
        events = {each.action: each for each in OutboxEvent.objects.all()}
        consumers_bus.note_recalled(events["outgoing.recalled"])
        consumers_bus.note_issued(events["outgoing.issued"])
        assert not BusMessage.objects.exists()
    assert run(province, bus_of(stub)).sent == 0
