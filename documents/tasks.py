"""When, not what: reminders, files read for the search at night, what was confirmed on a phone."""

from __future__ import annotations

import logging

from celery.exceptions import SoftTimeLimitExceeded

from documents.services import confirming, reminders, text_reading
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
        try:
            tally = text_reading.read_waiting(province, seconds)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("words of documents %s: failed", province.code)
            continue
        log.info("words of documents %s: %s", province.code, tally)


@global_task("documents.tasks.look_after_confirmations", seconds=120)
def look_after_confirmations() -> None:
    """Outside a scope: the signing service is slow and belongs in no transaction."""
    for province, seconds in shares(confirming.RUN_SECONDS):
        try:
            steps = confirming.look_after(province, seconds)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("confirmations %s: failed", province.code)
            continue
        if steps:
            log.info("confirmations %s: %d steps", province.code, steps)
