"""Where the reports hook into the apps below them."""

from __future__ import annotations

from reports import consumers, consumers_tasks, rulesets, rulesets_tasks


def connect() -> None:
    """Called once, when the models are there."""
    assert rulesets.REPORT  # registered by being imported
    assert rulesets.EVALUATION
    assert rulesets_tasks.TASK_REPORT
    consumers.listen()
    consumers_tasks.listen()
