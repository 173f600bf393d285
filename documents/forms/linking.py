"""The acts that link a document with others of its register."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.forms.acts import ActForm
from documents.models import Incoming
from documents.services import linking

NUMBER = re.compile(r"(\d{1,9})(?:\s*/\s*(\d{4}))?")


class LinkForm(ActForm):
    """Liên kết văn bản liên quan: by the number of arrival, of this year where none is typed."""

    slug = "lien-ket"
    title = gettext_lazy("Link a related document of the register")
    button = gettext_lazy("Link")
    done = gettext_lazy("The two documents are linked.")
    is_folded = True
    number = forms.CharField(
        label=gettext_lazy("Its number of arrival"), max_length=20,
        help_text=gettext_lazy("Such as 125 or 125/2026"),
    )  # fmt: skip

    def clean_number(self) -> Incoming:
        told = NUMBER.fullmatch(self.cleaned_data["number"].strip())
        year = int(told[2]) if told and told[2] else self.page.today.year
        seen = Incoming.objects.visible_to(self.user, "view_documents").exclude(pk=self.incoming.pk)
        found = seen.filter(
            registry=self.incoming.registry_id, year=year, number=int(told[1]) if told else None
        )
        other: Incoming | None = found.first()
        if other is None or told is None:
            raise ValidationError(_("No document of this register that you see has that number."))
        return other

    def perform(self) -> object:
        other = self.cleaned_data["number"]
        return linking.link(self.incoming.pk, other.pk, actor=self.user)


class UnlinkForm(ActForm):
    """Bỏ liên kết."""

    slug = "bo-lien-ket"
    title = gettext_lazy("Take a link off")
    button = gettext_lazy("Take it off")
    done = gettext_lazy("The link is taken off.")
    is_folded = True
    other = forms.TypedChoiceField(label=gettext_lazy("Related document"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        linked = [(each.pk, f"{each.arrival_words} – {each}") for each in self.page.linked]
        self.fields["other"].choices = linked  # type: ignore[attr-defined]

    def perform(self) -> object:
        other = self.cleaned_data["other"]
        linking.unlink(self.incoming.pk, other, actor=self.user)
        return other
