"""What the portal itself clears away."""

from __future__ import annotations

import logging

from django.utils import timezone

from portal import limits
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.portal")


@global_task("portal.tasks.forget_guesses")
def forget_guesses() -> None:
    now = timezone.now()
    log.info(
        "guesses forgotten: %s", sum(in_each_province(lambda: limits.forget_old(now)).values())
    )
