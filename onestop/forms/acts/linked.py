"""Parts of a linked dossier: what their unit asks, and what the lead decides."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.forms.acts.base import ActForm, ReasonForm, Words, reason_field
from onestop.models import PhraseUse
from onestop.queries import linked
from onestop.services import endings, part_decisions


class AskLeadForm(ActForm):
    title = gettext_lazy("Ask the lead for papers")
    button = gettext_lazy("Send the request")
    done = gettext_lazy("The lead is told; the time limit of this part stands still.")
    explanation = gettext_lazy(
        "The agency that leads answers from its papers, or asks the citizen through the one-stop."
    )
    icon = "corner-down-left"
    phrases_for = PhraseUse.SUPPLEMENT

    reason = reason_field(gettext_lazy("What is missing, and why"))

    def perform(self) -> object:
        return part_decisions.ask_lead(
            self.dossier.pk, actor=self.user, reason=self.cleaned_data["reason"],
            step_id=self.step_id,
        )  # fmt: skip


class RefusePartForm(ReasonForm):
    title = gettext_lazy("Refuse this part")
    button = gettext_lazy("Refuse")
    done = gettext_lazy("The part is refused; the agency that leads decides how to go on.")
    explanation = gettext_lazy(
        "Only this part ends. The agency that leads reads the reason at once and decides."
    )
    phrases_for = PhraseUse.REFUSAL
    service = staticmethod(endings.refuse_part)

    reason = reason_field(gettext_lazy("Reason"))


class PartForm(ActForm):
    """Base: about one of the parts that are in a state."""

    states: ClassVar[frozenset[str]] = frozenset()
    part = forms.TypedChoiceField(
        label=gettext_lazy("Linked part"), coerce=int, widget=forms.RadioSelect, choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [row for row in linked.parts_of(self.dossier) if row.state in self.states]
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            (row.pk, self._words(row)) for row in rows
        ]
        if len(rows) == 1:
            self.initial["part"] = rows[0].pk

    def _words(self, row: linked.PartRow) -> Words:
        return f"{row.unit}: {row.procedure}" + (f" ({row.reason})" if row.reason else "")


class AnswerPartForm(PartForm):
    title = gettext_lazy("Answer a part")
    button = gettext_lazy("Answer")
    done = gettext_lazy("The part goes on with the papers that were handed on.")
    explanation = gettext_lazy(
        "Hand on papers that the dossier has. What it lacks is asked of the citizen, on the whole "
        "dossier: then the part goes on by itself when the papers come."
    )
    icon = "reply"
    states = frozenset({"asked"})

    papers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Papers to hand on"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    note = reason_field(gettext_lazy("Answer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.dossier.papers.order_by("order").values_list("pk", "name")
        self.fields["papers"].choices = list(rows)  # type: ignore[attr-defined]

    def perform(self) -> object:
        data = self.cleaned_data
        return part_decisions.answer_part(
            self.dossier.pk, data["part"], actor=self.user, note=data["note"],
            paper_ids=data["papers"],
        )  # fmt: skip


class RenewPartForm(PartForm):
    title = gettext_lazy("Give the part out again")
    button = gettext_lazy("Give out again")
    done = gettext_lazy("The part is given out again, with a time limit of its own.")
    icon = "repeat"
    states = frozenset({"refused"})

    reason = reason_field()

    def perform(self) -> object:
        return part_decisions.renew_part(
            self.dossier.pk, self.cleaned_data["part"], actor=self.user,
            reason=self.cleaned_data["reason"],
        )  # fmt: skip


class WaivePartForm(PartForm):
    title = gettext_lazy("Go on without a part")
    button = gettext_lazy("Go on without it")
    done = gettext_lazy("The dossier goes on without that part; the reason is kept.")
    explanation = gettext_lazy(
        "The result of that part will not be returned to the citizen: tell him why."
    )
    icon = "circle-slash"
    is_grave = True
    states = frozenset({"asked", "refused", "open"})

    reason = reason_field()

    def _words(self, row: linked.PartRow) -> Words:
        return _("%(part)s – %(status)s") % {
            "part": super()._words(row), "status": row.status_words,
        }  # fmt: skip

    def perform(self) -> object:
        return part_decisions.waive_part(
            self.dossier.pk, self.cleaned_data["part"], actor=self.user,
            reason=self.cleaned_data["reason"],
        )  # fmt: skip
