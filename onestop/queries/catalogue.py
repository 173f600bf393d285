"""Reads of the catalogue: which version holds on a day, what a list and the public may show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from common.text import unaccented
from files.models import StoredFile
from onestop.models import (
    Procedure,
    ProcedureChannel,
    ProcedureState,
    ProcedureVersion,
    Process,
)
from onestop.services.catalogue import ComponentData
from organizations.models import Unit, UnitKind, User
from tenancy.search import matching


def version_on(procedure_id: int, day: dt.date) -> ProcedureVersion | None:
    """The version in force on that day. Of two that start on one day the later one counts."""
    found: ProcedureVersion | None = (
        ProcedureVersion.objects.filter(procedure_id=procedure_id)
        .in_force_on(day)
        .order_by("-number")
        .first()
    )
    return found


def limit_of(version: ProcedureVersion) -> tuple[Decimal, str]:
    """The version's limit: of its first channel (the counter, where there is one). One query."""
    channel = (
        ProcedureChannel.objects.filter(version_id=version.pk)
        .order_by("channel")
        .values_list("limit_amount", "limit_unit")
        .first()
    )
    return channel or (Decimal(0), "same_day")


def published_fields() -> list[str]:
    """Fields of administration of the published procedures, each once. One query."""
    published = Procedure.objects.filter(state=ProcedureState.PUBLISHED)
    return list(published.values_list("current_version__field", flat=True).distinct())


def catalogue_list(user: User, words: str, state: str) -> QuerySet[Any, dict[str, Any]]:
    """The catalogue as its keepers list it: drafts too, by code. One query with its search."""
    found = Procedure.objects.visible_to(user, "view_catalogue")
    if state:
        found = found.filter(state=state)
    needle = unaccented(words)
    if needle:
        found = found.filter(matching(Procedure, needle))
    drafts = ProcedureVersion.objects.filter(procedure=OuterRef("pk"), published_at=None)
    rows: QuerySet[Any, dict[str, Any]] = found.annotate(
        shown_name=Coalesce(
            F("current_version__name"), Subquery(drafts.values("name")[:1]), Value(""),
            output_field=TextField(),
        ),
        shown_field=Coalesce(
            F("current_version__field"), Subquery(drafts.values("field")[:1]), Value(""),
            output_field=TextField(),
        ),
        has_draft=Exists(drafts),
    ).values("code", "state", "shown_name", "shown_field", "has_draft",
             agency=F("current_version__agency_name"))  # fmt: skip
    return rows


def process_list(user: User, words: str, state: str) -> QuerySet[Any, dict[str, Any]]:
    """Versions of processes, newest first, with their procedure and unit. One query."""
    found = Process.objects.visible_to(user, "view_catalogue")
    if state:
        found = found.filter(state=state)
    needle = unaccented(words)
    if needle:
        found = found.filter(matching(Procedure, needle, "procedure"))
    rows: QuerySet[Any, dict[str, Any]] = found.values(
        "id", "number", "state", "is_default", "valid_from", "limit_amount", "limit_unit",
        code=F("procedure__code"), name=F("procedure__current_version__name"),
        unit_name=F("unit__name"),
    )  # fmt: skip
    return rows


def unit_choices(day: dt.date) -> list[tuple[int, str]]:
    """Agencies and communes that exist on the day, in the order of the tree."""
    return list(Unit.objects.valid_on(day).agencies().in_tree_order().values_list("pk", "name"))


def step_unit_choices(day: dt.date) -> list[tuple[int, str]]:
    """Every unit that exists on the day: a step may lie in a division."""
    return list(Unit.objects.valid_on(day).in_tree_order().values_list("pk", "name"))


def commune_ids(day: dt.date) -> list[int]:
    """Every commune that exists on the day."""
    return list(
        Unit.objects.valid_on(day).filter(kind=UnitKind.COMMUNE).values_list("pk", flat=True)
    )


def versions_of(procedure: Procedure) -> list[ProcedureVersion]:
    """All versions, newest first, with channels, papers, forms and units. Five queries."""
    return list(
        procedure.versions.order_by("-number").prefetch_related(
            "channels", "components__blank_form", "units__unit"
        )
    )


def blank_names(components: Iterable[ComponentData]) -> dict[int, str]:
    """Names of the forms to download that hang on these papers, by file. One query."""
    ids = {each.blank_form_id for each in components if each.blank_form_id}
    return dict(StoredFile.objects.filter(pk__in=ids).values_list("pk", "name"))


def processes_of(procedure: Procedure) -> list[Process]:
    """All versions of its processes, newest first. One query."""
    return list(procedure.processes.select_related("unit").order_by("-number"))


def is_procedure(code: str) -> bool:
    """Whether the province has a procedure of this code."""
    return Procedure.objects.filter(code=code).exists()
