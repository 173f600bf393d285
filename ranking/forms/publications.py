"""The decision under which a ranking is published."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField


class ApproveForm(Form):
    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    decided_on = VietnameseDateField(label=_("Decision date"))
