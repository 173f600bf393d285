"""Clients of the machine interface as the administrator's pages show them."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Prefetch, Q
from django.utils import timezone

from organizations.models import ApiClient, ApiClientUnit, ApiToken


def clients() -> Any:
    """With name, units, when it was last used and until when it can be. Two queries."""
    units = ApiClientUnit.objects.select_related("unit").order_by("unit__path")
    valid = Q(tokens__revoked_at=None, tokens__expires_at__gt=timezone.now())
    return (
        ApiClient.objects.select_related("user", "created_by")
        .prefetch_related(Prefetch("units", queryset=units))
        .annotate(
            last_used_on=Max("tokens__last_used_on"),
            open_until=Max("tokens__expires_at", filter=valid),
        )
    )


def tokens_of(client: ApiClient) -> list[ApiToken]:
    """The newest first. One query."""
    return list(ApiToken.objects.filter(client=client).order_by("-made_at", "-pk")[:20])
