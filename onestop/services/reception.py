"""From the counter to the first step: accept, turn away, correct, void."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from common.text import unaccented
from files.services import claim
from onestop.models import (
    Channel,
    Dossier,
    DossierFile,
    DossierPaper,
    DossierPerson,
    FeeReceipt,
    FileKind,
    ProcedureChannel,
    ProcedureVersion,
    StatusChange,
    StepRun,
)
from onestop.services import clock, papers_of, steps
from onestop.services.processes import process_for
from onestop.states import Delivery, DueReason, Part, PersonKind, PersonPart, Status, StepState
from organizations import access
from organizations.models import Unit, User
from papers.rules import dossier_code, new_lookup_number
from papers.services import next_number


@dataclass(frozen=True)
class PersonFacts:
    """A person or organisation as written on the slip."""

    name: str
    kind: str = PersonKind.CITIZEN
    number: str = ""
    born_on: dt.date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    authorisation: str = ""


@dataclass(frozen=True)
class PaperFacts:
    """A row of the checklist as handed in."""

    name: str
    component_id: int | None = None
    originals: int = 0
    copies: int = 0
    note: str = ""
    file_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class FeeFacts:
    """Fee due and taken, in VND; a difference from the tariff has a reason."""

    due_vnd: int = 0
    taken_vnd: int = 0
    number: str = ""
    quantity: int = 1
    reason: str = ""


@dataclass(frozen=True)
class Reception:
    """Everything the counter writes down about one dossier."""

    version_id: int
    receiving_unit_id: int
    competent_unit_id: int
    applicant: PersonFacts
    submitter: PersonFacts | None = None
    authorised: PersonFacts | None = None
    papers: Sequence[PaperFacts] = ()
    fee: FeeFacts = field(default_factory=FeeFacts)
    channel: int = Channel.DIRECT
    copies: int = 1
    summary: str = ""
    delivery: str = Delivery.COUNTER
    form_token: str | None = None


class ProcedureNotOpen(DomainError):
    code = "procedure_not_open"


class UnitClosed(DomainError):
    code = "unit_closed"


@transaction.atomic
def accept(facts: Reception, *, actor: User, at: dt.datetime | None = None) -> Dossier:
    """Receive a complete dossier: code, clock, steps, slip (NĐ 61/2018 Điều 17, TT 03/2025).

    The receive step is closed with it, so the dossier lies at its next step at once: an
    electronic dossier is transferred in the moment it is received (NĐ 309/2026 khoản 9).
    """
    at = at or timezone.now()
    right = access.require(actor, "receive_dossiers", facts.receiving_unit_id)
    _receiving, competent, version, channel = open_door(facts, at)
    dossier = new_dossier(facts, competent, version, channel, at=at)
    take_in(dossier, facts, actor=actor, at=at)
    start_steps(dossier, actor=actor, at=at, right=right)
    return dossier


def take_in(dossier: Dossier, facts: Reception, *, actor: User, at: dt.datetime) -> None:
    """Write a new dossier down: code, clock, what came with it."""
    dossier.status = Status.RECEIVED
    dossier.accepted_at = dossier.clock_from_at = at
    settle(dossier, at=at)
    dossier.code = next_code(dossier.competent_unit, at)
    insert(dossier)
    clock.note_due(dossier, at=at, reason=DueReason.ACCEPTED)
    StatusChange.objects.create(dossier=dossier, to_status=Status.RECEIVED, at=at, by=actor)
    save_parts(dossier, facts, actor=actor, at=at)


def start(dossier: Dossier, *, actor: User, at: dt.datetime, right: access.Right) -> None:
    """Accept a dossier that is already there: clock, steps, slip."""
    dossier.accepted_at = dossier.clock_from_at = at
    settle(dossier, at=at)
    steps.add_participants(dossier, Part.HANDLING, [dossier.handling_unit_id])
    dossier.save(
        update_fields=[
            "status", "version", "limit_amount", "limit_unit", "cutoff", "process",
            "handling_unit", "accepted_at", "clock_from_at", "due_at", "due_is_provisional",
            "promised_at",
        ]
    )  # fmt: skip
    start_steps(dossier, actor=actor, at=at, right=right)


def settle(dossier: Dossier, *, at: dt.datetime) -> None:
    """Choose the process of the day, the division and the due moment. At different levels the
    counter follows the linked parts by the group's own process."""
    day = timezone.localdate(at)
    relay = dossier.group.process if dossier.group else None
    dossier.process = relay or process_for(dossier.version, dossier.competent_unit, day)
    dossier.handling_unit_id = steps.handling_unit_of(dossier.process, dossier.competent_unit, day)
    clock.set_due(dossier, at=at, reason=DueReason.ACCEPTED)
    dossier.promised_at = dossier.due_at


def start_steps(dossier: Dossier, *, actor: User, at: dt.datetime, right: access.Right) -> None:
    """Plan the steps, issue the slip, tell everybody."""
    plan_steps(dossier, actor=actor, at=at, right=right)
    announce(dossier, actor=actor, at=at, right=right)


def announce(dossier: Dossier, *, actor: User, at: dt.datetime, right: access.Right) -> None:
    """Issue the slip, tell everybody."""
    assert dossier.due_at is not None
    papers_of.issue_receipt(dossier, actor=actor, at=at)
    record(
        dossier, "dossier.accepted", actor=actor, unit=dossier.receiving_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(
            dossier, due_at=dossier.due_at.isoformat(), procedure=dossier.version.name[:300]
        ),
    )  # fmt: skip


def open_door(
    facts: Reception, at: dt.datetime
) -> tuple[Unit, Unit, ProcedureVersion, ProcedureChannel]:
    """What must be true before anything is written: units open, procedure in force."""
    day = timezone.localdate(at)
    receiving = Unit.objects.get(pk=facts.receiving_unit_id)
    competent = Unit.objects.get(pk=facts.competent_unit_id)
    for unit in (receiving, competent):
        if not unit.is_open_on(day):
            raise UnitClosed(
                _("%(unit)s was closed on %(day)s. Choose the unit that took over its work.")
                % {"unit": unit.name, "day": f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "…"}
            )
    version = (
        ProcedureVersion.objects.offered_on(day)
        .select_related("procedure")
        .filter(pk=facts.version_id)
        .first()
    )
    if version is None:
        raise ProcedureNotOpen(
            _("This procedure is not in force on %(day)s. Choose it again from the list.")
            % {"day": f"{day:%d/%m/%Y}"}
        )
    if not version.units.filter(unit=competent).exists():
        raise ProcedureNotOpen(
            _("%(unit)s is not competent for this procedure.") % {"unit": competent.name}
        )
    channel = version.channels.filter(channel=facts.channel).first()
    if channel is None:
        raise ProcedureNotOpen(_("This procedure is not received through this channel."))
    return receiving, competent, version, channel


def new_dossier(
    facts: Reception,
    competent: Unit,
    version: ProcedureVersion,
    channel: ProcedureChannel,
    *,
    at: dt.datetime,
) -> Dossier:
    """The row in memory, without code, status and clock."""
    return Dossier(
        procedure_id=version.procedure_id,
        version=version,
        channel=facts.channel,
        receiving_unit_id=facts.receiving_unit_id,
        competent_unit=competent,
        handling_unit_id=facts.competent_unit_id,
        holder_unit_id=facts.receiving_unit_id,
        applicant_name=facts.applicant.name,
        applicant_number=facts.applicant.number,
        summary=facts.summary,
        copies=facts.copies,
        delivery=facts.delivery,
        limit_amount=channel.limit_amount,
        limit_unit=channel.limit_unit,
        cutoff=channel.cutoff,
        arrived_at=at,
        fee_due_vnd=facts.fee.due_vnd,
        fee_taken_vnd=facts.fee.taken_vnd,
        form_token=facts.form_token,
        lookup_number=new_lookup_number(),
    )


def next_code(competent: Unit, at: dt.datetime) -> str:
    """The next code of the unit and day; the counter's row stays locked until the commit."""
    day = timezone.localdate(at)
    return dossier_code(competent.code, day, next_number(competent.pk, "dossier", day.isoformat()))


def insert(dossier: Dossier) -> None:
    """Write the row. A page submitted twice is found by its token, a look-up number drawn twice
    (one chance in 10¹⁰ a dossier) is drawn again."""
    dossier.search_text = ""
    try:
        with transaction.atomic():
            dossier.save(force_insert=True)
    except IntegrityError as error:
        if "dossier_submitted_once" in str(error):
            raise AlreadyDone(
                _("This dossier was already received. It is in the list of today.")
            ) from error
        if "dossier_lookup_number_once" not in str(error):
            raise
        dossier.lookup_number = new_lookup_number()
        dossier.save(force_insert=True)


def save_parts(dossier: Dossier, facts: Reception, *, actor: User | None, at: dt.datetime) -> None:
    persons = {
        PersonPart.APPLICANT: facts.applicant,
        PersonPart.SUBMITTER: facts.submitter,
        PersonPart.AUTHORISED: facts.authorised,
    }
    rows = [
        DossierPerson(dossier=dossier, part=part, **vars(person))
        for part, person in persons.items()
        if person
    ]
    DossierPerson.objects.bulk_create(rows)
    write_search_text(dossier, rows)
    dossier.save(update_fields=["search_text"])
    save_papers(dossier, facts.papers, actor=actor, at=at)
    if actor and (facts.fee.due_vnd or facts.fee.taken_vnd):
        FeeReceipt.objects.create(dossier=dossier, taken_at=at, taken_by=actor, **vars(facts.fee))
    steps.add_participants(dossier, Part.RECEIVING, [dossier.receiving_unit_id])
    steps.add_participants(dossier, Part.COMPETENT, [dossier.competent_unit_id])
    steps.add_participants(dossier, Part.HANDLING, [dossier.handling_unit_id])


def write_search_text(dossier: Dossier, persons: Sequence[DossierPerson]) -> None:
    """Fold what people search by into one unaccented column: code, names, numbers, phones."""
    words = [dossier.code, dossier.lookup_number]
    for person in persons:
        words += [person.name, person.number, person.phone]
    dossier.search_text = unaccented(" ".join(filter(None, words)))[:1000]


def save_papers(
    dossier: Dossier, papers: Sequence[PaperFacts], *, actor: User | None, at: dt.datetime
) -> None:
    """The checklist with its uploads; files become part of the dossier only here."""
    first = 1 + dossier.papers.count()
    for order, paper in enumerate(papers, first):
        row = DossierPaper.objects.create(
            dossier=dossier,
            component_id=paper.component_id,
            order=order,
            name=paper.name,
            originals=paper.originals,
            copies=paper.copies,
            note=paper.note,
        )
        attach(dossier, FileKind.PAPER, paper.file_ids, actor=actor, at=at, paper=row)


def attach(
    dossier: Dossier,
    kind: FileKind,
    file_ids: Sequence[int],
    *,
    actor: User | None,
    at: dt.datetime,
    paper: DossierPaper | None = None,
) -> None:
    """Hang stored files on the dossier; without an actor those of a citizen's own form."""
    if not file_ids:
        return
    claim(list(file_ids), actor=actor)
    DossierFile.objects.bulk_create(
        DossierFile(
            dossier=dossier, kind=kind, paper=paper, stored_id=pk, added_by=actor, added_at=at
        )
        for pk in file_ids
    )


def plan_steps(dossier: Dossier, *, actor: User, at: dt.datetime, right: access.Right) -> None:
    """Lay out every step with its planned end; close the reception, open what follows."""
    assert dossier.process is not None
    plan = list(dossier.process.steps.all())
    ends = clock.plan(dossier, plan)
    runs = [
        StepRun(
            dossier=dossier,
            process_step=step,
            order=step.order,
            kind=step.kind,
            name=step.name[:300],
            needs_approval=step.needs_approval,
            unit_id=steps.unit_of(step, dossier),
            planned_end=end,
        )
        for step, end in zip(plan, ends, strict=True)
    ]
    first, *rest = runs
    first.state, first.opened_at, first.closed_at = StepState.CLOSED, at, at
    first.closed_by = first.person = actor
    first.on_behalf_of = right.on_behalf_of
    StepRun.objects.bulk_create(runs)
    steps.add_participants(dossier, Part.STEP, [run.unit_id for run in runs])
    steps.enter(dossier, rest[0], at=at)
    dossier.save(update_fields=["step", "holder_unit", "holder"])
