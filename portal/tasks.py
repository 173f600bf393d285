"""What the portal itself clears away and counts."""

from __future__ import annotations

import logging

from django.utils import timezone

from portal import limits
from portal.services import times
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.portal")


@global_task("portal.tasks.forget_guesses")
def forget_guesses() -> None:
    now = timezone.now()
    log.info(
        "guesses forgotten: %s", sum(in_each_province(lambda: limits.forget_old(now)).values())
    )


@global_task("portal.tasks.count_times")
def count_times() -> None:
    today = timezone.localdate()
    log.info(
        "procedures timed: %s", sum(in_each_province(lambda: times.count_times(today)).values())
    )
