"""What the machine interface tells: rows of named columns, never whole models."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from common.text import mask_tail, unaccented
from onestop.models import (
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
from tenancy.search import matching

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
    """Rows of a list of what the client sees; without receptions made in error."""
    found = seen.in_force()
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
