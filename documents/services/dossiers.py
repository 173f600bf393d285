"""What a dossier must have before its Tờ trình may leave. Steps of services: they lock nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DomainError
from documents.models import Dispatch, Outgoing, SubmissionPaper
from documents.queries.drafters import is_committee
from documents.rulesets import DOCUMENTS
from documents.submissions import SUBMITTED, Role
from organizations.rulesets import rules


def deciders(dispatches: Iterable[Dispatch]) -> list[Dispatch]:
    """Of the receivers the committees of the province that are to act: before them it is laid."""
    return [each for each in dispatches if each.registry is not None
            and each.is_for_action and is_committee(each.registry)]  # fmt: skip


def papers_of(outgoing: Outgoing) -> Any:
    """Those of its dossier, in their order."""
    found = SubmissionPaper.objects.filter(submission__outgoing=outgoing, left_out_at=None)
    return found.order_by("order")


def draft_in(papers: Iterable[SubmissionPaper]) -> SubmissionPaper | None:
    """The newest draft of what is to be issued."""
    drafts = [each for each in papers if each.role == Role.DRAFT]
    return max(drafts, key=lambda each: each.order, default=None)


def require_dossier(outgoing: Outgoing) -> None:
    """What is laid before a committee has one that decides, and the draft of what it decides."""
    if outgoing.type != SUBMITTED:
        return
    found = deciders(outgoing.dispatches.select_related("registry").order_by("order"))
    if len(found) > 1:
        raise DomainError(
            _("One committee decides. Let the others have the document for their information.")
        )
    needs = rules(DOCUMENTS, timezone.localdate()).dossier_needs_draft
    if found and needs and draft_in(papers_of(outgoing)) is None:
        raise DomainError(
            _("The dossier has no draft of what %s is to issue. Put it in first.")
            % found[0].organ_name
        )
