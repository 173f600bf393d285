"""Which printed register: a book, a body, a period, a type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from documents.books import books
from documents.document_types import type_choices
from documents.models import Registry
from documents.queries.books import Asked

LONGEST = dt.timedelta(days=366)


class BookForm(Form):
    """All of it lives in the address; without one, what came in this year at the first body."""

    so = forms.ChoiceField(label=gettext_lazy("Register"))
    cua = forms.TypedChoiceField(label=gettext_lazy("Body"), coerce=int)
    tu_ngay = VietnameseDateField(label=gettext_lazy("From"))
    den_ngay = VietnameseDateField(label=gettext_lazy("To day"))
    loai = forms.ChoiceField(label=gettext_lazy("Type of document"), required=False)

    def __init__(self, data: Any, registries: list[Registry]) -> None:
        self.registries = {each.pk: each for each in registries}
        today, full = timezone.localdate(), data.copy()
        full.setdefault("so", next(iter(books())))
        full.setdefault("cua", str(next(iter(self.registries), "")))
        full.setdefault("tu_ngay", f"{today.replace(month=1, day=1):%d/%m/%Y}")
        full.setdefault("den_ngay", f"{today:%d/%m/%Y}")
        super().__init__(full)
        choices = {
            "so": [(each.code, each.name) for each in books().values()],
            "cua": [(each.pk, each.name) for each in registries],
            "loai": [("", _("All types")), *type_choices()],
        }
        for name, known in choices.items():
            self.fields[name].choices = known  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("tu_ngay"), data.get("den_ngay")
        if first and last and first > last:
            self.add_error("den_ngay", _("The last day must not be before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("den_ngay", _("A register covers one year at most."))
        return data

    @property
    def asked(self) -> Asked:
        done = self.cleaned_data
        return Asked(
            books()[done["so"]], self.registries[done["cua"]], done["tu_ngay"], done["den_ngay"],
            done["loai"],
        )  # fmt: skip
