"""Where the exchange with other systems hooks into the apps below it."""

from __future__ import annotations

from documents import carrying
from exchange import consumers, consumers_bus, rulesets
from exchange.queries.bus import underway


def connect() -> None:
    """Called once, when the models are there."""
    assert rulesets.NATIONAL  # registered by being imported
    consumers.listen()
    consumers_bus.listen()
    carrying.carried_by("bus", underway)
