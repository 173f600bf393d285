"""The one plain sentence for each state of a dossier, and what the citizen has to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.templatetags.ui import day_only
from onestop.models import Dossier
from onestop.states import Delivery, PauseReason, Status

ICONS = {
    "progress": "clock", "waiting": "triangle-alert", "done": "circle-check",
    "refused": "circle-x",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """Where the dossier stands, in one sentence; its tone; what to do now ("" = nothing)."""

    sentence: str
    tone: str  # progress, waiting, done, refused
    todo: str

    @property
    def icon(self) -> str:
        return ICONS[self.tone]


def part_words(state: str) -> tuple[str, str]:
    """How far a part of a linked dossier is, without why: words and tone."""
    return {
        "done": (_("The result is there"), "done"),
        "left_out": (_("Ended without a result; ask at the counter"), "refused"),
    }.get(state, (_("Being worked on"), "progress"))


def answer_of(dossier: Dossier, *, reason: str, apply_by: dt.date | None) -> Answer:
    """The sentence of the national status; a void slip says so whatever its status.

    `reason` is "" where the level of the look-up may not show it.
    """
    if dossier.is_void:
        return Answer(
            _("This slip is void: the dossier was received by mistake."), "refused",
            _("Ask at the counter that gave the slip."),
        )  # fmt: skip
    return _of_status(dossier, reason, apply_by)


def _of_status(dossier: Dossier, reason: str, apply_by: dt.date | None) -> Answer:
    nothing = _("Nothing to do for now.")
    match Status(dossier.status):
        case Status.NEW:
            sentence = _("The dossier was sent. The agency will look at it and accept it.")
            return Answer(sentence, "progress", nothing)
        case Status.RECEIVED:
            return Answer(_("The dossier was received."), "progress", nothing)
        case Status.NOT_ACCEPTED:
            return _refused(_("The dossier was not accepted."), reason)
        case Status.IN_PROGRESS:
            sentence = _("The agency is working on it. Nothing to do for now.")
            return Answer(sentence, "progress", "")
        case Status.SUPPLEMENT:
            return Answer(_("Papers are missing."), "waiting", _bring_papers(apply_by))
        case Status.PAYMENT:
            todo = _("Pay as the agency's notice says; the counter helps.")
            return Answer(_("A fee, charge or tax has to be paid."), "waiting", todo)
        case Status.WITHDRAWN:
            return _withdrawn(dossier)
        case Status.STOPPED:
            return _refused(_("The dossier was stopped."), reason)
        case Status.COMPLETED:
            return Answer(_("The result is there."), "done", _fetch(dossier))
        case Status.RETURNED:
            day = day_only(dossier.returned_at)
            return Answer(_("The result was returned on %(day)s.") % {"day": day}, "done", "")


def _refused(sentence: str, reason: str) -> Answer:
    if reason:
        sentence = _("%(sentence)s Reason: %(reason)s") % {"sentence": sentence, "reason": reason}
        return Answer(sentence, "refused", _("Questions? Ask at the counter."))
    todo = _("The reason is in the agency's letter. Questions? Ask at the counter.")
    return Answer(sentence, "refused", todo)


def _withdrawn(dossier: Dossier) -> Answer:
    if dossier.granted_at:
        sentence = _("The dossier was withdrawn as requested.")
        return Answer(sentence, "done", _("Collect the papers at the counter."))
    return Answer(
        _("The request to withdraw was received."), "waiting",
        _("Nothing to do: the agency will answer."),
    )  # fmt: skip


def _bring_papers(apply_by: dt.date | None) -> str:
    if apply_by is None:
        return _("Bring the missing papers to the counter.")
    return _("Bring the missing papers to the counter by %(day)s.") % {"day": day_only(apply_by)}


def _fetch(dossier: Dossier) -> str:
    if dossier.delivery == Delivery.POST:
        return _("Wait for the postman: the result is sent by public post.")
    if dossier.delivery == Delivery.ONLINE:
        return _("The result is delivered online, in the account on the National Portal.")
    return _("Come and collect it; bring the identity card and the slip.")


def why_moved(dossier: Dossier, pauses: Sequence[str], apology: str = "") -> str:
    """Why a result comes later than promised; `pauses` are what its clock stood still for, and
    `apology` the reason of a new date that the agency signed."""
    reasons = []
    if apology:
        words = _("The agency apologises for the delay. Reason: %(reason)s")
        reasons.append(words % {"reason": apology})
    if dossier.clock_from_at != dossier.accepted_at:
        reasons.append(_("The time limit began anew when all papers were there."))
    elif PauseReason.SUPPLEMENT in pauses:
        reasons.append(_("The time of waiting for missing papers does not count."))
    if PauseReason.PAYMENT in pauses:
        reasons.append(_("The time of waiting for the payment does not count."))
    return " ".join(reasons) or _("The calendar of working days has changed.")


def way_of_result(dossier: Dossier) -> str:
    """Where the result will be: at the counter, by post or online."""
    if dossier.delivery == Delivery.POST:
        return _("By public post, to the address given in the dossier.")
    if dossier.delivery == Delivery.ONLINE:
        return _("Online, in the account on the National Portal.")
    return _("At the counter that received the dossier. Bring the identity card and the slip.")
