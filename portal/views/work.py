"""`/viec/`: the first page after signing in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.htmx import Request
from organizations import access
from portal.queries import work


@require_safe
def my_work(request: Request) -> HttpResponse:
    """What lies in the person's hands, and the heaps of his units."""
    context = {
        "rows": work.in_hand(request.user),
        "boxes": work.boxes(request.user),
        "may_receive": access.may(request.user, "receive_dossiers"),
    }
    return render(request, "portal/my_work.html", context)


@require_safe
def opinion_list(request: Request) -> HttpResponse:
    """Questions that other units asked."""
    return render(request, "portal/opinions.html", {"opinions": work.opinions_asked(request.user)})
