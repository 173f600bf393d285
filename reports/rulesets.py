"""The dated rules of the report: when it is made, what it is called, who gets it.

Chosen by the last day of the period. The official form was not seen: number and title are those
of one province's system.
"""

from __future__ import annotations

from dataclasses import dataclass

from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE

SEEN = "a province's one-stop system; the circular TT 02/2017/TT-VPCP was not read"


@dataclass(frozen=True)
class ReportRules:
    """Of the statement II.06a."""

    monthly_day: int = setting(0, f"0: not made; {CHOICE}")
    form_number: str = setting("Biểu số II.06a/VPCP/KSTT", SEEN)
    report_title: str = setting("Tình hình, kết quả giải quyết thủ tục hành chính", SEEN)
    receiver: str = setting("Văn phòng UBND tỉnh", f"NĐ 92/2017; {CHOICE}")


REPORT = register("report", ReportRules)
