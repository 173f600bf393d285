"""Who waits for another one's lock: for how long, what he reads, and that no two wait in a ring."""

import random
import threading
import time
from contextlib import contextmanager
from unittest import mock

import psycopg.errors
import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from common.errors import Busy
from onestop.models import Dossier
from onestop.models.dossiers import DossierQuerySet
from onestop.services import processing
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.onestop.dossiers import assigned, at_kind
from tests.onestop.racing import PATIENCE, Meeting, at_once


@contextmanager
def held(province, pk):
    """Somebody else holds the dossier's row, on a connection of his own."""
    taken, done = threading.Event(), threading.Event()

    def hold():
        try:
            with tenant_scope(province):
                Dossier.objects.lock(pk)
                taken.set()
                done.wait(PATIENCE)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(PATIENCE)
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.slow
def test_who_waits_longer_than_two_seconds_reads_a_sentence(stage):
    province, town = stage
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=assigned(town).pk)
    client = HostClient(province).sign_in(town.officer)
    url = reverse("onestop:dossier_act", args=[dossier.code, "chuyen-buoc"])
    with held(province, dossier.pk):
        began = time.monotonic()
        answer = client.post(url, {"step": dossier.step_id, "note": ""})
        waited = time.monotonic() - began
    assert answer.status_code == 409
    assert str(Busy.default_message) in answer.text
    assert 1.9 < waited < PATIENCE / 2
    assert client.post(url, {"step": dossier.step_id, "note": ""}).status_code == 302


@contextmanager
def noted(dead: list):
    """Batches answer a deadlock themselves; here it is written down before they do."""
    try:
        yield
    except OperationalError as fault:
        if isinstance(fault.__cause__, psycopg.errors.DeadlockDetected):
            dead.append(type(fault.__cause__))
        raise


def approve_all(stage, count=8):
    """Eight leaders' clicks on the same six dossiers, each in an order of its own."""
    province, town = stage
    with tenant_scope(province):
        picks = [(one.pk, one.step_id) for one in (at_kind(town, "approve") for _ in range(6))]
    lock, dead = DossierQuerySet.lock, []

    def slow_lock(self, pk):
        with noted(dead):
            found = lock(self, pk)
        time.sleep(0.02)  # room for another one to take his first
        return found

    def act(number):
        mine = random.Random(number).sample(picks, len(picks))
        return processing.approve_many(mine, actor=town.leader)

    with mock.patch.object(DossierQuerySet, "lock", slow_lock):
        outcome = at_once(province, act, count)
    return outcome, dead


@pytest.mark.slow
def test_overlapping_batches_never_lock_one_another_out(stage):
    outcome, dead = approve_all(stage)
    assert (outcome.faults, dead) == ([], [])
    done = [one for batch in outcome.won for one in batch if not one.refusal]
    assert len(outcome.won) == 8
    assert len(done) == 6


@pytest.mark.slow
def test_control_two_batches_in_opposite_orders_lock_one_another_out(stage):
    """Each holds its first dossier, then asks for the other's: as clicked, not by id."""
    province, town = stage
    with tenant_scope(province):
        picks = [(one.pk, one.step_id) for one in (at_kind(town, "approve") for _ in range(2))]
    lock, both, dead = DossierQuerySet.lock, Meeting(2), []

    def lock_and_wait(self, pk):
        with noted(dead):
            found = lock(self, pk)
        both.wait()
        return found

    def act(number):
        return processing.approve_many(picks[:: -1 if number else 1], actor=town.leader)

    with (
        mock.patch.object(DossierQuerySet, "lock", lock_and_wait),
        mock.patch("onestop.services.batches.set", list, create=True),
        mock.patch("onestop.services.batches.sorted", list, create=True),
    ):
        outcome = at_once(province, act, 2)
    assert dead == [psycopg.errors.DeadlockDetected]
    told = [one.refusal for batch in outcome.won for one in batch]
    assert str(Busy.default_message) in told  # the batch goes on and says so
