"""The main menu of a signed-in person: only what his positions let him open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.counting import capped_counts
from common.htmx import wants_fragment
from notifications.queries import MOST_SHOWN, unread_notices
from onestop.queries.originals import HANDING
from organizations import access
from ranking.queries import verifications
from ranking.services.council import seats_of
from tenancy.scope import current_scope


@dataclass(frozen=True)
class Entry:
    """One entry of the menu; it shows to who holds any of the permissions somewhere, or for whom
    something waits that no permission gives (`WAITING`)."""

    words: str | Promise
    url_name: str
    permissions: tuple[str, ...]
    waiting: str = ""


MENU = (
    Entry(
        _("My work"),
        "portal:my_work",
        ("view_dossiers", "view_documents", "view_tasks", "manage_people", "manage_catalogue"),
    ),
    Entry(_("Dossiers"), "onestop:dossier_list", ("view_dossiers",)),
    Entry(_("Hand-over slips"), "onestop:slip_list", HANDING),
    Entry(_("Approvals"), "onestop:approval_list", ("approve_dossiers",)),
    Entry(_("Assign work"), "onestop:load_list", ("assign_dossiers",)),
    Entry(_("Documents waiting for me"), "documents:desk_page", ("direct_documents",)),
    Entry(_("Incoming documents"), "documents:incoming_list", ("view_documents",)),
    Entry(_("Outgoing documents"), "documents:outgoing_list", ("view_documents",)),
    Entry(_("Tasks"), "directives:task_list", ("view_tasks",)),
    Entry(
        _("Documents handled in the portal"),
        "documents:share_page",
        ("view_reports", "view_registers"),
    ),
    Entry(_("Operations dashboard"), "reports:dashboard", ("view_reports",)),
    Entry(_("Reports"), "reports:report_list", ("view_reports",)),
    Entry(_("Evaluation"), "reports:evaluation_list", ("view_reports",)),
    Entry(
        _("Classification of officials"),
        "reports:quality_list",
        ("assess_people", "sign_reports", "assign_dossiers"),
    ),
    Entry(_("Self-assessment"), "ranking:assessment_list", ("fill_assessments",)),
    Entry(_("Cross-check of figures"), "ranking:check_list", (), "checks"),
    Entry(_("Ranking"), "ranking:cycle_list", ("manage_rankings",), "seats"),
    Entry(_("Ratings by citizens"), "portal:rating_comments", ("approve_dossiers",)),
    Entry(_("Procedures"), "onestop:procedure_list", ("view_catalogue",)),
    Entry(_("People"), "organizations:person_list", ("view_people",)),
    Entry(_("Registries"), "documents:registry_list", ("manage_units",)),
    Entry(_("Calendar"), "organizations:calendar", ("manage_calendar",)),
    Entry(_("National portal"), "exchange:sync", ("view_health",)),
    Entry(_("Bus between agencies"), "exchange:bus", ("view_health", "register_documents")),
    Entry(_("Health"), "portal:health", ("view_health",)),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: menu, province and unread notices. Asks nothing outside a scope, nor for
    a part of a page, in which there is no menu."""
    context: dict[str, Any] = {"province": getattr(request, "province", None)}
    user = getattr(request, "user", None)
    if current_scope() is None or user is None or not user.is_authenticated:
        return context
    if wants_fragment(request):
        return context
    waiting = capped_counts({name: rows(user) for name, rows in WAITING.items()}, MOST_SHOWN)
    return {**context, "nav": menu(request, waiting), "unread": waiting["unread"]}


WAITING: dict[str, Callable[[Any], QuerySet[Any]]] = {  # asked together, in one query
    "unread": unread_notices,
    "seats": seats_of,  # of a council: rows of a year, no role
    "checks": verifications.mine,  # given to the person's agency in years under way
}


def menu(request: HttpRequest, waiting: Mapping[str, int]) -> list[dict[str, Any]]:
    """The entries that the person may open; an app that is not installed leaves no hole."""
    found: list[dict[str, Any]] = []
    for entry in MENU:
        allowed = any(access.may(request.user, name) for name in entry.permissions)  # type: ignore[arg-type]
        if not allowed and not waiting.get(entry.waiting):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        found.append({"words": entry.words, "url": url})
    matching = [each["url"] for each in found if request.path.startswith(each["url"])]
    here = max(matching, key=len, default="")  # one menu's address may begin another's
    return [{**each, "current": each["url"] == here} for each in found]
