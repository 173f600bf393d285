"""A fresh demo has last month's statements, and a head signs one."""

import datetime as dt

import pytest
from django.utils import timezone

from organizations.rulesets import rules
from portal.demo import statements
from reports.models import Report, ReportState
from reports.services import snapshots
from tenancy.scope import tenant_scope


@pytest.mark.parametrize("day", [1, 15, 28])
def test_last_months_statements_are_there_once_and_are_signed(province, town, monkeypatch, day):
    today = timezone.localdate().replace(day=day)
    monkeypatch.setattr("portal.demo.statements.timezone.localdate", lambda: today)
    last = today.replace(day=1) - dt.timedelta(days=1)
    for _again in range(2):
        statements.make(province)
    with tenant_scope(province):
        made = Report.objects.order_by("pk")
        units = {town.agency.pk, town.other_agency.pk, town.commune.pk, town.agency.parent_id}
        assert {report.unit_id for report in made} == units
        assert made.count() == len(units) + 1  # the province twice: by agency and by field
        assert {(report.first_day, report.last_day) for report in made} == {
            (last.replace(day=1), last)
        }
        own = made.get(unit=town.agency)
        assert own.state == ReportState.DRAFT
        assert snapshots.sign(own.pk, actor=town.leader, comment="").state == ReportState.SIGNED
        assert rules("report", last).monthly_day == 1  # the next ones the schedule makes
