import datetime as dt
import threading
from functools import partial

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from audit import delivery, relay, tasks
from audit.deliveries import once
from audit.models import AuditEntry, Delivery, Heartbeat, OutboxEvent
from audit.services import record
from tenancy.scope import current_province_id, tenant_scope
from tests.onestop.racing import PATIENCE, be_patient
from tests.provinces import own_provinces


def effects(province, action="test.effect"):
    with tenant_scope(province):
        entries = AuditEntry.objects.filter(action=action).order_by("pk")
        return list(entries.values_list("data__event", flat=True))


def leave_an_effect(event):
    AuditEntry.objects.create(
        action="test.effect", subject_type="x", subject_id="1", data={"event": event.pk}
    )


def test_a_handler_hears_the_event_once_inside_its_province(post, hear):
    provinces = []
    hear("test.told", leave_an_effect)
    hear("test.told", lambda event: provinces.append(current_province_id()))
    (event_id,) = post.tell("test.told")
    assert post.round().delivered == 1
    assert post.round() == delivery.Outcome()
    assert effects(post.province) == [event_id]
    assert provinces == [post.province.pk]
    assert post.event(event_id).delivered_at is not None


def test_a_fact_that_nobody_waits_for_is_delivered_too(post):
    (event_id,) = post.tell("test.unheard")
    assert post.round().delivered == 1
    assert post.event(event_id).delivered_at is not None


def test_events_of_a_subject_come_in_order(post, hear):
    order = []
    hear("test.told", lambda event: order.append(event.pk))
    ids = post.tell(*["test.told"] * 5)
    post.round()
    assert order == ids


def test_a_later_event_waits_while_an_earlier_one_of_its_subject_is_being_told(post, hear):
    hear("test.told", leave_an_effect)
    (first,) = post.tell("test.told")
    (batch,) = post.claim()
    (second,) = post.tell("test.told")
    assert post.claim() == []
    delivery.deliver(*batch)
    post.round()
    assert effects(post.province) == [first, second]


def test_the_events_of_a_subject_are_never_parted_between_two_batches(post, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 2)
    ids = {"a": [], "b": [], "c": []}
    with tenant_scope(post.province):
        for number, subject in enumerate("abacab"):
            row = OutboxEvent.objects.create(
                entry_id=number, action="test.told", subject_type="x", subject_id=subject
            )
            ids[subject].append(row.pk)
    assert [batch[1] for batch in post.claim()] == [ids["a"], ids["b"], ids["c"]]


def test_rows_of_two_provinces_go_into_batches_of_their_own(post, hear):
    hear("test.told", leave_an_effect)
    (here,) = post.tell("test.told")
    with own_provinces(1) as (other,):
        with tenant_scope(other):
            record(other, "test.told", actor=None)
        batches = post.claim()
        assert sorted(batch[0] for batch in batches) == sorted([post.province.pk, other.pk])
        for batch in batches:
            delivery.deliver(*batch)
        assert effects(post.province) == [here]
        assert len(effects(other)) == 1


def test_a_batch_that_comes_three_times_has_its_effect_once(post, hear):
    hear("test.told", leave_an_effect)
    ids = post.tell("test.told", "test.told")
    (batch,) = post.claim()
    outcomes = [delivery.deliver(*batch) for _ in range(3)]
    assert [outcome.delivered for outcome in outcomes] == [2, 0, 0]
    assert effects(post.province) == ids


def test_control_without_the_claim_the_repeated_batch_doubles_its_effect(post, hear):
    hear("test.told", leave_an_effect)
    post.tell("test.told")
    (batch,) = post.claim()
    for _ in range(2):  # what a worker would do that trusts its message
        with tenant_scope(batch[0]):
            for event in OutboxEvent.objects.filter(pk__in=batch[1]):
                delivery.run_handlers(event)
    assert len(effects(post.province)) == 2


def test_a_stale_batch_of_an_earlier_lease_does_nothing(post, hear):
    hear("test.told", leave_an_effect)
    (event_id,) = post.tell("test.told")
    (stale,) = post.claim()
    post.let_time_pass()
    (fresh,) = post.claim()
    assert delivery.deliver(*stale).skipped == 1
    assert effects(post.province) == []
    assert delivery.deliver(*fresh).delivered == 1
    assert effects(post.province) == [event_id]


def test_a_claimed_row_of_a_lost_worker_comes_again_when_its_lease_is_over(post, hear):
    hear("test.told", leave_an_effect)
    (event_id,) = post.tell("test.told")
    post.claim()  # and the worker dies
    assert post.claim() == []
    lease = post.event(event_id).due_at - timezone.now()
    assert dt.timedelta(0) < lease <= dt.timedelta(seconds=relay.LEASE_SECONDS)
    post.let_time_pass()
    assert post.round().delivered == 1


def test_a_failing_handler_is_tried_again_later_and_the_others_are_not_repeated(post, hear):
    tries = []

    def fail_twice(event):
        leave_an_effect(event)  # rolled back with the fault
        tries.append(event.attempts)
        if len(tries) < 3:
            raise ValueError("Nguyễn Văn An, 0900012345")

    hear("test.told", fail_twice)
    hear("test.told", lambda event: record(event, "test.other", actor=None))
    (event_id,) = post.tell("test.told")

    assert post.round().failed == 1
    waiting = post.event(event_id)
    assert waiting.last_error.endswith("fail_twice: ValueError")
    assert "An" not in waiting.last_error.split(": ")[-1]
    wait = waiting.due_at - timezone.now()
    assert dt.timedelta(seconds=3) < wait <= dt.timedelta(seconds=5)
    post.round()
    assert tries == [1]  # not before it is due

    for _ in range(2):
        post.let_time_pass()
        post.round()
    assert tries == [1, 2, 3]
    assert effects(post.province) == [event_id]
    assert len(effects(post.province, "test.other")) == 1
    assert post.event(event_id).delivered_at is not None
    assert post.event(event_id).last_error == ""


def test_a_foreign_key_that_breaks_at_commit_is_the_fault_of_its_handler(post, hear):
    def break_a_key(event):
        Delivery.objects.create(event_id=event.pk + 10_000_000, kind="x")

    hear("test.told", break_a_key)
    (event_id,) = post.tell("test.told")
    assert post.round().failed == 1
    assert post.event(event_id).last_error.endswith("break_a_key: IntegrityError")


def test_waiting_doubles_up_to_an_hour():
    waits = [relay.retry_seconds(attempts) for attempts in range(1, 13)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


def test_after_the_last_attempt_the_row_is_parked(post, hear):
    def fail(event):
        raise ValueError

    hear("test.told", fail)
    (event_id,) = post.tell("test.told")
    for _ in range(relay.MOST_ATTEMPTS):
        assert post.event(event_id).parked_at is None
        post.let_time_pass()
        post.round()
    parked = post.event(event_id)
    assert parked.parked_at is not None
    assert parked.attempts == relay.MOST_ATTEMPTS
    post.let_time_pass()
    assert post.claim() == []


def test_an_event_that_kills_every_worker_is_parked(post, hear):
    hear("test.told", leave_an_effect)
    (event_id,) = post.tell("test.told")
    for _ in range(relay.MOST_ATTEMPTS):
        post.let_time_pass()
        assert len(post.claim()) == 1
    post.let_time_pass()
    assert post.claim() == []
    parked = post.event(event_id)
    assert (parked.parked_at is not None, parked.last_error) == (True, "worker lost")


def test_rows_that_never_reached_the_queue_are_given_back(post):
    def broken(*batch):
        raise ConnectionError

    (event_id,) = post.tell("test.told")
    with pytest.raises(ConnectionError):
        relay.relay(broken)
    assert post.event(event_id).attempts == 0
    assert len(post.claim()) == 1


def test_no_more_rows_are_claimed_than_may_be_under_way(post, monkeypatch):
    monkeypatch.setattr(relay, "IN_FLIGHT", 3)
    monkeypatch.setattr(relay, "BATCH", 2)
    for number in range(5):
        with tenant_scope(post.province):
            OutboxEvent.objects.create(
                entry_id=number, action="test.told", subject_type="x", subject_id=str(number)
            )
    batches = post.claim()
    assert [len(batch[1]) for batch in batches] == [2, 1]
    assert post.claim() == []
    delivery.deliver(*batches[0])
    assert [len(batch[1]) for batch in post.claim()] == [2]


def test_two_relays_at_once_hand_out_each_row_once(post):
    for number in range(200):
        with tenant_scope(post.province):
            OutboxEvent.objects.create(
                entry_id=number, action="test.told", subject_type="x", subject_id=str(number)
            )
    found, start = [], threading.Barrier(4)

    def run():
        start.wait(PATIENCE)
        try:
            relay.relay(lambda province_id, ids, claim: found.extend(ids))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(found) == len(set(found)) == 200


def test_once_says_yes_to_the_first_only(post):
    (event_id,) = post.tell("test.told")
    event = post.event(event_id)
    with tenant_scope(post.province):
        assert once(event, "mail", "an@vi-du.example")
        assert not once(event, "mail", "an@vi-du.example")
        assert once(event, "mail", "binh@vi-du.example")
        assert once(event, "sms", "an@vi-du.example")
    with tenant_scope(post.province):
        assert not once(event, "mail", "an@vi-du.example")


def test_once_is_free_again_when_its_transaction_is_rolled_back(post):
    (event_id,) = post.tell("test.told")
    event = post.event(event_id)
    with tenant_scope(post.province):
        with transaction.atomic():
            assert once(event, "mail")
            transaction.set_rollback(True)
        assert once(event, "mail")


def test_32_at_once_one_wins(post):
    (event_id,) = post.tell("test.told")
    event = post.event(event_id)
    won, start = [], threading.Barrier(32)

    def run():
        try:
            be_patient()
            start.wait(PATIENCE)
            with tenant_scope(post.province):
                won.append(once(event, "mail", "an@vi-du.example"))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(32)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(won) == [False] * 31 + [True]


def test_a_repeated_delivery_row_is_refused_by_the_database(post):
    (event_id,) = post.tell("test.told")
    with tenant_scope(post.province):
        Delivery.objects.create(event_id=event_id, kind="mail", recipient="a")
    with pytest.raises(IntegrityError), tenant_scope(post.province):
        Delivery.objects.create(event_id=event_id, kind="mail", recipient="a")


def test_the_batch_leaves_a_sign_of_life_of_the_worker(post):
    post.tell("test.told")
    post.round()
    with tenant_scope(post.province):
        assert Heartbeat.objects.filter(name="worker").count() == 1


def test_rows_delivered_a_month_ago_are_deleted_and_younger_ones_stay(post, settings):
    settings.OUTBOX_KEEP_DAYS = 30
    old, young, waiting = post.tell("test.told", "test.told", "test.told")
    now = timezone.now()
    with tenant_scope(post.province):
        once(OutboxEvent.objects.get(pk=old), "mail")
        for pk, days in ((old, 31), (young, 29)):
            OutboxEvent.objects.filter(pk=pk).update(delivered_at=now - dt.timedelta(days=days))
    with tenant_scope(post.province):
        assert delivery.forget_delivered() == 1
    with tenant_scope(post.province):
        assert set(OutboxEvent.objects.values_list("pk", flat=True)) == {young, waiting}
        assert Delivery.objects.count() == 0


def test_all_that_is_old_is_deleted_in_one_run_batch_by_batch(post, monkeypatch):
    ids = post.tell(*["test.told"] * 5)
    with tenant_scope(post.province):
        long_ago = timezone.now() - dt.timedelta(days=99)
        OutboxEvent.objects.filter(pk__in=ids).update(delivered_at=long_ago)
    two = partial(delivery.forget_delivered, 2)
    monkeypatch.setattr(tasks.delivery, "forget_delivered", two)
    tasks.forget()
    with tenant_scope(post.province):
        assert not OutboxEvent.objects.filter(pk__in=ids).exists()


def test_the_relay_role_can_read_nothing_but_the_outbox(post):
    for table in ("audit_auditentry", "organizations_user", "audit_delivery"):
        with (
            pytest.raises(Exception, match="permission denied"),
            connections["dispatch"].cursor() as cursor,
        ):
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
