"""When, not what: reminders of documents."""

from __future__ import annotations

import logging

from documents.services import reminders
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.documents")


@global_task("documents.tasks.remind")
def remind() -> None:
    log.info("reminders of documents %s", in_each_province(reminders.remind_due))
