"""How much goes in one go: dated, so that a province with more machines may set more."""

from __future__ import annotations

from dataclasses import dataclass

from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE


@dataclass(frozen=True)
class BatchRules:
    """Of acts on several dossiers at once; chosen by today."""

    bulk_most: int = setting(200, f"dossiers of one act; {CHOICE}")
    print_volume: int = setting(
        25, f"papers of one PDF: some two seconds on one core; {CHOICE}"
    )  # fmt: skip


BATCHES = register("batches", BatchRules)
