"""Different levels: when every part is in, the dossier is complete and lies at its counter."""

from __future__ import annotations

from django.db import transaction

from audit.services import record
from onestop.models import Dossier, DossierFile, FileKind, LinkedPart, Result, StepKind, StepRun
from onestop.services import parts, steps
from onestop.states import Status, StepState


@transaction.atomic
def gather(parent_id: int) -> bool:
    """Complete a followed dossier whose last part came in; True when it was this call.

    Heard from the outbox, so it may be called twice, late, and for two parts at once: the
    parent's lock decides. The moment is the one at which the last part was finished.
    """
    dossier: Dossier = Dossier.objects.lock(parent_id)
    if dossier.closed_at or dossier.status not in steps.UNDER_WAY or dossier.step_id is None:
        return False
    run = steps.open_step(dossier)
    if run.kind != StepKind.FOLLOW or parts.unsettled(dossier):
        return False
    done = _with_result(dossier)
    if not done:
        return False  # gone on without every part: the head refuses or stops the whole
    _complete(dossier, run, done)
    return True


def _with_result(dossier: Dossier) -> list[LinkedPart]:
    """The parts that brought a result, the lead's first."""
    rows = LinkedPart.objects.filter(parent=dossier, settlement="", dossier__status=Status.RETURNED)
    return list(rows.select_related("dossier", "member").order_by("-member__is_lead", "order"))


def _complete(dossier: Dossier, run: StepRun, done: list[LinkedPart]) -> None:
    at = max(row.dossier.finished_at for row in done)
    last = dossier.status_changes.order_by("at").values_list("at", flat=True).last()
    at = max(at, last) if last else at
    _take_over_result(dossier, done[0].dossier)
    _take_over_files(dossier, done)
    steps.start_work(dossier, actor=None, at=at)
    steps.change_status(dossier, Status.COMPLETED, actor=None, at=at)
    dossier.finished_at = at
    run.state, run.closed_at = StepState.CLOSED, at
    run.save(update_fields=["state", "closed_at"])
    following = steps.next_run(dossier, run)
    assert following is not None
    steps.enter(dossier, following, at=at)
    dossier.save(update_fields=["status", "finished_at", "step", "holder_unit", "holder"])
    record(
        dossier, "dossier.gathered", actor=None, unit=dossier.holder_unit,
        data=steps.facts(dossier, number=Result.objects.get(dossier=dossier).number),
    )  # fmt: skip


def _take_over_result(dossier: Dossier, part: Dossier) -> None:
    """What the resolving unit signed is the dossier's result, under its number."""
    signed = Result.objects.get(dossier=part)
    Result.objects.update_or_create(
        dossier=dossier,
        defaults={
            "name": signed.name, "drafted_by_id": signed.drafted_by_id,
            "approved_by_id": signed.approved_by_id, "approved_at": signed.approved_at,
            "on_behalf_of": signed.on_behalf_of, "capacity": signed.capacity,
            "number": signed.number, "released_at": signed.released_at,
            "released_by_id": signed.released_by_id,
        },
    )  # fmt: skip


def _take_over_files(dossier: Dossier, done: list[LinkedPart]) -> None:
    """The same stored files of every part's result, the lead's first."""
    place = {row.dossier_id: number for number, row in enumerate(done)}
    files = DossierFile.objects.filter(
        dossier__in=list(place), kind=FileKind.RESULT, replaced_at=None
    )
    DossierFile.objects.bulk_create(
        DossierFile(
            dossier=dossier, kind=FileKind.RESULT, stored_id=file.stored_id,
            added_by_id=file.added_by_id, added_at=file.added_at,
        )
        for file in sorted(files, key=lambda file: (place[file.dossier_id], file.pk))
    )  # fmt: skip
