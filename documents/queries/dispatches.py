"""What goes over the bus to receivers outside the province."""

from __future__ import annotations

from typing import Any

from documents.issuing import Stage
from documents.models import Dispatch


def to_send() -> Any:
    """Receivers outside who have not been sent an issued document; one that was taken back before
    it left is not sent at all."""
    return Dispatch.objects.filter(
        registry=None, sent_at=None, outgoing__stage__in=[Stage.ISSUED, Stage.REPLACED]
    )
