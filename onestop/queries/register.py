"""Mẫu 07, sổ theo dõi hồ sơ (Mẫu 06 of TT 01/2018): what a counter received in a period."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast

from common.days import start_of
from onestop.models import Dossier, DossierPerson
from onestop.states import PersonPart
from organizations import access
from organizations.models import Unit, UnitKind, User
from papers.models import Form, PrintedForm

AT_ONCE = 30  # rows of a PDF that is not ordered: three pages
VOLUME = 100  # rows of one PDF: some ten pages, two or three seconds
MOST = 5_000  # rows of one request


def units_with_register(user: User) -> list[Unit]:
    """Offices that receive dossiers, of which the person may export lists. One query."""
    kinds = (UnitKind.COUNTER, UnitKind.CENTRE, UnitKind.AGENCY, UnitKind.COMMUNE)
    found = access.units_visible_to(user, "export_dossiers").filter(kind__in=kinds)
    return list(found.select_related("parent").order_by("path"))


def register_of(unit: Unit, first: dt.date, last: dt.date, user: User) -> Any:
    """Rows as dicts, in the order of reception; void receptions are left out.

    The number is that of the slip: both are "Vào sổ theo dõi" of one book a year.
    """
    slips = PrintedForm.objects.filter(
        form=Form.RECEIPT, subject_type=Dossier._meta.label_lower,
        subject_id=Cast(OuterRef("pk"), CharField()),
    )  # fmt: skip
    applicant = DossierPerson.objects.filter(dossier=OuterRef("pk"), part=PersonPart.APPLICANT)
    return (
        Dossier.objects.visible_to(user, "export_dossiers")
        .in_force()
        .whole()
        .filter(
            receiving_unit=unit,
            accepted_at__gte=start_of(first),
            accepted_at__lt=start_of(last + dt.timedelta(days=1)),
        )
        .values(
            "id", "code", "applicant_name", "accepted_at", "promised_at", "returned_at", "delivery",
            "is_sample",
            procedure_name=F("version__name"),
            agency=F("competent_unit__name"),
            number=Subquery(slips.order_by("-edition").values("number")[:1]),
            address=Subquery(applicant.values("address")[:1]),
            phone=Subquery(applicant.values("phone")[:1]),
        )
        .order_by("accepted_at", "id")
    )  # fmt: skip


def contact_of(row: dict[str, Any]) -> str:
    """Address and phone of the applicant, as far as they are known."""
    return ", ".join(filter(None, (row["address"], row["phone"])))
