"""Two counters at once, on a real database: one default process; one import wins."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from onestop.models import Procedure, Process
from onestop.services import importing, processes
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.racing import PATIENCE, be_patient
from tests.onestop.test_import_procedures import ROW
from tests.onestop.test_import_rules import csv_of
from tests.people import make_person, make_unit


def at_once(count, act):
    """Run `act(n)` in that many threads that start together; its answers or exceptions."""
    barrier, answers = threading.Barrier(count), [None] * count

    def run(number):
        try:
            be_patient()
            barrier.wait(PATIENCE)
            answers[number] = act(number)
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
    return answers


@pytest.fixture
def stage(fresh_province):
    """A province of its own with a unit and a published procedure, committed."""
    with tenant_scope(fresh_province):
        root = make_unit(fresh_province.code, kind="province")
        unit = make_unit(f"{fresh_province.code}.1", parent=root, name="Sở Tư pháp")
        return fresh_province, make_procedure(units=[unit]), unit


def test_counters_at_once_make_one_default_process(stage):
    province, procedure, unit = stage

    def receive(_number):
        with tenant_scope(province):
            found = processes.process_for(procedure.current_version, unit, timezone.localdate())
            return found.pk

    answers = at_once(6, receive)
    assert len(set(answers)) == 1, answers
    with tenant_scope(province):
        assert Process.objects.count() == 1


def test_without_the_lock_counters_at_once_would_collide(stage, monkeypatch):
    """The control: the test above stands on the procedure's lock and not on luck."""
    province, procedure, unit = stage
    both_looked = threading.Barrier(2, timeout=PATIENCE)
    make = Process.objects.create

    def late_create(**facts):
        both_looked.wait()
        return make(**facts)

    def receive(_number):
        with tenant_scope(province):
            found = processes.process_for(procedure.current_version, unit, timezone.localdate())
            return found.pk

    monkeypatch.setattr(Procedure.objects, "lock", lambda pk: Procedure.objects.get(pk=pk))
    monkeypatch.setattr(Process.objects, "create", late_create)
    answers = at_once(2, receive)
    assert any(isinstance(answer, Exception) for answer in answers), answers


def test_of_two_imports_of_the_same_new_rows_one_wins(stage):
    province, _procedure, unit = stage
    with tenant_scope(province):
        people = [make_person("catalogue_editor", unit) for _ in range(2)]
        drafts = [
            importing.stage_procedures(csv_of(ROW), "tep.csv", actor=person).draft.pk
            for person in people
        ]

    def confirm(number):
        with tenant_scope(province):
            importing.confirm_procedures(drafts[number], actor=people[number])
            return "imported"

    answers = at_once(2, confirm)
    assert answers.count("imported") == 1, answers
    assert sum(isinstance(answer, importing.PreviewOutdated) for answer in answers) == 1
    with tenant_scope(province):
        assert Procedure.objects.filter(code=ROW["code"]).count() == 1
