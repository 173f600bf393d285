"""The dated rules of the statements of tasks: when they are made, how agencies are rated.

Chosen by the last day of the period. QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 11 asks for a month's,
a quarter's and a year's; its own regulation, QĐ 1986/QĐ-UBND (2016), was not found.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE
from reports.periods import PeriodKind
from reports.rules_ratings import Bands, Bounds, Formula, bands, formulas

QD2947 = "QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 11"
DA_NANG = "5120/UBND-KSTT Đà Nẵng (2020)"
KINDS = (PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.YEARLY)


@dataclass(frozen=True)
class TaskReportRules:
    """Of the statement of tasks."""

    task_monthly_day: int = setting(1, f"of the month after, 0: not made; {QD2947}; {CHOICE}")
    task_quarterly_day: int = setting(1, f"of the month after, 0: not made; {QD2947}; {CHOICE}")
    task_yearly_day: int = setting(1, f"of the month after, 0: not made; {QD2947}; {CHOICE}")
    make_up_days: int = setting(27, f"so that one month, not two, is made up; {CHOICE}")
    task_report_title: str = setting(
        "Tình hình, kết quả thực hiện nhiệm vụ được giao", f"{QD2947}; {CHOICE}"
    )
    task_counts_all: Literal["due", "all"] = setting(
        "due", f"212/2025/QĐ-UBND Hải Phòng does not say; {CHOICE}"
    )
    task_formula: Literal[
        "hai-phong-212-2025", "hai-phong-212-2025-programme", "hai-phong-212-2025-staff",
        "da-nang-2022",
    ] = setting("hai-phong-212-2025", "the only complete formula that was found")  # fmt: skip
    task_bands: Literal["dak-nong-1748-2018", "hai-phong-212-2025"] = setting(
        "dak-nong-1748-2018", "1748/QĐ-UBND Đắk Nông (2018): the only bands of agencies found"
    )
    commend_tasks: int = setting(200, DA_NANG)
    commend_done: int = setting(90, DA_NANG)
    commend_late: int = setting(10, DA_NANG)
    criticise_done: int = setting(50, DA_NANG)

    def day_of(self, kind: str) -> int:
        """On which day after its end the report of such a period is made; 0: it is not."""
        return {
            PeriodKind.MONTHLY: self.task_monthly_day,
            PeriodKind.QUARTERLY: self.task_quarterly_day,
            PeriodKind.YEARLY: self.task_yearly_day,
        }[PeriodKind(kind)]  # fmt: skip

    @property
    def formula(self) -> Formula:
        return formulas()[self.task_formula]

    @property
    def bands(self) -> Bands:
        return bands()[self.task_bands]

    def formula_on(self, day: dt.date) -> Formula | None:
        """None: the decision that it is from did not hold yet."""
        return self.formula if self.formula.valid_from <= day else None

    def bands_on(self, day: dt.date) -> Bands | None:
        return self.bands if self.bands.valid_from <= day else None

    @property
    def bounds(self) -> Bounds:
        return Bounds(
            self.commend_tasks, self.commend_done, self.commend_late, self.criticise_done
        )  # fmt: skip


TASK_REPORT = register("task_report", TaskReportRules)
