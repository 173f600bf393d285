"""What the machine interface tells: rows of named columns, never whole models."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from audit import feed
from common.text import mask_tail, unaccented
from files.models import StoredFile
from onestop.models import (
    Dossier,
    DossierPaper,
    DossierPerson,
    Procedure,
    ProcedureChannel,
    ProcedureComponent,
    ProcedureUnit,
    Result,
    SupplementRound,
)
from onestop.models.dossiers import DossierQuerySet
from onestop.queries.dossiers import changed_from
from onestop.states import PersonPart, Status
from organizations.models import User
from tenancy.search import matching

LOOKED_AT = 500  # entries of the log for one page of events, seen or not
EVENTS = {  # what others may know of an act; what is not here stays inside
    "dossier.arrived": "arrived", "dossier.accepted": "accepted",
    "dossier.not_accepted": "not_accepted", "dossier.refused": "not_accepted",
    "dossier.assigned": "progressed", "dossier.forwarded": "progressed",
    "dossier.approved": "progressed", "dossier.sent_back": "progressed",
    "dossier.taken_over": "progressed", "dossier.opinion_asked": "progressed",
    "dossier.gathered": "progressed",
    "dossier.supplement_requested": "supplement_requested",
    "dossier.supplement_answered": "supplement_answered",
    "dossier.supplemented": "supplemented", "dossier.supplement_lapsed": "supplement_lapsed",
    "dossier.payment_required": "payment_required",
    "dossier.payment_confirmed": "payment_confirmed",
    "dossier.withdrawal_requested": "withdrawal_requested",
    "dossier.withdrawal_refused": "withdrawal_refused", "dossier.withdrawn": "withdrawn",
    "dossier.stopped": "stopped", "dossier.extended": "extended", "dossier.due_moved": "due_moved",
    "dossier.corrected": "corrected", "dossier.voided": "voided", "dossier.returned": "returned",
}  # fmt: skip
_PROCEDURE = {
    "name": F("current_version__name"),
    "field": F("current_version__field"),
    "level": F("current_version__level"),
    "agency_name": F("current_version__agency_name"),
    "valid_from": F("current_version__valid_from"),
    "valid_to": F("current_version__valid_to"),
}
_PROCEDURE_PAGE = {
    **_PROCEDURE,
    "result_name": F("current_version__result_name"),
    "legal_basis": F("current_version__legal_basis"),
    "publishing_decision": F("current_version__publishing_decision"),
    "is_sample": F("current_version__is_sample"),
    "version": F("current_version_id"),
}
_DOSSIER = {
    "procedure_code": F("procedure__code"),
    "procedure_name": F("version__name"),
    "receiving_unit_code": F("receiving_unit__code"),
    "competent_unit_code": F("competent_unit__code"),
    "competent_unit_name": F("competent_unit__name"),
}
_DOSSIER_COLUMNS = (
    "id", "code", "channel", "status", "arrived_at", "accepted_at", "due_at", "due_is_provisional",
    "finished_at", "returned_at", "closed_at", "voided_at",
)  # fmt: skip
_DOSSIER_PAGE_COLUMNS = (
    *_DOSSIER_COLUMNS, "promised_at", "summary", "copies", "delivery", "fee_due_vnd",
    "fee_taken_vnd", "granted_at",
)  # fmt: skip


def procedures(words: str = "") -> QuerySet[Any, dict[str, Any]]:
    """Published procedures, those that hold every word."""
    found = Procedure.objects.published()
    if needle := unaccented(words):
        found = found.filter(matching(Procedure, needle))
    rows: QuerySet[Any, dict[str, Any]] = found.values("id", "code", **_PROCEDURE)
    return rows


def procedure(code: str) -> dict[str, Any] | None:
    """All that is published of one procedure. Four queries; None: not published."""
    rows = Procedure.objects.published().filter(code=code)
    found: dict[str, Any] | None = rows.values("code", **_PROCEDURE_PAGE).first()
    if found is None:
        return None
    version = found.pop("version")
    found["channels"] = list(
        ProcedureChannel.objects.filter(version=version).values(
            "channel", "limit_amount", "limit_unit", "cutoff", "fee_vnd", "fee_per", "fee_note"
        )
    )
    found["components"] = list(
        ProcedureComponent.objects.filter(version=version).values(
            "name", "originals", "copies", "is_required", "template_name", number=F("order")
        )
    )
    found["units"] = list(
        ProcedureUnit.objects.filter(version=version)
        .order_by("unit__path")
        .values(code=F("unit__code"), name=F("unit__name"))
    )
    return found


def dossiers(
    seen: DossierQuerySet,
    *,
    status: int | None = None,
    procedure: str = "",
    changed_since: dt.datetime | None = None,
) -> QuerySet[Any, dict[str, Any]]:
    """Rows of a list of what the client sees; without receptions made in error, and of a linked
    dossier the whole alone."""
    found = seen.in_force().filter(parent=None)
    if status is not None:
        found = found.filter(status=status)
    if procedure:
        found = found.filter(procedure__code=procedure)
    if changed_since is not None:
        found = changed_from(found, changed_since)
    rows: QuerySet[Any, dict[str, Any]] = found.values(*_DOSSIER_COLUMNS, **_DOSSIER)
    return rows


def dossier(seen: DossierQuerySet, code: str) -> dict[str, Any] | None:
    """All that a client is told of one dossier. Five queries; None: not visible.

    Of the applicant the name and the end of the number: enough to compare, not to copy.
    """
    rows = seen.filter(code=code).values(*_DOSSIER_PAGE_COLUMNS, **_DOSSIER)
    found: dict[str, Any] | None = rows.first()
    if found is None:
        return None
    about = Q(dossier=found["id"])
    person = DossierPerson.objects.filter(about, part=PersonPart.APPLICANT).first()
    found["applicant"] = person and {
        "kind": person.kind, "name": person.name, "number": mask_tail(person.number),
    }  # fmt: skip
    found["papers"] = list(
        DossierPaper.objects.filter(about)
        .order_by("order")
        .values("name", "originals", "copies", "state", number=F("order"))
        .annotate(files=Count("files", filter=Q(files__replaced_at=None)))
    )
    found["supplement"] = (
        SupplementRound.objects.filter(about, answered_at=None)
        .values("number", "items", "reason", "asked_at", "apply_by")
        .first()
        if found["status"] == Status.SUPPLEMENT
        else None
    )
    found["result"] = (
        Result.objects.filter(about, released_at__isnull=False)
        .values("name", "number", "released_at")
        .first()
    )
    return found


def events(seen: DossierQuerySet, after: int, most: int) -> tuple[list[dict[str, Any]], int, bool]:
    """Events after that one on dossiers that the client sees; from where to go on, and whether
    more wait already. At most nine queries, and never more than 500 entries of the log.

    An entry that is passed over (of a dossier that the client does not see, or of no concern to
    others) is passed for good: `go on` moves past it.
    """
    until = feed.settled_id()
    label = Dossier._meta.label_lower
    entries = feed.entries_after(after, until, label, LOOKED_AT)
    ids = {int(entry["subject_id"]) for entry in entries if entry["action"] in EVENTS}
    codes = dict(seen.filter(pk__in=ids, parent=None).values_list("pk", "code"))
    found: list[dict[str, Any]] = []
    for entry in entries:
        code = codes.get(int(entry["subject_id"]))
        if code is None or entry["action"] not in EVENTS:
            continue
        if len(found) == most:
            return found, int(found[-1]["id"]), True
        found.append(
            {"id": entry["id"], "at": entry["at"], "event": EVENTS[entry["action"]],
             "dossier": code, "status": entry["data"].get("status")}
        )  # fmt: skip
    if len(entries) == LOOKED_AT:
        return found, int(entries[-1]["id"]), True
    return found, max(after, until), False


def count_staged(user: User) -> int:
    """Files that the client has uploaded and no dossier names yet. One query."""
    return int(StoredFile.objects.staged().filter(uploaded_by=user).count())
