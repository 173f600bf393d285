"""When, not what: reminders of tasks, and those that come again."""

from __future__ import annotations

import logging

from directives.services import recurring, reminders, urging
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.directives")


@global_task("directives.tasks.remind")
def remind() -> None:
    while told := sum(in_each_province(reminders.remind_due).values()):
        log.info("reminders of tasks %s", told)
    while told := sum(in_each_province(urging.remind_unanswered).values()):
        log.info("reminders of answers %s", told)


@global_task("directives.tasks.give_again")
def give_again() -> None:
    while made := sum(in_each_province(recurring.make_due).values()):
        log.info("recurring tasks %s", made)
