"""Before acceptance: what form 02 or form 03 tells the citizen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from onestop.models import PhraseUse, VisitKind
from onestop.queries.counter import phrases


class TurnAwayForm(Form):
    """What Mẫu 02 or Mẫu 03 says; the ticked sentences go before the reason that was typed."""

    items = forms.CharField(
        label=gettext_lazy("Papers to add or correct"), max_length=4000,
        help_text=gettext_lazy("One paper on each line"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    phrases = forms.MultipleChoiceField(
        label=gettext_lazy("Sentences of the library"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason (the citizen will read it)"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        use = PhraseUse.SUPPLEMENT if kind == VisitKind.SUPPLEMENT else PhraseUse.REFUSAL
        self.fields["phrases"].choices = [(text, text) for text in phrases(use)]  # type: ignore[attr-defined]
        if not self.fields["phrases"].choices:  # type: ignore[attr-defined]
            del self.fields["phrases"]
            self.fields["reason"].required = True
        if kind == VisitKind.REFUSAL:
            del self.fields["items"]
        else:
            self.fields["items"].error_messages["required"] = _(
                "Say which papers are missing, all at once."
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        lines = [*data.get("phrases", []), data.get("reason", "")]
        data["reason"] = "\n".join(line for line in lines if line)
        if not data["reason"] and "reason" not in self.errors:
            self.add_error("reason", _("Give a reason, so that the citizen knows what to do."))
        elif len(data["reason"]) > 1000:
            self.add_error("reason", _("Shorten the reason to 1,000 letters."))
        return data


TURN_AWAY = {  # the button pressed → the visit it makes
    "missing": VisitKind.SUPPLEMENT,
    "refusal": VisitKind.REFUSAL,
    "turn_supplement": VisitKind.SUPPLEMENT,
    "turn_refusal": VisitKind.REFUSAL,
}
