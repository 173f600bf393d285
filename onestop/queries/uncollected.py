"""Results that lie at the counter and that nobody collects."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, OuterRef, Subquery

from common.days import start_of
from onestop.models import DeadlineWarning, Dossier, DossierPerson
from onestop.models.dossiers import DossierQuerySet
from onestop.states import Delivery, PersonPart, Status
from organizations.models import User
from organizations.rulesets import CLOCK, rules

RUNG = "uncollected"  # of the warnings that were given


def uncollected(today: dt.date) -> DossierQuerySet:
    """Ready for so many days as the rules say, to be collected at the counter."""
    last = today - dt.timedelta(days=rules(CLOCK, today).uncollected_days)
    found: DossierQuerySet = Dossier.objects.open().filter(
        status=Status.COMPLETED, delivery=Delivery.COUNTER,
        finished_at__lt=start_of(last + dt.timedelta(days=1)),
    )  # fmt: skip
    return found


def uncollected_of(user: User, today: dt.date) -> Any:
    """Those of the person's counters, as rows of a list. One query."""
    applicant = DossierPerson.objects.filter(dossier=OuterRef("pk"), part=PersonPart.APPLICANT)
    told = DeadlineWarning.objects.filter(dossier=OuterRef("pk"), rung=RUNG)
    mine = Dossier.objects.held_by_units_of(user, "return_results")
    return uncollected(today).filter(pk__in=mine.values("pk")).values(
        "id", "code", "applicant_name", "finished_at",
        procedure_name=F("version__name"),
        unit_name=F("holder_unit__name"),
        phone=Subquery(applicant.values("phone")[:1]),
        told_at=Subquery(told.values("at")[:1]),
    )  # fmt: skip
