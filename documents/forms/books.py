"""Which printed register: a book, a body, a period, a type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import PeriodForm
from documents.books import books
from documents.document_types import type_choices
from documents.models import Registry
from documents.queries.books import Asked


class BookForm(PeriodForm):
    """All of it lives in the address; without one, what came in this year at the first body."""

    too_long = gettext_lazy("A register covers one year at most.")
    field_order = ("so", "cua")
    so = forms.ChoiceField(label=gettext_lazy("Register"))
    cua = forms.TypedChoiceField(label=gettext_lazy("Body"), coerce=int)
    loai = forms.ChoiceField(label=gettext_lazy("Type of document"), required=False)

    def __init__(self, data: Any, registries: list[Registry]) -> None:
        self.registries = {each.pk: each for each in registries}
        first_body = str(next(iter(self.registries), ""))
        super().__init__(data, of_year=True, so=next(iter(books())), cua=first_body)
        choices = {
            "so": [(each.code, each.name) for each in books().values()],
            "cua": [(each.pk, each.name) for each in registries],
            "loai": [("", _("All types")), *type_choices()],
        }
        for name, known in choices.items():
            self.fields[name].choices = known  # type: ignore[attr-defined]

    @property
    def asked(self) -> Asked:
        done = self.cleaned_data
        body = self.registries[done["cua"]]
        return Asked(books()[done["so"]], body, *self.period, done["loai"])
