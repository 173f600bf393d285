"""What goes over the bus to receivers outside the province, and who they are."""

from __future__ import annotations

from typing import Any

from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch, Outgoing
from documents.rules.organ_codes import Line

SENDABLE = (Stage.ISSUED, Stage.REPLACED)
LOOKED_AT = 300  # of the newest receivers outside


def to_send() -> Any:
    """Receivers outside who have not been sent an issued document; one that was taken back before
    it left is not sent at all."""
    waiting = Dispatch.objects.in_force().filter(registry=None, sent_at=None)
    return waiting.filter(outgoing__stage__in=SENDABLE)


def outside_of(outgoing: Outgoing) -> tuple[To, ...]:
    """Its receivers that are no bodies of the province, then those on paper. Two queries."""
    over_bus = outgoing.dispatches.filter(registry=None).order_by("order")
    on_paper = outgoing.on_paper.order_by("order")
    return (
        *(To(None, each.organ_code, each.organ_name, is_for_action=each.is_for_action)
          for each in over_bus),
        *(To(None, "", each.name, is_for_action=each.is_for_action) for each in on_paper),
    )  # fmt: skip


def known_outside() -> list[Line]:
    """Bodies outside to which documents went last, by name: to be copied. One query."""
    newest = Dispatch.objects.filter(registry=None).order_by("-pk")
    rows = newest.values_list("organ_code", "organ_name")[:LOOKED_AT]
    found = {code: Line(name, code) for code, name in reversed(rows)}
    return sorted(found.values(), key=lambda line: line.name)
