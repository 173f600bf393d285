"""Several people change the calendar or the rules at once: each in turn, nothing doubled."""

from __future__ import annotations

import datetime as dt
import threading
from itertools import pairwise

from django.db import connection

from audit.models import AuditEntry
from common.working_time import DEFAULT_PATTERN
from organizations.calendars import change_work_pattern, set_calendar_entry
from organizations.models import CalendarEntry, RuleSet, WorkPattern
from organizations.rulesets import change_rules
from tenancy.scope import tenant_scope
from tests.onestop.racing import PATIENCE, be_patient
from tests.people import make_town

AT_ONCE = 6
DAY = dt.date(2026, 6, 1)


def at_once(province, *acts):
    """Every act in a thread and a transaction of its own; gives the errors."""
    faults, start = [], threading.Barrier(len(acts))

    def work(act):
        try:
            be_patient()
            start.wait(PATIENCE)
            with tenant_scope(province):
                act()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_one_date_set_by_many_at_once_stays_one_row(fresh_province):
    with tenant_scope(fresh_province):
        boss = make_town().superuser

    def act():
        set_calendar_entry(DAY, actor=boss, kind="holiday", name="Bão")

    assert at_once(fresh_province, *[act] * AT_ONCE) == []
    with tenant_scope(fresh_province):
        assert CalendarEntry.objects.count() == 1
        kinds = AuditEntry.objects.filter(action="calendar.changed").values_list("data__before")
        assert sorted(kinds) == [("",), *[("holiday",)] * (AT_ONCE - 1)]


def test_sessions_changed_for_many_days_at_once_never_overlap(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()

    def change(days):
        return lambda: change_work_pattern(
            town.agency.pk,
            actor=town.superuser,
            valid_from=DAY + dt.timedelta(days=days),
            pattern=DEFAULT_PATTERN,
        )

    assert at_once(fresh_province, *[change(10 * n) for n in range(AT_ONCE)]) == []
    with tenant_scope(fresh_province):
        rows = list(WorkPattern.objects.order_by("valid_from"))
    assert len(rows) == AT_ONCE
    for earlier, later in pairwise(rows):
        assert earlier.valid_to == later.valid_from - dt.timedelta(days=1)
    assert rows[-1].valid_to is None


def test_one_rule_set_changed_by_many_at_once_stays_one_row(fresh_province):
    with tenant_scope(fresh_province):
        boss = make_town().superuser

    def change(days):
        values = {"due_soon_days": days}
        return lambda: change_rules("clock", actor=boss, valid_from=DAY, values=values, source="")

    assert at_once(fresh_province, *[change(n) for n in range(AT_ONCE)]) == []
    with tenant_scope(fresh_province):
        assert RuleSet.objects.count() == 1
        assert AuditEntry.objects.filter(action="rules.changed").count() == AT_ONCE
