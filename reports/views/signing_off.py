"""Review and signature of a stored statement, from its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.errors import DomainError
from common.htmx import Request
from reports.forms import CommentForm


def sign_off(
    request: Request, pk: int, act: Callable[..., object], done: str, *,
    find: Callable[[Request, int], Any], show: Callable[..., HttpResponse],
    address: str,
) -> HttpResponse:  # fmt: skip
    """Review or sign by the service `act`; refused, the page shows the statement as it is now, and
    what was typed."""
    report, form = find(request, pk), CommentForm(request.POST)

    def as_it_is_now(request: Request, error: DomainError) -> HttpResponse:
        messages.error(request, str(error))
        return show(request, find(request, pk), 409, form)

    request.conflict_page = as_it_is_now  # type: ignore[attr-defined]
    if not form.is_valid():
        messages.error(request, _("The comment is too long."))
        return show(request, report, 422, form)
    act(report.pk, actor=request.user, comment=form.cleaned_data["comment"])
    messages.success(request, done)
    return redirect(address, pk=pk)
