"""Where the exchange with other systems hooks into the apps below it."""

from __future__ import annotations

from exchange import consumers, rulesets


def connect() -> None:
    """Called once, when the models are there."""
    assert rulesets.NATIONAL  # registered by being imported
    consumers.listen()
