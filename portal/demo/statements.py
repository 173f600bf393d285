"""Last month's statements in the demo: the drafts that the schedule makes, ready to be signed."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from organizations.models import RuleSet
from reports.rulesets import REPORT
from reports.services import snapshots
from tenancy.models import Province
from tenancy.scope import tenant_scope

SINCE = dt.date(2025, 7, 1)


def make(province: Province) -> None:
    """Made as on the first of this month, once all dossiers are there. Only then is the schedule
    set too: the worker's clock would count a month of which half is loaded."""
    first = timezone.localdate().replace(day=1)
    with tenant_scope(province):
        RuleSet.objects.get_or_create(
            kind=REPORT.key, valid_from=SINCE,
            defaults={"values": {"monthly_day": 1}, "source": "demo"},
        )  # fmt: skip
    made = True
    while made:
        with tenant_scope(province):
            made = bool(snapshots.make_next(first))
