"""`/ho-so/in-hang-loat/`: papers of the ticked dossiers in one PDF, in the order of the list."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.htmx import Request
from common.pdf import PapersResponse
from onestop.forms.picks import picks_of
from onestop.models import Dossier
from onestop.queries import dossiers as queries
from onestop.rules.batches import BATCHES
from onestop.services import batch_prints as services
from onestop.services.batch_prints import PRINTING, PaperKind
from onestop.views.bulk import most_at_once, parted
from onestop.views.reception import qr_url
from organizations import access
from organizations.rulesets import rules


@require_POST
def dossier_print(request: Request) -> HttpResponse:
    """Which paper; then which dossiers have it and why others do not; then a volume as PDF."""
    if not any(access.may(request.user, permission) for permission in PRINTING):
        raise PermissionDenied(_("Your positions do not include work on dossiers."))
    ticked = request.POST.getlist("picks")
    picks = picks_of(ticked, most_at_once())
    seen = Dossier.objects.visible_to(request.user, "view_dossiers").filter(pk__in=picks)
    rows = {row["id"]: row for row in queries.rows(seen)}
    ids = [pk for pk in picks if pk in rows]
    if not ids:
        messages.error(request, _("Tick at least one row with open work first."))
        return redirect("onestop:dossier_list")
    kind = request.POST.get("paper", "")
    context = {
        "picks": {pk: picks[pk] for pk in ids}, "kinds": PaperKind.choices, "kind": kind,
        "missing": len(picks) - len(ids), "most": most_at_once() if len(ticked) > len(picks) else 0,
    }  # fmt: skip
    if kind not in PaperKind.values:
        return render(request, "onestop/bulk_print.html", context)
    if "confirmed" in request.POST:
        return _volume(request, ids, kind)
    outcomes = services.rehearse_prints(ids, kind, actor=request.user)
    told = parted(outcomes, [rows[pk] for pk in ids])
    return render(request, "onestop/bulk_print.html", context | told | _volumes(told["good"], kind))


def _volumes(good: list[dict[str, object]], kind: str) -> dict[str, object]:
    size = max(1, rules(BATCHES, timezone.localdate()).print_volume)
    parts = [good[first : first + size] for first in range(0, len(good), size)]
    return {"volumes": parts, "kind_words": PaperKind(kind).label}


def _volume(request: Request, ids: list[int], kind: str) -> HttpResponse:
    """At most one volume; what could be printed a moment ago and cannot now is told on the next
    page."""
    size = max(1, rules(BATCHES, timezone.localdate()).print_volume)
    printed = services.print_many(
        ids[:size], kind, actor=request.user, address=partial(qr_url, request)
    )
    for one in printed.outcomes:
        if one.refusal:
            messages.warning(request, f"{one.code}: {one.refusal}")
    if not printed.papers:
        return redirect("onestop:dossier_list")
    return PapersResponse(printed.papers, filename=f"{kind}-{len(printed.papers)}.pdf")
