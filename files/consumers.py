"""What the files app hears."""

from __future__ import annotations

from audit.models import OutboxEvent
from files import scanner, services


def scan_stored(event: OutboxEvent) -> None:
    """Scan a new file. Raises when the scanner is away: the outbox tries again."""
    if scanner.is_configured():
        services.scan(int(event.subject_id))
