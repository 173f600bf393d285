"""How documents are told: the day until which something is due, the look of what is urgent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.days import start_of
from common.templatetags.ui import day_only, moment
from common.urgency import Urgency
from common.working_time import Deadline, DueState, describe, state_on
from documents.document_types import type_name
from documents.issuing import Stage
from documents.models import Incoming
from documents.rulesets import DocumentRules
from documents.states import Recall, Status
from organizations.calendars import calendar_for

STATUS_TONES = {
    Status.ARRIVED: "new", Status.REFUSED: "refused", Status.REGISTERED: "new",
    Status.ASSIGNED: "progress", Status.IN_WORK: "progress", Status.DONE: "done",
    Status.RECALLED: "refused",
}  # fmt: skip
STAGE_TONES = {
    Stage.DRAFT: "new", Stage.CONTENT: "waiting", Stage.FORM: "waiting", Stage.SIGNING: "sign",
    Stage.SIGNED: "progress", Stage.NUMBERED: "progress", Stage.SEALED: "progress",
    Stage.ISSUED: "done", Stage.DROPPED: "neutral", Stage.CANCELLED: "refused",
    Stage.REPLACED: "neutral", Stage.RECALLED: "refused",
}  # fmt: skip


FIELDS: dict[str, Any] = {  # what an update or a correction may change; lazy
    "issuer": gettext_lazy("Issuing body"), "reference": gettext_lazy("Number and symbol"),
    "issued_on": gettext_lazy("Date of the document"), "language": gettext_lazy("Language"),
    "subject": gettext_lazy("Subject"), "type": gettext_lazy("Type of document"),
    "signer_position": gettext_lazy("Position of the signer"),
    "signer_name": gettext_lazy("Signer"), "urgency": gettext_lazy("Urgency"),
    "pages": gettext_lazy("Pages"), "answer_by": gettext_lazy("Answer by"),
    "note": gettext_lazy("Note"), "meets_at": gettext_lazy("Begins at"),
    "meeting_place": gettext_lazy("Place of the meeting"),
    "meeting_chair": gettext_lazy("Chaired by"),
}  # fmt: skip


def due_words(due_on: dt.date | None, today: dt.date) -> Deadline | None:
    """How a day stands that has no clock time; dates decide. None without a day."""
    if due_on is None:
        return None
    calendar, due_at = calendar_for(), start_of(due_on)
    state = state_on(calendar, due_at, today)
    if state == DueState.OVERDUE:
        return describe(calendar, due_at, start_of(today))
    if state == DueState.TODAY:
        return Deadline(state, _("Due today"))
    days = calendar.working_days_between(today, due_on)
    return Deadline(state, ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days})


def change_words(data: Mapping[str, Any]) -> str:
    """What an update changed, with the reason: "Subject: old → new". "" for any other act."""
    old, new = data.get("old"), data.get("new")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return ""
    lines = [
        f"{FIELDS[name]}: {_plain(name, old.get(name))} → {_plain(name, value)}"
        for name, value in new.items()
        if name in FIELDS
    ]
    return "; ".join(filter(None, [*lines, str(data.get("reason", ""))]))


def receivers_words(data: Mapping[str, Any]) -> str:
    """Who got a document after it was issued, and who was asked to give it back, with the reason;
    "" for any other act."""
    if "removed" not in data:
        return ""
    added, removed = (", ".join(data[name]) for name in ("added", "removed"))
    told = [
        _("Added: %s") % added if added else "", _("Removed: %s") % removed if removed else "",
        str(data.get("reason", "")),
    ]  # fmt: skip
    return "; ".join(filter(None, told))


def _plain(name: str, value: Any) -> str:
    if name == "urgency" and value in Urgency.values:
        return str(Urgency(value).label)
    if name == "type":
        return type_name(value or "") or "–"
    if name == "meets_at" and value:
        return moment(dt.datetime.fromisoformat(value))
    if name in ("answer_by", "issued_on") and value:
        return day_only(dt.date.fromisoformat(value))
    return str(value) if value not in (None, "") else "–"


def target_at(urgency: int, arrived_at: dt.datetime, ladder: DocumentRules) -> dt.datetime | None:
    """Until when what is so urgent should be handled; None where the province set no target."""
    hours = ladder.target_hours(urgency)
    return arrived_at + dt.timedelta(hours=hours) if hours else None


def told_status(incoming: Incoming) -> tuple[str, str]:
    """What the sender is told of his document: a code of QCVN 102, and its words with the reason.

    13 a recall that waits for an answer, 15 agreed, 16 refused (with how far the work is); else
    the status itself, 01 to 06.
    """
    status = str(Status(incoming.status).label)
    if incoming.is_recall_open:
        return Recall.ASKED.value, f"{Recall.ASKED.label} ({status})"
    if incoming.status == Status.REFUSED:
        return incoming.status, f"{status}: {incoming.closing_words}"
    if incoming.status == Status.RECALLED or incoming.recall_refused_at is None:
        return incoming.status, status
    return Recall.REFUSED.value, f"{Recall.REFUSED.label}: {incoming.recall_answer} ({status})"
