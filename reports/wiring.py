"""Where the reports hook into the apps below them."""

from __future__ import annotations

from reports import consumers, rulesets


def connect() -> None:
    """Called once, when the models are there."""
    assert rulesets.REPORT  # registered by being imported
    assert rulesets.EVALUATION
    consumers.listen()
