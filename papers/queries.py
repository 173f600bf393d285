"""Reads of printed forms."""

from __future__ import annotations

from papers import rules
from papers.models import PrintedForm


def form_with_token(token: str) -> PrintedForm | None:
    """The paper whose QR carries this token, also a voided one (its page says that it is void);
    None for reprinted, corrected and unknown ones.

    One query also for a malformed token, so that all wrong answers cost the same.
    """
    found: PrintedForm | None = PrintedForm.objects.filter(
        token_digest=rules.token_digest(token)
    ).first()
    return found
