"""The readable story of a dossier, from the audit entries about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import AuditEntry
from common.templatetags.ui import day_only, moment, vnd
from onestop.models import Dossier

Data = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """One line of the story, as the timeline component shows it."""

    at: Any
    who: str
    role: str
    words: str
    detail: str = ""
    tone: str = "done"
    files: tuple[Any, ...] = ()


def _due(data: Data) -> str:
    found = parse_datetime(data.get("due_at", ""))
    return _("Appointed for %(day)s.") % {"day": moment(found)} if found else ""


def _until(data: Data) -> str:
    day = parse_date(data.get("apply_by", ""))
    lines = "; ".join(data.get("items", []))
    return _("%(items)s. Until %(day)s.") % {"items": lines, "day": day_only(day)}


def _moved(data: Data) -> str:
    old, new = parse_datetime(data["before"]), parse_datetime(data["due_at"])
    return f"{moment(old)} → {moment(new)}: {data['reason']}"


def _changes(data: Data) -> str:
    told = [f"{old or '…'} → {new or '…'}" for old, new in data.get("changes", {}).values()]
    return f"{data.get('reason', '')} ({'; '.join(told)})"


def _stopped(data: Data) -> str:
    if not data.get("asked_on"):
        return str(data["reason"])
    day = day_only(parse_date(data["asked_on"]))
    return _("As the applicant asked on %(day)s: %(reason)s") % {
        "day": day, "reason": data["reason"],
    }  # fmt: skip


def _voided(data: Data) -> str:
    if not data.get("refund"):
        return str(data["reason"])
    repaid = {"amount": vnd(data["refunded_vnd"]), "refund": data["refund"]}
    return f"{data['reason']}. {_('Given back: %(amount)s, %(refund)s') % repaid}"


def _taken_from(data: Data) -> str:
    if not data.get("from_name"):
        return ""
    words = _("From %s, who is away.") if data.get("stands_in") else _("From %s.")
    return words % data["from_name"]


def _slip(data: Data) -> str:
    return f"{data['from_unit']} → {data['to_unit']}, {data['slip']}"


def _of_part(data: Data) -> str:
    return f"{data['part_unit']}: {data['reason']}"


Story = tuple[str | Promise, Callable[[Data], str], str]
STORY: dict[str, Story] = {
    "dossier.arrived": (gettext_lazy("Submitted online"), lambda d: "", "waiting"),
    "dossier.accepted": (gettext_lazy("Received the dossier"), _due, "done"),
    "dossier.not_accepted": (
        gettext_lazy("Did not accept the dossier"), lambda d: d["reason"], "returned"),
    "dossier.assigned": (
        gettext_lazy("Assigned the dossier"), lambda d: _("To %s.") % d["person_name"], "done"),
    "dossier.taken_over": (
        gettext_lazy("Took the dossier over"),
        _taken_from, "done"),
    "dossier.forwarded": (
        gettext_lazy("Passed the dossier on"),
        lambda d: ". ".join(filter(None, [
            _("Done: %s") % ", ".join(d["closed"]),
            _("Next: %s") % d["step"] if d.get("step") else "", d.get("note", "")])), "done"),
    "dossier.sent_back": (
        gettext_lazy("Returned it for correction"), lambda d: d["reason"], "returned"),
    "dossier.file_added": (gettext_lazy("Added a file"), lambda d: "", "done"),
    "dossier.approved": (
        gettext_lazy("Approved"),
        lambda d: ". ".join(filter(None, [d["step"], d.get("note", ""), d.get("number", "")])),
        "done"),
    "dossier.returned": (
        gettext_lazy("Handed the result over"), lambda d: d["taken_by"], "done"),
    "dossier.supplement_requested": (gettext_lazy("Asked for papers"), _until, "waiting"),
    "dossier.supplemented": (gettext_lazy("Received the missing papers"), _due, "done"),
    "dossier.supplement_answered": (
        gettext_lazy("The missing papers came"), lambda d: d["note"], "done"),
    "dossier.supplement_lapsed": (
        gettext_lazy("The applicant's deadline for papers has passed"), lambda d: "", "waiting"),
    "dossier.extension_asked": (
        gettext_lazy("Proposed a new date with an apology"), _moved, "waiting"),
    "dossier.extended": (gettext_lazy("Signed the apology and the new date"), _moved, "waiting"),
    "dossier.extension_refused": (
        gettext_lazy("Kept the date"), lambda d: d["reason"], "done"),
    "dossier.payment_required": (
        gettext_lazy("Asked for a payment"), lambda d: f"{vnd(d['amount_vnd'])}: {d['note']}",
        "waiting"),
    "dossier.payment_confirmed": (
        gettext_lazy("Confirmed the payment"),
        lambda d: f"{vnd(d['amount_vnd'])}, {d['number']}", "done"),
    "dossier.fee_taken": (
        gettext_lazy("Took the fee"), lambda d: f"{vnd(d['amount_vnd'])}, {d['number']}", "done"),
    "dossier.fee_refunded": (
        gettext_lazy("Gave the fee back"),
        lambda d: f"{vnd(d['amount_vnd'])}, {d['number']}: {d['reason']}", "done"),
    "dossier.refused": (
        gettext_lazy("Refused the dossier"), lambda d: d["reason"], "returned"),
    "dossier.stopped": (gettext_lazy("Stopped the dossier"), _stopped, "returned"),
    "dossier.withdrawal_requested": (
        gettext_lazy("Noted a request to withdraw"),
        lambda d: f"{d['asked_by']}: {d['reason']}", "waiting"),
    "dossier.withdrawn": (
        gettext_lazy("Granted the withdrawal"), lambda d: d["reason"], "returned"),
    "dossier.withdrawal_refused": (
        gettext_lazy("Refused the withdrawal"), lambda d: d["reason"], "done"),
    "dossier.opinion_asked": (
        gettext_lazy("Asked for an opinion"),
        lambda d: f"{d['unit_name']}, {day_only(parse_date(d['due_on']))}: {d['question']}",
        "waiting"),
    "dossier.opinion_given": (
        gettext_lazy("Gave an opinion"), lambda d: f"{d['unit_name']}: {d['answer']}", "done"),
    "dossier.originals_sent": (
        gettext_lazy("Handed the originals over"), _slip, "waiting"),
    "dossier.originals_received": (
        gettext_lazy("Confirmed the originals"),
        lambda d: ". ".join(filter(None, [
            _slip(d),
            _("Missing: %s") % "; ".join(d["missing"]) if d.get("missing") else ""])), "done"),
    "dossier.originals_kept": (
        gettext_lazy("The originals stay where they were"),
        lambda d: ". ".join(filter(None, [_slip(d), d.get("reason", "")])), "returned"),
    "dossier.result_printed": (
        gettext_lazy("Printed the result"), lambda d: d["number"], "done"),
    "dossier.noted": (gettext_lazy("Note"), lambda d: d["text"], "done"),
    "dossier.due_moved": (gettext_lazy("The due date moved with the calendar"), _due, "waiting"),
    "dossier.unit_succeeded": (
        gettext_lazy("Went to the unit that succeeds"),
        lambda d: f"{d['from_unit']} → {d['to_unit']}", "done"),
    "dossier.corrected": (gettext_lazy("Corrected a mistake"), _changes, "returned"),
    "dossier.uncollected": (
        gettext_lazy("Reminded the applicant to collect the result"), lambda d: "", "waiting"),
    "dossier.receipt_replaced": (
        gettext_lazy("Replaced the lost slip"),
        lambda d: f"{d['asked_by']}, {d['proof']}", "done"),
    "dossier.voided": (
        gettext_lazy("Voided the reception"), _voided, "returned"),
    "dossier.gathered": (
        gettext_lazy("All results came back to the counter"), lambda d: d.get("number", ""),
        "done"),
    "dossier.part_done": (
        gettext_lazy("Finished its part"),
        lambda d: f"{d['part_unit']}: {d['number']}", "done"),
    "dossier.part_refused": (gettext_lazy("Refused its part"), _of_part, "returned"),
    "dossier.part_asked": (gettext_lazy("Asked the lead about its part"), _of_part, "waiting"),
    "dossier.part_answered": (gettext_lazy("Answered about a part"), _of_part, "done"),
    "dossier.part_renewed": (gettext_lazy("Gave a part out again"), _of_part, "waiting"),
    "dossier.part_waived": (gettext_lazy("Goes on without a part"), _of_part, "returned"),
    "part.started": (gettext_lazy("Part handed out"), _due, "done"),
    "part.refused": (gettext_lazy("Refused this part"), lambda d: d["reason"], "returned"),
    "part.asked": (gettext_lazy("Asked the lead"), lambda d: d["reason"], "waiting"),
    "part.answered": (gettext_lazy("The lead answered"), lambda d: d["reason"], "done"),
    "part.waived": (gettext_lazy("The lead goes on without this part"), lambda d: d["reason"],
                    "returned"),
    "part.held": (gettext_lazy("The applicant asked the dossier back"), lambda d: d["reason"],
                  "waiting"),
    "part.resumed": (gettext_lazy("The dossier is not given back; the work goes on"),
                     lambda d: d["reason"], "done"),
    "part.ended": (gettext_lazy("Part ended"), lambda d: d["reason"], "returned"),
}  # fmt: skip


def timeline_of(dossier: Dossier) -> list[Event]:
    """Newest first. One query."""
    entries = AuditEntry.objects.filter(
        subject_type=dossier._meta.label_lower, subject_id=str(dossier.pk)
    ).order_by("-pk")
    return [_event(entry) for entry in entries if entry.action in STORY]


def _event(entry: AuditEntry) -> Event:
    words, detail, tone = STORY[entry.action]
    who = entry.actor_name or _("The system")
    if entry.on_behalf_of:
        who = _("%(who)s (on behalf of %(giver)s)") % {"who": who, "giver": entry.on_behalf_of}
    return Event(
        at=entry.at, who=who, role=entry.unit_name, words=str(words), detail=detail(entry.data),
        tone=tone,
    )  # fmt: skip
