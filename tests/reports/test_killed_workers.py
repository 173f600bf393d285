"""A worker is killed in the middle: no dirty day and no act is lost."""

import pytest
from django.db import connection
from django.utils import timezone

from audit.delivery import run_handlers
from audit.models import OutboxEvent
from reports.models import Cell, DirtyDay
from reports.queries import summaries
from reports.services import cells, stocks
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.onestop.racing import at_once
from tests.people import make_town
from tests.reports.test_cells import agree, deliver

pytestmark = pytest.mark.slow


def kill_itself() -> None:
    """The server ends this very connection, as when its process is killed: nothing commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def received(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()
        for _ in range(2):
            make_dossier(town)
    return fresh_province


def test_killed_after_the_days_are_counted_they_are_still_dirty(received, monkeypatch):
    with tenant_scope(received):
        deliver()
        waiting = set(DirtyDay.objects.values_list("unit", "day"))
    with monkeypatch.context() as patch:
        patch.setattr(stocks, "take_again", lambda days: kill_itself())
        outcome = at_once(received, lambda _n: cells.settle(), count=1)
    assert (outcome.won, len(outcome.faults) + len(outcome.refused)) == ([], 1)
    with tenant_scope(received):
        assert set(DirtyDay.objects.values_list("unit", "day")) == waiting != set()
        assert not Cell.objects.exists()
        assert not summaries.are_settled()
        cells.settle_all()
        assert agree()
        assert summaries.are_settled()


def test_killed_between_the_note_and_its_commit_the_act_is_told_again(received):
    def deliver_and_die(_number):
        for event in OutboxEvent.objects.filter(delivered_at=None):
            run_handlers(event)
            event.delivered_at = timezone.now()
            event.save(update_fields=["delivered_at"])
        assert DirtyDay.objects.exists()
        kill_itself()

    outcome = at_once(received, deliver_and_die, count=1)
    assert outcome.won == []
    with tenant_scope(received):
        assert not DirtyDay.objects.exists()
        assert not summaries.are_settled()  # the act itself still says so
        deliver()
        cells.settle_all()
        assert agree()
