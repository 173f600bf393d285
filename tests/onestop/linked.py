"""Linked groups for tests: a lead and two parts at one level, or all followed by the counter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from common.text import unaccented
from onestop.models import (
    Dossier,
    LinkedGroup,
    LinkedMember,
    ProcedureComponent,
    Process,
    ProcessStep,
)
from onestop.services import assignment, linked_reception, processing
from onestop.services.reception import PaperFacts
from organizations.models import Unit, User
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import facts, open_step, the_procedure
from tests.people import Town, give_role, make_person, make_unit

BIRTH, HOME, CARD = "Giấy chứng sinh", "Giấy tờ về chỗ ở hợp pháp", "Tờ khai tham gia bảo hiểm"


@dataclass(frozen=True)
class Linked:
    """A published group with the offices that get its parts, and who works there."""

    group: LinkedGroup
    police: Unit
    police_leader: User
    police_officer: User
    insurance: Unit
    insurance_leader: User
    insurance_officer: User


def make_linked(town: Town, kind: str = "same_level", **changes: Any) -> Linked:
    """Ten working days in all; three for the police, five for the insurance."""
    police, insurance = (
        make_unit(f"H32.2{number}", parent=town.root, name=name)
        for number, name in enumerate(("Công an phường", "Bảo hiểm xã hội tỉnh"))
    )
    people = [
        make_person(role, unit) for unit in (police, insurance) for role in ("leader", "official")
    ]
    give_role(people[0], "clerk", police)
    give_role(people[2], "clerk", insurance)
    give_role(town.leader, "clerk", town.agency)
    lead = the_procedure(town)
    home = make_procedure("1.004222", units=[police], name="Đăng ký thường trú", limit="7")
    card = make_procedure("1.009999", units=[insurance], name="Cấp thẻ bảo hiểm y tế", limit="5")
    for procedure, names in ((lead, [BIRTH]), (home, [BIRTH, HOME]), (card, [CARD])):
        ProcedureComponent.objects.bulk_create(
            ProcedureComponent(version=procedure.current_version, order=order, name=name)
            for order, name in enumerate(names, 1)
        )
    group = make_group(kind, changes)
    rows = [(lead, True, "10", None), (home, False, "3", None), (card, False, "5", insurance)]
    LinkedMember.objects.bulk_create(
        LinkedMember(
            group=group, procedure=procedure, order=order, is_lead=is_lead,
            limit_amount=Decimal(limit), limit_unit="working_days", unit=unit,
        )
        for order, (procedure, is_lead, limit, unit) in enumerate(rows, 1)
    )  # fmt: skip
    if kind == "levels":
        group.process = relay_process(lead)
        group.save(update_fields=["process"])
    group.state, group.published_at = "published", timezone.now()
    group.save(update_fields=["state", "published_at"])
    return Linked(group, police, people[0], people[1], insurance, people[2], people[3])


def make_group(kind: str, changes: dict[str, Any]) -> LinkedGroup:
    known = {
        "code": "LT.01", "name": "Khai sinh, thường trú, bảo hiểm", "kind": kind,
        "limit_amount": Decimal(10), "limit_unit": "working_days", "decision": "QĐ 1/QĐ-UBND",
        "valid_from": dt.date(2025, 7, 1), **changes,
    }  # fmt: skip
    known["search_text"] = unaccented(f"{known['code']} {known['name']}")
    group: LinkedGroup = LinkedGroup.objects.create(**known)
    return group


def relay_process(procedure: Any) -> Process:
    process: Process = Process.objects.create(
        procedure=procedure, number=90, state="linked", valid_from=dt.date(2025, 7, 1),
        limit_amount=10, limit_unit="working_days",
    )  # fmt: skip
    ProcessStep.objects.bulk_create(
        ProcessStep(
            process=process, order=order, kind=kind, name=f"Bước {kind}", role="counter",
            share_amount=Decimal(10) if kind == "follow" else None,
            share_unit="working_days" if kind == "follow" else "",
        )
        for order, kind in enumerate(("receive", "follow", "return"), 1)
    )  # fmt: skip
    return process


def papers() -> tuple[PaperFacts, ...]:
    return tuple(PaperFacts(name, originals=1) for name in (BIRTH, HOME, CARD, "Giấy ủy quyền"))


def receive(town: Town, linked: Linked, **changes: Any) -> Dossier:
    """Received by the clerk under the group: a whole, and its parts at once."""
    at = changes.pop("at", None)
    known = facts(the_procedure(town).current_version, town, **{"papers": papers(), **changes})
    return linked_reception.accept_linked(known, linked.group.pk, actor=town.clerk, at=at)


def parts_of(dossier: Dossier) -> list[Dossier]:
    return list(Dossier.objects.filter(parent=dossier).order_by("pk"))


def part_at(dossier: Dossier, unit: Unit) -> Dossier:
    return Dossier.objects.filter(parent=dossier, competent_unit=unit).latest("pk")


def finish(part: Dossier, leader: User, officer: User, head: User | None = None) -> Dossier:
    """Worked through by its own unit until nothing is left."""
    while part.step_id is not None:
        one_step(part, leader, officer, head)
        part.refresh_from_db()
    return part


def one_step(part: Dossier, leader: User, officer: User, head: User | None = None) -> None:
    match open_step(part).kind:
        case "assign":
            assignment.assign(part.pk, actor=leader, person_id=officer.pk)
        case "review":
            processing.approve(part.pk, actor=head or leader)
        case "approve":
            processing.approve(part.pk, actor=leader)
        case "process":
            processing.forward(part.pk, actor=officer)
        case _:
            processing.forward(part.pk, actor=leader)


def finish_both(linked: Linked, dossier: Dossier) -> None:
    finish(part_at(dossier, linked.police), linked.police_leader, linked.police_officer)
    finish(part_at(dossier, linked.insurance), linked.insurance_leader, linked.insurance_officer)
