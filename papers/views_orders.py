"""`/ban-in/<number>/`: a long paper that a worker makes, for the person who ordered it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import as_file, render_page
from common.pdf import PaperResponse
from papers import orders
from papers.models import PaperOrder


def paper_or_order(
    request: Request, template: str, data: dict[str, Any], name: str, *, is_long: bool
) -> HttpResponse:
    """A short paper at once. A long one is ordered: by a button, since reading writes nothing."""
    if not is_long:
        return PaperResponse(template, data, name)
    if request.method != "POST":
        return render(request, "papers/order_ask.html", {"name": name})
    found = orders.order(actor=request.user, template=template, data=data, name=name)
    return redirect("papers:order_detail", pk=found.pk)


def _own(request: Request, pk: int) -> PaperOrder:
    orders_of = PaperOrder.objects.visible_to(request.user)
    found: PaperOrder = get_object_or_404(orders_of.defer("data", "content"), pk=pk)
    return found


@require_safe
def order_detail(request: Request, pk: int) -> HttpResponse:
    """Whether it is ready; the page asks again by itself."""
    context = {"order": _own(request, pk)}
    return render_page(request, "papers/order_detail.html", "papers/_order.html", context)


@require_safe
def order_file(request: Request, pk: int) -> HttpResponse:
    order = _own(request, pk)
    if order.made_at is None:
        raise Http404
    return as_file(bytes(order.content), "application/pdf", order.name, inline=True)
