"""Lists of incoming documents: what is mine to do, what the registry has to pass on, registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from common.urgency import Urgency
from documents.document_types import type_name
from documents.models import Assignment, Incoming, IncomingFile, Registry
from documents.queries.searching import in_fields
from documents.rulesets import DOCUMENTS
from documents.states import CLOSED, Part, Status
from documents.words import STATUS_TONES, due_words, target_at
from files.texts import files_with
from organizations import access
from organizations.models import User
from organizations.rulesets import rules
from tenancy.search import among

TO_DO, TO_PASS_ON, REGISTER = "viec", "chuyen", "so"
ARRIVED, RECALLS = "den", "thu-hoi"
ORDER = {
    TO_DO: ("-urgency", "given_at", "id"),
    ARRIVED: ("-urgency", "arrived_at", "id"),
    RECALLS: ("recall_asked_at", "id"),
    TO_PASS_ON: ("-urgency", "arrived_at", "id"),
    REGISTER: ("-year", "-number", "-id"),
}  # fmt: skip
NEWEST = ("-id",)
MOST_MEETINGS = 10  # shown above what is to do
_TOLD = (
    "type", "reference", "issuer", "subject", "issued_on", "number", "year", "status",
    "recall_asked_at", "recall_refused_at", "arrived_at",
)  # fmt: skip


def registries_of(user: User, permission: str) -> list[Registry]:
    """Bodies whose registers the person may read or write in today, his own units first."""
    found = Registry.objects.visible_to(user, permission).select_related("unit")
    own = {grant.unit_id for grant in access.grants_of(user) if grant.permission == permission}
    return sorted(found, key=lambda each: (each.unit_id not in own, each.name, each.pk))


def waiting_for(user: User) -> Any:
    """Assignments that wait for the person, without what a list shows: to be counted."""
    return Assignment.objects.open().of(user, "view_documents")


def to_do(user: User) -> Any:
    """The same as a list shows them, the most urgent first, then the oldest."""
    return assignment_rows(waiting_for(user))


def assignment_rows(found: Any) -> Any:
    """Of assignments what a list shows of them and of their documents."""
    told = {f"incoming_{name}": F(f"incoming__{name}") for name in _TOLD}
    return found.values(
        "id", "incoming_id", "part", "due_on", "urgency", "given_at", "person_id", "taken_up_at",
        **told, unit_name=F("unit__name"),
    )  # fmt: skip


def meetings(user: User, now: dt.datetime) -> Any:
    """Meetings to which the person, or a unit of his, is invited and that are not over, the next
    one first. What was recalled or replaced invites nobody any more."""
    given = Assignment.objects.standing().of(user, "view_documents")
    found = Incoming.objects.filter(
        Exists(given.filter(incoming=OuterRef("pk"))), meets_until__gt=now, replaced_by=None
    ).exclude(status__in=[Status.RECALLED, Status.REFUSED])
    return found.order_by("meets_at", "pk")


def arrived(user: User) -> Any:
    """Arrived electronically, and waiting for its number or a refusal."""
    return _rows(_at_registries_of(user).filter(status=Status.ARRIVED))


def recalls(user: User) -> Any:
    """What the sender wants back and has no answer to, with his reason."""
    return _rows(_at_registries_of(user).recall_open(), "recall_reason")


def to_pass_on(user: User) -> Any:
    """Registered, and lying with nobody yet."""
    lies = Assignment.objects.open().filter(incoming=OuterRef("pk"))
    return _rows(_at_registries_of(user).filter(~Exists(lies), status=Status.REGISTERED))


def _at_registries_of(user: User) -> Any:
    """Of the bodies in whose registers the person writes."""
    reach = access.units_where(user, "register_documents")
    return Incoming.objects.filter(registry__unit__in=reach.unit_ids)


def register(registry: Registry | None) -> Any:
    """What stands in the register of one body, newest number first."""
    return _rows(Incoming.objects.registered().filter(registry=registry))


def seen_of(found: Any, user: User) -> Any:
    """Of these documents the ones that the person may see, as a list shows them."""
    return _rows(found.visible_to(user, "view_documents"))


def search(user: User, words: str, *, is_first: bool = False) -> tuple[Any, bool]:
    """Documents that the person may see and that hold every word in their fields, or all of them
    one after the other in their files; newest first. Whether more match than the
    search looks at. `is_first`: no more than the first page is wanted. Five queries before those
    of the page, or nine where he sees few of those that match."""
    files = files_with(words)
    lines = IncomingFile.objects.filter(among("stored", files)).values_list("incoming", flat=True)
    known = list(lines) if files else []
    ids, is_cut = in_fields(Incoming, user, words, known, is_first=is_first)
    found = Incoming.objects.visible_to(user, "view_documents").filter(among("pk", known + ids))
    return _rows(found), is_cut


def _rows(found: Any, *more: str) -> Any:
    return found.values("id", "urgency", "due_on", *_TOLD, *more)


def tell(rows: list[dict[str, Any]], today: dt.date) -> None:
    """Add the words of a list's rows, in place. No query but that for the rules of the day."""
    ladder = rules(DOCUMENTS, today)
    for row in rows:
        told: dict[str, Any] = {name: row.get(f"incoming_{name}", row.get(name)) for name in _TOLD}
        row["pk"] = row.get("incoming_id", row["id"])
        row["subject"], row["issuer"] = told["subject"], told["issuer"]
        row["reference"], row["issued_on"] = told["reference"], told["issued_on"]
        row["type_name"] = type_name(told["type"])
        row["arrival"] = f"{told['number']}/{told['year']}" if told["number"] else ""
        row["status_words"] = Status(told["status"]).label
        row["status_tone"] = STATUS_TONES[Status(told["status"])]
        asked = told["recall_asked_at"] is not None and told["recall_refused_at"] is None
        row["is_recalled"] = asked and told["status"] not in (Status.RECALLED, Status.REFUSED)
        row["urgency_words"] = Urgency(row["urgency"]).label if row["urgency"] else ""
        row["urgency_tone"] = Urgency(row["urgency"]).tone
        is_open = told["status"] not in CLOSED
        row["deadline"] = due_words(row["due_on"], today) if is_open else None
        row["target"] = target_at(row["urgency"], told["arrived_at"], ladder) if is_open else None
        if "part" in row:
            row["part_words"] = Part(row["part"]).label


def first_waiting(tabs: Mapping[str, Mapping[str, Any]]) -> str:
    """The tab that is opened: a clerk's own queue is empty while the registry's is full."""
    return next((name for name, tab in tabs.items() if tab["count"] not in (None, "0")), TO_DO)


def tab_words() -> dict[str, str]:
    return {
        TO_DO: _("To do"),
        ARRIVED: _("To register"),
        RECALLS: _("Recalls to answer"),
        TO_PASS_ON: _("To pass on"),
        REGISTER: _("Register of incoming documents"),
    }


AT_REGISTRY = {ARRIVED: arrived, RECALLS: recalls, TO_PASS_ON: to_pass_on}  # lists of clerks
WAITING = {TO_DO: to_do, **AT_REGISTRY}
