"""Several dossiers in one act: each in a savepoint of its own, with its own answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import OperationalError, transaction

from common.errors import Busy, DomainError
from common.locks import is_lock_wait
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
            outcomes.append(Outcome(dossier_id, _code(dossier_id), str(refusal)))
        except OperationalError as error:
            if not is_lock_wait(error):
                raise
            outcomes.append(Outcome(dossier_id, _code(dossier_id), str(Busy.default_message)))
    return outcomes


def rehearse(picks: Iterable[tuple[int, int]], act: Callable[[int, int], Dossier]) -> list[Outcome]:
    """What `each_for_itself` would answer now: the services themselves are asked, and all that
    they did is rolled back, with the locks that they took."""
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            outcomes = each_for_itself(picks, act)
            raise _OnlyRehearsedError
    except _OnlyRehearsedError:
        return outcomes


class _OnlyRehearsedError(Exception):
    """Takes a rehearsal back; leaves this file never."""


def _code(dossier_id: int) -> str:
    return Dossier.objects.filter(pk=dossier_id).values_list("code", flat=True).first() or ""
