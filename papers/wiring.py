"""Where the papers hook into the apps below them."""

from __future__ import annotations

from papers import orders, rulesets


def connect() -> None:
    """Called once, when the models are there."""
    assert rulesets.SIGNATURES  # registered by being imported
    orders.listen()
