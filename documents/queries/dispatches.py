"""What goes over the bus to receivers outside the province, and who they are."""

from __future__ import annotations

from typing import Any

from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch, Outgoing


def to_send() -> Any:
    """Receivers outside who have not been sent an issued document; one that was taken back before
    it left is not sent at all."""
    return Dispatch.objects.filter(
        registry=None, sent_at=None, outgoing__stage__in=[Stage.ISSUED, Stage.REPLACED]
    )


def outside_of(outgoing: Outgoing) -> tuple[To, ...]:
    """Its receivers that are no bodies of the province. One query."""
    found = outgoing.dispatches.filter(registry=None).order_by("order")
    return tuple(
        To(None, each.organ_code, each.organ_name, is_for_action=each.is_for_action)
        for each in found
    )
