"""The rules of documents in people's words: field → its name, its unit and law."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

NO_TARGET = gettext_lazy("Hours after its arrival; 0: no target")
COMMITTEE_SAYS = gettext_lazy("Working days; the working rules of the committee")
DOCUMENTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "register_days": (
        gettext_lazy("A document that arrived is registered within"),
        gettext_lazy("Working days after its arrival; NĐ 30/2020/NĐ-CP Điều 4"),
    ),
    "submit_days": (
        gettext_lazy("A registered document is passed on within"),
        gettext_lazy("Working days after its registration; NĐ 30/2020/NĐ-CP Điều 4"),
    ),
    "remind_due_days": (
        gettext_lazy("Who works on a document is reminded before its time limit"),
        gettext_lazy("Working days; 0: not reminded"),
    ),
    "remind_late_days": (
        gettext_lazy("Who works on a document is reminded after its time limit"),
        gettext_lazy("Working days; 0: not reminded"),
    ),
    "remind_target_minutes": (
        gettext_lazy("Who has an urgent document is reminded before its hours are over"),
        gettext_lazy("Minutes; 0: only when they are over"),
    ),
    "dossier_check_days": (
        gettext_lazy("A dossier laid before the committee is checked within"),
        COMMITTEE_SAYS,
    ),
    "dossier_supplement_days": (
        gettext_lazy("The agency supplements such a dossier within"),
        COMMITTEE_SAYS,
    ),
    "dossier_decide_days": (
        gettext_lazy("A complete dossier is decided within"),
        COMMITTEE_SAYS,
    ),
    "dossier_needs_draft": (
        gettext_lazy("A submission has the draft of what is to be issued"),
        gettext_lazy("Without it the submission does not leave the agency"),
    ),
    "paper_types": (
        gettext_lazy("On paper, with an electronic copy, go"),
        gettext_lazy("Types of documents; none unless the province says so (QĐ 28/2018/QĐ-TTg)"),
    ),
    "both_types": (
        gettext_lazy("Electronically and on paper go"),
        gettext_lazy("All other types go electronically only; on paper they need a reason"),
    ),
    "urgent_hours": (
        gettext_lazy("An urgent document is handled within"),
        NO_TARGET,
    ),
    "very_urgent_hours": (
        gettext_lazy("A very urgent document is handled within"),
        NO_TARGET,
    ),
    "express_hours": (
        gettext_lazy("An express document is handled within"),
        NO_TARGET,
    ),
}
