"""Who gets a document: a table of the bodies of the province, to act or to be informed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import Form
from documents.drafting import To
from documents.models import Registry
from documents.queries.dispatches import known_outside
from documents.rules.organ_codes import Line, read_line

NAME_MOST = 200  # letters of a receiver's name


class ReceiversForm(Form):
    """Base of the forms that choose receivers; they call `offer` when they are made."""

    action = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For action"), coerce=int, required=False
    )
    inform = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For information"), coerce=int, required=False
    )
    outside = words_field(
        gettext_lazy("Receivers outside the province, and those without an electronic address"),
        required=False, most=8000, rows=2,
    )  # fmt: skip
    offered: Sequence[Registry] = ()

    def offer(self, bodies: Sequence[Registry], others: Sequence[To]) -> None:
        """`others` are the receivers outside that it has now."""
        self.offered = bodies
        lines = [Line(each.organ_name, each.organ_code, each.is_for_action) for each in others]
        self.fields["outside"].initial = "\n".join(str(line) for line in lines)
        self.fields["outside"].help_text = _(
            "One in each line. With its identification code in front it goes over the bus: “G12 Bộ "
            "Khoa học và Công nghệ”; without one it is sent on paper. “(để biết)” at the end: for "
            "information."
        )
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
            *self.cleaned_data["outside"],
        ]

    def clean_outside(self) -> list[To]:
        """Each line as a receiver; what is a body of the province belongs into the table."""
        own = {code for each in self.offered for code in each.codes}
        found = []
        for typed in filter(str.strip, self.cleaned_data["outside"].splitlines()):
            line = read_line(typed)
            if line is None or len(line.name) > NAME_MOST:
                raise ValidationError(
                    _("“%s” names no receiver. Write the code and the name, or the name alone.")
                    % typed.strip()[:80]
                )
            if line.code in own:
                raise ValidationError(
                    _("%s is a body of the province. Choose it in the table.") % line.code
                )
            found.append(To(None, line.code, line.name, is_for_action=line.is_for_action))
        return found

    def known_outside(self) -> list[Line]:
        """To be copied into the field."""
        return known_outside()

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
