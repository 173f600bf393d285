"""The facts of a few dossiers as they are now, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from exchange.models import SyncProgress
from exchange.rules.facts import (
    DossierFacts,
    FeeFacts,
    FileFacts,
    PaperFacts,
    PersonFacts,
    ProgressFacts,
    ResultFacts,
    RoundFacts,
)
from onestop.models import (
    Dossier,
    DossierFile,
    DossierPaper,
    DossierPerson,
    DueChange,
    FeeReceipt,
    FileKind,
    Handover,
    Result,
    StatusChange,
    StepRun,
    SupplementRound,
)
from onestop.states import PersonPart, Status, StepState
from organizations.models import Position
from papers.models import Form, PrintedForm

WORKING = {Status.RECEIVED, Status.IN_PROGRESS}
Grouped = dict[int, list[Any]]


def _by_dossier(rows: Iterable[Any]) -> Grouped:
    found: Grouped = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(row)
    return found


@dataclass
class _Rows:
    """Everything that hangs on the dossiers; a query for each table."""

    persons: Grouped
    files: Grouped
    papers: Grouped
    fees: Grouped
    rounds: Grouped
    changes: Grouped
    dues: Grouped
    results: Grouped
    handovers: Grouped
    slips: dict[str, str]

    @classmethod
    def of(cls, ids: Sequence[int]) -> _Rows:
        def rows(found: QuerySet[Any], *order: str) -> Grouped:
            return _by_dossier(found.filter(dossier__in=ids).order_by(*order, "pk"))

        files = DossierFile.objects.filter(replaced_at=None).select_related("stored")
        slips = PrintedForm.objects.filter(
            subject_type=Dossier._meta.label_lower,
            subject_id__in=[str(pk) for pk in ids],
            form=Form.RECEIPT,
        )
        return cls(
            persons=rows(DossierPerson.objects.filter(part=PersonPart.APPLICANT)),
            files=rows(files.filter(kind__in=[FileKind.PAPER, FileKind.RESULT])),
            papers=rows(DossierPaper.objects.all(), "order"),
            fees=rows(FeeReceipt.objects.filter(taken_vnd__gt=0, refunded_at=None), "taken_at"),
            rounds=rows(SupplementRound.objects.select_related("asked_by"), "number"),
            changes=rows(StatusChange.objects.select_related("by"), "at"),
            dues=rows(DueChange.objects.all(), "at"),
            results=rows(Result.objects.filter(released_at__isnull=False)),
            handovers=rows(Handover.objects.all()),
            slips={
                slip.subject_id: slip.number_in_words
                for slip in slips.in_force().order_by("issued_at", "pk")
            },
        )


def dossier_facts(ids: Sequence[int]) -> dict[int, DossierFacts]:
    """Facts by dossier id. Eleven queries for one dossier and for ten."""
    dossiers = Dossier.objects.filter(pk__in=ids).select_related(
        "procedure", "version", "competent_unit"
    )
    rows = _Rows.of(ids)
    return {dossier.pk: _facts(dossier, rows) for dossier in dossiers}


def _facts(dossier: Dossier, rows: _Rows) -> DossierFacts:
    pk, version = dossier.pk, dossier.version
    handed = rows.handovers[pk]
    files = [row for row in rows.files[pk] if row.kind == FileKind.PAPER]
    released = rows.results[pk]
    refusals = [row.at for row in rows.changes[pk] if row.to_status == Status.NOT_ACCEPTED]
    return DossierFacts(
        code=dossier.code,
        procedure_code=dossier.procedure.code,
        procedure_name=version.name,
        field_name=version.field,
        channel=dossier.channel,
        status=dossier.status,
        agency=dossier.competent_unit.name,
        arrived_at=dossier.arrived_at,
        slip_number=rows.slips.get(str(pk), ""),
        applicant=_applicant(dossier, rows),
        summary=dossier.summary,
        accepted_at=dossier.accepted_at,
        due_at=dossier.due_at,
        finished_at=dossier.finished_at,
        refused_at=refusals[-1] if refusals else None,
        returned_at=dossier.returned_at,
        delivery=handed[-1].method if handed else dossier.delivery,
        voided_at=dossier.voided_at,
        void_reason=dossier.void_reason,
        files=tuple(_file(row) for row in files),
        papers=_papers(rows.papers[pk], {row.paper_id for row in files}),
        fees=tuple(FeeFacts(row.taken_vnd, row.taken_at) for row in rows.fees[pk]),
        rounds=tuple(_round(row, rows.changes[pk], rows.dues[pk]) for row in rows.rounds[pk]),
        results=tuple(_result(row, version.result_code, rows.files[pk]) for row in released),
    )


def _applicant(dossier: Dossier, rows: _Rows) -> PersonFacts:
    found = rows.persons[dossier.pk]
    if not found:
        return PersonFacts(name=dossier.applicant_name, number=dossier.applicant_number)
    row = found[0]
    return PersonFacts(row.kind, row.name, row.number, row.phone, row.email)


def _file(row: DossierFile) -> FileFacts:
    return FileFacts(row.stored_id, row.stored.name)


def _papers(rows: list[DossierPaper], with_file: set[int | None]) -> tuple[PaperFacts, ...]:
    """What was handed in on paper only."""
    amounts = [(row, row.originals + row.copies) for row in rows if row.pk not in with_file]
    return tuple(PaperFacts(row.name, amount) for row, amount in amounts if amount)


def _round(
    row: SupplementRound, changes: list[StatusChange], dues: list[DueChange]
) -> RoundFacts:  # fmt: skip
    """Received means that the work went on; a round that a stop or a withdrawal ended was not."""
    received = [
        change for change in changes
        if change.at == row.answered_at and change.from_status == Status.SUPPLEMENT
        and change.to_status in WORKING
    ]  # fmt: skip
    came = received[0] if received else None
    return RoundFacts(
        key=row.pk,
        asked_by=row.asked_by.full_name,
        items=tuple(row.items),
        reason=row.reason,
        asked_at=row.asked_at,
        due_before=_due_at(dues, row.asked_at),
        received_at=came.at if came else None,
        received_by=came.by.full_name if came and came.by else "",
        note=row.answered_note if came else "",
        due_after=_due_at(dues, came.at) if came else None,
    )


def _due_at(dues: list[DueChange], at: dt.datetime) -> dt.datetime | None:
    """What was promised at that moment, the change of that very moment included."""
    return next((due.due_at for due in reversed(dues) if due.at <= at), None)


def _result(row: Result, code: str, files: list[DossierFile]) -> ResultFacts:
    papers = tuple(_file(file) for file in files if file.kind == FileKind.RESULT)
    return ResultFacts(row.name, row.number, code, papers)


def progress_facts(lines: Sequence[SyncProgress]) -> dict[int, ProgressFacts]:
    """Facts by the id of the line. Five queries for one line and for ten."""
    runs = {
        run.pk: run
        for run in StepRun.objects.filter(pk__in=[line.run_id for line in lines]).select_related(
            "dossier", "unit", "closed_by"
        )
    }
    places = Position.objects.filter(user__in={run.closed_by_id for run in runs.values()})
    positions = list(places.order_by("-is_main", "pk"))
    changes = _by_dossier(
        StatusChange.objects.filter(dossier__in={line.dossier_id for line in lines})
        .order_by("at", "pk")
    )  # fmt: skip
    return {
        line.pk: _progress(runs[line.run_id], positions, changes[line.dossier_id])
        for line in lines
    }  # fmt: skip


def _progress(
    run: StepRun, positions: list[Position], changes: list[StatusChange]
) -> ProgressFacts:  # fmt: skip
    assert run.closed_at is not None  # held by a constraint
    at = run.closed_at
    statuses = [change.to_status for change in changes if change.at <= at]
    return ProgressFacts(
        code=run.dossier.code,
        person=run.closed_by.full_name if run.closed_by else "",
        position=_position_of(run, positions),
        unit=run.unit.name,
        step=run.name,
        was_sent_back=run.state == StepState.SENT_BACK,
        was_ended=run.state == StepState.ENDED,
        status=statuses[-1] if statuses else run.dossier.status,
        at=at,
        opened_at=run.opened_at,
        planned_end=run.planned_end,
    )


def _position_of(run: StepRun, positions: list[Position]) -> str:
    """What the person was on that day, in the step's unit before others; in Vietnamese."""
    assert run.closed_at is not None
    day = timezone.localdate(run.closed_at)
    held = [
        place for place in positions
        if place.user_id == run.closed_by_id and place.is_valid_on(day)
    ]  # fmt: skip
    held.sort(key=lambda place: place.unit_id != run.unit_id)
    with override("vi"):
        return str(held[0].words) if held else ""
