"""Who gets a document: a table of the bodies of the province, to act or to be informed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import Form
from documents.drafting import To
from documents.models import Registry


class ReceiversForm(Form):
    """Base of the forms that choose receivers; they call `offer` when they are made."""

    action = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For action"), coerce=int, required=False
    )
    inform = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For information"), coerce=int, required=False
    )
    offered: Sequence[Registry] = ()
    others: Sequence[To] = ()  # receivers outside the province, which stay

    def offer(self, bodies: Sequence[Registry], others: Sequence[To]) -> None:
        self.offered, self.others = bodies, others
        for name in ("action", "inform"):
            choices = [(each.pk, each.name) for each in bodies]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def receivers(self) -> list[To]:
        """Those who are to act, then those who are informed."""
        acting, informed = self.cleaned_data["action"], self.cleaned_data["inform"]
        return [
            *(To(registry_id=pk) for pk in acting),
            *(To(registry_id=pk, is_for_action=False) for pk in informed if pk not in acting),
            *self.others,
        ]

    def bodies(self) -> Iterator[dict[str, Any]]:
        """The rows of receivers, those who are chosen first."""
        ticked = {name: {str(each) for each in self[name].value() or ()}
                  for name in ("action", "inform")}  # fmt: skip
        rows = [
            {"key": each.pk, "label": each.name, "action": str(each.pk) in ticked["action"],
             "inform": str(each.pk) in ticked["inform"]}
            for each in self.offered
        ]  # fmt: skip
        yield from sorted(rows, key=lambda row: not (row["action"] or row["inform"]))
