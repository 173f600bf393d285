"""The register as a paper: plain data for Mẫu 07."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from onestop.queries.register import contact_of
from onestop.services.papers_of import letterhead
from onestop.states import Delivery
from organizations.models import Unit
from papers.fields import REGISTER
from papers.form_words import words_on
from papers.wording import on_paper
from papers.words import date_line, day_words, short_moment


def register_paper(
    unit: Unit, period: tuple[dt.date, dt.date], rows: Sequence[dict[str, Any]], volume: int
) -> dict[str, Any]:
    """One volume, in the words of the form in force today."""
    now = timezone.now()
    head, words = letterhead(unit, now), words_on(REGISTER, timezone.localdate(now))
    with translation.override("vi"):
        facts = {
            "first": day_words(period[0]),
            "last": day_words(period[1]),
            "volume": str(volume),
            "rows": [_line(row) for row in rows],
        }
        return {
            **on_paper(REGISTER, words, facts),
            "letterhead": {
                "agency_above": head.agency_above,
                "agency": head.agency,
                "date_line": date_line(head.place, head.day),
            },
            "is_wide": True,
            "sample": settings.GOVIT_DEMO or unit.is_sample,
        }


def _line(row: dict[str, Any]) -> dict[str, Any]:
    moments = {name: row[name] for name in ("accepted_at", "promised_at", "returned_at")}
    return {
        "number": row["number"] or "",
        "code": row["code"],
        "procedure": row["procedure_name"],
        "applicant": row["applicant_name"],
        "contact": contact_of(row),
        "agency": row["agency"],
        **{name: short_moment(at) if at else "" for name, at in moments.items()},
        "delivery": str(Delivery(row["delivery"]).label),
    }
