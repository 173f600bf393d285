"""When files are swept, and scanned once more after the scanner was away."""

from __future__ import annotations

import logging

from django.utils import timezone

from files import services
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.files")


@global_task("files.tasks.scan_waiting")
def scan_waiting() -> None:
    log.info("files scanned: %s", sum(in_each_province(services.scan_waiting).values()))


@global_task("files.tasks.sweep")
def sweep() -> None:
    now = timezone.now()
    log.info("files swept: %s", sum(in_each_province(lambda: services.sweep(now)).values()))
