"""`/thu-tuc/<code>/`: one procedure as a citizen reads it. No login, no JavaScript."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from files.responses import file_response
from onestop.models import Channel
from onestop.queries.hand_in import hand_in_now
from onestop.queries.linked_groups import groups_of
from onestop.queries.public_catalogue import public_blank, public_page
from organizations.rulesets import rules
from portal.queries import figures
from portal.rules import SUBMISSION


@login_not_required
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Papers, fee, limit, where; and when the result comes if it is handed in now."""
    found = public_page(code)
    if found is None:
        raise Http404
    wanted = request.GET.get("don-vi", "")
    hand_in = hand_in_now(
        found["channels"],
        [place["unit"] for place in found["places"]],
        int(wanted) if wanted.isascii() and wanted.isdigit() else None,
        timezone.now(),
    )
    online = any(each.channel == Channel.ONLINE for each in found["channels"])
    context = {
        "submits_online": online,
        "own_form": online and rules(SUBMISSION, timezone.localdate()).own_online_submission,
        "procedure": found,
        "hand_in": hand_in,
        "time": figures.time_of(code),
        "linked": groups_of(code, timezone.localdate()),
    }
    return render(request, "portal/public/procedure.html", context)


@login_not_required
@require_safe
def procedure_blank(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """`/thu-tuc/<code>/mau-don/<pk>/`: the blank form of a paper, as a download."""
    stored = public_blank(code, pk)
    if stored is None:
        raise Http404
    return file_response(stored)  # type: ignore[return-value]
