"""Each line of the clock names a task that exists and takes no arguments."""

import inspect
from contextlib import nullcontext
from types import SimpleNamespace
from unittest import mock
from unittest.mock import Mock

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import task_postrun, task_prerun
from django.db import connection, connections, transaction
from django.utils import timezone
from kombu.transport import redis as broker

from audit import tasks
from audit.models import Heartbeat
from tenancy.models import Province
from tenancy.periodic import in_each_province
from tenancy.scope import NoTenant, current_province_id, tenant_scope

LINES = sorted(current_app.conf.beat_schedule.items())


@pytest.mark.parametrize(("name", "line"), LINES, ids=[name for name, _ in LINES])
def test_a_line_of_the_clock_can_be_executed(name, line):
    current_app.loader.import_default_modules()
    task = current_app.tasks[line["task"]]
    inspect.signature(task.run).bind(*line.get("args", ()), **line.get("kwargs", {}))
    assert line["options"]["expires"] <= 600


def test_late_acknowledgement_is_on_for_all():
    assert current_app.conf.task_acks_late
    assert current_app.conf.task_reject_on_worker_lost
    assert current_app.conf.worker_prefetch_multiplier == 1
    assert current_app.conf.broker_transport_options["visibility_timeout"] <= 60
    assert current_app.conf.broker_connection_max_retries is None


def test_the_pulse_is_kept_in_each_province(province, other_province):
    tasks.pulse()
    tasks.pulse()
    for each in (province, other_province):
        with tenant_scope(each):
            assert set(Heartbeat.objects.values_list("name", flat=True)) == {"worker", "beat"}


def test_a_fault_in_one_province_does_not_keep_the_others_waiting(province, other_province):
    seen = []

    def act():
        seen.append(current_province_id())
        if len(seen) == 1:
            raise ValueError

    with pytest.raises(RuntimeError):
        in_each_province(act)
    assert len(seen) == Province.objects.filter(is_active=True).count()


def test_a_task_of_a_province_without_a_province_does_not_start(province):
    @current_app.task(name="tests.lost")
    def lost():
        raise AssertionError

    with pytest.raises(NoTenant):
        lost.apply_async()


def test_a_channel_whose_connection_died_is_a_lost_connection_and_no_crash():
    channel = broker.Channel.__new__(broker.Channel)
    channel.connection = SimpleNamespace(client=None)
    with pytest.raises(ConnectionError):
        channel._connparams()


@pytest.mark.parametrize(
    ("is_usable", "is_eager", "is_closed"),
    [(True, False, False), (False, False, True), (False, True, False)],
    ids=["living", "dead", "dead, in a transaction of its caller"],
)
def test_a_task_keeps_the_connection_of_the_task_before_unless_it_died(
    monkeypatch, is_usable, is_eager, is_closed
):
    assert current_app.conf.CELERY_DB_REUSE_MAX > 1
    kept = Mock(**{"is_usable.return_value": is_usable})
    monkeypatch.setattr("govit.celery.connections", Mock(**{"all.return_value": [kept]}))
    task_prerun.send(sender=Mock(request=SimpleNamespace(is_eager=is_eager)))
    assert kept.close.called is is_closed


def _cut_before_autocommit():
    """As the signal of a time limit may come: the transaction is over, autocommit still off."""
    return mock.patch.object(connection, "set_autocommit", side_effect=_limit)


def _cut_before_the_end():
    return mock.patch.object(transaction.Atomic, "__exit__", side_effect=_limit)


def _limit(on=True, *_args, **_kwargs):
    if on is not False:  # not where a transaction begins
        raise SoftTimeLimitExceeded
    connection._set_autocommit(False)
    connection.autocommit = False


@pytest.mark.parametrize("cut", [_cut_before_autocommit, _cut_before_the_end])
@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "control"])
def test_a_task_that_is_cut_off_leaves_no_connection_that_commits_nothing(
    fresh_province, cut, is_closed
):
    expected = nullcontext() if is_closed else pytest.raises(RuntimeError)
    with pytest.raises(SoftTimeLimitExceeded), cut(), tenant_scope(fresh_province):
        pass
    task_postrun.send(sender=Mock(request=SimpleNamespace(is_eager=not is_closed)))
    try:
        with expected, tenant_scope(fresh_province):
            Heartbeat.objects.create(name="cut", at=timezone.now())
        if is_closed:
            with tenant_scope(fresh_province):
                assert Heartbeat.objects.filter(name="cut").exists()
    finally:
        connection.close()
        del connections["default"]


def test_a_task_that_ended_well_leaves_its_connection_to_the_next(fresh_province):
    with tenant_scope(fresh_province):
        pass
    kept = connection.connection
    task_postrun.send(sender=Mock(request=SimpleNamespace(is_eager=False)))
    assert connection.connection is kept is not None
