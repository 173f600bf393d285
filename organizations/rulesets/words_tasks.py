"""The rules of tasks in people's words: field → its name, its unit and source."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

USUAL_DAYS = gettext_lazy("Working days; Decision 1986 of 2016 was not found, the usual value")
USUAL_TIMES = gettext_lazy("Times; Decision 1986 of 2016 was not found, the usual value")
MEETING = gettext_lazy("Days, until a person chooses another day; choice of the portal")
MADE_ON = gettext_lazy("Of the month after its end, 0: not made; Decision 2947 of 2016, Article 11")
DA_NANG = gettext_lazy("Official letter 5120 of Da Nang (2020)")
OR_NONE = gettext_lazy("Working days; 0: not reminded")
OWN_WORDS = gettext_lazy("Empty: the words of the portal")
TASKS: dict[str, tuple[str | Promise, str | Promise]] = {
    "task_return_days": (
        gettext_lazy("A wrongly assigned task can be returned within"),
        USUAL_DAYS,
    ),
    "task_extension_days": (
        gettext_lazy("More time for a task is asked for before its deadline by"),
        USUAL_DAYS,
    ),
    "task_extensions": (
        gettext_lazy("Extensions of one task at most"),
        USUAL_TIMES,
    ),
    "task_soon_days": (gettext_lazy("A task is due soon before its deadline by"), USUAL_DAYS),
    "task_meeting_days": (
        gettext_lazy("The board tells what changed in the last"),
        MEETING,
    ),
    "task_answer_days": (
        gettext_lazy("Who is urged is expected to answer within"),
        gettext_lazy("Working days, proposed; choice of the portal"),
    ),
    "task_remind_first": (gettext_lazy("First reminder before the deadline of a task"), OR_NONE),
    "task_remind_second": (gettext_lazy("Second reminder before the deadline of a task"), OR_NONE),
    "task_remind_last": (gettext_lazy("Last reminder before the deadline of a task"), OR_NONE),
    "task_late_days": (gettext_lazy("Of an overdue task its lead is reminded every"), OR_NONE),
    "task_escalate_days": (
        gettext_lazy("Of an overdue task those above are told after"),
        OR_NONE,
    ),
    "task_series_days": (
        gettext_lazy("A recurring task is given before its deadline by at most"),
        gettext_lazy("Days, and not before the deadline of the one before it"),
    ),
    "task_fields": (
        gettext_lazy("Fields of tasks"),
        gettext_lazy("One after the other, a semicolon between them"),
    ),
    "task_monthly_day": (
        gettext_lazy("Day on which the report of the tasks of a month is made"),
        MADE_ON,
    ),
    "task_quarterly_day": (
        gettext_lazy("Day on which the report of the tasks of a quarter is made"),
        MADE_ON,
    ),
    "task_yearly_day": (
        gettext_lazy("Day on which the report of the tasks of a year is made"),
        MADE_ON,
    ),
    "task_report_title": (gettext_lazy("Title of the report of tasks"), gettext_lazy("As printed")),
    "task_counts_all": (
        gettext_lazy("Shares and points are of"),
        gettext_lazy("Decision 212/2025 of Hai Phong does not say; choice of the portal"),
    ),
    "task_formula": (
        gettext_lazy("Points of an agency for its tasks"),
        gettext_lazy("Decision 212/2025 of Hai Phong is the only complete formula that was found"),
    ),
    "task_bands": (
        gettext_lazy("Classes of agencies by their points"),
        gettext_lazy("Decision 1748 of Dak Nong (2018) has the only classes of agencies found"),
    ),
    "commend_tasks": (
        gettext_lazy("Commended is an agency with more tasks than"),
        DA_NANG,
    ),
    "commend_done": (
        gettext_lazy("Commended: percent of tasks completed, more than"),
        DA_NANG,
    ),
    "commend_late": (
        gettext_lazy("Commended: percent of tasks completed late, less than"),
        DA_NANG,
    ),
    "criticise_done": (
        gettext_lazy("Criticised: percent of tasks completed, less than"),
        DA_NANG,
    ),
    "label_no_due": (gettext_lazy("Label: open, no deadline"), OWN_WORDS),
    "label_in_time": (gettext_lazy("Label: open, in time"), OWN_WORDS),
    "label_due_soon": (gettext_lazy("Label: open, due soon"), OWN_WORDS),
    "label_overdue": (gettext_lazy("Label: open, overdue"), OWN_WORDS),
    "label_done": (gettext_lazy("Label: finished, no deadline"), OWN_WORDS),
    "label_early": (gettext_lazy("Label: finished early"), OWN_WORDS),
    "label_on_time": (gettext_lazy("Label: finished on time"), OWN_WORDS),
    "label_late": (gettext_lazy("Label: finished late"), OWN_WORDS),
}
