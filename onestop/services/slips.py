"""The hand-over slip as a paper: what was sent, and what the other side answered."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from onestop.models import OriginalsItem, OriginalsSlip, SlipState
from papers.services import paper_context
from papers.wording import on_paper
from papers.words import moment_words


def slip_paper(slip: OriginalsSlip) -> dict[str, Any]:
    """Plain data in the words that the slip was issued with. Reads its items: one query."""
    printed = slip.form
    assert printed is not None
    items = list(slip.items.select_related("dossier", "paper").order_by("dossier__code", "pk"))
    paper = paper_context(printed)
    facts = {
        **printed.data,
        "items": [
            _line(item, said) for item, said in zip(items, printed.data["items"], strict=True)
        ],
    }
    if slip.state == SlipState.RECEIVED and slip.ended_at and slip.ended_by:
        with translation.override("vi"):
            facts["received_at"] = moment_words(slip.ended_at)
        facts["to_person"] = slip.ended_by.full_name
    is_void = slip.state in (SlipState.REFUSED, SlipState.TAKEN_BACK)
    return {**paper, **on_paper(printed.form, printed.as_words(), facts), "is_void": is_void}


def _line(item: OriginalsItem, said: dict[str, Any]) -> dict[str, Any]:
    """What was printed of the paper when it left, and whether it arrived."""
    return {**said, "state": item.state, "note": item.note}
