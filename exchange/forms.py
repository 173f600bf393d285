"""Which days are sent again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField


class DaysForm(Form):
    first = VietnameseDateField(label=gettext_lazy("First day"))
    last = VietnameseDateField(label=gettext_lazy("Last day"))
