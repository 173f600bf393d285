"""The dated rules of the report: when it is made, what it is called, who gets it.

Chosen by the last day of the period. The official form was not seen: number and title are those
of one province's system.
"""

from __future__ import annotations

from dataclasses import dataclass

from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE
from reports.periods import PeriodKind

SEEN = "a province's one-stop system; the circular TT 02/2017/TT-VPCP was not read"


@dataclass(frozen=True)
class ReportRules:
    """Of the statement II.06a."""

    weekly_day: int = setting(0, f"of the week after, 1: Monday, 0: not made; {CHOICE}")
    monthly_day: int = setting(0, f"of the month after, 0: not made; {CHOICE}")
    quarterly_day: int = setting(0, f"of the month after, 0: not made; {CHOICE}")
    half_year_day: int = setting(0, f"of the month after, 0: not made; {CHOICE}")
    yearly_day: int = setting(0, f"of the month after, 0: not made; {CHOICE}")
    make_up_days: int = setting(27, f"so that one month, not two, is made up; {CHOICE}")
    longest_days: int = setting(1_827, f"five years; {CHOICE}")
    form_number: str = setting("Biểu số II.06a/VPCP/KSTT", SEEN)
    report_title: str = setting("Tình hình, kết quả giải quyết thủ tục hành chính", SEEN)
    receiver: str = setting("Văn phòng UBND tỉnh", f"NĐ 92/2017; {CHOICE}")

    def day_of(self, kind: str) -> int:
        """On which day after its end the report of such a period is made; 0: it is not."""
        return {
            PeriodKind.WEEKLY: self.weekly_day, PeriodKind.MONTHLY: self.monthly_day,
            PeriodKind.QUARTERLY: self.quarterly_day, PeriodKind.HALF_YEAR: self.half_year_day,
            PeriodKind.YEARLY: self.yearly_day,
        }[PeriodKind(kind)]  # fmt: skip


REPORT = register("report", ReportRules)
