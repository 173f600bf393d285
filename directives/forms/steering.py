"""What the body that gave a task may do with it later, as small forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import CHOOSE, VietnameseDateField
from common.ticks import TicksField
from directives.forms.ground import TaskAct
from directives.models import Task
from directives.queries.detail import TaskPage
from directives.queries.givers import followers_of, groups_below, leaders_of, units_below
from directives.queries.lists import SEES
from directives.services import adjusting, recurring, steering
from directives.states import Status


class OfDay(TaskAct):
    """Base of acts that set the deadline anew: a task that has one gets one again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, due_on = self.fields["due_on"], self.task.due_on
        field.required = due_on is not None
        field.error_messages["required"] = _("Set the day until which it is due now.")
        is_over = due_on is not None and due_on < self.page.today
        field.initial = None if is_over else due_on


class GiveAgainForm(OfDay):
    """Giao lại nhiệm vụ đã bị trả lại."""

    slug = "giao-lai"
    title = gettext_lazy("Give it again")
    button = gettext_lazy("Give the task")
    done = gettext_lazy("Given again.")
    is_main, is_folded = True, False
    lead = forms.TypedChoiceField(label=gettext_lazy("Lead"), coerce=int)
    due_on = VietnameseDateField(label=gettext_lazy("Deadline"), required=False)
    words = words_field(gettext_lazy("Words with it"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["lead"]
        field.choices = [("", CHOOSE), *units_below(self.task.unit)]

    @property
    def about(self) -> str:
        return _("%(unit)s returned it: %(reason)s") % {
            "unit": self.task.lead.name, "reason": self.task.reason
        }  # fmt: skip

    def perform(self) -> object:
        done = dict(self.cleaned_data)
        return steering.give_again(self.task.pk, actor=self.user, lead_id=done.pop("lead"), **done)


class SuspendForm(TaskAct):
    """Tạm dừng."""

    slug, is_later = "tam-dung", True
    title = gettext_lazy("Suspend")
    button = gettext_lazy("Suspend the task")
    done = gettext_lazy("Suspended.")
    reason = words_field(gettext_lazy("Reason"))

    def perform(self) -> object:
        return steering.suspend(self.task.pk, actor=self.user, **self.cleaned_data)


class WithdrawForm(TaskAct):
    """Hủy nhiệm vụ."""

    slug, is_later = "huy", True
    title = gettext_lazy("Withdraw the task")
    button = gettext_lazy("Withdraw the task")
    done = gettext_lazy("Withdrawn.")
    reason = words_field(gettext_lazy("Reason"))

    def perform(self) -> object:
        return steering.withdraw(self.task.pk, actor=self.user, **self.cleaned_data)


class ResumeForm(OfDay):
    """Cho thực hiện tiếp."""

    slug = "tiep-tuc"
    title = gettext_lazy("Let it go on")
    button = gettext_lazy("Let it go on")
    done = gettext_lazy("The task goes on.")
    is_main, is_folded = True, False
    due_on = VietnameseDateField(label=gettext_lazy("New deadline"), required=False)

    def perform(self) -> object:
        return steering.resume(self.task.pk, actor=self.user, **self.cleaned_data)


class ReopenForm(OfDay):
    """Mở lại."""

    slug = "mo-lai"
    title = gettext_lazy("Reopen")
    button = gettext_lazy("Reopen the task")
    done = gettext_lazy("Reopened.")
    reason = words_field(gettext_lazy("Why it is not finished"))
    due_on = VietnameseDateField(label=gettext_lazy("New deadline"), required=False)

    def perform(self) -> object:
        return steering.reopen(self.task.pk, actor=self.user, **self.cleaned_data)


class AdjustForm(TaskAct):
    """Điều chỉnh phân công theo dõi, phối hợp."""

    slug, is_later = "dieu-chinh", True
    title = gettext_lazy("Change who follows it and who helps")
    button = gettext_lazy("Save the change")
    done = gettext_lazy("Changed.")
    leader = forms.TypedChoiceField(
        label=gettext_lazy("Leader in charge"), coerce=int, required=False, empty_value=None
    )
    follower = forms.TypedChoiceField(
        label=gettext_lazy("Followed by"), coerce=int, required=False, empty_value=None
    )
    cooperate = TicksField(label=gettext_lazy("Co-operate"), coerce=int, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.task.unit
        for name, people in (("leader", leaders_of(unit)), ("follower", followers_of(unit))):
            field: Any = self.fields[name]
            field.choices = [("", _("Nobody named")), *people]
            field.initial = getattr(self.task, f"{name}_id")
        helpers: Any = self.fields["cooperate"]
        helpers.offer(groups_below(unit, without=self.task.lead_id))
        helpers.initial = [each.unit_id for each in self.page.cooperators]
        self.fields["seen"].initial = adjusting.seen_of(self.task, helpers.initial)

    def perform(self) -> object:
        done = dict(self.cleaned_data)
        people = {f"{name}_id": done.pop(name) for name in ("leader", "follower")}
        try:
            return adjusting.adjust(self.task.pk, actor=self.user, **people, **done)
        except adjusting.Changed:
            self._show_anew()
            raise

    def _show_anew(self) -> None:
        """As it stands now: what was ticked on the older page would undo it."""
        task = Task.objects.visible_to(self.user, SEES).get(pk=self.task.pk)
        now = AdjustForm(page=TaskPage(task, self.user))
        self.data = {name: now[name].value() for name in now.fields}


class StopSeriesForm(TaskAct):
    """Dừng giao định kỳ."""

    slug, is_later = "dung-dinh-ky", True
    title = gettext_lazy("Stop giving it again")
    button = gettext_lazy("Stop the series")
    done = gettext_lazy("Stopped. What was given stays.")
    reason = words_field(gettext_lazy("Reason"))

    def perform(self) -> object:
        assert self.task.series_id is not None  # offered for one of a series only
        return recurring.stop(self.task.series_id, actor=self.user, **self.cleaned_data)


STOPS = (AdjustForm, SuspendForm, WithdrawForm)
STEERED: dict[Status, tuple[type[TaskAct], ...]] = {
    Status.RETURNED: (GiveAgainForm, AdjustForm, WithdrawForm),
    Status.GIVEN: STOPS,
    Status.ACCEPTED: STOPS,
    Status.IN_WORK: STOPS,
    Status.REPORTED: (AdjustForm,),
    Status.SUSPENDED: (ResumeForm, AdjustForm, WithdrawForm),
    Status.CLOSED: (ReopenForm,),
}
