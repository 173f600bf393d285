"""When, not what: summaries that are dirty now, the nightly comparison, reports of periods."""

from __future__ import annotations

import logging
import time

from django.utils import timezone

from reports.services import cells, checks, evaluations, snapshots, stocks, task_snapshots
from tenancy.celery import global_task
from tenancy.models import Province
from tenancy.periodic import in_each_province, shares
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.reports")
SECONDS = 20  # a task's share; the next one goes on


@global_task("reports.tasks.settle")
def settle() -> None:
    """Each batch in a transaction of its own: what is counted stays counted.

    The time is shared, and a fault in one province does not keep the others waiting.
    """
    days = 0
    for province, seconds in shares(SECONDS):
        try:
            days += _settle(province, time.monotonic() + seconds)
        except Exception:
            log.exception("summaries %s: failed", province.code)
    if days:
        log.info("days counted: %s", days)


def _settle(province: Province, end: float) -> int:
    """At least one batch; how many days were counted."""
    days, count = 0, cells.AT_ONCE
    while count == cells.AT_ONCE:
        with tenant_scope(province):
            count = cells.settle()
        days += count
        if time.monotonic() > end:
            return days
    while time.monotonic() < end and _takes_stock(province):
        pass
    return days


def _takes_stock(province: Province) -> bool:
    with tenant_scope(province):
        day = stocks.take_next(timezone.now())
    if day:
        log.info("stocks counted: %s %s", province.code, day)
    return day is not None


@global_task("reports.tasks.compare")
def compare() -> None:
    today = timezone.localdate()
    log.info("figures that differed %s", in_each_province(lambda: checks.compare(today)))


@global_task("reports.tasks.make_due")
def make_due() -> None:
    """Period by period, each in a transaction of its own, until none is due."""
    today = timezone.localdate()
    while any((made := in_each_province(lambda: snapshots.make_next(today))).values()):
        log.info("reports made %s", made)
    while any((made := in_each_province(lambda: task_snapshots.make_next(today))).values()):
        log.info("reports of tasks made %s", made)


@global_task("reports.tasks.open_evaluations")
def open_evaluations() -> None:
    """Each agency in a transaction of its own: a worker that dies loses one, and a fault in one
    agency does not keep the others waiting."""
    today, made, failed = timezone.localdate(), 0, 0
    for province in Province.objects.filter(is_active=True).order_by("pk"):
        with tenant_scope(province):
            waiting = evaluations.due(today)
        for unit_id, month in waiting:
            try:
                with tenant_scope(province):
                    made += evaluations.open_month(unit_id, month)
            except Exception:
                log.exception("no evaluation of unit %s, %s", unit_id, month)
                failed += 1
    log.info("sheets of the monthly evaluation opened: %s", made)
    if failed:
        raise RuntimeError(f"the evaluation failed in {failed} agencies")
