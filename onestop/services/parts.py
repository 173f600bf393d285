"""Parts of a linked dossier: handed out, handed in, and what the lead decides about them.

A part is a dossier of its own under its parent, so that queue, steps, approvals and clocks work
for it unchanged. Who changes both locks the parent first, then the parts by id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from common.errors import DomainError, TransitionError
from common.text import unaccented
from onestop.models import (
    Dossier,
    DossierFile,
    DossierPaper,
    FileKind,
    LinkedGroup,
    LinkedMember,
    LinkedPart,
    LinkKind,
    ProcedureVersion,
    Settlement,
    StatusChange,
    StepRun,
)
from onestop.rules.linked import resolver
from onestop.services import clock, reception, steps
from onestop.states import DueReason, Part, PersonPart, Status, StepState
from organizations import access
from organizations.models import Unit, User


class PartsOpen(DomainError):
    """The lead finishes last: a part has no result, and nobody decided to go on without it."""

    code = "parts_open"


@dataclass(frozen=True)
class Planned:
    """A part before it is handed out."""

    member: LinkedMember
    version: ProcedureVersion
    unit: Unit


def planned_of(
    group: LinkedGroup, lead: Unit, counter: Unit, at: dt.datetime, *, member: int | None = None
) -> list[Planned]:
    """Who gets which part today. Same level: the lead's own is no part. Two queries and two for
    each part."""
    members = group.members.select_related("unit", "procedure")
    if member is not None:
        members = members.filter(pk=member)
    day = timezone.localdate(at)
    return [
        _planned(one, lead, counter, day)
        for one in members
        if not (one.is_lead and group.kind == LinkKind.SAME_LEVEL)
    ]


def _planned(member: LinkedMember, lead: Unit, counter: Unit, day: dt.date) -> Planned:
    version = (
        ProcedureVersion.objects.offered_on(day)
        .filter(procedure=member.procedure_id)
        .order_by("-number")
        .first()
    )
    if version is None:
        raise reception.ProcedureNotOpen(
            _("Procedure %(code)s of the linked group is not in force on %(day)s.")
            % {"code": member.procedure.code, "day": f"{day:%d/%m/%Y}"}
        )
    rows = version.units.select_related("unit")
    units = [row.unit for row in rows if row.unit.is_open_on(day)]
    if member.unit_id:
        units = [unit for unit in units if unit.pk == member.unit_id]
    unit = lead if member.is_lead else resolver(units, lead, counter)
    if unit is None:
        raise reception.ProcedureNotOpen(
            _("Nobody is competent here for “%(name)s”: the linked group must name the unit.")
            % {"name": version.name[:150]}
        )
    return Planned(member, version, unit)


def start(
    parent: Dossier, planned: Iterable[Planned], *, actor: User, at: dt.datetime,
    right: access.Right,
) -> list[Dossier]:  # fmt: skip
    """Hand all parts out at once: electronic parts need not go in turn (Điều 19 khoản 6)."""
    return [
        begin(parent, part, order=order, actor=actor, at=at, right=right)
        for order, part in enumerate(planned, 1)
    ]


def begin(
    parent: Dossier, planned: Planned, *, order: int, actor: User, at: dt.datetime,
    right: access.Right, round_: int = 1,
) -> Dossier:  # fmt: skip
    """One part: its own clock, process and steps; the papers of its own procedure."""
    part = _new_part(parent, planned, at=at)
    part.code = f"{parent.code}-{order}" + (f"-{round_}" if round_ > 1 else "")
    reception.settle(part, at=at)
    persons = list(parent.persons.filter(part=PersonPart.APPLICANT))
    reception.insert(part)
    reception.write_search_text(part, persons)
    part.save(update_fields=["search_text"])
    clock.note_due(part, at=at, reason=DueReason.ACCEPTED)
    StatusChange.objects.create(dossier=part, to_status=Status.RECEIVED, at=at, by=actor)
    LinkedPart.objects.create(
        dossier=part, parent=parent, member=planned.member, order=order, round=round_
    )
    _let_see(part, parent)
    hand_papers(parent, part, _own_papers(parent, planned.version))
    reception.plan_steps(part, actor=actor, at=at, right=right)
    assert part.due_at is not None
    giver = parent.receiving_unit if round_ == 1 else parent.competent_unit
    record(
        part, "part.started", actor=actor, unit=giver, on_behalf_of=right.on_behalf_of,
        data=steps.facts(part, parent=parent.code, due_at=part.due_at.isoformat(), round=round_),
    )  # fmt: skip
    return part


def _new_part(parent: Dossier, planned: Planned, *, at: dt.datetime) -> Dossier:
    return Dossier(
        parent=parent,
        procedure_id=planned.version.procedure_id,
        version=planned.version,
        channel=parent.channel,
        status=Status.RECEIVED,
        receiving_unit_id=parent.receiving_unit_id,
        competent_unit=planned.unit,
        handling_unit=planned.unit,
        holder_unit=planned.unit,
        applicant_name=parent.applicant_name,
        applicant_number=parent.applicant_number,
        summary=parent.summary,
        copies=parent.copies,
        delivery=parent.delivery,
        limit_amount=planned.member.limit_amount,
        limit_unit=planned.member.limit_unit,
        arrived_at=at,
        accepted_at=at,
        clock_from_at=at,
        lookup_number=None,
        is_sample=parent.is_sample,
    )


def _let_see(part: Dossier, parent: Dossier) -> None:
    """Its own units; the lead, who sees all; the counter, which keeps the supervision."""
    steps.add_participants(part, Part.COMPETENT, [part.competent_unit_id])
    steps.add_participants(part, Part.HANDLING, [part.handling_unit_id])
    steps.add_participants(part, Part.RECEIVING, [parent.receiving_unit_id])
    steps.add_participants(part, Part.LEAD, [parent.competent_unit_id, parent.handling_unit_id])


def _own_papers(parent: Dossier, version: ProcedureVersion) -> list[DossierPaper]:
    """Papers that the part's own procedure asks for, by name: one that two ask for goes to both.
    What the counter added by hand stays with the lead, who hands it on when a part asks; but where
    the catalogue does not list the procedure's papers, nothing else can tell, so it goes there."""
    wanted = {unaccented(name) for name in version.components.values_list("name", flat=True)}
    if not wanted:
        return list(parent.papers.filter(component=None).order_by("order"))
    return [paper for paper in parent.papers.order_by("order") if unaccented(paper.name) in wanted]


def hand_papers(source: Dossier, part: Dossier, papers: Sequence[DossierPaper]) -> None:
    """Copies of the rows, and the same stored files: the part sees these and no others. The
    originals on paper stay with the whole, and go where its slips say."""
    if not papers:
        return
    first = 1 + part.papers.count()
    copies = DossierPaper.objects.bulk_create(
        DossierPaper(
            dossier=part, component_id=paper.component_id, order=order, name=paper.name,
            copies=paper.copies, state=paper.state, note=paper.note,
        )
        for order, paper in enumerate(papers, first)
    )  # fmt: skip
    copy_of = {paper.pk: copy for paper, copy in zip(papers, copies, strict=True)}
    files = DossierFile.objects.filter(
        dossier=source, kind=FileKind.PAPER, replaced_at=None, paper__in=list(copy_of)
    )
    DossierFile.objects.bulk_create(
        DossierFile(
            dossier=part, kind=FileKind.PAPER, paper=copy_of[file.paper_id],
            stored_id=file.stored_id, added_by_id=file.added_by_id, added_at=file.added_at,
        )
        for file in files
    )  # fmt: skip


def hand_on(old: Dossier, fresh: Dossier) -> None:
    """What the lead had handed to a part in the round before, beside its own papers."""
    has = {unaccented(name) for name in fresh.papers.values_list("name", flat=True)}
    had = [paper for paper in old.papers.order_by("order") if unaccented(paper.name) not in has]
    hand_papers(old, fresh, had)


def hand_in(
    part: Dossier, rest: StepRun | None, *, actor: User, at: dt.datetime, number: str
) -> None:
    """The result goes to the lead at once; nothing is handed to the citizen here. Joins the act
    that released it. The parent is not locked: what follows there is an act of its own."""
    steps.change_status(part, Status.RETURNED, actor=actor, at=at)
    part.returned_at = part.closed_at = at
    part.step, part.holder = None, None
    if rest is not None:
        rest.state = StepState.SKIPPED
        rest.save(update_fields=["state"])
    tell_parent(part, "dossier.part_done", actor=actor, number=number)


def tell_parent(part: Dossier, action: str, *, actor: User | None, **more: str) -> None:
    """News of a part on its parent. Reads the parent: one query."""
    parent: Dossier = Dossier.objects.get(pk=part.parent_id)
    record(
        parent, action, actor=actor, unit=part.competent_unit,
        data=steps.facts(
            parent, part=part.code, part_name=part.version.name[:200],
            part_unit=part.competent_unit.name, **more,
        ),
    )  # fmt: skip


def open_of(parent: Dossier) -> list[Dossier]:
    """The open parts of a locked parent, locked by id. No query for an ordinary dossier."""
    if parent.group_id is None:
        return []
    return list(Dossier.objects.for_change().open().filter(parent=parent).order_by("pk"))


def go_on(part: Dossier, *, actor: User, at: dt.datetime) -> None:
    """What a part waited for is there: its own pause ends. The limits of parts always pause; the
    restart of old dossiers (ClockRules.supplement_mode) is about what the citizen hands in."""
    steps.change_status(part, Status.IN_PROGRESS, actor=actor, at=at)
    clock.start_clock(part, at=at)
    part.save(update_fields=["status", *clock.CLOCK_FIELDS])


def unsettled(parent: Dossier) -> list[LinkedPart]:
    """Parts without a result about which nobody decided. One query."""
    return list(
        LinkedPart.objects.filter(parent=parent, settlement="")
        .exclude(dossier__status=Status.RETURNED)
        .select_related("dossier__competent_unit", "dossier__version")
    )


def require_done(parent: Dossier) -> None:
    """The lead signs and finishes when every part is in (Điều 19 khoản 6). No query for an
    ordinary dossier."""
    if parent.group_id is None:
        return
    left = unsettled(parent)
    if left:
        names = "; ".join(
            f"{part.dossier.competent_unit.name} ({part.dossier.version.name[:100]})"
            for part in left
        )
        raise PartsOpen(
            ngettext(
                "%(n)s part is not finished: %(names)s. Wait for it, or decide to go on without.",
                "%(n)s parts are not finished: %(names)s. Wait for them, or decide to go on "
                "without.",
                len(left),
            )
            % {"n": len(left), "names": names}
        )


def is_lead_signed(parent: Dossier) -> bool:
    """Different levels: the decision is signed in the lead's part, not on the whole. No query for
    an ordinary dossier."""
    if parent.group_id is None:
        return False
    rows = LinkedPart.objects.filter(parent=parent, settlement="", member__is_lead=True)
    return any(
        row.dossier.status == Status.RETURNED or steps.is_signed(row.dossier)
        for row in rows.select_related("dossier")
    )


def require_whole(dossier: Dossier) -> None:
    """What concerns the citizen is done on the whole dossier, by its lead or counter."""
    if dossier.is_part:
        raise TransitionError(
            _("%(code)s is a part of a linked dossier: this is done on the whole dossier.")
            % {"code": dossier.code}
        )


def require_part(dossier: Dossier) -> None:
    if not dossier.is_part:
        raise TransitionError(_("This is done on a part of a linked dossier only."))


def settle(
    row: LinkedPart, settlement: Settlement, reason: str, *, actor: User, at: dt.datetime
) -> None:
    row.settlement, row.settled_at, row.settled_by = settlement, at, actor
    row.settled_reason = reason[:1000]
    row.save(update_fields=["settlement", "settled_at", "settled_by", "settled_reason"])
