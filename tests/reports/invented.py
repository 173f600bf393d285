"""Dossiers with invented lives, written past the services: every kind of history, many at once."""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from onestop.models import Dossier, DueChange, Procedure, StatusChange, UnitChange
from onestop.states import DueReason, Status
from organizations.models import Unit
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import make_dossier
from tests.people import Town

DAY = dt.timedelta(days=1)
FIELDS = (("Đất đai", "tinh"), ("Hộ tịch", "tinh+xa"), ("Chứng thực", "xa"))


class Inventor:
    """Lives of dossiers of one town in the last `days` days, the same for the same seed."""

    def __init__(self, town: Town, seed: int, days: int = 120) -> None:
        self.rng, self.days = random.Random(seed), days
        self.now = timezone.now()
        self.units: list[Unit] = [town.agency, town.other_agency, town.commune, town.division]
        self.model = make_dossier(town)
        self.versions = [self._version(number, *each) for number, each in enumerate(FIELDS)]
        self.numbers = iter(range(seed * 10**6, (seed + 1) * 10**6))

    def _version(self, number: int, field: str, level: str):
        code = f"3.00000{number}"
        known = Procedure.objects.filter(code=code).first()
        version = (known or make_procedure(code, units=self.units)).current_version
        type(version).objects.filter(pk=version.pk).update(field=field, level=level)
        return version

    def write(self, count: int) -> list[Dossier]:
        drafts = [self._draft() for _ in range(count)]
        Dossier.objects.bulk_create([row for row, _due, _status in drafts])
        DueChange.objects.bulk_create([each for _row, due, _status in drafts for each in due])
        StatusChange.objects.bulk_create([each for _row, _due, status in drafts for each in status])
        rows = [row for row, _due, _status in drafts]
        UnitChange.objects.bulk_create([each for row in rows for each in self._changes(row)])
        return rows

    def _changes(self, row: Dossier) -> list[UnitChange]:
        """Some went from unit to unit, before they were finished or after."""
        rng = self.rng
        if rng.random() > 0.2:
            return []
        span = (self.now - row.accepted_at).total_seconds()
        moments = sorted(rng.random() * span for _ in range(rng.choice((1, 1, 2))))
        units = [*rng.choices(self.units, k=len(moments)), row.competent_unit]
        return [
            UnitChange(dossier=row, at=row.accepted_at + dt.timedelta(seconds=after),
                       from_unit=one, to_unit=other)
            for after, one, other in zip(moments, units, units[1:], strict=False)
        ]  # fmt: skip

    def _later(self, moment: dt.datetime, most: int) -> dt.datetime:
        return moment + dt.timedelta(minutes=self.rng.randrange(1, most * 1440))

    def _draft(self):
        rng = self.rng
        accepted = self.now - dt.timedelta(minutes=rng.randrange(5, self.days * 1440))
        due = accepted + rng.randrange(0, 40) * DAY
        row = Dossier(
            code=f"H32.R-{next(self.numbers):06d}", lookup_number=f"{10**10 + next(self.numbers)}",
            procedure_id=self.model.procedure_id, version=rng.choice(self.versions),
            process_id=self.model.process_id, channel=rng.choice((1, 2, 3)),
            receiving_unit_id=self.model.receiving_unit_id, competent_unit=rng.choice(self.units),
            handling_unit_id=self.model.handling_unit_id, limit_amount=5, limit_unit="days",
            holder_unit_id=self.model.holder_unit_id, applicant_name="Trần Thử",
            arrived_at=accepted, accepted_at=accepted, clock_from_at=accepted,
            due_at=due, promised_at=due, status=Status.RECEIVED,
        )  # fmt: skip
        dues = [DueChange(dossier=row, at=accepted, due_at=due, reason=DueReason.ACCEPTED)]
        changes = [StatusChange(dossier=row, to_status=Status.RECEIVED, at=accepted)]
        self._live(row, dues, changes)
        row.due_at, row.status = dues[-1].due_at, changes[-1].to_status
        return row, dues, changes

    def _live(self, row, dues, changes) -> None:
        """Waits, extensions and an end, as far as they lie in the past."""
        rng, at = self.rng, row.accepted_at
        if rng.random() < 0.04:
            at = self._later(at, 2)
            if at < self.now:
                row.voided_at = row.closed_at = at
                row.void_reason = "Nhầm"
            return
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            at = self._later(at, 8)
            if at >= self.now:
                return
            if rng.random() < 0.3:
                later = dues[-1].due_at + rng.randrange(1, 15) * DAY
                dues.append(DueChange(dossier=row, at=at, due_at=later, reason=DueReason.EXTENDED))
                continue
            changes.append(StatusChange(dossier=row, to_status=rng.choice((5, 6)), at=at))
            began, at = at, self._later(at, 20)
            if at >= self.now:
                return
            changes.append(StatusChange(dossier=row, to_status=Status.IN_PROGRESS, at=at))
            later = dues[-1].due_at + (at - began)
            dues.append(DueChange(dossier=row, at=at, due_at=later, reason=DueReason.WAIT_ENDED))
        self._end(row, dues, changes, at)

    def _end(self, row, dues, changes, at) -> None:
        rng = self.rng
        last = dues[-1].due_at
        at = rng.choice((self._later(at, 30), last, last + DAY, self._later(last, 10)))
        if at >= self.now or at < changes[-1].at or at < dues[-1].at:
            return
        status = rng.choice((3, 7, 7, 8, 9, 9, 10, 10, 10))
        if status == Status.WITHDRAWN:
            changes.append(StatusChange(dossier=row, to_status=status, at=at))
            if rng.random() < 0.3:
                return  # asked for, and not decided
            row.granted_at = at
        elif status == Status.RETURNED:
            changes.append(StatusChange(dossier=row, to_status=Status.COMPLETED, at=at))
            row.returned_at = min(self._later(at, 5), self.now)
            changes.append(StatusChange(dossier=row, to_status=status, at=row.returned_at))
        else:
            changes.append(StatusChange(dossier=row, to_status=status, at=at))
        row.finished_at = at
        if status != Status.COMPLETED:
            row.closed_at = row.returned_at or at


def unit_then(dossier: Dossier, until: dt.datetime) -> int:
    """Whose it was when it was finished, or else then. One query."""
    at = min(dossier.finished_at or until, until)
    later = dossier.unit_changes.filter(at__gt=at).order_by("at", "pk").first()
    return later.from_unit_id if later else dossier.competent_unit_id


def facts_then(dossier: Dossier, until: dt.datetime):
    """What the dossier was then, by its rows, for the pure rule. Three queries; None: not there."""
    from reports.rules import Facts

    if dossier.voided_at or dossier.accepted_at > until:
        return None
    finished = dossier.finished_at if dossier.finished_at and dossier.finished_at <= until else None
    due = dossier.due_changes.filter(at__lte=finished or until).latest("at", "pk")
    status = dossier.status_changes.filter(at__lte=until).latest("at", "pk").to_status
    return Facts(
        accepted_on=timezone.localdate(dossier.accepted_at), is_online=dossier.channel == 2,
        finished_on=timezone.localdate(finished) if finished else None,
        is_withdrawn=dossier.granted_at is not None,
        due_on=timezone.localdate(due.due_at), is_waiting=status in (5, 6),
    )  # fmt: skip
