"""Lists come out of an index in their order, so that a page costs the same on a million rows."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onestop.models import Dossier
from onestop.queries import dossiers as queries
from tests.onestop.dossiers import make_dossier

NO_WAY_ROUND = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"


def plan_of(found):
    """As PostgreSQL would read many rows: sorting or reading all is its last resort."""
    with connection.cursor() as cursor:
        cursor.execute(NO_WAY_ROUND)
    return found.explain()


# All that is new in a province is few rows, in an index by unit. Of one row every index costs the
# same, so which of them is read hangs on what earlier tests left behind, and is not asked.
SORTED = ("overseer", "moi")


@pytest.mark.parametrize("view", [*queries.VIEWS, "tat-ca"])
@pytest.mark.parametrize("who", ["overseer", "officer"])
def test_every_view_of_the_queue_comes_in_order_from_an_index(scope, town, who, view):
    make_dossier(town)
    queue = Dossier.objects.held_by_units_of(getattr(town, who), "view_dossiers")
    found = queries.view_of(queue, view, timezone.localdate())
    plan = plan_of(found.order_by(*queries.order_of(view)).values("id")[:26])
    assert ("Sort" in plan) == ((who, view) == SORTED), plan
    assert "Seq Scan" not in plan, plan


RARE = {
    "dossier_waiting_by_unit": ("cho-bo-sung", None),
    "dossier_new_by_unit": ("moi", None),
    "dossier_ended_by_unit": ("da-xong", 8),
}


@pytest.mark.parametrize("index", RARE)
def test_what_is_rare_is_found_without_reading_what_is_not(scope, town, index):
    view, status = RARE[index]
    make_dossier(town)
    queue = Dossier.objects.held_by_units_of(town.officer, "view_dossiers")
    found = queries.view_of(queue, view, timezone.localdate())
    if status:
        found = found.filter(status=status)
    plan = plan_of(found.order_by(*queries.order_of(view)).values("id")[:26])
    assert index in plan, plan


@pytest.mark.parametrize("few", [5_000, 0])
def test_what_changed_since_a_day_is_answered_by_an_index(scope, town, monkeypatch, few):
    monkeypatch.setattr(queries, "FEW", few)
    make_dossier(town)
    today = timezone.localdate()
    queue = Dossier.objects.held_by_units_of(town.overseer, "view_dossiers")
    with CaptureQueriesContext(connection) as asked:
        found = queries.changed_since(queries.view_of(queue, "tat-ca", today), today)
    (of_the_log,) = [each["sql"] for each in asked]
    with connection.cursor() as cursor:
        cursor.execute(NO_WAY_ROUND)
        cursor.execute(f"EXPLAIN {of_the_log}")
        read = "\n".join(line for (line,) in cursor.fetchall())
    assert "audit_by_moment" in read, read
    assert "Sort" not in read, read
    plan = plan_of(found.order_by("due_at", "id").values("id")[:26])
    assert "Seq Scan" not in plan, plan
    assert ("audit_auditentry" in plan) == (not few), plan  # by which index: see SORTED
    assert list(found.values_list("pk", flat=True)) == [Dossier.objects.get().pk]


@pytest.mark.parametrize("few", [5_000, 0])
def test_both_ways_to_what_changed_name_the_same_rows(scope, town, monkeypatch, few):
    monkeypatch.setattr(queries, "FEW", few)
    make_dossier(town)
    today = timezone.localdate()
    known = queries.changed_since(Dossier.objects.all(), today)
    assert known.count() == 1
    assert not queries.changed_since(Dossier.objects.all(), today + dt.timedelta(days=1)).exists()
    assert queries.changed_since(Dossier.objects.all(), dt.date.min).count() == 1
