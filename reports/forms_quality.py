"""What is written in a classification: its opening, a comment, a class, a decision, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form, VietnameseDateField
from organizations.models import Unit, User
from reports.models import QualitySheet
from reports.periods import PeriodKind
from reports.queries.quality_pages import bodies_for
from reports.rules_evaluation import Grade
from reports.rules_quality import WHOLE, Basis, HeadPart, Level

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


class SeenForm(Form):
    """With what the page showed when it was opened; whoever sends another is shown what is new."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def show_anew(self, seen: str) -> None:
        """All as it was typed, beside what is there now."""
        self.data = {**{name: self[name].value() for name in self.fields}, "seen": seen}


class ClassForm(SeenForm):
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

    def __init__(self, *args: Any, sheet: QualitySheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = sheet.round
        if sheet.has_head_parts:
            self._add_parts(found.thresholds["head_missed"])
        if found.thresholds["basis"] != Basis.POINTS:
            del self.fields["general_points"]
            return
        most = found.thresholds["general_points"]
        self.fields["general_points"].max_value = most  # type: ignore[attr-defined]
        self.fields["general_points"].help_text = _("From 0 to %(n)s") % {"n": most}

    def _add_parts(self, missed: int) -> None:
        """Of a head: each further part is whole, or that percent of it."""
        choices = [
            ("", CHOOSE), (str(WHOLE), _("Kept: %(n)s%%") % {"n": WHOLE}),
            (str(missed), _("Limited: %(n)s%%") % {"n": missed}),
        ]  # fmt: skip
        fields = {
            f"part_{part}": forms.ChoiceField(label=part.label, choices=choices)
            for part in HeadPart
        }
        fields["part_unit"].help_text = _("Limited where somebody under him did not fulfil")
        self.fields |= fields
        self.order_fields(["comment", "it_level", "general_points", *fields])

    def clean(self) -> dict[str, Any]:
        """The parts of a head together, as the service takes them."""
        data = super().clean() or self.cleaned_data
        names = {part: f"part_{part}" for part in HeadPart}
        given = {str(p): int(data.pop(name)) for p, name in names.items() if data.get(name)}
        return {**data, "head_parts": given}


class DecideForm(SeenForm):
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
