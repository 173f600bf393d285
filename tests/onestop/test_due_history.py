"""What was due on a past day: every move of the due moment leaves a row with its reason."""

import datetime as dt

import pytest
from django.utils import timezone

from onestop.models import DueChange
from onestop.services import clock, reminders, waiting
from onestop.states import DueReason
from organizations.models import CalendarEntry
from organizations.standing import forget_standing
from tenancy.scope import required_scope
from tests.onestop.dossiers import at_kind, make_dossier

pytestmark = pytest.mark.usefixtures("scope")


def history(dossier):
    rows = DueChange.objects.filter(dossier=dossier).order_by("at", "pk")
    return list(rows.values_list("reason", "due_at"))


def test_acceptance_begins_the_history(town):
    dossier = make_dossier(town)
    assert history(dossier) == [(DueReason.ACCEPTED, dossier.due_at)]
    assert DueChange.objects.get(dossier=dossier).at == dossier.accepted_at


def test_a_wait_that_moved_the_due_moment_is_kept_with_the_moment_of_its_end(town, monkeypatch):
    dossier = at_kind(town, "process")
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Ảnh"], reason="Thiếu ảnh",
        apply_by=timezone.localdate() + dt.timedelta(days=30),
    )  # fmt: skip
    later = timezone.now() + dt.timedelta(days=9)
    monkeypatch.setattr(timezone, "now", lambda: later)
    moved = waiting.receive_supplement(dossier.pk, actor=town.clerk)
    assert moved.due_at > dossier.due_at
    assert history(dossier) == [
        (DueReason.ACCEPTED, dossier.due_at), (DueReason.WAIT_ENDED, moved.due_at),
    ]  # fmt: skip
    assert DueChange.objects.get(dossier=dossier, reason=DueReason.WAIT_ENDED).at == later


def test_a_change_of_the_calendar_is_kept_too_and_once(town):
    dossier = make_dossier(town)
    CalendarEntry.objects.create(
        date=timezone.localdate(dossier.due_at), kind="holiday", name="Nghỉ"
    )
    forget_standing()
    required_scope().memory.clear()  # as in the night: another transaction
    reminders.recheck_due()
    reminders.recheck_due()
    dossier.refresh_from_db()
    assert history(dossier)[1:] == [(DueReason.CALENDAR, dossier.due_at)]


def test_a_computation_that_is_only_asked_for_leaves_no_row(town):
    dossier = make_dossier(town)
    dossier.due_at = None
    clock.set_due(dossier)
    assert len(history(dossier)) == 1
