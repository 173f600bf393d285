"""Reads of printed forms."""

from __future__ import annotations

from papers import rules
from papers.models import PrintedForm


def form_with_token(token: str) -> PrintedForm | None:
    """The paper in force whose QR carries this token; None for voided, replaced and unknown ones.

    One query also for a malformed token, so that all wrong answers cost the same.
    """
    found: PrintedForm | None = PrintedForm.objects.filter(
        token_digest=rules.token_digest(token), voided_at=None
    ).first()
    return found
