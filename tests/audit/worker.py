"""The Celery application of the worker processes that tests start: ours, with two handlers."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.audit.worker_settings"

import django

django.setup()

from celery import shared_task  # noqa: E402
from django.db import connection  # noqa: E402

from audit.bus import subscribe  # noqa: E402
from audit.models import AuditEntry, OutboxEvent  # noqa: E402
from govit.celery import app  # noqa: E402
from tenancy.celery import GlobalTask  # noqa: E402
from tenancy.scope import tenant_scope  # noqa: E402

__all__ = ["app"]


def leave_an_effect(event: OutboxEvent) -> None:
    """Slow enough to be killed in the middle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05)")
    _leave(event.pk)


def _leave(number: int) -> None:
    AuditEntry.objects.create(
        action="test.effect", subject_type="x", subject_id=str(number), data={"event": number}
    )


subscribe("test.counted", leave_an_effect)


@shared_task(base=GlobalTask, name="tests.fragile", acks_late=False, reject_on_worker_lost=False)
def fragile(province_id: int, number: int) -> None:
    """The control: Celery as it comes, nothing in a table."""
    with tenant_scope(province_id), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2)")
        _leave(number)
