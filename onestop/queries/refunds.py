"""What of a fee was given back, and whether more can be."""

from __future__ import annotations

from onestop.models import Dossier, FeeRefund
from onestop.states import WITHOUT_A_RESULT


def refunds_of(dossier: Dossier) -> list[FeeRefund]:
    """In their order. No query when there is nothing to give back."""
    if not dossier.fee_taken_vnd or not _ended_without_result(dossier):
        return []
    return list(dossier.refunds.select_related("by").order_by("at", "pk"))


def can_refund(dossier: Dossier, refunds: list[FeeRefund]) -> bool:
    """It ended without a result, and not all that was taken was given back."""
    given = sum(refund.amount_vnd for refund in refunds)
    return _ended_without_result(dossier) and given < dossier.fee_taken_vnd


def _ended_without_result(dossier: Dossier) -> bool:
    return dossier.closed_at is not None and dossier.status in WITHOUT_A_RESULT
