"""The dated rules of the exchange with the national portal; chosen by the day of sending.

Address, user and password are no rules: they stand in the environment (`exchange.accounts`).
"""

from __future__ import annotations

from dataclasses import dataclass

from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE

OPENCPS = "github.com/VietOpenCPS/opencps-v2, DVCQGIntegrationActionImpl"
SEEN = "a program of a province that sends to the national portal; the specification was not read"


@dataclass(frozen=True)
class NationalRules:
    """How the national portal is spoken to. Codes are text, as they are sent; "" leaves out."""

    batch_size: int = setting(10, f"dossiers in one call; {OPENCPS}")
    connect_seconds: int = setting(5, CHOICE)
    read_seconds: int = setting(20, CHOICE)
    answer_kilobytes: int = setting(512, f"a longer answer is not read; {CHOICE}")
    sync_late_hours: int = setting(4, f"the health page warns then; {CHOICE}")
    identity_of_12_digits: str = setting("1", f"LoaiDinhDanh of a personal number; {SEEN}")
    identity_of_9_digits: str = setting("2", f"LoaiDinhDanh of an old identity card; {SEEN}")
    identity_of_enterprise: str = setting("", "LoaiDinhDanh of a tax number: not known")
    place_of_online: str = setting(
        "1", "NoiNopHoSo 1: national portal, the only place for online dossiers since 01/07/2025"
    )
    paid_at_counter: str = setting("", "DuocThanhToanTrucTuyen when not paid online: not known")

    def __post_init__(self) -> None:
        """A call ends before its claim does (`claims.LEASE`), and the server takes ten at most."""
        if not 1 <= self.batch_size <= 10:
            raise ValueError(f"batch_size: {self.batch_size}")
        for name, most in (("connect_seconds", 10), ("read_seconds", 30)):
            if not 1 <= getattr(self, name) <= most:
                raise ValueError(f"{name}: {getattr(self, name)}")


NATIONAL = register("national", NationalRules)
