"""Evidence of a unit: a document by number, day, issuer, abstract; one serves several criteria."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from organizations import access
from organizations.models import User
from ranking.models import Evidence, EvidenceUse
from ranking.services.answers import criterion_of, writable


@dataclass(frozen=True)
class DocumentFacts:
    """A document as it is cited."""

    number: str
    issued_on: dt.date
    issuer: str
    abstract: str


@transaction.atomic
def cite(
    assessment_id: int, facts: DocumentFacts, *, actor: User, criterion_ids: Sequence[int]
) -> Evidence:
    """Name a document as evidence for these criteria; the same document is kept once."""
    assessment = writable(assessment_id)
    access.require(actor, "fill_assessments", assessment.unit_id)
    if facts.issued_on > timezone.localdate():
        raise DomainError(_("A document of a day to come proves nothing."))
    nodes = [criterion_of(assessment, pk) for pk in criterion_ids]
    found, _made = Evidence.objects.get_or_create(
        assessment=assessment, number=facts.number.strip(), issued_on=facts.issued_on,
        issuer=facts.issuer.strip(), file=None,
        defaults={"abstract": facts.abstract.strip(), "added_at": timezone.now(),
                  "added_by": actor},
    )  # fmt: skip
    for node in nodes:
        EvidenceUse.objects.get_or_create(evidence=found, criterion=node)
    record(
        assessment, "ranking.evidence_cited", actor=actor, unit=assessment.unit,
        data={"number": found.number, "criteria": [node.code for node in nodes]},
    )  # fmt: skip
    return found


@transaction.atomic
def take_away(assessment_id: int, *, actor: User, evidence_id: int, criterion_id: int) -> None:
    """No evidence for this criterion any more; gone when it serves none."""
    assessment = writable(assessment_id)
    access.require(actor, "fill_assessments", assessment.unit_id)
    found = Evidence.objects.filter(assessment=assessment, pk=evidence_id).first()
    if found is None:
        raise DomainError(_("This evidence is gone already."))
    found.uses.filter(criterion=criterion_id).delete()
    left = found.uses.exists()
    record(
        assessment, "ranking.evidence_taken_away", actor=actor, unit=assessment.unit,
        data={"number": found.number, "criterion": criterion_id, "left": left},
    )  # fmt: skip
    if not left:
        found.delete()
