"""Two who act on one report at the same moment."""

import pytest

from reports.services import snapshots
from tenancy.scope import tenant_scope
from tests.onestop.racing import at_once
from tests.people import make_person, make_town
from tests.reports.invented import Inventor
from tests.reports.test_snapshots import make

pytestmark = pytest.mark.slow


def test_of_many_who_sign_at_once_one_wins(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()
        signers = [town.overseer, *(make_person("oversight", town.root) for _ in range(5))]
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
