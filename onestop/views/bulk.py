"""`/ho-so/hang-loat/`: take over or assign what was ticked, after a look at what would happen."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.htmx import Request
from onestop.forms.picks import pairs_of, picks_of
from onestop.models import Dossier
from onestop.queries import dossiers as queries
from onestop.queries import load
from onestop.rules.batches import BATCHES
from onestop.services import assignment
from onestop.services.batches import Outcome
from onestop.views.dossiers import WORKING
from organizations import access
from organizations.rulesets import rules

ACTS = ("assign", "take_over")


def most_at_once() -> int:
    """Rows of one act, by the rules of today."""
    return rules(BATCHES, timezone.localdate()).bulk_most


@require_POST
def dossier_bulk(request: Request) -> HttpResponse:
    """For whom; then what would become of each row; then, confirmed, what became of it."""
    if not any(access.may(request.user, permission) for permission in WORKING):
        raise PermissionDenied(_("Your positions do not include work on dossiers."))
    ticked = request.POST.getlist("picks")
    most = most_at_once()
    picks = picks_of(ticked, most)
    return _go_on(request, picks, "onestop:dossier_list", is_cut=len(ticked) > most)


@require_POST
def load_reassign(request: Request) -> HttpResponse:
    """`/phan-cong/giao-lai/`: what lies in the hands of the ticked people, soonest due first."""
    if not access.may(request.user, "assign_dossiers"):
        raise PermissionDenied(_("Your positions do not include assigning work."))
    queue = Dossier.objects.held_by_units_of(request.user, "assign_dossiers")
    most = most_at_once()
    people = pairs_of(request.POST.getlist("picks"), most)
    found = load.in_hands_of(queue, people)[: most + 1]
    picks = dict(found.values_list("pk", "step_id"))
    return _go_on(
        request, dict(list(picks.items())[:most]), "onestop:load_list", is_cut=len(picks) > most
    )


def _go_on(request: Request, picks: dict[int, int], back: str, *, is_cut: bool) -> HttpResponse:
    """The next of the three pages. Rows that the person may not see are told by their number."""
    if not picks:
        messages.error(request, _("Tick at least one row with open work first."))
        return redirect(back)
    seen = Dossier.objects.visible_to(request.user, "view_dossiers").filter(pk__in=picks)
    rows = list(queries.rows(seen).order_by("due_at", "id"))
    chosen = {row["id"]: picks[row["id"]] for row in rows}
    act = request.POST.get("act")
    person = request.POST.get("person", "")
    context: dict[str, Any] = {
        "act": act if act in ACTS else "assign", "picks": chosen, "rows": rows, "back": back,
        "missing": len(picks) - len(chosen), "most": most_at_once() if is_cut else 0,
    }  # fmt: skip
    if act == "take_over":
        do = partial(assignment.take_over_many, chosen.items(), actor=request.user)
    elif person.isdecimal():
        context |= {"person": person, "name": load.name_of(int(person))}
        do = partial(
            assignment.assign_many, chosen.items(), actor=request.user, person_id=int(person)
        )
    else:
        context["people"] = load.able_to_take(seen)
        return render(request, "onestop/bulk_assign.html", context)
    if "confirmed" in request.POST:
        return render(request, "onestop/bulk_outcome.html", context | parted(do(), rows))
    looked = parted(do(rehearsed=True), rows)
    return render(request, "onestop/bulk_check.html", context | looked)


def parted(outcomes: list[Outcome], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows with their outcome: done (or possible), and not, with the reason."""
    refusal = {one.dossier_id: one.refusal for one in outcomes}
    told = [row | {"refusal": refusal[row["id"]]} for row in rows]
    return {
        "good": [row for row in told if not row["refusal"]],
        "refused": [row for row in told if row["refusal"]],
    }
