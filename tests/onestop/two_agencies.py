"""Processes through two agencies: one that signs in both, and 1.013817 as its file has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from onestop.models import Dossier, Process, ProcessStep
from onestop.services import assignment, processing
from organizations.models import Unit, User
from tests.onestop.dossiers import make_dossier, open_step, the_procedure
from tests.people import Town, make_person, make_unit

KINDS = [  # kind, in the office of the province?
    ("receive", False), ("assign", False), ("process", False), ("review", False),
    ("approve", False), ("release", False), ("assign", True), ("process", True),
    ("approve", True), ("release", True), ("return", False),
]  # fmt: skip
AS_IN_THE_FILE = [  # nobody signs in the office: its division works on, its clerk seals
    ("receive", False), ("assign", False), ("process", False), ("review", False),
    ("approve", False), ("release", False), ("process", True), ("release", True),
    ("return", False),
]  # fmt: skip


@dataclass(frozen=True)
class Office:
    """The second agency and who works there."""

    unit: Unit
    division: Unit
    leader: User
    official: User
    records_clerk: User


def make_office(town: Town) -> Office:
    unit = make_unit("H32.01", parent=town.root, name="Văn phòng UBND tỉnh")
    division = make_unit("H32.01.01", "division", unit, name="Phòng Khoa giáo")
    return Office(
        unit, division, make_person("leader", unit), make_person("official", division),
        make_person("clerk", unit),
    )  # fmt: skip


def make_process(town: Town, office: Office, kinds: Sequence[tuple[str, bool]] = KINDS) -> Process:
    """One working day of ten for each step but the last."""
    procedure = the_procedure(town)
    # who assigns it in the office chooses the division; else the process names it
    at_once = office.unit if ("assign", True) in kinds else office.division
    process = Process.objects.create(
        procedure=procedure, number=7, state="active", valid_from=timezone.localdate(),
        limit_amount=10, limit_unit="working_days",
    )  # fmt: skip
    ProcessStep.objects.bulk_create(
        ProcessStep(
            process=process, order=order, kind=kind, name=f"Bước {order}", role="official",
            unit=(there and (at_once if kind == "process" else office.unit)) or None,
            share_amount=None if kind == "return" else Decimal(1),
            share_unit="" if kind == "return" else "working_days",
        )
        for order, (kind, there) in enumerate(kinds, 1)
    )  # fmt: skip
    return process


def pass_on(dossier: Dossier, town: Town, office: Office) -> Dossier:
    """Whoever should do the open step does it."""
    step = open_step(dossier)
    there = step.unit.path.startswith(office.unit.path)
    leader = office.leader if there else town.leader
    official = office.official if there else town.officer
    match step.kind:
        case "assign":
            return assignment.assign(dossier.pk, actor=leader, person_id=official.pk)
        case "process":
            return processing.forward(dossier.pk, actor=official)
        case "release":
            clerk = office.records_clerk if there else town.records_clerk
            return processing.forward(dossier.pk, actor=clerk)
        case _:
            return processing.approve(dossier.pk, actor=leader)


def go_to(town: Town, office: Office, order: int) -> Dossier:
    """A dossier whose open step is the one of that order."""
    dossier = make_dossier(town)
    while open_step(dossier).order < order:
        dossier = pass_on(dossier, town, office)
    return dossier
