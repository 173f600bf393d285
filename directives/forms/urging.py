"""The page on which overdue tasks are ticked and urged at once."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import Form, VietnameseDateField
from common.ticks import Group, TicksField
from directives.queries.lists import to_urge
from directives.services import urging
from directives.services.ground import ladder
from organizations.calendars import calendar_for
from organizations.models import User


class UrgeFields(Form):
    """What is asked of whoever urges, for one task or for many."""

    words = words_field(gettext_lazy("What is expected of the lead"), most=2000)
    answer_until = VietnameseDateField(label=gettext_lazy("Answer expected until"))
    reference = forms.CharField(
        label=gettext_lazy("Number and symbol of the letter"), max_length=60, required=False,
        help_text=gettext_lazy("If a letter was sent as well"),
    )  # fmt: skip

    def propose(self, today: dt.date) -> None:
        """The day of the answer, as the rules of the day say."""
        day = calendar_for().add_working_days(today, ladder(today).task_answer_days)
        self.fields["answer_until"].initial = day


class OverdueField(TicksField):
    """What was done or urged since the page was shown is dropped, while something remains."""

    def clean(self, value: Any) -> Any:
        offered = {str(pk) for each in self.groups for pk, _words in each.choices}
        offered |= {each.whole for each in self.groups}
        return super().clean([each for each in value or () if str(each) in offered] or value)


class UrgeTogetherForm(UrgeFields):
    """Đôn đốc nhiều nhiệm vụ quá hạn."""

    field_order = ("tasks",)
    tasks = OverdueField(
        label=gettext_lazy("Overdue tasks"), coerce=int,
        error_messages={
            "invalid_choice": gettext_lazy("What you ticked was done or urged meanwhile.")
        },
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: User, today: dt.date) -> None:
        super().__init__(data)
        self.user = user
        self.propose(today)
        rows = to_urge(user, today).values_list("lead", "lead__name", "pk", "content", "due_on")
        found = list(rows.order_by("lead__path", "due_on", "pk")[: urging.MOST])
        field: Any = self.fields["tasks"]
        field.offer([
            Group(str(lead), name, [_line(*more) for _id, _name, *more in lines], _("All of them"))
            for (lead, name), lines in groupby(found, key=lambda row: row[:2])
        ])  # fmt: skip
        self.is_empty = not found
        self.left_out = rows.count() - len(found) if len(found) == urging.MOST else 0

    def perform(self) -> int:
        done = dict(self.cleaned_data)
        return urging.urge_together(done.pop("tasks"), actor=self.user, **done)


def _line(pk: int, content: str, due_on: dt.date) -> tuple[int, str]:
    return pk, f"{content[:150]} ({due_on:%d/%m/%Y})"
