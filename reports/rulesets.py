"""The dated rules of the reports: when it is made, what it is called, who gets it.

Chosen by the last day of the period. The official form was not seen: number and title are those
of one province's system.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from organizations.rulesets import ALWAYS, register, setting
from organizations.rulesets.ground import CHOICE
from reports.periods import PeriodKind
from reports.rules_evaluation import Bounds, Grade
from reports.rules_quality import Thresholds

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


@dataclass(frozen=True)
class EvaluationRules:
    """Of the monthly evaluation of officials and heads; chosen by the last day of the month.

    QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 9.1d asks for it and gives no numbers; the province
    sets its own. Percent of the work that was judged, and of the steps that were in hand.
    """

    evaluation_day: int = setting(0, f"0: not made; QĐ 2947 Điều 9.1d: every month; {CHOICE}")
    excellent_timely: int = setting(100, f"percent in time at least; {CHOICE}")
    excellent_returned: int = setting(1, f"percent sent back at most; {CHOICE}")
    good_timely: int = setting(95, CHOICE)
    good_returned: int = setting(5, CHOICE)
    fulfilled_timely: int = setting(80, CHOICE)
    fulfilled_returned: int = setting(20, CHOICE)

    def bounds(self) -> list[Bounds]:
        """The best grade first."""
        return [
            Bounds(Grade.EXCELLENT, self.excellent_timely, self.excellent_returned),
            Bounds(Grade.GOOD, self.good_timely, self.good_returned),
            Bounds(Grade.FULFILLED, self.fulfilled_timely, self.fulfilled_returned),
        ]


EVALUATION = register("evaluation", EvaluationRules)

ND90 = "NĐ 90/2020/NĐ-CP"
ND335 = "NĐ 335/2025/NĐ-CP, theo báo chí, chưa đối chiếu văn bản gốc"


@dataclass(frozen=True)
class QualityRules:
    """Of the classification every half year and year; chosen by the last day of the period.

    The decree of 2025 holds for civil servants; public employees stay under that of 2020 until
    theirs is changed: a province whose rounds are of employees sets the basis.
    """

    quality_basis: Literal["conditions", "points"] = setting(
        "conditions", f"conditions: {ND90}; points: {ND335}"
    )
    quality_exceed: int = setting(50, f"percent of tasks; {ND90} Điều 8, 12")
    quality_fulfilled_unmet: int = setting(20, f"percent at most; {ND90} Điều 10, 14")
    quality_failed_unmet: int = setting(50, f"percent, more than; {ND90} Điều 11, 15")
    quality_unit_timely: int = setting(80, f"percent at least; {ND90} Điều 9, 13")
    quality_unit_fulfilled: int = setting(70, f"percent, more than; {ND90} Điều 10, 14")
    quality_unit_failed: int = setting(50, f"percent, less than; {ND90} Điều 11, 15")
    quality_excellent_points: int = setting(90, ND335)
    quality_good_points: int = setting(70, ND335)
    quality_fulfilled_points: int = setting(50, ND335)
    quality_general_points: int = setting(30, ND335)
    quality_result_points: int = setting(70, ND335)
    quality_review_percent: int = setting(25, f"of a product, each failed review; {ND335}")
    quality_delay_percent: int = setting(25, f"of a product, each delay; {ND335}")
    quality_weak_percent: int = setting(
        100, "of a product confirmed below the requirement; the press does not say,"
        f" 212/2025/QĐ-UBND Hải Phòng counts it for nothing; {CHOICE}",
    )  # fmt: skip
    quality_head_missed: int = setting(
        50, "percent of a head's further part that is not kept, 0: the parts are not counted;"
        f" {ND335}, Điều 15",
    )  # fmt: skip
    quality_quota_percent: int = setting(20, "of those classed well; NĐ 48/2023/NĐ-CP")

    def thresholds(self) -> Thresholds:
        return Thresholds(
            basis=self.quality_basis,
            exceed=self.quality_exceed,
            fulfilled_unmet=self.quality_fulfilled_unmet,
            failed_unmet=self.quality_failed_unmet,
            unit_timely=self.quality_unit_timely,
            unit_fulfilled=self.quality_unit_fulfilled,
            unit_failed=self.quality_unit_failed,
            excellent_points=self.quality_excellent_points,
            good_points=self.quality_good_points,
            fulfilled_points=self.quality_fulfilled_points,
            general_points=self.quality_general_points,
            result_points=self.quality_result_points,
            review_percent=self.quality_review_percent,
            delay_percent=self.quality_delay_percent,
            head_missed=self.quality_head_missed,
            weak_percent=self.quality_weak_percent,
        )


QUALITY = register(
    "quality",
    QualityRules,
    (ALWAYS, QualityRules(), f"{ND90}, NĐ 48/2023/NĐ-CP"),
    (dt.date(2026, 1, 1), replace(QualityRules(), quality_basis="points"), ND335),
)


@dataclass(frozen=True)
class DashboardRules:
    """Of the pages for heads; chosen by today."""

    kept_target_percent: int = setting(95, f"share finished in time that is aimed at; {CHOICE}")
    slow_steps_shown: int = setting(8, CHOICE)
    slow_step_least: int = setting(5, f"times, so that one case is not called slow; {CHOICE}")
    steps_read: int = setting(20_000, f"newest steps that are measured, over all units; {CHOICE}")
    unseen_days: int = setting(30, f"days without signing in; {CHOICE}")
    click_steps: int = setting(20, f"steps that one person closed within one minute; {CHOICE}")
    click_days: int = setting(3, f"last days of a month that are looked at; {CHOICE}")


DASHBOARD = register("dashboard", DashboardRules)
