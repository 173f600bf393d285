"""What everybody may read of the catalogue: a positive list of fields, published versions only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from common.text import unaccented
from files.models import StoredFile
from onestop.models import Procedure, ProcedureChannel, ProcedureComponent, ProcedureUnit
from onestop.models.catalogue import Channel, Level
from tenancy.search import matching

_FACTS = {
    "name": F("current_version__name"),
    "field": F("current_version__field"),
    "level": F("current_version__level"),
    "agency_name": F("current_version__agency_name"),
    "result_name": F("current_version__result_name"),
    "legal_basis": F("current_version__legal_basis"),
    "publishing_decision": F("current_version__publishing_decision"),
    "is_sample": F("current_version__is_sample"),
    "version": F("current_version_id"),
}


def public_list(words: str) -> QuerySet[Any, dict[str, Any]]:
    """Published procedures whose code, name or field holds every word, marks or not."""
    found = Procedure.objects.published()
    needle = unaccented(words)
    if needle:
        found = found.filter(matching(Procedure, needle))
    rows: QuerySet[Any, dict[str, Any]] = found.values(
        "code", name=_FACTS["name"], field=_FACTS["field"],
        agency_name=_FACTS["agency_name"], version=_FACTS["version"],
    )  # fmt: skip
    return rows


def at_counter(unit_ids: Collection[int]) -> QuerySet[Any, dict[str, Any]]:
    """Published procedures of these units that are handed in at a counter."""
    mine = {"version": OuterRef("current_version")}
    units = ProcedureUnit.objects.filter(**mine, unit__in=unit_ids)
    channels = ProcedureChannel.objects.filter(**mine, channel=Channel.DIRECT)
    return public_list("").filter(Exists(units), Exists(channels))


def fields_at_counter(unit_ids: Collection[int]) -> list[str]:
    """The fields of those procedures, in the order of the alphabet. One query."""
    found = at_counter(unit_ids).values_list("field", flat=True)
    return sorted(set(found), key=unaccented)


def with_channels(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their channels. One query."""
    channels: dict[int, list[ProcedureChannel]] = {}
    for each in ProcedureChannel.objects.filter(version__in=[row["version"] for row in rows]):
        channels.setdefault(each.version_id, []).append(each)
    return [row | {"channels": channels.get(row["version"], [])} for row in rows]


def public_page(code: str) -> dict[str, Any] | None:
    """All that the public page of a procedure shows. Four queries; None: not published."""
    procedure: dict[str, Any] | None = (
        Procedure.objects.published().filter(code=code).values("code", **_FACTS).first()
    )
    if procedure is None:
        return None
    version = procedure.pop("version")
    procedure["level"] = Level(procedure["level"]).label
    procedure["channels"] = list(ProcedureChannel.objects.filter(version=version))
    procedure["components"] = list(
        ProcedureComponent.objects.filter(version=version).values(
            "id",
            "name",
            "originals",
            "copies",
            "is_required",
            "template_name",
            "is_sample",
            blank_name=F("blank_form__name"),
            blank_size=F("blank_form__size"),
        )
    )
    procedure["places"] = list(
        ProcedureUnit.objects.filter(version=version)
        .order_by("unit__path")
        .values("unit", name=F("unit__name"), address=F("unit__address"), phone=F("unit__phone"))
    )
    return procedure


def public_blank(code: str, component_id: int) -> StoredFile | None:
    """The form to download of a paper, of a version that is or was in force; nothing else is
    public. One query."""
    component: ProcedureComponent | None = (
        ProcedureComponent.objects.select_related("blank_form")
        .filter(
            pk=component_id,
            blank_form__isnull=False,
            version__published_at__isnull=False,
            version__valid_from__lte=timezone.localdate(),
            version__procedure__code=code,
            version__procedure__in=Procedure.objects.published(),
        )
        .first()
    )
    return component.blank_form if component else None
