"""What the exchange hears: every fact that changes what the national portal is told."""

from __future__ import annotations

import datetime as dt

from audit.bus import subscribe
from audit.models import OutboxEvent
from exchange.bell import ring_after_commit
from exchange.queries.state import received_on
from exchange.services.noting import note

HEARD = (
    "dossier.arrived", "dossier.accepted", "dossier.not_accepted", "dossier.corrected",
    "dossier.voided", "dossier.assigned", "dossier.taken_over", "dossier.forwarded",
    "dossier.approved", "dossier.sent_back", "dossier.supplement_requested",
    "dossier.supplemented", "dossier.payment_required", "dossier.payment_confirmed",
    "dossier.fee_taken", "dossier.refused", "dossier.stopped", "dossier.withdrawal_requested",
    "dossier.withdrawal_refused", "dossier.withdrawn", "dossier.returned", "dossier.extended",
    "dossier.due_moved", "dossier.file_added", "dossier.opinion_given", "dossier.gathered",
    "dossier.unit_succeeded",
)  # fmt: skip


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in HEARD:
        subscribe(action, note_dossier)
    subscribe("national.day_wished", note_day)


def note_dossier(event: OutboxEvent) -> None:
    """The dossier waits to be sent. Two queries; which event it was does not matter."""
    note([int(event.subject_id)])
    ring_after_commit()


def note_day(event: OutboxEvent) -> None:
    """Everything that was received on a day is sent again."""
    day = dt.date.fromisoformat(event.data["day"])
    note(received_on(day, event.data["units"]), again=True)
    ring_after_commit()
