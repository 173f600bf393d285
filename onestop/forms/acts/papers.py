"""Papers that are made when somebody asks for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from onestop.forms.acts.base import ActForm
from onestop.services import control_sheets


class ControlSheetForm(ActForm):
    title = gettext_lazy("Make the control sheet")
    button = gettext_lazy("Make form 06")
    done = gettext_lazy("Form 06 is up to date and ready to print, among the papers issued.")
    explanation = gettext_lazy(
        "One row for each hand-over so far: from whom to whom, when, and whether in time."
    )
    icon = "list-checks"

    def perform(self) -> object:
        return control_sheets.make_control_sheet(self.dossier.pk, actor=self.user)
