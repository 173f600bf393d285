"""When, not what: the monthly preview of the automatic measures, reminders before dates."""

from __future__ import annotations

import logging

from ranking.services import previews, reminders
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.ranking")


@global_task("ranking.tasks.preview_measures")
def preview_measures() -> None:
    log.info("previews made %s", in_each_province(previews.make_due))


@global_task("ranking.tasks.remind")
def remind() -> None:
    log.info("reminders of the assessment %s", in_each_province(reminders.remind_due))
