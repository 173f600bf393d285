"""The form of a certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from files.forms import UploadField, upload_as
from files.models import StoredFile
from organizations.models import User
from papers.certificates import NoCertificate

MOST_BYTES = 64 * 1024  # of a certificate with its chain; a guard, no legal source


class PictureForm(Form):
    """What a signature or seal shows on paper."""

    picture: Any = UploadField(
        label=gettext_lazy("Picture of the signature or seal"), required=False,
        help_text=gettext_lazy("PNG, transparent: the signature in blue, the seal in red"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        upload_as(user, self)

    def clean_picture(self) -> int | None:
        ids: list[int] = self.cleaned_data["picture"]
        if not ids:
            return None
        if not StoredFile.objects.filter(pk=ids[0], content_type="image/png").exists():
            raise ValidationError(_("The picture is a PNG with a transparent ground."))
        return ids[0]


class RemoteCertificateForm(PictureForm):
    """A certificate whose key the remote signing service keeps."""

    credential = forms.CharField(
        label=gettext_lazy("Name of the key at the service"), max_length=100,
        help_text=gettext_lazy("Credential ID, as the provider of the service has told it"),
    )  # fmt: skip
    field_order = ("credential", "picture")


class CertificateForm(PictureForm):
    """The certificate as a file."""

    field_order = ("certificate", "picture")
    certificate = forms.FileField(
        label=gettext_lazy("Certificate"),
        help_text=gettext_lazy("The file .cer, .crt or .pem, without its key"),
        widget=forms.FileInput(attrs={"accept": ".cer,.crt,.pem,.der"}),
    )

    def clean_certificate(self) -> bytes:
        upload = self.cleaned_data["certificate"]
        if upload.size > MOST_BYTES:
            raise ValidationError(str(NoCertificate()))
        content: bytes = upload.read()
        return content
