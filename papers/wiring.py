"""Where the papers hook into the apps below them."""

from __future__ import annotations

from papers import orders


def connect() -> None:
    """Called once, when the models are there."""
    orders.listen()
