"""Who takes part in the ranking at all: the others are not shown its lists."""

from __future__ import annotations

from organizations import access
from organizations.models import User
from ranking.services.council import sits

SEES, RUNS = "fill_assessments", "manage_rankings"


def require_part(user: User) -> None:
    """Pass who fills in forms, runs a year, or sits in a council today. One query at most."""
    if access.may(user, RUNS) or access.may(user, SEES):
        return
    if not sits(user):
        access.refuse(SEES)
