"""The form of a rehearsal (demo only)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField


class DayForm(Form):
    """The day that it shall be in the year."""

    day = VietnameseDateField(label=_("Let it be the day"))
