"""The rule sets of the portal's ground: clock, look-up and sign-in.

Every number here is only what holds until a province says otherwise (`change_rules`). The printed
forms and their titles are in `papers/data/words/`, chosen by date too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from organizations.roles import ROLES
from organizations.rulesets.registry import ALWAYS, register, setting

CHOICE = "choice of the portal"
ND61 = "NĐ 61/2018/NĐ-CP"


@dataclass(frozen=True)
class WarningStep:
    """One rung of the ladder of warnings, working days before (or after) the due date."""

    days: int
    when: Literal["before", "after"]
    role: str  # a key of organizations.roles: official, head, leader


@dataclass(frozen=True)
class ClockRules:
    """How the time of a dossier is counted; chosen by its acceptance date."""

    supplement_mode: Literal["restart", "pause"] = setting(
        "pause", "restart: NĐ 61/2018 Điều 19; pause after 30/6/2025: practice of real systems"
    )
    supplement_days: int = setting(15, "working days for the applicant; a sector decree of 2025")
    supplement_most_days: int = setting(
        180, f"days to the applicant's deadline; no decree is known to set a limit; {CHOICE}"
    )
    extensions_allowed: int = setting(
        1, f"{ND61} Điều 19.9 (PD3.3); 88/2025/QĐ-UBND Lai Châu Điều 3.6 under NĐ 118/2025"
    )
    late_notice_days: int = setting(1, "days before the due date; the same")
    extension_most_days: int = setting(180, f"days from the old date to the new one; {CHOICE}")
    uncollected_days: int = setting(7, f"days until a result counts as not collected; {CHOICE}")
    due_soon_days: int = setting(2, f"working days; {CHOICE}")
    warnings: tuple[WarningStep, ...] = setting(
        (
            WarningStep(2, "before", "official"),
            WarningStep(1, "before", "head"),
            WarningStep(0, "before", "official"),
            WarningStep(1, "after", "head"),
            WarningStep(2, "after", "leader"),
        ),
        CHOICE,
    )


@dataclass(frozen=True)
class LookupRules:
    """What the public look-up shows and how many wrong answers it admits in an hour."""

    wrong_per_code: int = setting(5, CHOICE)
    wrong_per_address: int = setting(20, f"IPv6 counted by /64; {CHOICE}")
    wrong_per_phone: int = setting(5, f"by text message; {CHOICE}")
    wrong_in_all: int = setting(300, f"for code and digits together; {CHOICE}")
    # A guess meets one of 2 million dossiers among 10^10 numbers once in 5,000: under one in two
    # hours. More than for codes, because the number is where people are sent when that is closed.
    wrong_numbers_in_all: int = setting(2000, f"for look-up numbers; {CHOICE}")
    code_level: Literal["off", "summary", "full"] = setting(
        "summary", "code and digits; TT 01/2018 Điều 16.2d"
    )
    number_level: Literal["off", "summary", "full"] = setting(
        "full", "look-up number or QR; NĐ 224/2026 Điều 15.1g"
    )


@dataclass(frozen=True)
class SignInRules:
    """How accounts are guarded; chosen by today. Values follow TCVN 14423:2026 where it is laxer.

    Composition is off by choice (ASVS 6.2.5); TCVN 14423:2026 5.6.2.2 asks for 4 kinds of
    characters, a province that must follow it to the letter sets them.
    """

    idle_minutes: dict[str, int] = setting(  # noqa: RUF009 copied by `setting`
        {key: role.idle_minutes for key, role in ROLES.items()}, "TCVN 14423:2026 5.5.2.2a"
    )
    mfa_required: tuple[str, ...] = setting(tuple(ROLES), "roles; TCVN 14423:2026 5.6.2.4")
    failures_before_lock: int = setting(5, "TCVN 14423:2026 5.5.2.2a")
    lock_minutes: int = setting(15, "by account and address, never by account alone; ASVS 6.1.1")
    password_length: int = setting(12, f"{CHOICE}; TCVN: 8 with a second factor, 14 without")
    password_kinds: int = setting(0, "kinds of characters; ASVS 6.2.5 against TCVN 5.6.2.2")

    def idle_minutes_of(self, roles: set[str]) -> int:
        """Minutes until a person with these roles is signed out: the shortest of them."""
        found = [minutes for role, minutes in self.idle_minutes.items() if role in roles]
        return min(found, default=15)


CLOCK = register(
    "clock",
    ClockRules,
    (ALWAYS, replace(ClockRules(), supplement_mode="restart"), f"{ND61} Điều 19"),
    (dt.date(2025, 7, 1), ClockRules(), "NĐ 118/2025/NĐ-CP"),
)
LOOKUP = register("lookup", LookupRules)
SIGN_IN = register("sign_in", SignInRules)
