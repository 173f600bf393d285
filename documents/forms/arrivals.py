"""The acts on a document that arrived electronically, and on one that the sender wants back."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from documents.forms.acts import ActForm
from documents.forms.enter import LineForm, seen_ids
from documents.models import Incoming
from documents.queries.duplicates import like
from documents.services import arrivals, updating
from documents.states import Channel


class RegisterForm(ActForm):
    """Vào sổ: its number. What seems to be the same is shown first."""

    slug = "vao-so"
    title = gettext_lazy("Enter into the register")
    is_main = True
    template = "documents/_register.html"
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    @property
    def button(self) -> str:  # type: ignore[override]
        return _("It is another one: register it") if self.double else _("Enter into the register")

    @cached_property
    def double(self) -> list[Incoming]:
        """What seems to be the same document; shown, and then entered all the same."""
        return like(self.incoming)

    def clean_seen(self) -> list[int]:
        return seen_ids(self.cleaned_data["seen"])

    def perform(self) -> object:
        made = arrivals.register(self.incoming.pk, actor=self.user, seen=self.cleaned_data["seen"])
        self.done = _("Registered under number %(number)s.") % {"number": made.arrival_words}  # type: ignore[misc]
        return made


class RefuseForm(ActForm):
    """Từ chối tiếp nhận."""

    slug = "tu-choi"
    title = gettext_lazy("Refuse it")
    button = gettext_lazy("Refuse and tell the sender")
    done = gettext_lazy("Refused. The sender is told why.")
    is_folded = True
    reason = words_field(gettext_lazy("Why it is refused"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound and (faults := self.page.signature_faults):
            words = _("The digital signature is not valid. %s") % faults
            self.fields["reason"].initial = words[:1000]

    def perform(self) -> object:
        return arrivals.refuse(
            self.incoming.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )


class AgreeRecallForm(ActForm):
    """Đồng ý thu hồi."""

    slug = "dong-y-thu-hoi"
    title = gettext_lazy("Agree to the recall")
    button = gettext_lazy("Agree to the recall")
    done = gettext_lazy("The document is recalled. Who had it is told.")
    is_main = True
    words = words_field(gettext_lazy("Note"), required=False)

    def perform(self) -> object:
        return arrivals.agree_recall(
            self.incoming.pk, actor=self.user, words=self.cleaned_data["words"]
        )


class RefuseRecallForm(ActForm):
    """Không đồng ý thu hồi."""

    slug = "khong-thu-hoi"
    title = gettext_lazy("Do not agree to the recall")
    button = gettext_lazy("Keep the document")
    done = gettext_lazy("The sender is told why it is not given back.")
    is_folded = True
    reason = words_field(gettext_lazy("Why it is not given back"))

    def perform(self) -> object:
        return arrivals.refuse_recall(
            self.incoming.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )


class CorrectForm(ActForm, LineForm):
    """Sửa, bổ sung thông tin trong sổ: what the sender knows an electronic one by stays."""

    slug = "sua-so"
    title = gettext_lazy("Complete or correct the line of the register")
    button = gettext_lazy("Save the line")
    done = gettext_lazy("The line is corrected. What stood there is kept.")
    is_folded = True
    reason = words_field(gettext_lazy("Reason"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in updating.CORRECTED:
            self.fields[name].initial = getattr(self.incoming, name)
        if self.incoming.channel == Channel.EXCHANGE:
            for name in updating.KNOWN_BY:
                del self.fields[name]

    def perform(self) -> object:
        wanted = dict(self.cleaned_data)
        reason = wanted.pop("reason")
        return updating.correct(self.incoming.pk, actor=self.user, wanted=wanted, reason=reason)
