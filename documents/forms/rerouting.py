"""Who else gets an issued document, and who is to give it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.forms.outgoing_acts import ReasonAct
from documents.forms.receivers import ReceiversForm
from documents.queries.drafters import receivers_of
from documents.services import rerouting


class RerouteForm(ReasonAct, ReceiversForm):
    """Thêm, bớt nơi nhận của văn bản đã phát hành."""

    slug = "them-noi-nhan"
    title = gettext_lazy("Add or remove receivers")
    button = gettext_lazy("Change the receivers")
    done = gettext_lazy("The receivers are changed. They are told.")
    template = "documents/_reroute.html"
    removed = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who is to give it back"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        have = [each["row"] for each in self.page.receivers]
        known = {each.registry_id for each in have}
        bodies = receivers_of(self.outgoing.registry)
        self.offer([each for each in bodies if each.pk not in known], [])
        asked = [(each.pk, each.organ_name) for each in have if each.may_be_asked]
        self.fields["removed"].choices = asked  # type: ignore[attr-defined]

    @property
    def about(self) -> str:
        return _("Who is added has it at once or by the bus; who is removed is asked to give it "
                 "back. What stands on the paper stays as it is.")  # fmt: skip

    def perform(self) -> object:
        return rerouting.change_receivers(
            self.outgoing.pk, actor=self.user, added=self.receivers,
            removed=self.cleaned_data["removed"], reason=self.cleaned_data["reason"],
        )  # fmt: skip
