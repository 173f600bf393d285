"""A request as our views see it, and the one rule that decides between page and fragment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from organizations.models import User


class Request(HttpRequest):
    """HttpRequest with a signed-in user and htmx details; views annotate ``request: Request``."""

    if TYPE_CHECKING:
        user: User
        htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Htmx asks for a part of the page; boosted links and a lost history want all of it."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx is None or not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request
