"""When, not what: long papers are forgotten."""

from __future__ import annotations

import logging

from django.utils import timezone

from papers import orders
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.papers")


@global_task("papers.tasks.forget_orders")
def forget_orders() -> None:
    now = timezone.now()
    log.info("papers forgotten: %s", sum(in_each_province(lambda: orders.forget(now)).values()))
