"""The rule sets of the portal's ground: clock, forms, look-up and sign-in.

Every number here is only what holds until a province says otherwise (`change_rules`).
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
    supplement_notice_days: int = setting(3, f"working days to ask for papers; {ND61} Điều 19.3")
    supplement_rounds_free: int = setting(1, "a second needs the head's consent; QĐ 766/QĐ-TTg")
    late_notice_days: int = setting(1, f"days before expiry to apologise; {ND61} Điều 19")
    extensions_allowed: int = setting(1, f"at most one new date; {ND61} Điều 19")
    due_soon_days: int = setting(2, f"working days; {CHOICE}")
    transfer_cutoff: dt.time = setting(  # noqa: RUF009 an immutable default
        dt.time(15), f"received later: moved on the next working day; {ND61} Điều 18, NĐ 309/2026"
    )
    online_answer_hours: int = setting(8, "working hours; NĐ 45/2020/NĐ-CP Điều 11, not read")
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
class FormTitle:
    """One printed form: our key, its number in the circular and its title as printed."""

    key: Literal["receipt", "supplement", "refusal", "apology", "stop", "control", "register"]
    number: str
    title: str


_BOTH = (
    FormTitle("receipt", "01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    FormTitle("supplement", "02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    FormTitle("refusal", "03", "Phiếu từ chối tiếp nhận (giải quyết) hồ sơ"),
)
_FORMS_2018 = (
    *_BOTH,
    FormTitle("apology", "04", "Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
    FormTitle("control", "05", "Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    FormTitle("register", "06", "Sổ theo dõi hồ sơ"),
)
_FORMS_2025 = (
    *_BOTH,
    FormTitle("apology", "04", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"),
    FormTitle("stop", "05", "Thông báo dừng giải quyết hồ sơ"),
    FormTitle("control", "06", "Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    FormTitle("register", "07", "Sổ theo dõi hồ sơ"),
)


@dataclass(frozen=True)
class FormRules:
    """Which printed forms there are; chosen by the acceptance date."""

    circular: str = setting("TT 01/2018/TT-VPCP", "Điều 9")
    paper_size: Literal["A4", "A5"] = setting("A4", "A5 in TT 01/2018 Điều 9; printed on A4")
    forms: tuple[FormTitle, ...] = setting(_FORMS_2018, "TT 01/2018 Điều 9; TT 03/2025 Phụ lục I")

    def form(self, key: str) -> FormTitle | None:
        """The form with that key, None where the circular has none."""
        return next((form for form in self.forms if form.key == key), None)


@dataclass(frozen=True)
class LookupRules:
    """What the public look-up shows and how many wrong answers it admits in an hour."""

    wrong_per_code: int = setting(5, CHOICE)
    wrong_per_address: int = setting(20, f"IPv6 counted by /64; {CHOICE}")
    wrong_in_all: int = setting(300, f"for code and digits together; {CHOICE}")
    code_level: Literal["off", "summary", "full"] = setting(
        "summary", "code and digits; TT 01/2018 Điều 16.2d"
    )
    number_level: Literal["off", "summary", "full"] = setting(
        "full", "look-up number or QR; NĐ 224/2026 Điều 15.1g"
    )


@dataclass(frozen=True)
class SignInRules:
    """How accounts are guarded; chosen by today. Values follow TCVN 14423:2026 where it is laxer.

    Composition and forced change are off by choice (ASVS 6.2.5, 6.2.10): `TCVN_LEVEL_3` holds
    the values of the standard for a province that must follow it to the letter.
    """

    idle_minutes: dict[str, int] = setting(  # noqa: RUF009 copied by `setting`
        {key: role.idle_minutes for key, role in ROLES.items()}, "TCVN 14423:2026 5.5.2.2a"
    )
    mfa_required: tuple[str, ...] = setting(tuple(ROLES), "roles; TCVN 14423:2026 5.6.2.4")
    failures_before_lock: int = setting(5, "TCVN 14423:2026 5.5.2.2a")
    lock_minutes: int = setting(15, "by account and address, never by account alone; ASVS 6.1.1")
    password_length: int = setting(12, f"{CHOICE}; TCVN: 8 with a second factor, 14 without")
    password_kinds: int = setting(0, "kinds of characters; ASVS 6.2.5 against TCVN 5.6.2.2")
    password_history: int = setting(0, "former passwords refused; TCVN 5.6.2.2: 10 for admins")
    admin_password_days: int = setting(0, "0 = never forced; TCVN 5.6.2.2: 60")
    disable_after_idle_days: int = setting(45, "TCVN 14423:2026 5.6.2.3")

    def idle_minutes_of(self, roles: set[str]) -> int:
        """Minutes until a person with these roles is signed out: the shortest of them."""
        found = [minutes for role, minutes in self.idle_minutes.items() if role in roles]
        return min(found, default=15)


TCVN_LEVEL_3 = SignInRules(
    password_length=14, password_kinds=4, password_history=10, admin_password_days=60,
    lock_minutes=12 * 60,
)  # fmt: skip

CLOCK = register(
    "clock",
    ClockRules,
    (ALWAYS, replace(ClockRules(), supplement_mode="restart"), f"{ND61} Điều 19"),
    (dt.date(2025, 7, 1), ClockRules(), "NĐ 118/2025/NĐ-CP"),
)
FORMS = register(
    "forms",
    FormRules,
    (ALWAYS, FormRules(), "TT 01/2018/TT-VPCP"),
    (
        dt.date(2025, 9, 15),
        FormRules(circular="TT 03/2025/TT-VPCP", forms=_FORMS_2025),
        "TT 03/2025/TT-VPCP",
    ),
)
LOOKUP = register("lookup", LookupRules)
SIGN_IN = register("sign_in", SignInRules)
