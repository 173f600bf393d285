"""Where the yearly assessment hooks into the apps below it."""

from __future__ import annotations

from notifications import digest
from ranking import consumers, council_news, framework_news, publication_news, rulesets
from ranking.queries import waiting


def connect() -> None:
    """Called once, when the models are there."""
    assert rulesets.RANKING  # registered by being imported
    consumers.listen()
    council_news.listen()
    framework_news.listen()
    publication_news.listen()
    digest.register("ranking", waiting.digest_lines)
