"""`/nhiem-vu/cho-toi/`: what needs me today."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.htmx import Request
from directives.queries.desk import desk_of
from directives.views.tasks import require_sight


@require_safe
def desk_page(request: Request) -> HttpResponse:
    require_sight(request)
    heaps = desk_of(request.user, timezone.localdate())
    context = {"heaps": heaps, "waits": any(heap.rows for heap in heaps)}
    return render(request, "directives/desk.html", context)
