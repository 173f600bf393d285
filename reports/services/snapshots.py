"""Reports that keep their figures: made, reviewed, signed. A correction is a new version beside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.digests import digest_of_data
from common.errors import DomainError
from organizations import access
from organizations.models import Unit, User
from organizations.rulesets import rules
from reports.models import Report
from reports.periods import ONE, SCHEDULED, made_on, span_of
from reports.queries import live
from reports.queries.statements import Places, statement
from reports.rules import DEFINITION, By, Figures, Period, WrongPeriod
from reports.rulesets import REPORT
from reports.services import signing_off
from tenancy.scope import required_province_id

Found = Mapping[live.Key, Figures]


class NoReport(DomainError):
    """A period of which no report can be made."""

    code = "wrong_period"


@transaction.atomic
def make(unit_id: int, *, actor: User, kind: str, by: By, first: dt.date, last: dt.date) -> Report:
    """A draft with the figures of this moment; when there is one of the same days, a new version.

    The figures come from the dossiers themselves, in one statement.
    """
    unit: Unit = Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit_id)
    access.require(actor, "view_reports", unit.pk)
    now = timezone.now()
    try:
        longest = rules(REPORT, last).longest_days
        period = Period.checked(first, last, timezone.localdate(now), longest)
    except WrongPeriod as fault:
        raise NoReport(
            _(
                "These days do not fit: the last must lie neither before the first nor after today,"
                " and there may not be too many."
            )
        ) from fault
    signing_off.require_none_reviewed(_same(unit.pk, by, period), actor, unit.pk)
    places = Places.then(period, now)
    found = live.figures(period, by, places.below(unit), known_at=now)
    return _store(unit, kind, period, by, found, places, now=now, actor=actor)


@transaction.atomic
def make_next(today: dt.date) -> int:
    """The reports of one period that are due and not made yet, as the province's rules say; 0:
    there is none. A day on which nothing ran is made up.

    The province by agency and by field, every agency that was open by field. All from one
    statement, so they fit together. Answers how many were made.
    """
    root = _root_alone()
    waiting = (each for each in due(today) if root and not _is_made(root, *each))
    kind, period = next(waiting, (None, None))
    if root is None or kind is None or period is None:
        return 0
    now = timezone.now()
    places = Places.then(period, now)
    found = live.figures(period, By.FIELD, known_at=now)
    _store(root, kind, period, By.AGENCY, found, places, now=now)
    _store(root, kind, period, By.FIELD, found, places, now=now)
    agencies = [unit for unit in places.agencies if places.was_open(unit, period)]
    for unit in agencies:
        below = set(places.below(unit) or ())
        own = {key: figures for key, figures in found.items() if key[0] in below}
        _store(unit, kind, period, By.FIELD, own, places, now=now)
    return 2 + len(agencies)


def _root_alone() -> Unit | None:
    """Locked: whoever makes reports at the same time waits, and then finds them made."""
    roots = Unit.objects.select_for_update(no_key=True, of=("self",)).filter(parent=None)
    root: Unit | None = roots.order_by("pk").first()
    return root


def due(today: dt.date) -> Iterator[tuple[str, Period]]:
    """Periods whose reports should be there today, the latest of each kind first; those that
    should have been made longer ago than the province makes up are left alone."""
    for kind in SCHEDULED:
        period = span_of(kind, span_of(kind, today).first - ONE)
        while True:
            words = rules(REPORT, period.last)
            number = words.day_of(kind)
            on = made_on(kind, period, number or 1)
            if (today - on).days > words.make_up_days:
                break
            if number and on <= today:
                yield kind, period
            period = span_of(kind, period.first - ONE)


def _is_made(root: Unit, kind: str, period: Period) -> bool:
    made = Report.objects.filter(
        unit=root, kind=kind, first_day=period.first, last_day=period.last, made_by=None
    )
    return bool(made.exists())


def _same(unit_id: int, by: By, period: Period) -> Any:
    return Report.objects.filter(unit=unit_id, by=by, first_day=period.first, last_day=period.last)


def _store(
    unit: Unit, kind: str, period: Period, by: By, found: Found, places: Places, *,
    now: dt.datetime, actor: User | None = None,
) -> Report:  # fmt: skip
    """The next version for these days. The locked row of the unit guards the number: for what
    the portal makes itself, that of the root, since one run makes all."""
    words = rules(REPORT, period.last)
    rows = statement(period, by, found, places, places.below(unit)).rows
    last = _same(unit.pk, by, period).aggregate(last=Max("number"))["last"] or 0
    report = Report(
        number=last + 1, kind=kind,
        first_day=period.first, last_day=period.last, by=by, unit=unit, definition=DEFINITION,
        title=words.report_title, receiver=words.receiver, form_number=words.form_number,
        cut_at=now, rows=[row.as_data() for row in rows], made_by=actor,
    )  # fmt: skip
    report.digest = digest_of(report)
    report.save(force_insert=True)
    record(report, "report.made", actor=actor, unit=unit, data=signing_off.facts_of(report))
    return report


def digest_of(report: Report) -> str:
    """SHA-256 over all that must not change: who keeps it can prove that it did not."""
    kept = {
        "province": required_province_id(), "unit": report.unit_id, "definition": report.definition,
        "by": str(report.by), "first": report.first_day.isoformat(),
        "last": report.last_day.isoformat(), "cut_at": report.cut_at.timestamp(),
        "number": report.number, "rows": report.rows,
    }  # fmt: skip
    return digest_of_data(kept)


@transaction.atomic
def review(report_id: int, *, actor: User, comment: str) -> Report:
    """Somebody responsible has read it, and says what must be said about the figures."""
    report, right = _locked(report_id, actor)
    signing_off.review(report, right, "report.reviewed", actor=actor, comment=comment)
    return report


@transaction.atomic
def sign(report_id: int, *, actor: User, comment: str) -> Report:
    """Sign off: frozen from now on. What is wrong in it is put right by a new version."""
    report, right = _locked(report_id, actor)
    signing_off.sign(
        report, right, "report.signed", actor=actor, comment=comment,
        same=_same(report.unit_id, By(report.by), Period(report.first_day, report.last_day)),
        digest=digest_of(report),
    )  # fmt: skip
    return report


def _locked(report_id: int, actor: User) -> tuple[Report, access.Right]:
    report: Report = Report.objects.lock(report_id)
    return report, access.require(actor, "sign_reports", report.unit_id)
