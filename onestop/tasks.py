"""When, not what: warnings, lapsed supplements, due dates after a change of the calendar."""

from __future__ import annotations

import logging

from onestop.services import catalogue, reminders
from onestop.services.uncollected import remind_uncollected
from tenancy.celery import global_task
from tenancy.models import Province
from tenancy.periodic import in_each_province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.onestop")


@global_task("onestop.tasks.warn")
def warn() -> None:
    log.info("warnings %s", in_each_province(reminders.warn_due))


@global_task("onestop.tasks.lapse")
def lapse() -> None:
    log.info("supplements lapsed %s", in_each_province(reminders.lapse_due))


@global_task("onestop.tasks.uncollected")
def uncollected() -> None:
    log.info("results not collected %s", in_each_province(remind_uncollected))


@global_task("onestop.tasks.recheck_due")
def recheck_due() -> None:
    for province in Province.objects.filter(is_active=True).order_by("pk"):
        after: int | None = 0
        while after is not None:
            with tenant_scope(province):
                after = reminders.recheck_due(after)


@global_task("onestop.tasks.bring_into_force")
def bring_into_force() -> None:
    log.info("versions in force %s", in_each_province(catalogue.bring_into_force))
