"""What every stored paper of the reports says of who made it and who signed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from onestop.services.papers_of import letterhead
from organizations.models import Unit, User
from papers.words import date_line, day_words


def head_words(unit: Unit, at: datetime, *, is_sample: bool) -> dict[str, Any]:
    """Agency and the one above it, place and date; in the language that is set."""
    head = letterhead(unit, at)
    return {
        "sample": settings.GOVIT_DEMO or is_sample, "agency": head.agency, "number": "",
        "agency_above": head.agency_above if unit.parent_id else "",
        "date_line": date_line(head.place, head.day),
    }  # fmt: skip


def signer_words(
    signer: User | None, at: datetime | None, unit: Unit, *, capacity: str, on_behalf_of: str
) -> dict[str, str]:
    """Who signed when, in what capacity; empty while nobody did."""
    if signer is None or at is None:
        return {"who": "", "signer": "", "on_behalf_of": "", "signed_on": ""}
    return {
        "who": capacity or unit.name, "signer": signer.full_name, "on_behalf_of": on_behalf_of,
        "signed_on": day_words(timezone.localdate(at)),
    }  # fmt: skip
