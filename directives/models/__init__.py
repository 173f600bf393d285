"""The tables of directives and their tasks."""

from directives.models.calendars import CalendarAddress
from directives.models.dates import DueDate, Extension
from directives.models.directives import Directive
from directives.models.reminders import Occasion, Reminder
from directives.models.series import Series, SeriesHelper
from directives.models.talk import Remark, Urging, Watch
from directives.models.tasks import Cooperator, Task
from directives.models.work import Progress, Result, TaskFile

__all__ = [
    "CalendarAddress",
    "Cooperator",
    "Directive",
    "DueDate",
    "Extension",
    "Occasion",
    "Progress",
    "Remark",
    "Reminder",
    "Result",
    "Series",
    "SeriesHelper",
    "Task",
    "TaskFile",
    "Urging",
    "Watch",
]
