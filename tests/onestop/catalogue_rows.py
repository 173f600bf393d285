"""Rows of the catalogue for tests: a published procedure with one channel and its units."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from common.text import unaccented
from onestop.models import Procedure, ProcedureChannel, ProcedureUnit, ProcedureVersion


def make_procedure(
    code: str = "1.000001",
    *,
    limit: str = "10",
    unit: str = "working_days",
    units=(),
    name: str = "Cấp giấy phép thử",
    published: bool = True,
    **facts,
) -> Procedure:
    procedure = Procedure.objects.create(
        code=code, search_text=unaccented(f"{code} {name} Thử nghiệm")
    )
    version = make_version(procedure, 1, limit=limit, unit=unit, name=name, units=units, **facts)
    if published:
        version.published_at = timezone.now()
        version.save(update_fields=["published_at"])
        procedure.state, procedure.current_version = "published", version
        procedure.save(update_fields=["state", "current_version"])
    return procedure


def make_version(
    procedure: Procedure,
    number: int,
    *,
    limit: str = "10",
    unit: str = "working_days",
    units=(),
    name: str = "Cấp giấy phép thử",
    **facts,
) -> ProcedureVersion:
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=number,
        valid_from=facts.pop("valid_from", dt.date(2025, 7, 1)),
        name=name,
        field="Thử nghiệm",
        level="tinh",
        agency_name="Sở Y tế",
        **facts,
    )
    ProcedureChannel.objects.create(
        version=version, channel=1, limit_amount=Decimal(limit), limit_unit=unit, fee_vnd=2000
    )
    ProcedureUnit.objects.bulk_create(ProcedureUnit(version=version, unit=each) for each in units)
    return version
