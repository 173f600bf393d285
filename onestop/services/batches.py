"""Several dossiers in one act: each in a savepoint of its own, with its own answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from common.errors import DomainError
from onestop.models import Dossier
from organizations import access


@dataclass(frozen=True)
class Outcome:
    """What became of one dossier of a batch; no refusal means done."""

    dossier_id: int
    code: str
    refusal: str = ""


def each_for_itself(
    picks: Iterable[tuple[int, int]], act: Callable[[int, int], Dossier]
) -> list[Outcome]:
    """Do `act(dossier_id, step_id)` for each pick, locks in the order of ids.

    A refused one is rolled back alone and says why; the others stay done.
    """
    outcomes = []
    for dossier_id, step_id in sorted(set(picks)):
        try:
            with transaction.atomic():
                outcomes.append(Outcome(dossier_id, act(dossier_id, step_id).code))
        except (DomainError, access.RefusedError) as refusal:
            code = Dossier.objects.filter(pk=dossier_id).values_list("code", flat=True).first()
            outcomes.append(Outcome(dossier_id, code or "", str(refusal)))
    return outcomes
