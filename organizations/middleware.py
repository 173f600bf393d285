"""Nobody sees a page of the portal without signing in, unless the view says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase


class SignedInMiddleware(LoginRequiredMiddleware):
    """Django's own rule; allauth's pages are open, they guard themselves."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if (getattr(view_func, "__module__", "") or "").startswith("allauth."):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
