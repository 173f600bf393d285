"""Giấy mời: the meeting that an invitation invites to. Steps of services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.days import start_of
from common.errors import DomainError
from documents.drafting import INVITATION, Content, Gathering
from documents.models import Outgoing

ONE_DAY = dt.timedelta(days=1)


def require_meeting(type: str, content: Content, at: dt.datetime) -> None:
    """An invitation names a meeting that is still to come and does not end before it begins."""
    if type != INVITATION:
        return
    meeting = content.meeting
    if meeting is None or not (meeting.chair.strip() and meeting.place.strip()):
        raise DomainError(_("Say when and where the meeting is, and who chairs it."))
    if meeting.starts <= at:
        raise DomainError(_("The meeting is in the past. Change its time."))
    if meeting.ends is not None and meeting.ends <= meeting.starts:
        raise DomainError(_("The meeting ends before it begins."))


def meeting_of(outgoing: Outgoing) -> Gathering | None:
    """As its newest version says; None of what is no invitation. One query for that type only."""
    if outgoing.type != INVITATION:
        return None
    kept = outgoing.drafts.order_by("-version").values_list("content", flat=True).first()
    return Content.from_json(kept).meeting if kept else None


def require_to_come(outgoing: Outgoing, at: dt.datetime) -> None:
    """Nobody is invited to what is over."""
    meeting = meeting_of(outgoing)
    if meeting is not None and meeting.starts <= at:
        raise DomainError(_("The meeting is in the past. Send the invitation back to the drafter."))


def meeting_columns(outgoing: Outgoing) -> dict[str, Any]:
    """What stands in the receivers' registers of it; {} of what is no invitation."""
    meeting = meeting_of(outgoing)
    if meeting is None:
        return {}
    return {
        "meets_at": meeting.starts, "meets_until": meeting.ends or end_of_day(meeting.starts),
        "meeting_place": meeting.place[:300], "meeting_chair": meeting.chair[:200],
    }  # fmt: skip


def end_of_day(at: dt.datetime) -> dt.datetime:
    """When a meeting is over that does not say until when it lasts."""
    return start_of(timezone.localdate(at) + ONE_DAY)
