"""Who acts for a head today, by a recorded delegation (ủy quyền)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from organizations.models import Delegation
from reports.queries.dashboard.scope import Scope

SHOWN = 50


def in_force(scope: Scope, today: dt.date) -> Any:
    """Those of the scope's units, ending soonest first. One query."""
    found = Delegation.objects.filter(
        valid_from__lte=today, valid_to__gte=today, revoked_at=None, unit__in=scope.all_ids
    ).select_related("giver", "receiver", "unit")  # fmt: skip
    return found.order_by("valid_to", "pk")[:SHOWN]
