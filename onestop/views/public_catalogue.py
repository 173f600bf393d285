"""`/thu-tuc/`: the published procedures, for everybody; the page of one is the portal's."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.pages import paginate_keyset
from onestop.queries import public_catalogue as queries


@login_not_required
@require_safe
def procedure_public_list(request: HttpRequest) -> HttpResponse:
    """Published procedures by code, with search; twenty to a page."""
    words = request.GET.get("q", "")[:200].replace("\x00", "")
    page = paginate_keyset(queries.public_list(words), request, order=("code",), size=20)
    page = replace(page, rows=queries.with_channels(page.rows))
    return render(request, "onestop/catalogue/public_list.html", {"page": page, "words": words})
