"""The language that a person chose, kept in the cookie that LanguageMiddleware reads."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse


def remember(response: HttpResponse, code: str) -> HttpResponse:
    """The same response, after which this browser shows pages in the language `code`."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
