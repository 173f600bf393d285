"""Statuses as they go over the bus: what the sender of a document is told of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Incoming
from documents.states import Recall, Status
from exchange.edxml.elements import clean
from exchange.edxml.incoming import Answer, standing
from exchange.edxml.messages import Kind, Message, Organ, ResponseFor, StatusCode, StatusMessage
from exchange.services.bus_noting import note_status

WORDS_MOST = 500  # letters that the sender is told


def tell_state(incoming: Incoming, at: dt.datetime, *, again: bool = False) -> None:
    """How far it is: the status itself, with the number of arrival or the reason."""
    words = str(Status(incoming.status).label)
    if incoming.status == Status.REFUSED:
        words = incoming.closing_words
    elif incoming.status == Status.REGISTERED:
        words = _("%(status)s, number of arrival %(number)s") % {
            "status": words, "number": incoming.arrival_words,
        }  # fmt: skip
    note_status(incoming, incoming.status, clean(words)[:WORDS_MOST], at, again=again)


def tell_recall(incoming: Incoming, at: dt.datetime, *, again: bool = False) -> None:
    """What the registry answers to a recall; nothing while it has not."""
    if incoming.status == Status.RECALLED:
        words = incoming.recall_answer or str(Status.RECALLED.label)
        note_status(incoming, StatusCode.AGREED, clean(words)[:WORDS_MOST], at, again=again)
    elif incoming.recall_refused_at is not None:
        words = incoming.recall_answer or str(Recall.REFUSED.label)
        note_status(incoming, StatusCode.NOT_AGREED, clean(words)[:WORDS_MOST], at, again=again)
    elif incoming.status == Status.REFUSED:
        tell_state(incoming, at, again=again)


def tell_update(incoming: Incoming, at: dt.datetime) -> None:
    """The change is written down here, unless the document is here no more."""
    if incoming.status in (Status.REFUSED, Status.RECALLED):
        words = _("The document is here no more.")
        note_status(incoming, StatusCode.NOT_AGREED, words, at, again=True)
    else:
        words = _("The change is written down.")
        note_status(incoming, StatusCode.AGREED, words, at, again=True)


def tell_taken(message: Message, answer: Answer, at: dt.datetime) -> None:
    """Of each receiver, once more for who sends once more. Inside the scope of the taking."""
    for each in answer.taken:
        if each.act == Kind.RECALL:
            tell_recall(each.incoming, at, again=True)
        elif each.act == Kind.UPDATE:
            tell_update(each.incoming, at)
        else:
            tell_state(each.incoming, at, again=True)


def tell_standing(message: Message, at: dt.datetime) -> None:
    """Of a document that is not taken in, since another stands under its id: how far that is."""
    for each in standing(message):
        tell_state(each, at, again=True)


def status_message(content: dict[str, Any]) -> StatusMessage:
    """From what was noted (`bus_noting.status_content`)."""
    day = dt.date.fromisoformat(content["day"]) if content["day"] else None
    asked = ResponseFor(content["to"], content["document_id"], content["reference"], day)
    return StatusMessage(
        Organ(content["organ"], clean(content["name"])), asked, StatusCode(content["code"]),
        dt.datetime.fromisoformat(content["at"]), clean(content["words"])[:WORDS_MOST],
    )  # fmt: skip
