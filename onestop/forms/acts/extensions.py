"""The acts on a new date with an apology (Mẫu 04)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import VietnameseDateField
from common.templatetags.ui import day_only, moment
from onestop.forms.acts.base import ActForm, ReasonForm, reason_field
from onestop.models import ExtensionState
from onestop.services import extensions


class AskExtensionForm(ActForm):
    title = gettext_lazy("Propose a new date")
    button = gettext_lazy("Propose to the head")
    done = gettext_lazy("The new date is proposed; it holds once the head has signed the apology.")
    icon = "calendar"

    new_on = VietnameseDateField(label=gettext_lazy("New date for the result"))
    reason = reason_field(gettext_lazy("Why it is late (the citizen will read it)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = extensions.last_day_to_ask(self.dossier)
        self.fields["new_on"].help_text = _(
            "A working day after %(due)s, %(furthest)s at the latest. The apology must be signed by"
            " %(last)s."
        ) % {
            "due": day_only(self.dossier.due_at), "last": day_only(last),
            "furthest": day_only(extensions.furthest_day(self.dossier)),
        }  # fmt: skip

    def perform(self) -> object:
        return extensions.ask_extension(
            self.dossier.pk, actor=self.user, new_on=self.cleaned_data["new_on"],
            reason=self.cleaned_data["reason"], step_id=self.step_id,
        )  # fmt: skip


class SignExtensionForm(ActForm):
    title = gettext_lazy("Sign the apology and the new date")
    button = gettext_lazy("Sign")
    done = gettext_lazy("The date has moved. Form 04 is ready to print.")
    icon = "signature"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.dossier.extensions.filter(state=ExtensionState.WAITING)
        asked = waiting.select_related("asked_by").first()
        if asked is not None:
            self.warning = _("%(who)s proposes %(new)s in place of %(old)s: %(reason)s") % {
                "who": asked.asked_by.full_name, "new": moment(asked.new_due_at),
                "old": moment(self.dossier.due_at), "reason": asked.reason,
            }  # fmt: skip

    def perform(self) -> object:
        return extensions.sign_extension(self.dossier.pk, actor=self.user)


class RefuseExtensionForm(ReasonForm):
    title = gettext_lazy("Keep the date")
    button = gettext_lazy("Keep the date")
    done = gettext_lazy("The date stays as it was.")
    icon = "circle-x"
    is_grave = False
    service = staticmethod(extensions.refuse_extension)
    reason = reason_field(gettext_lazy("Why not (who proposed it will read it)"))
