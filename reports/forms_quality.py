"""What is written in a classification: its opening, a comment, a class, a decision, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form, VietnameseDateField
from organizations.models import Unit, User
from reports.models import QualityRound
from reports.periods import PeriodKind
from reports.queries.quality_pages import bodies_for
from reports.rules_evaluation import Grade
from reports.rules_quality import Basis, Level

CLASSES = [(value, label) for value, label in Grade.choices if value != Grade.NONE]
NO_CLASS = [("", CHOOSE), *CLASSES]


def _text(label: Any, most: int, *, required: bool = False, rows: int = 3, **more: Any) -> Any:
    return forms.CharField(
        label=label, max_length=most, required=required,
        widget=forms.Textarea(attrs={"rows": rows}), **more,
    )  # fmt: skip


class BodyField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Bodies by name; of one that was merged away its last day."""

    def label_from_instance(self, obj: Unit) -> str:
        if obj.valid_to is None:
            return obj.name
        return _("%(unit)s (until %(day)s)") % {
            "unit": obj.name, "day": f"{obj.valid_to:%d/%m/%Y}"
        }  # fmt: skip


class OpenForm(Form):
    """Which body, which half year or year."""

    unit: Any = BodyField(queryset=None, label=gettext_lazy("Assessed body"), empty_label=CHOOSE)
    period = forms.ChoiceField(
        label=gettext_lazy("Assessment period"),
        choices=[
            (PeriodKind.HALF_YEAR, PeriodKind.HALF_YEAR.label),
            (PeriodKind.YEARLY, PeriodKind.YEARLY.label),
        ],
    )
    day = VietnameseDateField(
        label=gettext_lazy("A day of the period"),
        help_text=gettext_lazy("The half year or year in which it lies"),
    )
    comment_until = VietnameseDateField(
        label=gettext_lazy("People comment until"),
        help_text=gettext_lazy("From the day after heads go on without a comment that is missing"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = bodies_for(user)  # type: ignore[attr-defined]


class CommentForm(Form):
    """What the person himself says."""

    words = _text(gettext_lazy("Your comment on the period"), 4000, required=True, rows=5)
    it_words = _text(
        gettext_lazy("Your IT application"), 2000,
        help_text=gettext_lazy("One criterion of its own: QĐ 2947/QĐ-UBND Điều 10.3"),
    )  # fmt: skip
    grade = forms.ChoiceField(
        label=gettext_lazy("The class that you give yourself"), choices=NO_CLASS, required=False
    )


class ClassForm(Form):
    """The head's words and class."""

    comment = _text(
        gettext_lazy("Head's comment"), 4000, required=True,
        help_text=gettext_lazy("The person reads it."),
    )  # fmt: skip
    it_level = forms.ChoiceField(
        label=gettext_lazy("IT application"), choices=[("", CHOOSE), *Level.choices]
    )
    general_points = forms.IntegerField(
        label=gettext_lazy("Points for the general criteria"), min_value=0, max_value=100
    )
    grade = forms.ChoiceField(label=gettext_lazy("Classification"), choices=NO_CLASS)
    reason = _text(gettext_lazy("Why it differs from the proposal"), 1000, rows=2)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, *args: Any, found: QualityRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if found.thresholds["basis"] != Basis.POINTS:
            del self.fields["general_points"]
            return
        most = found.thresholds["general_points"]
        self.fields["general_points"].max_value = most  # type: ignore[attr-defined]
        self.fields["general_points"].help_text = _("From 0 to %(n)s") % {"n": most}


class DecideForm(Form):
    """The meeting, for the minutes; the number of the decision."""

    met_on = VietnameseDateField(label=gettext_lazy("Day of the meeting"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200)
    chair = forms.CharField(label=gettext_lazy("Chair"), max_length=150)
    secretary = forms.CharField(label=gettext_lazy("Secretary"), max_length=150)
    present = forms.IntegerField(
        label=gettext_lazy("Present"), min_value=1, max_value=10_000
    )  # fmt: skip
    opinions = _text(gettext_lazy("What was said in the meeting"), 4000, rows=4)
    decision_number = forms.CharField(
        label=gettext_lazy("Number of the decision"), max_length=60, required=False,
        help_text=gettext_lazy("Empty: left open on the paper"),
    )  # fmt: skip
    quota_reason = _text(
        gettext_lazy("Why more are classed excellent than the quota"), 1000, rows=2
    )


class ReopenForm(Form):
    """Why there is to be a new version."""

    reason = _text(
        gettext_lazy("Why the classification is opened again"), 1000, required=True, rows=2
    )
