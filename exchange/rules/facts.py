"""What is known of a dossier when it is sent: plain values, read by `exchange.queries.facts`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

Moment = dt.datetime | None


@dataclass(frozen=True)
class PersonFacts:
    """The applicant (chủ hồ sơ)."""

    kind: str = "citizen"  # a PersonKind
    name: str = ""
    number: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class FileFacts:
    """A stored file: only its id and name leave the portal, never an address."""

    key: int
    name: str


@dataclass(frozen=True)
class PaperFacts:
    """A paper that was handed in, without a file."""

    name: str
    amount: int


@dataclass(frozen=True)
class FeeFacts:
    amount_vnd: int
    at: dt.datetime


@dataclass(frozen=True)
class RoundFacts:
    """A supplement: asked, perhaps received, and what it did to the due date."""

    key: int
    asked_by: str
    items: tuple[str, ...]
    reason: str
    asked_at: dt.datetime
    due_before: Moment = None
    received_at: Moment = None
    received_by: str = ""
    note: str = ""
    due_after: Moment = None


@dataclass(frozen=True)
class ResultFacts:
    """A released result; its files when they were uploaded."""

    name: str
    number: str
    code: str
    files: tuple[FileFacts, ...] = ()


@dataclass(frozen=True)
class DossierFacts:
    """One dossier as it is now."""

    code: str
    procedure_code: str
    procedure_name: str
    field_name: str
    channel: int  # 1 counter, 2 online, 3 post
    status: int  # one of the ten
    agency: str
    arrived_at: dt.datetime
    slip_number: str = ""
    applicant: PersonFacts = PersonFacts()
    summary: str = ""
    accepted_at: Moment = None
    due_at: Moment = None
    finished_at: Moment = None
    refused_at: Moment = None
    returned_at: Moment = None
    delivery: str = "counter"  # a Delivery, or the way in which it was handed over
    voided_at: Moment = None
    void_reason: str = ""
    files: tuple[FileFacts, ...] = ()
    papers: tuple[PaperFacts, ...] = ()
    fees: tuple[FeeFacts, ...] = ()
    rounds: tuple[RoundFacts, ...] = ()
    results: tuple[ResultFacts, ...] = field(default=())


@dataclass(frozen=True)
class ProgressFacts:
    """A step that is over."""

    code: str  # of the dossier
    person: str
    position: str
    unit: str
    step: str
    was_sent_back: bool
    status: int  # of the dossier after the step
    at: dt.datetime
    was_ended: bool = False  # with the dossier, before it was done
    opened_at: Moment = None
    planned_end: Moment = None
