"""The dated rules of tasks. The text of QĐ 1986/QĐ-UBND (Khánh Hòa, 2016) was not found: every
number is the usual one of provinces, until somebody enters the province's own."""

from __future__ import annotations

from dataclasses import dataclass

from directives.rules import Label
from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE

USUAL = "QĐ 1986/QĐ-UBND was not found; usual value"
WORDS = "empty: the words of the portal"
FIELDS = (  # as the divisions of a committee's office are usually cut
    "Tổng hợp; Nội chính; Tài chính – Đầu tư; Xây dựng – Giao thông; Nông nghiệp – Môi trường; "
    "Công Thương – Du lịch; Văn hóa – Xã hội; Giáo dục – Y tế; "
    "Khoa học – Công nghệ – Chuyển đổi số; Cải cách hành chính"
)


@dataclass(frozen=True)
class DirectiveRules:
    """How long an agency may say that a task is not its own, ask for more time, and how labels
    are worded; chosen by today."""

    task_return_days: int = setting(3, f"working days after the giving; {USUAL}")
    task_extension_days: int = setting(3, f"working days before the due date; {USUAL}")
    task_extensions: int = setting(2, f"times for one task; {USUAL}")
    task_soon_days: int = setting(3, f"working days; {USUAL}")

    task_meeting_days: int = setting(7, f"days that the board tells changes of; {CHOICE}")

    task_answer_days: int = setting(3, f"working days, proposed when a lead is urged; {CHOICE}")

    task_remind_first: int = setting(5, f"working days before the due date, 0: none; {USUAL}")
    task_remind_second: int = setting(3, f"working days before the due date, 0: none; {USUAL}")
    task_remind_last: int = setting(1, f"working days before the due date, 0: none; {USUAL}")
    task_late_days: int = setting(1, f"every so many working days, 0: not; {USUAL}")
    task_escalate_days: int = setting(3, f"working days after the due date, 0: not; {CHOICE}")

    task_series_days: int = setting(30, f"days before the due date of a recurring task; {CHOICE}")
    task_fields: str = setting(FIELDS, CHOICE)

    label_no_due: str = setting("", WORDS)
    label_in_time: str = setting("", WORDS)
    label_due_soon: str = setting("", WORDS)
    label_overdue: str = setting("", WORDS)
    label_done: str = setting("", WORDS)
    label_early: str = setting("", WORDS)
    label_on_time: str = setting("", WORDS)
    label_late: str = setting("", WORDS)

    @property
    def remind_steps(self) -> tuple[int, ...]:
        return (self.task_remind_first, self.task_remind_second, self.task_remind_last)

    @property
    def fields(self) -> list[str]:
        """Lĩnh vực, in the order of the setting."""
        return [each.strip() for each in self.task_fields.split(";") if each.strip()]

    def own_words(self, label: Label) -> str:
        """The province's words for a label; "" where it has none."""
        known = {
            Label.NO_DUE: self.label_no_due, Label.IN_TIME: self.label_in_time,
            Label.DUE_SOON: self.label_due_soon, Label.OVERDUE: self.label_overdue,
            Label.DONE: self.label_done, Label.EARLY: self.label_early,
            Label.ON_TIME: self.label_on_time, Label.LATE: self.label_late,
        }  # fmt: skip
        return known.get(label, "")


DIRECTIVES = register("directives", DirectiveRules)
