"""What the sender of a document reads of each receiver: how far it is there, since when, why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.templatetags.ui import day_only
from documents.issuing import Stage
from documents.models import Dispatch, Incoming
from documents.states import Recall, Status, Wish, WishAnswer
from documents.words import STATUS_TONES


@dataclass(frozen=True)
class Told:
    """One state of a document at one receiver."""

    status: Any
    tone: str
    at: dt.datetime | None = None
    words: str = ""


def receiver_words(dispatch: Dispatch) -> list[Told]:
    """The newest first: the recall, if there was one, then the work. Reads `dispatch.incoming`
    and `dispatch.outgoing`: no query when both are loaded."""
    if dispatch.incoming is not None:
        return _inside(dispatch.incoming)
    return _outside(dispatch)


def _inside(incoming: Incoming) -> list[Told]:
    """Read in the register of the province."""
    state = Status(incoming.status)
    at = incoming.arrived_at if state == Status.ARRIVED else incoming.closed_at
    label: Any = state.label
    if state == Status.RECALLED:  # what arrived only is taken back without being asked for
        label = _("Agreed to the recall") if incoming.registered_at else Stage.RECALLED.label
    told = [Told(label, STATUS_TONES[state], at, _words(incoming))]
    if incoming.is_recall_open:
        asked = incoming.recall_asked_at
        return [Told(Recall.ASKED.label, "waiting", asked, incoming.recall_reason), *told]
    if incoming.recall_refused_at is not None:
        refused = incoming.recall_refused_at
        return [Told(Recall.REFUSED.label, "refused", refused, incoming.recall_answer), *told]
    return told


def _words(incoming: Incoming) -> str:
    if incoming.status == Status.REFUSED:
        return incoming.closing_words
    if incoming.status == Status.RECALLED and incoming.recall_answer:
        return incoming.recall_answer
    if incoming.registered_at is None:
        return ""
    return _("Number of arrival %(number)s, %(day)s") % {
        "number": incoming.arrival_words, "day": day_only(incoming.registered_at),
    }  # fmt: skip


def _outside(dispatch: Dispatch) -> list[Told]:
    """As the receiver told it over the bus."""
    told = []
    if dispatch.wish and dispatch.sent_at and not _left_changed(dispatch, dispatch.sent_at):
        told += _wish(dispatch)
    if dispatch.told_status and dispatch.told_status != Status.RECALLED:
        state = Status(dispatch.told_status)
        told.append(Told(state.label, STATUS_TONES[state], dispatch.told_at, dispatch.told_words))
    if not told and dispatch.sent_at:
        told.append(Told(_("Sent, not confirmed yet"), "neutral", dispatch.sent_at))
    is_taken_back = dispatch.outgoing.stage == Stage.RECALLED or dispatch.wish == Wish.RECALL
    if not told and is_taken_back:
        told.append(Told(_("Taken back before it was sent"), "neutral"))
    return told


def _left_changed(dispatch: Dispatch, sent_at: dt.datetime) -> bool:
    """It was changed before it left, so there is nothing for him to take over."""
    is_change = dispatch.wish == Wish.UPDATE and not dispatch.answer
    return is_change and dispatch.wished_at is not None and dispatch.wished_at < sent_at


def _wish(dispatch: Dispatch) -> list[Told]:
    """What was asked of him, or what he said to it."""
    if not dispatch.answer:
        return [Told(Wish(dispatch.wish).label, "waiting", dispatch.wished_at)]
    agreed = dispatch.answer == WishAnswer.AGREED
    if dispatch.wish == Wish.RECALL:
        status: Any = _("Agreed to the recall") if agreed else Recall.REFUSED.label
    else:
        status = _("Change taken over") if agreed else _("Change refused")
    tone = "refused" if dispatch.wish == Wish.RECALL or not agreed else "done"
    return [Told(status, tone, dispatch.answered_at, dispatch.answer_words)]
