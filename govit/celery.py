"""The worker's application. Celery executes outbox rows; beat only rings.

A periodic job is "find rows due now": it may run twice, late or not at all. An app adds one by
writing the task in its own tasks.py (base GlobalTask, `tenancy.periodic.in_each_province`) and a
line here. Every line expires before it comes again, so that nothing piles up while the worker
is away.
"""

import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from kombu.transport import redis as broker
from psycopg.pq import TransactionStatus

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govit.settings")

app = Celery("govit", task_cls="tenancy.celery:TenantTask")  # it is no setting
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


_connparams = broker.Channel._connparams


def _connparams_of_a_living_channel(self: Any, asynchronous: bool = False) -> Any:
    """kombu 5.7: a channel that still holds a message when Redis dies asks a client that is gone.

    The AttributeError ended the worker; a ConnectionError makes it wait and connect again.
    """
    if self.connection.client is None:
        raise ConnectionError("broker lost")
    return _connparams(self, asynchronous)


broker.Channel._connparams = _connparams_of_a_living_channel  # type: ignore[method-assign]


def _every(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 5.0)}}


def _at(when: crontab, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": when, "options": {"expires": 300}}


app.conf.beat_schedule = {
    # The ground
    "outbox": _every(2, "audit.tasks.relay"),
    "pulse": _every(20, "audit.tasks.pulse"),
    "seals": _every(60, "audit.tasks.seal"),
    "mail": _every(10, "notifications.tasks.send_mail"),
    "sms": _every(10, "notifications.tasks.send_sms"),
    "sms texts": _at(crontab(minute=7, hour=2), "notifications.tasks.forget_sms"),
    "digest": _at(crontab(minute="*/10"), "notifications.tasks.daily_digest"),
    "forget": _at(crontab(minute=17), "audit.tasks.forget"),
    # The work
    "scans": _every(120, "files.tasks.scan_waiting"),
    "sweep": _at(crontab(minute=37, hour=2), "files.tasks.sweep"),
    "warnings": _every(600, "onestop.tasks.warn"),
    "supplements": _at(crontab(minute=20), "onestop.tasks.lapse"),
    "due dates": _at(crontab(minute=5, hour=1), "onestop.tasks.recheck_due"),
    "summaries": _every(10, "reports.tasks.settle"),
    "comparison": _at(crontab(minute=25, hour=3), "reports.tasks.compare"),
    "reports": _at(crontab(minute=40, hour="5-20"), "reports.tasks.make_due"),
    "evaluations": _at(crontab(minute=10, hour=4), "reports.tasks.open_evaluations"),
    "ranking previews": _at(crontab(minute=50, hour="5-20"), "ranking.tasks.preview_measures"),
    "ranking reminders": _at(crontab(minute=15, hour=7), "ranking.tasks.remind"),
    "document reminders": _at(crontab(minute=20, hour=7), "documents.tasks.remind"),
    "urgent documents": _every(600, "documents.tasks.remind_urgent"),
    "words of documents": _at(crontab(minute=35, hour="0-4"), "documents.tasks.read_texts"),
    "confirmations": _every(15, "documents.tasks.look_after_confirmations"),
    "task reminders": _at(crontab(minute=25, hour=7), "directives.tasks.remind"),
    "recurring tasks": _at(crontab(minute=40, hour=5), "directives.tasks.give_again"),
    "national portal": _every(10, "exchange.tasks.send_national"),
    "bus": _every(30, "exchange.tasks.exchange_documents"),
    "uncollected": _at(crontab(minute=25, hour=8), "onestop.tasks.uncollected"),
    "requests": _at(crontab(minute=53), "organizations.tasks.forget_requests"),
    "guesses": _at(crontab(minute=47), "portal.tasks.forget_guesses"),
    "times": _at(crontab(minute=27, hour=1), "portal.tasks.count_times"),
    "long papers": _at(crontab(minute=31), "papers.tasks.forget_orders"),
    "versions": _at(crontab(minute=2, hour=0), "onestop.tasks.bring_into_force"),
}
app.conf.CELERY_DB_REUSE_MAX = 1000  # tasks of one connection; Celery makes one for each task


def _close_dead_connections(sender: Any, **_kwargs: Any) -> None:
    """A database that was restarted since the task before is no fault of this one."""
    if not sender.request.is_eager:
        for connection in connections.all(initialized_only=True):
            if connection.connection is not None and not connection.is_usable():
                connection.close()


def _close_unfinished_connections(sender: Any, **_kwargs: Any) -> None:
    """A task that its time limit ends while its transaction ends leaves the connection within one:
    whatever the next task wrote there would never be committed. No query.

    Django believes to be in a transaction until it connects anew, so its own part goes, too.
    """
    if not sender.request.is_eager:
        for connection in connections.all(initialized_only=True):
            if _is_unfinished(connection):
                connection.close()
                del connections[connection.alias]


def _is_unfinished(connection: BaseDatabaseWrapper) -> bool:
    if connection.in_atomic_block or connection.needs_rollback:
        return True
    kept = connection.connection
    if kept is None:
        return False
    return not connection.autocommit or kept.info.transaction_status != TransactionStatus.IDLE


signals.task_prerun.connect(_close_dead_connections)
signals.task_postrun.connect(_close_unfinished_connections)
app.conf.broker_connection_max_retries = None  # the worker waits for Redis as long as it takes
app.conf.worker_hijack_root_logger = False  # govit.logs writes the worker's lines too
