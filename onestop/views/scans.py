"""A scanner in a search box: the QR code of a slip opens its dossier."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from common.htmx import Request
from common.searches import WORDS, slip_of
from onestop.models import Dossier
from onestop.queries.dossiers import id_of_slip

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]


def opens_scanned_slips(view: View[P]) -> View[P]:
    """A list with the search `q`: a scanned slip leads to its dossier. Outermost, because the
    token of a slip stands in no address that stays, neither of the page nor of a saved view."""

    @wraps(view)
    def answer(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        token = slip_of(asked.get(WORDS, ""))
        if not token:
            return view(request, *args, **kwargs)
        url = _address_of(request, token)
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)

    return answer


def _address_of(request: Request, token: str) -> str:
    seen = Dossier.objects.visible_to(request.user, "view_dossiers")
    code = seen.filter(pk=id_of_slip(token)).values_list("code", flat=True).first()
    if code:
        return reverse("onestop:dossier_detail", args=[code])
    messages.error(
        request,
        _("No dossier that you may see has this QR code. Scan the newest slip or type its number."),
    )
    query = request.GET.copy()
    query.pop(WORDS, None)
    return f"{request.path}?{query.urlencode()}"
