"""What waits for one person, across the portal, soonest due first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.counting import capped_counts
from directives.queries import desk as tasks
from documents.queries import lists as documents
from documents.queries import outgoing_lists as outgoing
from onestop.models import Dossier, Opinion
from onestop.queries import dossiers
from onestop.states import WAITING, Status
from organizations import absences, access
from organizations.models import User
from ranking.queries import verifications, waiting

MOST = 50
# shown while there is something in them
QUIET = {
    "away", "to_sign", "forms", "given", "documents", "meetings", "to_pass_on", "to_register",
    "recalls", "drafts", "drafts_to_approve", "papers_to_sign", "at_registry",
    "task_decide", "task_confirm", "task_again", "task_accept", "task_late", "task_hand",
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A heap of work with its size and where to find it."""

    words: str
    count: int
    url: str
    tone: str = ""


def in_hand(user: User) -> list[dict[str, Any]]:
    """Dossiers in the person's own hands, at most 50."""
    found = dossiers.held_by(user).exclude(status__in=list(WAITING))
    return dossiers.with_deadlines(list(dossiers.rows(found)[:MOST]))


def boxes(user: User) -> list[Box]:
    """Heaps that the person's positions let him work on. One query for all counts."""
    counts = capped_counts(_queues(user))
    dossier_list = reverse("onestop:dossier_list")
    known = {
        "approve": (_("Waiting for your approval"), reverse("onestop:approval_list"), "sign"),
        "nobody": (_("Nobody has taken"), f"{dossier_list}?nguoi=chua", ""),
        "opinions": (_("Opinions asked of your unit"), reverse("portal:opinions"), "waiting"),
        "assign": (_("To be assigned"), f"{dossier_list}?nguoi=chua", ""),
        "away": (
            _("Of colleagues who are away"),
            f"{dossier_list}?nguoi=vang",
            "waiting",
        ),
        "return": (_("Results to hand over"), f"{dossier_list}?tt=9", "done"),
        "new": (_("New online"), f"{dossier_list}?xem=moi", "new"),
        "overdue": (_("Overdue in your units"), f"{dossier_list}?xem=qua-han", "overdue"),
    }
    if day := verifications.first_due(user) if counts.get("checks") else None:
        words = _("Figures to cross-check before %(day)s") % {"day": f"{day:%d/%m/%Y}"}
        known["checks"] = (words, reverse("ranking:check_list"), "waiting")
    forms, words = reverse("ranking:assessment_list"), _("Self-assessments not submitted")
    if day := waiting.first_due(user) if counts.get("forms") else None:
        words = _("Self-assessments not submitted, due %(day)s") % {"day": f"{day:%d/%m/%Y}"}
    document_list = reverse("documents:incoming_list")
    outgoing_list = reverse("documents:outgoing_list")
    known |= {
        "to_sign": (_("Self-assessments to sign"), forms, "sign"),
        "forms": (words, forms, "waiting"),
        "given": (_("Criteria given to you"), forms, "waiting"),
        "documents": (_("Documents that wait for you"), document_list, "waiting"),
        "meetings": (_("Meetings to come"), document_list, ""),
        "papers_to_sign": (
            _("Documents to sign"),
            f"{reverse('documents:desk_page')}#sign"
            if access.may(user, "direct_documents")
            else outgoing_list,
            "sign",
        ),
        "drafts_to_approve": (_("Drafts to approve"), outgoing_list, "sign"),
        "drafts": (_("Drafts in your hands"), outgoing_list, ""),
        "at_registry": (
            _("Outgoing documents at the registry"),
            f"{outgoing_list}?xem=van-thu",
            "waiting",
        ),
        "to_register": (_("Documents to register"), f"{document_list}?xem=den", "new"),
        "recalls": (_("Recalls to answer"), f"{document_list}?xem=thu-hoi", "waiting"),
        "to_pass_on": (_("Documents to pass on"), f"{document_list}?xem=chuyen", "new"),
    }
    known |= _of_tasks()
    return [
        Box(words, counts[key], url, tone)
        for key, (words, url, tone) in known.items()
        if key in counts and (counts[key] or key not in QUIET)
    ]


def _of_tasks() -> dict[str, tuple[str, str, str]]:
    desk = reverse("directives:desk_page")
    return {
        "task_decide": (_("Wishes for more time to decide on"), f"{desk}#decide", "sign"),
        "task_confirm": (_("Results of tasks to confirm"), f"{desk}#confirm", "sign"),
        "task_again": (_("Tasks returned to you"), f"{desk}#again", "waiting"),
        "task_answer": (_("Urged tasks, to answer"), f"{desk}#answer", "waiting"),
        "task_accept": (_("Tasks to accept"), f"{desk}#accept", "new"),
        "task_late": (_("Overdue tasks"), f"{desk}#late", "overdue"),
        "task_hand": (_("Tasks in your hands"), f"{desk}#hand", ""),
        "task_help": (_("Tasks that your unit helps with"), f"{desk}#help", ""),
    }


def _queues(user: User) -> dict[str, Any]:
    """The rows behind each heap, those only that one of the person's rights opens."""

    def here(permission: str) -> Any:
        return Dossier.objects.held_by_units_of(user, permission).open()

    def steps(permission: str, *kinds: str) -> Any:
        return here(permission).filter(status__in=dossiers.WORKED_ON, step__kind__in=kinds)

    queues: dict[str, Any] = {"checks": verifications.waiting_for(user), **waiting.queues(user)}
    if access.may(user, "view_documents"):
        queues["documents"] = documents.to_do(user)
        queues["meetings"] = documents.meetings(user, timezone.now())
        queues["drafts"] = outgoing.drafts_of(user)
        queues["papers_to_sign"] = outgoing.to_sign(user)
    if access.may(user, "view_tasks"):
        found = tasks.queues(user, timezone.localdate())
        queues |= {f"task_{name}": rows for name, rows in found.items()}
    if access.may(user, "register_documents"):
        queues["at_registry"] = outgoing.at_registry(user)
        queues["to_register"] = documents.arrived(user)
        queues["recalls"] = documents.recalls(user)
        queues["to_pass_on"] = documents.to_pass_on(user)
    if access.may(user, "direct_documents"):
        queues["drafts_to_approve"] = outgoing.to_approve(user)
    if access.may(user, "approve_dossiers"):
        queues["approve"] = dossiers.to_decide(user)
    if access.may(user, "process_dossiers"):
        queues["nobody"] = steps("process_dossiers", "process", "consult").filter(holder=None)
        queues["opinions"] = _unanswered(user)
    if access.may(user, "assign_dossiers"):
        queues["assign"] = steps("assign_dossiers", "assign")
    if access.may(user, "return_results"):
        queues["return"] = here("return_results").filter(status=Status.COMPLETED)
    if access.may(user, "receive_dossiers"):
        queues["new"] = here("receive_dossiers").filter(accepted_at=None)
    mine = Dossier.objects.held_by_units_of(user, "view_dossiers")
    away = absences.covered_by(user).values("user")
    queues["away"] = mine.open().filter(holder__in=away, accepted_at__isnull=False)
    queues["overdue"] = dossiers.view_of(mine, "qua-han", timezone.localdate())
    return queues


def opinions_asked(user: User) -> Any:
    """Questions to the person's units without an answer, soonest due first."""
    found = _unanswered(user).select_related("dossier", "unit", "asked_by")
    return found.order_by("due_on", "pk")[:MOST]


def _unanswered(user: User) -> Any:
    reach = access.units_where(user, "process_dossiers")
    asked = Opinion.objects.filter(answered_at=None, dossier__closed_at=None)
    return asked if reach.everywhere else asked.filter(unit__in=reach.unit_ids)
