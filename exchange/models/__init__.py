"""The tables of the exchange with other systems."""

from exchange.models.bus import BusMessage
from exchange.models.sync import (
    WAITS,
    Sendable,
    SendableQuerySet,
    SyncProgress,
    SyncServer,
    SyncState,
)

__all__ = [
    "WAITS",
    "BusMessage",
    "Sendable",
    "SendableQuerySet",
    "SyncProgress",
    "SyncServer",
    "SyncState",
]
