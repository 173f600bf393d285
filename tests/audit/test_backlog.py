"""A ring of the bell costs what it hands out, however much waits behind it."""

import datetime as dt
import json

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from audit import relay
from audit.models import OutboxEvent
from tenancy.logins import as_owner
from tenancy.scope import tenant_scope

WAITING, LEASED, HANDED_OUT = 4000, 300, 100


def row(number: int, **more) -> OutboxEvent:
    named = {"entry_id": number, "action": "test.unheard", "subject_type": "x"}
    return OutboxEvent(**named, subject_id=f"{number}", **more)


@pytest.fixture
def backlog(post, monkeypatch):
    monkeypatch.setattr(relay, "IN_FLIGHT", HANDED_OUT)
    with tenant_scope(post.province):
        OutboxEvent.objects.bulk_create(row(number) for number in range(WAITING))
        leased = {"claim": "0" * 32, "due_at": timezone.now() + dt.timedelta(minutes=9)}
        OutboxEvent.objects.bulk_create(row(number, **leased) for number in range(LEASED))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_outboxevent")  # else the plan is that of whoever came before
    return post


def most_rows_of_a_node(plan: dict) -> int:
    removed = [value for key, value in plan.items() if key.startswith("Rows Removed")]
    mine = (plan["Actual Rows"] + sum(removed)) * plan["Actual Loops"]
    return int(max([mine, *(most_rows_of_a_node(one) for one in plan.get("Plans", []))]))


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (relay.PARK, [HANDED_OUT, relay.MOST_ATTEMPTS]),
        (relay.CLAIM, [relay.MOST_ATTEMPTS, HANDED_OUT, "1" * 32, relay.LEASE_SECONDS]),
    ],
)
def test_a_ring_reads_what_it_hands_out_and_what_is_leased(backlog, statement, values):
    with transaction.atomic(using="dispatch"), connections["dispatch"].cursor() as cursor:
        for way in ("seqscan", "bitmapscan"):  # the one for few rows, the other counts dead ones
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
        found = cursor.fetchone()[0]
        transaction.set_rollback(True, using="dispatch")
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    assert most_rows_of_a_node(plan) <= HANDED_OUT + LEASED + 1, json.dumps(plan, indent=1)


def test_a_worn_out_row_behind_the_others_is_parked_when_its_turn_comes(backlog):
    with tenant_scope(backlog.province):
        last = OutboxEvent.objects.order_by("-due_at", "-pk").filter(claim=None)[0]
        OutboxEvent.objects.filter(pk=last.pk).update(attempts=relay.MOST_ATTEMPTS)
    backlog.claim()
    assert backlog.event(last.pk).parked_at is None
    with tenant_scope(backlog.province):
        OutboxEvent.objects.exclude(pk=last.pk).update(delivered_at=timezone.now())
    backlog.claim()
    assert backlog.event(last.pk).parked_at is not None
