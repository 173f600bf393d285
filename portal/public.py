"""What the public may read of a dossier: this list of fields, and nothing else.

A public template gets a `PublicDossier`, never a row. No field holds a person's name in full, an
identity number, a phone or an address of a person; free text of officials is scrubbed of them.
Sources: NĐ 224/2026/NĐ-CP Điều 15.1g (what a notice holds at least), TT 01/2018/TT-VPCP Điều 16.2d
(without login only the code and how far it is).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from common.templatetags.ui import moment
from common.text import mask_name, nfc
from onestop.models import (
    Dossier,
    DossierPerson,
    Extension,
    ExtensionState,
    Pause,
    StatusChange,
    StepRun,
    SupplementRound,
)
from onestop.queries.dossiers import deadline_of_dossier
from onestop.queries.linked import parts_of as linked_parts
from onestop.states import WAITING, Status, StepState
from onestop.words import appointed_again
from organizations.calendars import calendar_for
from organizations.models import Unit
from portal.sentences import Answer, answer_of, part_words, way_of_result, why_moved

Level = Literal["summary", "full"]
# Eight digits and more are an identity, tax or phone number; a day such as 25-12-2026 is none.
LONG_NUMBER = re.compile(r"(?!\d{1,2}[.\-]\d{1,2}[.\-]\d{4}\b)\+?\d(?:[ .\-]?\d){7,}")
MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
STEP_STATES = {
    StepState.CLOSED: "done",
    StepState.OPEN: "now",
    StepState.SKIPPED: "skipped",
    StepState.ENDED: "ended",
}


@dataclass(frozen=True)
class PublicStep:
    """A step and the unit that does it; never the person."""

    name: str
    state: str  # done, now, later, skipped, ended
    unit: str
    done_on: dt.date | None

    @property
    def note(self) -> str:
        """The unit, and the day when it is done."""
        return f"{self.unit}, {self.done_on:%d/%m/%Y}" if self.done_on else self.unit


@dataclass(frozen=True)
class PublicPart:
    """A part of a linked dossier: which procedure, where, how far; no reason of an official."""

    procedure: str
    unit: str
    words: str
    tone: str  # done, progress, refused


@dataclass(frozen=True)
class PublicOffice:
    """An office that citizens may call or visit."""

    name: str
    address: str
    phone: str
    hours: tuple[str, ...] = ()  # of the next working day: "07:30-11:30"


@dataclass(frozen=True)
class Whole:
    """What only the look-up number or the QR of the slip opens."""

    procedure: str
    applicant: str  # masked
    agency: PublicOffice
    counter: PublicOffice
    steps: tuple[PublicStep, ...]
    missing: tuple[str, ...]
    fee_owed_vnd: int
    collect: str
    parts: tuple[PublicPart, ...]  # of a linked dossier
    received_at: dt.datetime | None


@dataclass(frozen=True)
class PublicDossier:
    """One dossier as a citizen sees it. `whole` is None at the level of the code."""

    code: str
    answer: Answer  # the one sentence, its look, and what to do
    promised_at: dt.datetime | None  # None where no result is to come
    due_at: dt.datetime | None  # only where it is no longer what was promised
    due_why: str  # why it is not; while nobody knows the new date: when it will be set
    due_state: str
    due_words: str
    whole: Whole | None


def public_dossier(dossier_id: int, level: Level) -> PublicDossier | None:
    """The page of one dossier. Four queries, one more for the whole page."""
    dossier = _rows().filter(pk=dossier_id).first()
    if dossier is None:
        return None
    names = [dossier.applicant_name, *dossier.person_names]
    reason = scrub(dossier.last_reason or "", names) if level == "full" else ""
    deadline = None if dossier.is_void else deadline_of_dossier(dossier)
    promised_at, due_at, due_why = _appointed(dossier, names)
    return PublicDossier(
        code=dossier.code,
        answer=answer_of(dossier, reason=reason, apply_by=dossier.apply_by),
        promised_at=promised_at,
        due_at=due_at,
        due_why=due_why,
        due_state=str(deadline.state) if deadline else "",
        due_words=deadline.words if deadline else "",
        whole=_whole(dossier, names) if level == "full" else None,
    )


def scrub(text: str, names: Sequence[str]) -> str:
    """Free text without the persons' names, long numbers and mail addresses."""
    text = nfc(text)
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(re.escape(nfc(name)), mask_name(name), text, flags=re.IGNORECASE)
    return LONG_NUMBER.sub("…", MAIL.sub("…", text))


def _rows() -> Any:
    """Dossiers with all that the page needs, in one query."""
    mine = {"dossier": OuterRef("pk")}
    rounds = SupplementRound.objects.filter(**mine, answered_at=None).order_by("-number")
    changes = StatusChange.objects.filter(**mine, to_status=OuterRef("status")).order_by("-at")
    persons = DossierPerson.objects.filter(**mine).order_by("pk")
    pauses = Pause.objects.filter(**mine, ended_at__isnull=False).order_by("pk")
    signed = Extension.objects.filter(**mine, state=ExtensionState.GRANTED).order_by("-decided_at")
    units = ("receiving_unit", "competent_unit")
    return Dossier.objects.select_related("version", *units).annotate(
        last_reason=Subquery(changes.values("reason")[:1]),
        missing=Subquery(rounds.values("items")[:1]),
        apply_by=Subquery(rounds.values("apply_by")[:1]),
        person_names=ArraySubquery(persons.values("name")),
        stood_for=ArraySubquery(pauses.values("reason")),
        apology=Subquery(signed.values("reason")[:1]),
    )


def _appointed(
    dossier: Any, names: Sequence[str]
) -> tuple[dt.datetime | None, dt.datetime | None, str]:
    """What was promised, what holds instead, and why: of the latter two nothing while it holds."""
    promised_at, due_at = dossier.promised_at, dossier.due_at
    if promised_at is None or (dossier.closed_at and dossier.returned_at is None):
        return None, None, ""
    if dossier.status in WAITING:
        return promised_at, None, appointed_again(dossier.status)
    if moment(due_at) == moment(promised_at):
        return promised_at, None, ""
    apology = scrub(dossier.apology or "", names)
    return promised_at, due_at, why_moved(dossier, dossier.stood_for, apology)


def _whole(dossier: Any, names: Sequence[str]) -> Whole:
    goes_on = dossier.closed_at is None and dossier.status != Status.WITHDRAWN
    waits = goes_on and dossier.status == Status.SUPPLEMENT
    parts = linked_parts(dossier) if dossier.group_id else []
    missing = [scrub(str(item), names) for item in dossier.missing or []] if waits else []
    return Whole(
        procedure=parts[0].group if parts else dossier.version.name,
        applicant=mask_name(dossier.applicant_name),
        agency=_office(dossier.competent_unit),
        counter=_office(dossier.receiving_unit, with_hours=True),
        steps=() if dossier.is_void else _steps(dossier),
        missing=tuple(missing),
        fee_owed_vnd=max(0, dossier.fee_due_vnd - dossier.fee_taken_vnd) if goes_on else 0,
        collect=way_of_result(dossier) if goes_on else "",
        parts=tuple(
            PublicPart(row.procedure, row.unit, *part_words(row.public_state))
            for row in parts
            if row.public_state
        ),
        received_at=dossier.accepted_at or dossier.arrived_at,
    )


def _office(unit: Unit, *, with_hours: bool = False) -> PublicOffice:
    hours: tuple[str, ...] = ()
    if with_hours:
        calendar = calendar_for(unit.pk)
        day = calendar.next_working_day(timezone.localdate())
        hours = tuple(str(session) for session in calendar.sessions_on(day))
    return PublicOffice(unit.name, unit.address, unit.phone, hours)


def _steps(dossier: Dossier) -> tuple[PublicStep, ...]:
    """Each step once, in its last round."""
    runs = StepRun.objects.filter(dossier=dossier).order_by("order", "round")
    last = {run.order: run for run in runs.select_related("unit")}
    return tuple(
        PublicStep(
            name=run.name,
            state=STEP_STATES.get(StepState(run.state), "later"),
            unit=run.unit.name,
            done_on=timezone.localdate(run.closed_at)
            if run.closed_at and run.state == StepState.CLOSED
            else None,
        )
        for run in last.values()
    )
