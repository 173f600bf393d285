"""A document that proves an answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField


class DocumentForm(Form):
    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = VietnameseDateField(label=_("Issued on"))
    issuer = forms.CharField(label=_("Issued by"), max_length=300)
    abstract = forms.CharField(label=_("Abstract"), max_length=1000)
