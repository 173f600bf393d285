"""A document is cited once and serves several criteria."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.errors import DomainError
from organizations.access import RefusedError
from ranking.models import Evidence
from ranking.services import evidence, submission
from ranking.services.evidence import DocumentFacts
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
FACTS = DocumentFacts("12/BC-SNN", dt.date(2026, 1, 5), "Sở Nông nghiệp", "Báo cáo máy tính")


@pytest.fixture
def year(scope, town):
    return make_year(town)


def test_one_document_serves_several_criteria_and_is_kept_once(year, town):
    nodes = [year.node("1.9").pk, year.node("1.10").pk]
    for pk in nodes:
        evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[pk])
    found = Evidence.objects.get()
    assert found.uses.count() == 2
    for pk in nodes:
        evidence.take_away(year.own.pk, actor=town.leader, evidence_id=found.pk, criterion_id=pk)
    assert not Evidence.objects.exists()


def test_evidence_of_another_unit_or_of_a_day_to_come_is_refused(year, town):
    node = year.node("1.9").pk
    with pytest.raises(RefusedError):
        evidence.cite(year.own.pk, FACTS, actor=town.outsider, criterion_ids=[node])
    made = evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[node])
    with pytest.raises(RefusedError):
        evidence.take_away(year.other.pk, actor=town.leader, evidence_id=made.pk, criterion_id=node)
    late = DocumentFacts("1", timezone.localdate() + dt.timedelta(days=1), "Sở", "Báo cáo")
    with pytest.raises(DomainError, match="day to come"):
        evidence.cite(year.own.pk, late, actor=town.leader, criterion_ids=[node])


def test_a_submitted_form_takes_no_more_evidence(year, town):
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    with pytest.raises(DomainError, match="submitted"):
        evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[year.node("1.9").pk])
