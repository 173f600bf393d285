"""One small form for each act on a task: what it asks, which service it calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import CHOOSE, VietnameseDateField
from directives.forms.ground import TaskAct
from directives.forms.steering import STEERED, StopSeriesForm
from directives.models import Task
from directives.queries.detail import TaskPage
from directives.services import extending, handling, judging
from directives.services.ground import directing_right
from directives.states import WORKED_ON, Quality, Status
from files.forms import UploadField


class AcceptForm(TaskAct):
    """Tiếp nhận nhiệm vụ."""

    slug = "tiep-nhan"
    title = gettext_lazy("Accept the task")
    button = gettext_lazy("Accept")
    done = gettext_lazy("Accepted.")
    is_main, is_folded = True, False
    person = forms.TypedChoiceField(
        label=gettext_lazy("Who answers for it"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if directing_right(self.task, self.user):
            self.people("person", empty=_("To be said later"))
        else:
            del self.fields["person"]

    def perform(self) -> object:
        person_id = self.cleaned_data.get("person")
        return handling.accept(self.task.pk, actor=self.user, person_id=person_id)


class ReturnForm(TaskAct):
    """Trả lại nhiệm vụ giao không đúng thẩm quyền."""

    slug = "tra-lai"
    title = gettext_lazy("Return it as wrongly assigned")
    button = gettext_lazy("Return the task")
    done = gettext_lazy("Returned to who gave it.")
    reason = words_field(gettext_lazy("Why it is not yours, and whose it is"))

    def perform(self) -> object:
        return handling.return_wrong(self.task.pk, actor=self.user, **self.cleaned_data)


class NameForm(TaskAct):
    """Giao người chịu trách nhiệm."""

    slug = "giao-nguoi"
    title = gettext_lazy("Say who answers for it")
    button = gettext_lazy("Give it to this person")
    done = gettext_lazy("Given.")
    person = forms.TypedChoiceField(label=gettext_lazy("Who answers for it"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people("person", empty=CHOOSE)

    def perform(self) -> object:
        person_id = self.cleaned_data["person"]
        return handling.name_person(self.task.pk, actor=self.user, person_id=person_id)


class ProgressForm(TaskAct):
    """Cập nhật tiến độ."""

    slug = "tien-do"
    title = gettext_lazy("Report on the work")
    button = gettext_lazy("Send the report")
    done = gettext_lazy("Reported.")
    words = words_field(gettext_lazy("What was done"), most=2000)
    percent = forms.IntegerField(
        label=gettext_lazy("Done, in percent"), min_value=0, max_value=100, required=False,
        widget=forms.NumberInput(attrs={"class": "input-number", "inputmode": "numeric"}),
    )  # fmt: skip
    obstacles = words_field(gettext_lazy("Obstacles"), required=False, rows=2)
    proposals = words_field(gettext_lazy("Proposals"), required=False, rows=2)
    papers = UploadField(label=gettext_lazy("Photos or papers"), required=False, multiple=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.page.is_lead:
            self.fields["percent"].initial = self.task.percent
        else:
            del self.fields["percent"]

    def perform(self) -> object:
        done = dict(self.cleaned_data)
        files = done.pop("papers")
        return handling.report_progress(self.task.pk, actor=self.user, file_ids=files, **done)


class ResultForm(TaskAct):
    """Báo cáo kết quả thực hiện."""

    slug = "ket-qua"
    title = gettext_lazy("Report the result")
    button = gettext_lazy("Report the result")
    done = gettext_lazy("Reported. It waits to be confirmed.")
    is_main = True
    reference = forms.CharField(
        label=gettext_lazy("Number and symbol of the document"), max_length=60
    )
    document_on = VietnameseDateField(
        label=gettext_lazy("Date of the document"),
        help_text=gettext_lazy("It counts as the day of completion"),
    )
    words = words_field(gettext_lazy("What came of it"), most=2000)
    papers = UploadField(label=gettext_lazy("The document"), multiple=True)

    def perform(self) -> object:
        done = dict(self.cleaned_data)
        files = done.pop("papers")
        return handling.report_result(self.task.pk, actor=self.user, file_ids=files, **done)


class AskForm(TaskAct):
    """Xin gia hạn."""

    slug = "xin-gia-han"
    title = gettext_lazy("Ask for more time")
    button = gettext_lazy("Ask for it")
    done = gettext_lazy("Asked. Who gave the task decides.")
    wanted_on = VietnameseDateField(label=gettext_lazy("New deadline wanted"))
    reason = words_field(gettext_lazy("Why more time is needed"))

    def perform(self) -> object:
        return extending.ask(self.task.pk, actor=self.user, **self.cleaned_data)


class OfWish(TaskAct):
    """Base of the answers to a wish for more time."""

    @property
    def wish_id(self) -> int:
        wish = self.page.open_extension
        assert wish is not None  # offered for an open one only
        return wish.pk


class GrantForm(OfWish):
    """Đồng ý gia hạn."""

    slug = "dong-y-gia-han"
    title = gettext_lazy("Grant more time")
    button = gettext_lazy("Grant it")
    done = gettext_lazy("Granted.")
    is_main, is_folded = True, False
    granted_on = VietnameseDateField(label=gettext_lazy("New deadline"))
    words = words_field(gettext_lazy("Words with it"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wish = self.page.open_extension
        self.fields["granted_on"].initial = wish.wanted_on if wish else None

    @property
    def about(self) -> str:
        wish = self.page.open_extension
        if wish is None:
            return ""
        known = {
            "person": wish.asked_by.full_name, "old": f"{wish.due_on:%d/%m/%Y}",
            "new": f"{wish.wanted_on:%d/%m/%Y}", "reason": wish.reason,
        }  # fmt: skip
        return _("%(person)s asks to move the deadline from %(old)s to %(new)s: %(reason)s") % known

    def perform(self) -> object:
        return extending.grant(self.wish_id, actor=self.user, **self.cleaned_data)


class RefuseForm(OfWish):
    """Không đồng ý gia hạn."""

    slug = "khong-gia-han"
    title = gettext_lazy("Grant no more time")
    button = gettext_lazy("Refuse")
    done = gettext_lazy("Refused. The deadline stays.")
    words = words_field(gettext_lazy("Why there is no more time"))

    def perform(self) -> object:
        return extending.refuse(self.wish_id, actor=self.user, **self.cleaned_data)


class ConfirmForm(TaskAct):
    """Xác nhận hoàn thành."""

    slug = "xac-nhan"
    title = gettext_lazy("Confirm the result")
    button = gettext_lazy("Confirm and close")
    done = gettext_lazy("Confirmed. The task is closed.")
    is_main, is_folded = True, False
    quality = forms.ChoiceField(
        label=gettext_lazy("Quality of the result"), choices=Quality.choices,
        initial=Quality.MEETS, widget=forms.RadioSelect,
    )  # fmt: skip
    words = words_field(gettext_lazy("Words with it"), required=False, rows=2)

    @property
    def about(self) -> str:
        """The result that is judged; its papers stand below."""
        result = self.page.open_result
        if result is None:
            return ""
        return f"{result.reference}, {result.document_on:%d/%m/%Y}: {result.words}"

    def perform(self) -> object:
        return judging.confirm(self.task.pk, actor=self.user, **self.cleaned_data)


class SendBackForm(TaskAct):
    """Chưa đạt, yêu cầu thực hiện lại."""

    slug = "lam-lai"
    title = gettext_lazy("Send the result back")
    button = gettext_lazy("Send it back")
    done = gettext_lazy("Sent back to be done again.")
    words = words_field(gettext_lazy("What is missing"))

    def perform(self) -> object:
        return judging.send_back(self.task.pk, actor=self.user, **self.cleaned_data)


def offered(page: TaskPage) -> Iterator[type[TaskAct]]:
    """The acts that this person may do now, the most likely first."""
    task: Task = page.task
    if page.may_decide:
        yield GrantForm
        yield RefuseForm
    if page.may_judge:
        yield ConfirmForm
        yield SendBackForm
    if task.status == Status.GIVEN and page.is_lead:
        yield AcceptForm
        if not task.is_insisted:
            yield ReturnForm
    if task.status in WORKED_ON and (page.is_lead or page.is_helper):
        yield ProgressForm
    if task.status in WORKED_ON and page.is_lead:
        yield ResultForm
        if page.may_ask:
            yield AskForm
    if page.directs_lead and task.status in (*WORKED_ON, Status.GIVEN):
        yield NameForm
    if page.is_giver:
        yield from STEERED.get(Status(task.status), ())
    if page.may_stop_series:
        yield StopSeriesForm
