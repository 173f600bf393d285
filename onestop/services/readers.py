"""The applicant asks who opened his dossier: the asking itself is in the log."""

from __future__ import annotations

from django.db import transaction

from audit.services import record
from onestop.models import Dossier
from organizations import access
from organizations.models import User


@transaction.atomic
def tell_readers(dossier_id: int, *, actor: User, asked_by: str) -> Dossier:
    """Note who asked and who told him. Only the counter that received the dossier tells."""
    dossier: Dossier = Dossier.objects.lock(dossier_id)
    right = access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    record(
        dossier, "readers.told", actor=actor, unit=dossier.receiving_unit,
        on_behalf_of=right.on_behalf_of, data={"asked_by": asked_by},
    )  # fmt: skip
    return dossier
