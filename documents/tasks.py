"""When, not what: reminders of documents, and files that are read for the search at night."""

from __future__ import annotations

import logging

from documents.services import reminders, text_reading
from tenancy.celery import global_task
from tenancy.periodic import in_each_province, shares

log = logging.getLogger("govit.documents")


@global_task("documents.tasks.remind")
def remind() -> None:
    log.info("reminders of documents %s", in_each_province(reminders.remind_due))


@global_task("documents.tasks.remind_urgent")
def remind_urgent() -> None:
    log.info("reminders of urgent documents %s", in_each_province(reminders.remind_urgent))


@global_task("documents.tasks.read_texts", seconds=450)
def read_texts() -> None:
    for province, seconds in shares(text_reading.RUN_SECONDS):
        tally = text_reading.read_waiting(province, seconds)
        log.info("words of documents %s: %s", province.code, tally)
