"""Two who act on one report at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from onestop.models import Dossier
from onestop.states import Status
from reports.models import Report
from reports.services import snapshots
from tenancy.scope import tenant_scope
from tests.onestop.racing import PATIENCE, at_once
from tests.people import make_person, make_town
from tests.reports.invented import Inventor
from tests.reports.test_snapshots import make

pytestmark = pytest.mark.slow


def test_of_many_who_sign_at_once_one_wins(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()
        signers = [make_person("province_leader", town.root) for _ in range(6)]
        report = make(town)
    outcome = at_once(
        fresh_province,
        lambda n: snapshots.sign(report.pk, actor=signers[n], comment=f"số {n}").signed_by_id,
        count=len(signers),
    )
    assert (len(outcome.won), outcome.faults) == (1, [])
    with tenant_scope(fresh_province):
        report.refresh_from_db()
        assert report.signed_by_id == outcome.won[0]


def test_of_many_who_make_the_same_at_once_each_gets_a_version_of_his_own(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()
        Inventor(town, 26).write(20)
    outcome = at_once(fresh_province, lambda _n: make(town).number, count=5)
    assert outcome.faults == []
    assert sorted(outcome.won) == list(range(1, len(outcome.won) + 1))


def test_control_without_the_lock_two_would_sign_one_report(fresh_province, monkeypatch):
    with tenant_scope(fresh_province):
        town = make_town()
        signers = [make_person("province_leader", town.root) for _ in range(2)]
        report = make(town)
    both = threading.Barrier(2)

    def looked_at_together(manager, pk):
        found = manager.get(pk=pk)
        both.wait(PATIENCE)
        return found

    monkeypatch.setattr(type(Report.objects), "lock", looked_at_together)
    outcome = at_once(
        fresh_province,
        lambda n: snapshots.sign(report.pk, actor=signers[n], comment="").signed_by_id,
        count=2,
    )
    assert len(outcome.won) == 2


def test_a_report_while_dossiers_go_on_is_that_of_one_moment(fresh_province):
    """Each dossier is once among the received, and once among the finished or the open ones."""
    with tenant_scope(fresh_province):
        town = make_town()
        Inventor(town, 27, days=20).write(150)
        expected = sums(make(town))[0]
        going_on = Dossier.objects.filter(voided_at=None, finished_at=None)
        keys = list(going_on.values_list("pk", flat=True))

    def finish_one():
        with tenant_scope(fresh_province):
            Dossier.objects.filter(pk__in=keys[:1]).update(
                finished_at=timezone.now(), status=Status.COMPLETED
            )
            del keys[:1]

    made = []
    with ThreadPoolExecutor(1) as officer:

        def meanwhile(execute, *statement):
            answer = execute(*statement)
            officer.submit(finish_one).result(PATIENCE)  # between any two statements of a report
            return answer

        while keys:
            with tenant_scope(fresh_province), connection.execute_wrapper(meanwhile):
                made.append(make(town))
        officer.submit(lambda: connection.close()).result(PATIENCE)
    assert len({sums(report)[4] for report in made}) > 1, "nothing went on meanwhile"
    for report in made:
        assert sums(report)[0] == expected
        for row in report.rows:
            assert row["figures"][0] == row["figures"][4] + row["figures"][8]


def sums(report: Report) -> list[int]:
    """Columns 3 to 13 of all rows together."""
    return [sum(each) for each in zip(*(row["figures"] for row in report.rows), strict=True)]
