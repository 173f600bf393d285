"""One letter to whoever does not collect a result: once for each result, by beat."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from audit.services import record
from onestop.models import DeadlineWarning, Dossier
from onestop.queries.uncollected import RUNG, uncollected
from onestop.services import steps
from onestop.states import Status

AT_ONCE = 500


def remind_uncollected(now: dt.datetime | None = None) -> int:
    """Remind of the results due for it now, the oldest first; returns how many."""
    now = now or timezone.now()
    told = DeadlineWarning.objects.filter(dossier=OuterRef("pk"), rung=RUNG)
    found = uncollected(timezone.localdate(now)).filter(~Exists(told)).order_by("finished_at", "pk")
    return sum(_remind(pk, now) for pk in list(found.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _remind(dossier_id: int, at: dt.datetime) -> int:
    """Note and tell; 0 when it was told or collected meanwhile."""
    dossier: Dossier = Dossier.objects.lock(dossier_id)
    if dossier.closed_at or dossier.status != Status.COMPLETED or dossier.finished_at is None:
        return 0
    ready_on = timezone.localdate(dossier.finished_at)
    _row, new = DeadlineWarning.objects.get_or_create(
        dossier=dossier, rung=RUNG, due_on=ready_on, defaults={"at": at}
    )
    if new:
        record(
            dossier, "dossier.uncollected", actor=None, unit=dossier.holder_unit,
            data=steps.facts(dossier, ready_on=ready_on.isoformat()),
        )  # fmt: skip
    return int(new)
