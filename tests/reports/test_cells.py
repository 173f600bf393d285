"""The summaries: what is dirty is counted anew, once, and nothing is lost on the way."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from audit.bus import handlers_of
from audit.delivery import run_handlers
from audit.models import AuditEntry, OutboxEvent
from onestop.models import Dossier
from onestop.services import corrections, endings
from reports import consumers
from reports.models import Cell, DirtyDay, SummaryCheck
from reports.queries import live, summaries
from reports.rules import By, Period
from reports.services import cells, checks
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import at_kind, make_dossier
from tests.onestop.racing import at_once
from tests.people import make_town
from tests.reports.invented import Inventor


def deliver():
    """What a worker would do with everything that waits."""
    for event in OutboxEvent.objects.filter(delivered_at=None).order_by("pk"):
        assert not run_handlers(event).failed
        event.delivered_at = timezone.now()
        event.save(update_fields=["delivered_at"])


def today() -> Period:
    day = timezone.localdate()
    return Period(day, day)


def agree() -> bool:
    both = live.figures(today(), By.FIELD), summaries.figures(today(), By.FIELD)
    return not checks.differing(*both)


@pytest.mark.usefixtures("scope")
class TestOneProvince:
    def test_every_act_that_changes_a_figure_is_heard(self, town):
        first, second, third = (make_dossier(town) for _ in range(3))
        at_kind(town, "return")
        endings.refuse(first.pk, actor=town.leader, reason="Không đủ điều kiện")
        endings.request_withdrawal(second.pk, actor=town.clerk, reason="Thôi", asked_by="Dân")
        endings.grant_withdrawal(second.pk, actor=town.leader, reason="Đồng ý")
        corrections.void(third.pk, actor=town.clerk, reason="Nhầm")
        deliver()
        assert not agree()
        cells.settle_all()
        assert agree()
        total = sum(live.figures(today(), By.AGENCY).values(), start=live.Figures())
        assert (total.received, total.finished, total.on_time) == (3, 3, 1)
        assert summaries.are_settled()

    def test_an_event_that_comes_twice_notes_its_day_once(self, town):
        make_dossier(town)
        event = OutboxEvent.objects.get(action="dossier.accepted")
        for _ in range(2):
            consumers.note_days(event)
        assert DirtyDay.objects.count() == 1
        assert consumers.note_days in handlers_of("dossier.accepted")

    def test_a_step_that_does_not_complete_the_dossier_notes_nothing(self, town):
        at_kind(town, "review")
        deliver()
        cells.settle_all()
        event = OutboxEvent.objects.filter(action="dossier.forwarded").latest("pk")
        consumers.note_days(event)
        assert not DirtyDay.objects.exists()

    def test_acts_on_their_way_make_the_statement_ask_the_dossiers(self, town):
        make_dossier(town)
        assert not summaries.are_settled()
        assert summaries.figures(today(), By.AGENCY) == {}
        assert summaries.figures_now(today(), By.AGENCY) == live.figures(today(), By.AGENCY)
        deliver()
        assert not summaries.are_settled()
        cells.settle_all()
        assert summaries.are_settled()

    def test_counting_twice_changes_nothing(self, town):
        Inventor(town, 7).write(50)

        def stored():
            return list(Cell.objects.order_by("span", "starts_on", "unit", "level", "field")
                        .values_list("span", "starts_on", "online", "direct", "late"))  # fmt: skip

        cells.note_everything()
        cells.settle_all()
        before = stored()
        cells.note_everything()
        while cells.settle(most=7):
            pass
        assert stored() == before != []

    def test_a_month_is_the_sum_of_its_days(self, town):
        Inventor(town, 8).write(80)
        cells.note_everything()
        cells.settle_all()
        for month in Cell.objects.filter(span="month"):
            days = Cell.objects.filter(
                span="day", unit=month.unit_id, level=month.level, field=month.field,
                starts_on__year=month.starts_on.year, starts_on__month=month.starts_on.month,
            )  # fmt: skip
            assert sum(day.online + day.direct for day in days) == month.online + month.direct
            assert sum(day.late for day in days) == month.late

    def test_the_nightly_check_finds_a_wrong_cell_counts_anew_and_tells(self, town):
        dossier = make_dossier(town)
        deliver()
        cells.settle_all()
        assert checks.compare(timezone.localdate()) == 0
        Cell.objects.update(direct=7)
        assert checks.compare(timezone.localdate()) == 1
        check = SummaryCheck.objects.latest("pk")
        assert check.units == [dossier.competent_unit.code]
        assert AuditEntry.objects.filter(action="summaries.differ").exists()
        assert checks.compare(timezone.localdate()) is None  # not before they are counted
        deliver()
        cells.settle_all()
        assert checks.compare(timezone.localdate()) == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT user_id FROM notifications_notification WHERE subject_type ="
                           " 'reports.summarycheck'")  # fmt: skip
            assert (town.superuser.pk,) in cursor.fetchall()


def _received(province, count):
    with tenant_scope(province):
        town = make_town()
        for _ in range(count):
            make_dossier(town)
    return town


@pytest.mark.slow
def test_a_worker_that_dies_while_it_counts_loses_no_dirty_day(fresh_province):
    _received(fresh_province, 2)
    with tenant_scope(fresh_province):
        deliver()
    with tenant_scope(fresh_province) as scope:
        assert cells.settle() == 1
        scope.roll_back()  # killed before the commit
    with tenant_scope(fresh_province):
        assert DirtyDay.objects.count() == 1
        assert not Cell.objects.exists()
        cells.settle_all()
        assert agree()


@pytest.mark.slow
def test_many_that_count_and_note_at_once_end_with_the_right_figures(fresh_province):
    with tenant_scope(fresh_province):
        Inventor(make_town(), 9, days=60).write(120)
        cells.note_everything()

    def act(number):
        if number % 3:
            return cells.settle(most=5)
        return cells.note_everything()

    outcome = at_once(fresh_province, act, count=12)
    assert outcome.faults == []
    with tenant_scope(fresh_province):
        cells.settle_all()
        last = timezone.localdate()
        period = Period(last - dt.timedelta(days=45), last)
        both = live.figures(period, By.FIELD), summaries.figures(period, By.FIELD)
        assert checks.differing(*both) == []
        assert Dossier.objects.count() > 100
