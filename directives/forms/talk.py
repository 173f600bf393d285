"""The small forms by which the two sides of a task write to each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import CHOOSE
from directives.forms import acts
from directives.forms.ground import TaskAct
from directives.forms.urging import UrgeFields
from directives.queries.detail import TaskPage
from directives.services import talking, urging
from directives.states import AWAITED, ENDED


class UrgeForm(UrgeFields, TaskAct):
    """Đôn đốc bằng văn bản."""

    slug = "don-doc"
    title = gettext_lazy("Urge the lead")
    button = gettext_lazy("Urge the lead")
    done = gettext_lazy("Urged. The lead is expected to answer.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.propose(self.page.today)

    def perform(self) -> object:
        return urging.urge(self.task.pk, actor=self.user, **self.cleaned_data)


class AnswerForm(TaskAct):
    """Trả lời đôn đốc."""

    slug = "tra-loi"
    title = gettext_lazy("Answer who urges")
    button = gettext_lazy("Send the answer")
    done = gettext_lazy("Answered.")
    is_folded = False
    urging = forms.TypedChoiceField(label=gettext_lazy("Which one is answered"), coerce=int)
    words = words_field(gettext_lazy("The answer"), most=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.page.awaited
        field: Any = self.fields["urging"]
        field.choices = [("", CHOOSE), *((each.pk, each.words[:80]) for each in waiting)]
        if len(waiting) == 1:
            del self.fields["urging"]

    @property
    def about(self) -> str:
        waiting = self.page.awaited
        return waiting[0].words if len(waiting) == 1 else ""

    def perform(self) -> object:
        urging_id = self.cleaned_data.get("urging") or self.page.awaited[0].pk
        return urging.answer(urging_id, actor=self.user, words=self.cleaned_data["words"])


class RemarkForm(TaskAct):
    """Trao đổi."""

    slug, place = "trao-doi", "discussion"
    button = gettext_lazy("Write it")
    done = gettext_lazy("Written. The others are told.")
    words = words_field(gettext_lazy("Your words to the others"), rows=2)

    def perform(self) -> object:
        return talking.remark(self.task.pk, actor=self.user, **self.cleaned_data)


class WatchForm(TaskAct):
    """Quan tâm."""

    slug, place = "quan-tam", "watch"
    button = gettext_lazy("Watch this task")
    done = gettext_lazy("You will hear of its changes.")

    def perform(self) -> object:
        return talking.watch(self.task.pk, actor=self.user)


class UnwatchForm(TaskAct):
    """Thôi quan tâm."""

    slug, place = "thoi-quan-tam", "watch"
    button = gettext_lazy("Stop watching")
    done = gettext_lazy("You will hear no more of its changes than your part in it needs.")

    def perform(self) -> object:
        return talking.unwatch(self.task.pk, actor=self.user)


def offered(page: TaskPage) -> Iterator[type[TaskAct]]:
    """All acts that this person may do now; whoever is urged answers first."""
    if page.is_lead and page.awaited:
        yield AnswerForm
    yield from acts.offered(page)
    if page.is_giver and page.task.status in AWAITED:
        yield UrgeForm
    if page.may_speak:
        yield RemarkForm
    if page.is_watching:
        yield UnwatchForm
    elif page.task.status not in ENDED:
        yield WatchForm
