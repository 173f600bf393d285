"""A report keeps its figures: made, reviewed, signed; a correction is a new version beside it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError
from notifications.models import Notification
from onestop.models import Dossier
from organizations.access import RefusedError
from reports import consumers
from reports.models import PeriodKind, Report, ReportState
from reports.queries import listed
from reports.rules import COLUMNS, By
from reports.services import snapshots
from tests.reports.invented import Inventor
from tests.reports.rule_rows import set_days


def today() -> dt.date:
    return timezone.localdate()


def make(town, by=By.AGENCY, unit=None, actor=None, last=None):
    last = last or today()
    return snapshots.make(
        (unit or town.root).pk, actor=actor or town.overseer, kind=PeriodKind.CUSTOM, by=by,
        first=last - dt.timedelta(days=30), last=last,
    )  # fmt: skip


pytestmark = pytest.mark.usefixtures("scope")


def test_what_changes_afterwards_does_not_change_a_report(town):
    Inventor(town, 21).write(60)
    report = make(town)
    before, digest = report.rows, report.digest
    Dossier.objects.filter(closed_at=None).update(
        voided_at=timezone.now(), closed_at=timezone.now(), void_reason="Nhầm"
    )
    report.refresh_from_db()
    assert (report.rows, snapshots.digest_of(report)) == (before, digest)
    again = make(town)
    assert (again.number, report.number) == (2, 1)
    assert again.rows != before


@pytest.mark.parametrize("by", By)
def test_every_figure_leads_to_as_many_dossiers(town, by):
    Inventor(town, 22).write(80)
    report = make(town, by=by)
    Dossier.objects.filter(closed_at=None, channel=1).update(
        voided_at=timezone.now(), closed_at=timezone.now(), void_reason="Nhầm"
    )
    Inventor(town, 23, days=20).write(20)
    Dossier.objects.filter(code__startswith="H32.R-23").update(accepted_at=timezone.now())
    for code in ["", *(row["code"] for row in report.rows)]:
        for column in COLUMNS:
            figure = listed.figure_of(report, code, str(column.number))
            found = listed.dossiers_behind(figure, town.overseer).count()
            assert found == figure.value, (code, column.number)


def test_a_report_of_an_agency_counts_its_own_dossiers_and_the_leader_signs_it(town):
    Inventor(town, 24).write(40)
    report = make(town, by=By.FIELD, unit=town.agency, actor=town.leader)
    whole = make(town)
    row = next(row for row in whole.rows if row["code"] == town.agency.code)
    sums = [sum(each) for each in zip(*(r["figures"] for r in report.rows), strict=True)]
    assert sums == row["figures"]
    snapshots.review(report.pk, actor=town.leader, comment="Đã rà soát")
    signed = snapshots.sign(report.pk, actor=town.leader, comment="Đã rà soát")
    assert (signed.state, signed.signed_by) == (ReportState.SIGNED, town.leader)
    assert signed.on_behalf_of == ""


@pytest.mark.parametrize("act", [snapshots.review, snapshots.sign])
def test_a_signed_report_is_frozen(town, chair, act):
    report = make(town)
    snapshots.sign(report.pk, actor=chair, comment="")
    with pytest.raises(AlreadyDone):
        act(report.pk, actor=chair, comment="khác")
    report.refresh_from_db()
    assert report.comment == ""


@pytest.mark.parametrize("person", ["clerk", "head", "outsider", "superuser", "editor", "overseer"])
def test_who_may_not_sign_is_refused(town, person):
    report = make(town, unit=town.agency, actor=town.overseer, by=By.FIELD)
    for act in (snapshots.review, snapshots.sign):
        with pytest.raises(RefusedError):
            act(report.pk, actor=getattr(town, person), comment="")


def test_a_leader_signs_no_report_of_another_agency_nor_of_the_province(town):
    for unit in (town.other_agency, town.root):
        report = make(town, unit=unit)
        with pytest.raises(RefusedError):
            snapshots.sign(report.pk, actor=town.leader, comment="")
        with pytest.raises(RefusedError):
            make(town, unit=unit, actor=town.leader)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (-1, 1), (5, -5)])
def test_a_wrong_period_is_refused_with_a_sentence(town, first, last):
    day = dt.timedelta(days=1)
    with pytest.raises(DomainError, match="days do not fit"):
        snapshots.make(
            town.root.pk, actor=town.overseer, kind=PeriodKind.CUSTOM, by=By.AGENCY,
            first=today() + first * day, last=today() + last * day,
        )  # fmt: skip


def test_a_version_beside_which_a_newer_one_lies_is_not_signed(town, chair):
    old, of_fields = make(town), make(town, by=By.FIELD)
    new = make(town)
    with pytest.raises(AlreadyDone, match="newer version"):
        snapshots.sign(old.pk, actor=chair, comment="")
    for report in (new, of_fields):
        assert snapshots.sign(report.pk, actor=chair, comment="").state == ReportState.SIGNED


def test_who_only_watches_puts_no_version_beside_a_reviewed_one(town, chair):
    report = snapshots.review(make(town).pk, actor=chair, comment="Đã soát")
    with pytest.raises(AlreadyDone, match="waits for its signature"):
        make(town)
    assert snapshots.sign(report.pk, actor=chair, comment="").state == ReportState.SIGNED
    assert make(town).number == 2  # a correction of what is signed


def test_figures_that_somebody_altered_are_not_signed(town, chair):
    report = make(town)
    Report.objects.filter(pk=report.pk).update(rows=[])
    with pytest.raises(DomainError, match="not those that were stored"):
        snapshots.sign(report.pk, actor=chair, comment="")


def test_the_database_holds_that_a_signed_report_has_its_signer(town):
    report = make(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state=ReportState.SIGNED)


def test_whoever_signs_for_the_unit_itself_is_told_of_a_report_that_the_portal_made(town, chair):
    set_days(monthly_day=1)
    snapshots.make_next(today().replace(day=1))
    for event in OutboxEvent.objects.filter(action="report.made"):
        consumers.tell_who_signs(event)
    told = set(Notification.objects.values_list("user_id", "subject_id"))
    agency = Report.objects.get(unit=town.agency)
    assert (town.leader.pk, str(agency.pk)) in told
    assert (chair.pk, str(agency.pk)) not in told
    assert len([who for who, _what in told if who == chair.pk]) == 2
