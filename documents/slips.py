"""Phiếu giải quyết văn bản đến: the opinions on a document on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from common.templatetags.ui import day_only
from documents.models import Assignment, Incoming, Remark, RemarkKind
from documents.states import Ending, Part
from papers.words import date_line


def slip_data(incoming: Incoming) -> dict[str, Any]:
    """All that the slip shows, as plain data (NĐ 30/2020/NĐ-CP Phụ lục IV). Two queries."""
    given = Assignment.objects.standing().filter(incoming=incoming).exclude(part=Part.OPINION)
    work = list(given.select_related("unit", "person", "ended_by").order_by("given_at", "pk"))
    remarks = list(incoming.remarks.select_related("by").order_by("at", "pk"))
    return {
        "agency": incoming.registry.name,
        "place_date": date_line(incoming.registry.unit.place, timezone.localdate()),
        "arrival": incoming.arrival_words,
        "arrived_on": day_only(incoming.arrived_at),
        "type": incoming.type_name,
        "reference": incoming.reference,
        "issued_on": day_only(incoming.issued_on) if incoming.issued_on else "",
        "issuer": incoming.issuer,
        "subject": incoming.subject,
        "work": [_given(each) for each in work],
        "remarks": {kind: [_said(r) for r in remarks if r.kind == kind] for kind in RemarkKind},
        "result": incoming.closing_words,
        "finished": _finished(work),
        "answer": incoming.answer_reference,
        "sample": incoming.is_sample or settings.GOVIT_DEMO,
    }


def _given(assignment: Assignment) -> dict[str, str]:
    person = assignment.person.full_name if assignment.person else ""
    return {
        "part": str(Part(assignment.part).label),
        "who": f"{assignment.unit.name}{f', {person}' if person else ''}",
        "due": day_only(assignment.due_on) if assignment.due_on else "",
    }


def _finished(work: Sequence[Assignment]) -> dict[str, str]:
    """Who led it to its end, and when; {} while nobody has."""
    done = [each for each in work if each.part == Part.LEAD and each.ending == Ending.DONE]
    if not done or done[-1].ended_by is None:
        return {}
    return {"who": done[-1].ended_by.full_name, "at": day_only(done[-1].ended_at)}


def _said(remark: Remark) -> dict[str, str]:
    return {
        "text": remark.text, "who": remark.by.full_name, "title": remark.title,
        "behalf": remark.on_behalf_of, "at": day_only(remark.at),
    }  # fmt: skip
