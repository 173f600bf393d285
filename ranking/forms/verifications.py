"""Forms of the cross-check: who checks what, and a figure with what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField
from organizations.models import Unit
from ranking.forms.answers import AnswerForm
from ranking.models import Criterion, Cycle, Verification


class GivingForm(Form):
    """Of every criterion the agency that checks it; nobody is the usual answer."""

    due = VietnameseDateField(label=_("To be checked before"))

    def __init__(
        self, nodes: list[Criterion], units: QuerySet[Unit], given: Mapping[int, Verification],
        proposals: Mapping[int, int], *args: Any, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.nodes, self.proposals = nodes, proposals
        choices = [("", gettext("nobody")), *((unit.pk, unit.name) for unit in units)]
        for node in nodes:
            row = given.get(node.pk)
            self.fields[f"n{node.pk}"] = forms.TypedChoiceField(
                label=gettext("Who checks %(code)s") % {"code": node.code}, required=False,
                choices=choices, coerce=int, empty_value=None,
                initial=row.unit_id if row else proposals.get(node.pk) if not given else None,
            )  # fmt: skip

    def rows(self) -> list[tuple[Criterion, forms.BoundField, bool]]:
        """For the template: criterion, choice, whether its text names an agency."""
        return [(node, self[f"n{node.pk}"], node.pk in self.proposals) for node in self.nodes]

    def units(self) -> dict[int, int]:
        done = self.cleaned_data
        return {node.pk: done[f"n{node.pk}"] for node in self.nodes if done[f"n{node.pk}"]}


class CorrectionForm(AnswerForm):
    """The department's own figure."""

    mark = "v"

    def __init__(self, criterion: Criterion, *args: Any, **kwargs: Any) -> None:
        super().__init__(criterion, *args, **kwargs)
        note = self.fields["explanation"]
        note.label, note.required = _("What the figure rests on"), True
        del self.fields["not_applicable"], self.fields["revision"]


def usual_due(cycle: Cycle) -> dt.date:
    """Two weeks after the forms are due, the standing body's to change."""
    return cycle.due + dt.timedelta(days=14)
