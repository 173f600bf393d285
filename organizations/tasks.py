"""What the machine interface need not keep."""

from __future__ import annotations

import logging

from django.utils import timezone

from organizations import kept_answers, rates
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.organizations")


@global_task("organizations.tasks.forget_requests")
def forget_requests() -> None:
    """Answers kept for a repetition, and limits that nobody uses up any more."""
    now = timezone.now()
    counts = in_each_province(lambda: kept_answers.forget_old(now) + rates.forget_empty(now))
    log.info("requests forgotten: %s", sum(counts.values()))
