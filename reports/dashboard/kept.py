"""The figures of a dashboard, kept for about a minute: reading them costs more than ten pages.

What is kept is of one reach, never of a person: who sees other units reads other figures. The page
says as of when they are, and a list behind one shows the dossiers as they are when it is opened.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language

from reports.dashboard.page import Dashboard


def figures(board: Dashboard) -> dict[str, Any]:
    """`body`, rendered, and `as_of`; up to DASHBOARD_SECONDS old."""
    key = _key(board)
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        context = {"board": board, "chosen": board.chosen}
        found = {
            "body": render_to_string("reports/dashboard/_board.html", context),
            "as_of": board.as_of,
        }
        cache.set(key, found, settings.DASHBOARD_SECONDS)
    return found


def _key(board: Dashboard) -> str:
    """Whose figures, of which days, in which words; the cache itself adds the province."""
    scope, chosen = board.scope, board.chosen
    facts = (
        scope.unit_ids, scope.unit and scope.unit.pk, scope.procedure and scope.procedure.pk,
        chosen.key, chosen.today, get_language(),
    )  # fmt: skip
    return f"dashboard:{hashlib.sha256(repr(facts).encode()).hexdigest()}"
