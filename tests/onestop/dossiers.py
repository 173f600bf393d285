"""Dossiers for tests: received at the counter of the standing agency."""

from __future__ import annotations

from typing import Any

from onestop.models import CounterVisit, Dossier, Procedure, ProcedureVersion, StepRun
from onestop.services import assignment, processing, reception, visits
from onestop.services.reception import FeeFacts, PaperFacts, PersonFacts, Reception
from tests.onestop.catalogue_rows import make_procedure
from tests.people import Town

APPLICANT = PersonFacts(
    name="Trần Văn Thử", number="999012345678", phone="0900012345", email="thu@vi-du.example",
    address="12 Trần Phú, phường Nha Trang",
)  # fmt: skip


def facts(version: ProcedureVersion, town: Town, **changes: Any) -> Reception:
    known: dict[str, Any] = {
        "version_id": version.pk,
        "receiving_unit_id": town.counter_unit.pk,
        "competent_unit_id": town.agency.pk,
        "applicant": APPLICANT,
        "papers": (
            PaperFacts("Đơn đề nghị", originals=1),
            PaperFacts("Bản sao giấy phép", copies=2),
        ),
        "fee": FeeFacts(),
        **changes,
    }
    return Reception(**known)


def the_procedure(town: Town) -> Procedure:
    """Ten working days, resolved by the standing agency; made on first need."""
    known = Procedure.objects.filter(code="1.000001").select_related("current_version").first()
    return known or make_procedure("1.000001", units=[town.agency])


def make_dossier(town: Town, version: ProcedureVersion | None = None, **changes: Any) -> Dossier:
    """Received by the clerk; lies at its first step after the reception."""
    at = changes.pop("at", None)
    version = version or the_procedure(town).current_version
    return reception.accept(facts(version, town, **changes), actor=town.clerk, at=at)


def assigned(town: Town, **changes: Any) -> Dossier:
    """In the officer's hands."""
    dossier = make_dossier(town, **changes)
    return assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)


def at_kind(town: Town, kind: str, **changes: Any) -> Dossier:
    """Worked on until the step of that kind is open (process, review, approve, release, return)."""
    dossier = assigned(town, **changes)
    actors = {
        "process": town.officer, "review": town.head, "approve": town.leader,
        "release": town.records_clerk,
    }  # fmt: skip
    while (step := open_step(dossier)).kind != kind:
        act = processing.approve if step.kind in ("review", "approve") else processing.forward
        dossier = act(dossier.pk, actor=actors[step.kind])
    return dossier


def turned_away(town: Town) -> CounterVisit:
    """The applicant left the counter with form 03."""
    return visits.turn_away(
        actor=town.clerk, unit_id=town.counter_unit.pk, kind="refusal", person=APPLICANT,
        version_id=the_procedure(town).current_version.pk, reason="Không thuộc thẩm quyền",
    )  # fmt: skip


def open_step(dossier: Dossier) -> StepRun:
    return StepRun.objects.get(dossier=dossier, state="open")
