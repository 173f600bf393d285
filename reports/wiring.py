"""Where the reports hook into the apps below them."""

from __future__ import annotations

from reports import consumers, consumers_quality, consumers_tasks, rulesets, rulesets_tasks


def connect() -> None:
    """Called once, when the models are there."""
    assert rulesets.REPORT  # registered by being imported
    assert rulesets.EVALUATION
    assert rulesets_tasks.TASK_REPORT
    assert rulesets.QUALITY
    consumers.listen()
    consumers_quality.listen()
    consumers_tasks.listen()
