"""What waits for one person, across the portal, soonest due first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.counting import capped_counts
from onestop.models import Dossier, Opinion
from onestop.queries import dossiers
from onestop.services.steps import APPROVING
from onestop.states import WAITING
from organizations import access
from organizations.models import User

MOST = 50


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
    queues: dict[str, Any] = {}
    units = Dossier.objects.held_by_units_of
    today = timezone.localdate()
    late = reverse("onestop:dossier_list")
    if access.may(user, "approve_dossiers"):
        queues["approve"] = (
            units(user, "approve_dossiers")
            .open()
            .filter(status__in=dossiers.WORKED_ON, step__kind__in=APPROVING)
        )
    if access.may(user, "process_dossiers"):
        queues["nobody"] = (
            units(user, "process_dossiers")
            .open()
            .filter(
                holder=None, status__in=dossiers.WORKED_ON, step__kind__in=("process", "consult")
            )
        )
        reach = access.units_where(user, "process_dossiers")
        asked = Opinion.objects.filter(answered_at=None)
        queues["opinions"] = asked if reach.everywhere else asked.filter(unit__in=reach.unit_ids)
    if access.may(user, "assign_dossiers"):
        queues["assign"] = (
            units(user, "assign_dossiers")
            .open()
            .filter(status__in=dossiers.WORKED_ON, step__kind="assign")
        )
    if access.may(user, "return_results"):
        queues["return"] = units(user, "return_results").open().filter(status=9)
    if access.may(user, "receive_dossiers"):
        queues["new"] = units(user, "receive_dossiers").open().filter(accepted_at=None)
    queues["overdue"] = dossiers.view_of(units(user, "view_dossiers"), "qua-han", today)
    counts = capped_counts(queues)
    known = {
        "approve": (_("Waiting for your approval"), reverse("onestop:approval_list"), "sign"),
        "nobody": (_("Nobody has taken"), f"{late}?nguoi=chua", ""),
        "opinions": (_("Opinions asked of your unit"), reverse("portal:opinions"), "waiting"),
        "assign": (_("To be assigned"), f"{late}?nguoi=chua", ""),
        "return": (_("Results to hand over"), f"{late}?tt=9", "done"),
        "new": (_("New online"), f"{late}?xem=moi", "new"),
        "overdue": (_("Overdue in your units"), f"{late}?xem=qua-han", "overdue"),
    }
    return [Box(known[key][0], counts[key], known[key][1], known[key][2]) for key in queues]


def opinions_asked(user: User) -> Any:
    """Questions to the person's units without an answer, soonest due first."""
    reach = access.units_where(user, "process_dossiers")
    asked = Opinion.objects.filter(answered_at=None)
    mine = asked if reach.everywhere else asked.filter(unit__in=reach.unit_ids)
    return mine.select_related("dossier", "unit", "asked_by").order_by("due_on", "pk")[:MOST]
