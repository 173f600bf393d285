"""What is said of every stored statement, on page, paper and spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.models import ReportState, Statement


@dataclass(frozen=True)
class StoredTable:
    """Reads who signed it."""

    report: Statement

    @property
    def period_words(self) -> str:
        first, last = self.report.first_day, self.report.last_day
        return _("%(kind)s: from %(first)s to %(last)s") % {
            "kind": self.report.get_kind_display(), "first": f"{first:%d/%m/%Y}",
            "last": f"{last:%d/%m/%Y}",
        }  # fmt: skip

    @property
    def cut_words(self) -> str:
        return _("Figures as at %(moment)s, version %(number)s, definition %(definition)s") % {
            "moment": f"{timezone.localtime(self.report.cut_at):%H:%M %d/%m/%Y}",
            "number": self.report.number, "definition": self.report.definition,
        }  # fmt: skip

    @property
    def state_words(self) -> str:
        if self.report.state != ReportState.SIGNED:
            return _("%(state)s, not signed. %(cut)s") % {
                "state": self.report.get_state_display(), "cut": self.cut_words
            }  # fmt: skip
        assert self.report.signed_by
        assert self.report.signed_at
        return _("Signed by %(name)s at %(moment)s. %(cut)s") % {
            "name": self.report.signed_by.full_name,
            "moment": f"{timezone.localtime(self.report.signed_at):%H:%M %d/%m/%Y}",
            "cut": self.cut_words,
        }  # fmt: skip
