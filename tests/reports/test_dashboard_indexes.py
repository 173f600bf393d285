"""Lists behind the figures of a whole province come in order out of an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.bus import name_of
from audit.deliveries import once
from audit.models import OutboxEvent
from onestop.services import assignment
from reports import chosen as periods
from reports.consumers import note_days
from reports.queries.dashboard import rows
from reports.queries.dashboard.scope import scope_of
from reports.queries.summaries import LISTENER, is_waiting
from tenancy.logins import as_owner
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.reports.invented import Inventor


@pytest.mark.parametrize("name", ["nhan", "truc-tuyen"])
def test_what_a_province_received_comes_in_order_from_an_index(scope, town, name):
    Inventor(town, 91).write(50)
    chosen = periods.chosen("2026", timezone.localdate())
    figure, whole = rows.FIGURES[name], scope_of(town.overseer)
    found = rows.dossiers_behind(figure, whole, town.overseer, chosen.period, chosen.today)
    only_indexes_in_order()
    plan = found.order_by(*figure.order).values("id")[:26].explain()
    assert "dossier_by_accepted" in plan, plan
    assert "Sort" not in plan, plan


def only_indexes_in_order():
    """Whatever the statistics say of rows that other tests have left."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


def plan_of(act):
    """How PostgreSQL answers the one query of an act, where it may only read indexes in order."""
    with CaptureQueriesContext(connection) as asked:
        act()
    (query,) = asked.captured_queries
    only_indexes_in_order()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_what_the_summaries_have_not_heard_of_comes_from_the_indexes_of_what_waits(fresh_province):
    """Committed, so that the statistics know them; else the plan is that of whoever came before."""
    now = timezone.now()
    with tenant_scope(fresh_province):
        OutboxEvent.objects.bulk_create(
            OutboxEvent(
                entry_id=number, action="dossier.forwarded", subject_type="onestop.dossier",
                subject_id=str(number), delivered_at=now,
            )
            for number in range(5000)
        )  # fmt: skip
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_outboxevent")
    with tenant_scope(fresh_province):
        plan = plan_of(lambda: is_waiting(timezone.now()))
        OutboxEvent.objects.all().delete()
    assert "outbox_waiting" in plan, plan
    assert "outbox_parked" in plan, plan


def test_only_what_the_summaries_themselves_have_not_heard_of_is_waited_for(scope, town):
    dossier = make_dossier(town)
    assert is_waiting(timezone.now())
    event = OutboxEvent.objects.get(action="dossier.accepted", subject_id=str(dossier.pk))
    OutboxEvent.objects.filter(pk=event.pk).update(parked_at=timezone.now())
    assert is_waiting(timezone.now())  # given up before they heard of it
    assert name_of(note_days) == LISTENER
    assert once(event, LISTENER)  # the mail alone failed
    assert not is_waiting(timezone.now())
    assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)
    assert not is_waiting(timezone.now())  # changes no figure
