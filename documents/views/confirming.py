"""`/van-ban-di/ky/tu-xa/`: signatures that the official confirms on his phone.

What was prepared one by one is confirmed together; the page asks how far it is, may be left and
opened again.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import DomainError
from common.htmx import Request, wants_fragment
from common.text import key_of
from documents.models import Confirmation
from documents.models.confirmations import Confirming
from documents.services import confirming
from documents.views.signing import AT_ONCE

MOST_ANNEXES = 20  # of a document, in what is asked for at once; a guard
LONGEST_CODE = 16


@require_POST
def confirmation_begin(request: Request) -> JsonResponse:
    """Ask the phone once for the signings of `ky`; the page on which that is waited for."""
    sent = request.POST.getlist("ky")[: AT_ONCE * MOST_ANNEXES]
    wanted = [pk for pk in map(key_of, sent) if pk is not None]
    if not wanted:
        raise Http404
    words = _("%(site)s: %(count)d signatures") % {
        "site": request.get_host(), "count": len(wanted),
    }  # fmt: skip
    try:
        made = confirming.ask(wanted, actor=request.user, words=words)
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    return JsonResponse({"page": reverse("documents:confirmation_page", args=[made.pk])})


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation_page(request: Request, pk: int) -> HttpResponse:
    """How far it is. A POST looks at the service, with the code if one was typed; or gives up."""
    found: Confirmation = get_object_or_404(Confirmation.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "documents/confirmation.html", _context(found))
    if "give-up" in request.POST:
        confirming.give_up(pk, actor=request.user)
        return redirect(request.path)
    code = "".join(request.POST.get("code", "").split())[:LONGEST_CODE]
    context = _context(confirming.look(pk, actor=request.user, code=code))
    if not wants_fragment(request):
        return redirect(request.path)
    if context["mark"] == request.POST.get("seen"):
        return HttpResponse(status=204)  # what stands there stays
    return render(request, "documents/_confirmation.html", context)


def _context(found: Confirmation) -> dict[str, Any]:
    related = ("outgoing__registry", "annex__stored")
    rows = list(found.signings.select_related(*related).order_by("pk"))
    ended = sum(each.ended_at is not None for each in rows)
    left = dict.fromkeys(each.outgoing_id for each in rows if not each.is_done)
    return {
        "confirmation": found, "rows": rows, "mark": f"{found.state}_{ended}",
        "is_looked_at": found.state in (Confirming.ASKING, Confirming.PHONE, Confirming.GIVEN),
        "again": "&".join(f"van-ban={pk}" for pk in left),
        "demo": settings.GOVIT_DEMO,
    }  # fmt: skip
