"""The main menu of a signed-in person: only what his positions let him open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    return {"province": getattr(request, "province", None)}
