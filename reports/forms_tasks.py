"""Of which body and period a statement of tasks is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from directives.queries import board
from organizations.models import User
from reports.periods import PeriodKind, span_of
from reports.rulesets_tasks import KINDS
from reports.services import task_snapshots


class TaskMakeForm(Form):
    """A kind of period and a day in it."""

    unit = forms.ChoiceField(label=gettext_lazy("Tasks"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Period"), choices=[(kind.value, kind.label) for kind in KINDS]
    )
    first = VietnameseDateField(
        label=gettext_lazy("Day"), help_text=gettext_lazy("Any day of the period")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [body for body in board.bodies_for(user) if body[0] != board.OWN]
        units = [body for body in bodies if task_snapshots.may_make(user, int(body[0]))]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.has_units = bool(units)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, kind = data.get("first"), data.get("kind")
        if first and kind and span_of(PeriodKind(kind), first).last >= timezone.localdate():
            raise ValidationError(_("This period is not over yet."))
        return data
