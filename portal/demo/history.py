"""Many dossiers at once: the rows that the services would have written, in bulk.

Made with a fixed seed and relative to today. Numbers come from the same counters, dates from the
same clock, plans from the same processes; the constraints of the tables hold for every row.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from audit.models import AuditEntry
from common.text import unaccented
from common.working_time import Limit, TimeUnit
from common.working_time import Pause as WorkPause
from onestop.models import (
    Dossier,
    DossierPaper,
    DossierPerson,
    DueChange,
    FeeReceipt,
    Handover,
    Participant,
    Pause,
    ProcedureVersion,
    Process,
    ProcessStep,
    Result,
    StatusChange,
    StepKind,
    StepRun,
    SupplementRound,
)
from onestop.services import clock, papers_of, steps
from onestop.services.processes import process_for
from onestop.states import PersonPart, Status, StepState
from organizations.calendars import calendar_for
from organizations.models import Unit, User
from papers import forms_data
from papers.models import Counter, PrintedForm
from papers.rules import dossier_code, luhn_digit, token_digest
from papers.services import demo_token
from papers.wording import shipped_on
from portal.demo import rows
from portal.demo.cast import Cast, find_cast, invented_name, invented_phone
from portal.demo.fate import draw
from portal.demo.places import Places, find_places
from portal.demo.rows import Choice, Draft
from tenancy.models import Province
from tenancy.scope import required_province_id, tenant_scope

CHUNK = 100
FEW = 5  # units for each procedure that all communes do
COPIES = "2.000815"  # the commonest procedure of all
STREETS = "Trần Phú|Lê Lợi|Nguyễn Huệ|Hùng Vương|Lý Thường Kiệt|Yersin|Hoàng Diệu|Thống Nhất"


Key = tuple[int, str, str]  # unit, series, period of a counter
Plan = tuple[Process, list[ProcessStep], int]  # with the handling unit


def _done_before(pauses: list[WorkPause], closed: dt.datetime | None) -> bool:
    return closed is not None and bool(pauses) and closed <= pauses[0].start


class History:
    """Writes dossiers of one province; made inside its scope."""

    def __init__(self, province: Province, seed: int) -> None:
        self.province, self.rng = province, random.Random(seed)
        self.now = timezone.now()
        self.places: Places = find_places(province)
        self.cast: Cast = find_cast()
        self.numbers: Tally[Key] = Tally()  # the last number of every counter
        self._used: set[Key] = set()  # counters that this chunk has moved
        self._plans: dict[tuple[int, int], Plan] = {}

    @cached_property
    def choices(self) -> list[Choice]:
        found = []
        versions = ProcedureVersion.objects.in_force_on(timezone.localdate(self.now))
        for version in versions.select_related("procedure").prefetch_related(
            "channels", "components", "units__unit"
        ):
            channel = next((c for c in version.channels.all() if c.channel == 1), None)
            units = [row.unit for row in version.units.all() if row.unit.kind != "province"]
            if version.procedure.code != COPIES:
                units = self._some_of(units)
            if channel and units:
                limit = Limit(channel.limit_amount, TimeUnit(channel.limit_unit), channel.cutoff)
                found.append(Choice(version, limit, channel.fee_vnd or 0, units))
        return found

    def _some_of(self, units: list[Unit]) -> list[Unit]:
        """A few of many communes do a procedure in the demo: each needs a process of its own."""
        played = [unit for unit in units if "Nha Trang" in unit.name]
        return units if len(units) <= FEW else [*played, *self.rng.sample(units, FEW)]

    def write(self, count: int, days: int, told: Callable[[int], None]) -> None:
        """`count` dossiers received in the last `days` days, chunk by chunk.

        Outside a scope each chunk is committed for itself: the counters are locked for a second
        at a time, and who receives a real dossier meanwhile only waits for that.
        """
        with tenant_scope(self.province):
            copies = [c for c in self.choices if c.version.procedure.code == COPIES]
            moments = sorted(self._moment(days) for _ in range(count))
        for start in range(0, count, CHUNK):
            with tenant_scope(self.province), transaction.atomic():
                self._read_numbers()
                drafts = [
                    self._draft(moment, self.rng.choice(
                        copies if copies and self.rng.random() < 0.3 else self.choices))
                    for moment in moments[start : start + CHUNK]
                ]  # fmt: skip
                self._write(drafts)
            told(min(start + CHUNK, count))

    def _moment(self, days: int) -> dt.datetime:
        """Inside opening hours, more often lately than long ago."""
        back = dt.timedelta(
            days=days * self.rng.random() ** 1.3, minutes=self.rng.randrange(30, 600)
        )
        opened = calendar_for().opening(timezone.make_naive(self.now - back))
        moment = timezone.make_aware(opened + dt.timedelta(minutes=self.rng.randrange(200)))
        return min(moment, self.now - dt.timedelta(minutes=5))

    def _draft(self, at: dt.datetime, choice: Choice) -> Draft:
        played = [unit for unit in choice.units if "Nha Trang" in unit.name]
        busy = played and self.rng.random() < 0.2  # where the well-known accounts work
        unit = played[0] if busy else self.rng.choice(choice.units)
        process, plan, handling_id = self._plan_of(choice, unit)
        calendar = calendar_for(unit.pk)
        fate = draw(self.rng, calendar, at, choice.limit, len(plan) - 1, self.now)
        draft = Draft(choice, unit, process, plan, fate)
        draft.row.handling_unit_id = handling_id
        draft.is_void = self.rng.random() < 0.004 and not any(fate.closings)
        self._fill(draft)
        return draft

    def _plan_of(self, choice: Choice, unit: Unit) -> Plan:
        key = (choice.version.pk, unit.pk)
        if key not in self._plans:
            today = timezone.localdate(self.now)
            process = process_for(choice.version, unit, today)
            handling_id = steps.handling_unit_of(process, unit, today)
            self._plans[key] = (process, list(process.steps.all()), handling_id)
        return self._plans[key]

    def _number(self, unit: Unit, series: str, period: str) -> int:
        """The next number of a counter that is written back at the end of the chunk."""
        key = (unit.pk, series, period)
        self._used.add(key)
        self.numbers[key] += 1
        return self.numbers[key]

    def _counter_of(self, unit: Unit) -> Unit:
        return self.places.counter_of.get(unit.pk, self.places.counter)

    def _fill(self, draft: Draft) -> None:
        """The dossier's own row."""
        fate, unit, row = draft.fate, draft.unit, draft.row
        day = timezone.localdate(fate.accepted_at)
        counter = self._counter_of(unit)
        status = fate.changes[-1].status
        closed = fate.returned_at or (fate.finished_at if fate.ended and fate.granted else None)
        name = invented_name(self.rng)
        number = f"999{self.rng.randrange(10**9):09d}"
        lookup = f"{self.rng.randrange(10**10):010d}"
        row.code = dossier_code(unit.code, day, self._number(unit, "dossier", day.isoformat()))
        row.lookup_number = lookup + luhn_digit(lookup)
        row.procedure_id, row.version = draft.choice.version.procedure_id, draft.choice.version
        row.process, row.status = draft.process, status
        row.receiving_unit, row.competent_unit = counter, unit
        row.holder_unit = counter
        row.applicant_name, row.applicant_number = name, number
        draft.phone = invented_phone(self.rng)
        row.search_text = unaccented(
            f"{row.code} {row.lookup_number} {name} {number} {draft.phone}"
        )
        row.limit_amount, row.limit_unit = draft.choice.limit.amount, draft.choice.limit.unit
        row.cutoff = draft.choice.limit.cutoff
        row.arrived_at = row.accepted_at = row.clock_from_at = fate.accepted_at
        row.promised_at, row.due_at = fate.first_due_at, fate.due_at
        row.due_is_provisional = fate.provisional
        row.finished_at, row.returned_at, row.closed_at = fate.finished_at, fate.returned_at, closed
        row.granted_at = fate.finished_at if status == Status.WITHDRAWN and fate.granted else None
        row.fee_due_vnd = row.fee_taken_vnd = draft.choice.fee
        row.is_sample = True
        if draft.is_void:
            row.voided_at = row.closed_at = fate.accepted_at + dt.timedelta(minutes=20)
            row.void_reason = "Nhập nhầm thủ tục"
        draft.runs = self._runs(draft)

    def _runs(self, draft: Draft) -> list[StepRun]:
        """Every step with its plan; closed, open or still to come as the fate says.

        A pause moves the plan of the steps that are not done when it ends.
        """
        fate = draft.fate
        first = clock.plan(draft.row, draft.plan, [])
        moved = clock.plan(draft.row, draft.plan, fate.pauses) if fate.pauses else first
        closings = [fate.accepted_at, *fate.closings, fate.returned_at]
        before: dt.datetime | None = fate.accepted_at
        runs = []
        over = draft.row.closed_at is not None
        for index, step in enumerate(draft.plan):
            closed = closings[index] if index < len(closings) else None
            run = StepRun(
                dossier=draft.row, process_step=step, order=step.order, kind=step.kind,
                name=step.name[:300], needs_approval=step.needs_approval,
                unit_id=steps.unit_of(step, draft.row),
                planned_end=first[index] if _done_before(fate.pauses, closed) else moved[index],
            )  # fmt: skip
            if closed is not None and not (draft.is_void and index):
                run.state, run.opened_at, run.closed_at = StepState.CLOSED, before, closed
                run.person = run.closed_by = self._who(run, draft)
                before = closed
            elif over:
                run.state = StepState.SKIPPED
            elif before is not None:
                run.state, run.opened_at, before = StepState.OPEN, before, None
                run.person = self._holder(run, draft)
            runs.append(run)
        return runs

    def _holder(self, run: StepRun, draft: Draft) -> User | None:
        """Who has the open step in hand: nobody before the work began, or while it is assigned."""
        if draft.row.status == Status.RECEIVED or run.kind == StepKind.ASSIGN:
            return None
        is_taken = run.kind in steps.WORKING or self.rng.random() < 0.75
        return self._who(run, draft) if is_taken else None

    def _who(self, run: StepRun, draft: Draft) -> User | None:
        role = {
            "receive": "counter", "return": "counter", "assign": "head", "process": "official",
            "consult": "official", "review": "head", "approve": "leader", "release": "clerk",
        }[run.kind]  # fmt: skip
        people = self.cast.of(run.unit_id, role)
        if not people and role == "head":
            people = self.cast.of(run.unit_id, "leader")
        return self.rng.choice(people) if people else None

    def _write(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            run = next((r for r in draft.runs if r.state == StepState.OPEN), None)
            if run is not None:
                draft.row.holder_unit_id, draft.row.holder = run.unit_id, run.person
        Dossier.objects.bulk_create([draft.row for draft in drafts])
        StepRun.objects.bulk_create([run for draft in drafts for run in draft.runs])
        opened = StepRun.objects.filter(dossier=OuterRef("pk"), state=StepState.OPEN)
        made = Dossier.objects.filter(pk__in=[draft.row.pk for draft in drafts])
        made.update(step=Subquery(opened.values("pk")[:1]))
        for model, written in self._details(drafts):
            model.objects.bulk_create(written, batch_size=2000)
        self._write_numbers()

    def _details(self, drafts: list[Draft]) -> Iterator[tuple[Any, list[Any]]]:
        yield Participant, [row for d in drafts for row in rows.participants(d)]
        yield DossierPerson, [self._person(d) for d in drafts]
        yield DossierPaper, [row for d in drafts for row in rows.papers(d)]
        yield StatusChange, [row for d in drafts for row in rows.changes(d)]
        yield DueChange, [row for d in drafts for row in rows.due_changes(d)]
        yield Pause, [row for d in drafts for row in rows.pauses(d)]
        yield SupplementRound, [row for d in drafts for row in self._rounds(d)]
        yield FeeReceipt, [row for d in drafts for row in self._fees(d)]
        yield Result, [row for d in drafts for row in self._results(d)]
        yield Handover, [row for d in drafts for row in rows.handovers(d)]
        yield PrintedForm, [row for d in drafts for row in self._slips(d)]
        entries = [entry for d in drafts for entry in rows.story(d)]
        yield AuditEntry, sorted(entries, key=lambda entry: entry.at)

    def _person(self, draft: Draft) -> DossierPerson:
        row = draft.row
        street = self.rng.choice(STREETS.split("|"))
        return DossierPerson(
            dossier=row, part=PersonPart.APPLICANT, name=row.applicant_name,
            number=row.applicant_number, phone=draft.phone,
            email="" if self.rng.random() < 0.5 else f"cd{row.pk}@vi-du.example",
            address=f"{self.rng.randrange(1, 300)} {street}, {draft.unit.place}",
        )  # fmt: skip

    def _rounds(self, draft: Draft) -> Iterator[SupplementRound]:
        if draft.fate.pause and any(c.status == Status.SUPPLEMENT for c in draft.fate.changes):
            began, ended = draft.fate.pause
            asked_by = next(
                (r.person for r in draft.runs if r.person and r.kind != "receive"), None
            )
            yield SupplementRound(
                dossier=draft.row, number=1, items=["Bản sao giấy tờ chứng minh còn thiếu"],
                reason="Thiếu giấy tờ", asked_at=began,
                asked_by=asked_by or draft.runs[0].closed_by,
                apply_by=timezone.localdate(began) + dt.timedelta(days=20), answered_at=ended,
            )  # fmt: skip

    def _fees(self, draft: Draft) -> Iterator[FeeReceipt]:
        if draft.choice.fee:
            counter = self._counter_of(draft.unit)
            year = timezone.localdate(draft.fate.accepted_at).year
            yield FeeReceipt(
                dossier=draft.row, due_vnd=draft.choice.fee, taken_vnd=draft.choice.fee,
                number=f"BL{self._number(counter, 'demo receipt', str(year)):06d}",
                taken_at=draft.fate.accepted_at, taken_by=draft.runs[0].closed_by,
                refund="Trả lại tại quầy" if draft.is_void else "",
                refunded_at=draft.row.voided_at,
            )  # fmt: skip

    def _results(self, draft: Draft) -> Iterator[Result]:
        by_kind = {run.kind: run for run in draft.runs if run.state == StepState.CLOSED}
        work, signed = by_kind.get("process"), by_kind.get("approve")
        done = draft.fate.finished_at if not draft.fate.ended else None
        if done and signed is None:  # a process in which nobody signs: who closed it last answers
            signed = by_kind.get("review") or draft.runs[-2]
        if work is None and signed is None:
            return
        author = work.closed_by if work else None
        if signed and author == signed.closed_by:
            author = None
        number = ""
        if done:
            year = str(timezone.localdate(done).year)
            number = f"{self._number(draft.unit, 'result', year):02d}/KQ-{draft.unit.symbol}"
        yield Result(
            dossier=draft.row, name=draft.choice.version.result_name[:300] or "Kết quả",
            drafted_by=author, approved_by=signed.closed_by if signed else None,
            approved_at=signed.closed_at if signed else None, number=number, released_at=done,
            released_by=draft.runs[-2].closed_by if done else None,
        )  # fmt: skip

    def _slips(self, draft: Draft) -> Iterator[PrintedForm]:
        row, at = draft.row, draft.fate.accepted_at
        clerk = draft.runs[0].closed_by
        if clerk is None:
            return
        counter = row.receiving_unit
        day = timezone.localdate(at)
        receipt = forms_data.Receipt(
            letterhead=papers_of.letterhead(counter, at), code=row.code,
            lookup=forms_data.Lookup(row.lookup_number or "", "identity"),
            applicant=forms_data.Person(row.applicant_name, row.applicant_number),
            procedure=draft.choice.version.name,
            components=[forms_data.Component(p.name, originals=1) for p in rows.papers(draft)],
            limit=papers_of.limit_words(row), received_at=at, due_at=draft.fate.first_due_at,
            channel="counter", submitter_name=row.applicant_name, receiver_name=clerk.full_name,
        )  # fmt: skip
        number = self._number(counter, "form:01", str(day.year))
        printed = PrintedForm(
            unit=counter, form="01", version=shipped_on("01", day).key, year=day.year,
            number=number,
            subject_type="onestop.dossier", subject_id=str(row.pk), subject_name=row.code,
            data=forms_data.plain_data(receipt), issued_at=at, issued_by=clerk,
        )  # fmt: skip
        if draft.is_void:
            printed.voided_at, printed.voided_by = row.voided_at, clerk
            printed.void_reason = row.void_reason
        else:
            printed.token_digest = token_digest(demo_token(printed))
        yield printed

    def _read_numbers(self) -> None:
        """Where all counters stand now; nobody moves one until the chunk is committed."""
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Counter._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        found = Counter.objects.values_list("unit_id", "series", "period", "last")
        self.numbers = Tally({(unit, series, period): last for unit, series, period, last in found})

    def _write_numbers(self) -> None:
        """Counters end where the rows end, so the next real number follows without a gap."""
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {Counter._meta.db_table} (province_id, unit_id, series, period, last)"  # noqa: S608
                " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (province_id, unit_id, series, period)"
                " DO UPDATE SET last = EXCLUDED.last",
                [(required_province_id(), *key, self.numbers[key]) for key in sorted(self._used)],
            )
        self._used.clear()
