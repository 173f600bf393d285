"""What an answer says, as one digest: so that a verdict knows what it was about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from common.digests import digest_of_data
from ranking.models import Answer, Assessment, EvidenceUse


def said_in(assessment: Assessment, criterion_ids: Iterable[int] | None = None) -> dict[int, str]:
    """By criterion the SHA-256 of figures, explanation and evidence with its bytes: of these
    criteria (None: all) that have an answer. Two queries."""
    answers = Answer.objects.filter(assessment=assessment)
    uses = EvidenceUse.objects.filter(evidence__assessment=assessment)
    if criterion_ids is not None:
        wanted = list(criterion_ids)
        answers, uses = answers.filter(criterion__in=wanted), uses.filter(criterion__in=wanted)
    proofs: dict[int, list[list[str]]] = defaultdict(list)
    for criterion, *proof in uses.values_list(
        "criterion_id", "evidence__number", "evidence__issued_on", "evidence__issuer",
        "evidence__file__sha256",
    ):  # fmt: skip
        proofs[criterion].append([str(each or "") for each in proof])
    return {
        each.criterion_id: digest_of_data([
            each.input, each.not_applicable, each.explanation, sorted(proofs[each.criterion_id])
        ])
        for each in answers
    }  # fmt: skip
