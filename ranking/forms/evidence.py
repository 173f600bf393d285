"""What proves an answer: a document, a file, or both; for one criterion or several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField
from files.forms import UploadField, upload_as
from organizations.models import User
from ranking.models import Criterion


class EvidenceForm(Form):
    """Base: the other criteria that it proves, too."""

    criteria = forms.TypedMultipleChoiceField(
        label=_("Also for other criteria"), coerce=int, required=False
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, user: User, choices: Iterable[Criterion] = ()
    ) -> None:
        super().__init__(data, files, prefix=self.mark or None)
        chosen = self.fields["criteria"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        chosen.choices = [(node.pk, node.code) for node in choices]
        upload_as(user, self)

    mark = ""

    def ticked(self) -> set[int]:
        """The other criteria that were chosen, when the form is shown again."""
        return {int(each) for each in self["criteria"].value() or [] if str(each).isdecimal()}


class DocumentForm(EvidenceForm):
    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = VietnameseDateField(label=_("Issued on"))
    issuer = forms.CharField(label=_("Issued by"), max_length=300)
    abstract = forms.CharField(label=_("Abstract"), max_length=1000)
    scan = UploadField(label=_("File of the document"), required=False)

    field_order = ("number", "issued_on", "issuer", "abstract", "scan")


class FilesForm(EvidenceForm):
    mark = "files"

    uploads = UploadField(label=_("Files"), multiple=True)

    def staged(self) -> list[int]:
        """The files that passed, also when another one was refused; they are shown no more."""
        self.is_valid()
        widget: Any = self.fields["uploads"].widget
        found, widget.staged = [each.pk for each in widget.staged], []
        return found


class OneFileForm(Form):
    """The file of a document that is there already."""

    upload = UploadField(label=_("File"))

    def __init__(self, data: Any, files: Any, *, user: User) -> None:
        super().__init__(data, files)
        upload_as(user, self)
