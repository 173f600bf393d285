"""`/kiem-tra-van-ban/`: is this document of the province genuine? Nothing that is sent is kept."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

import files.checks
import files.services
from common.addresses import network_of
from common.forms import Form
from documents.queries.public import Issued, judged, printed_with
from organizations.rulesets import rules
from organizations.sign_in.lockout import client_address
from portal import limits
from portal.limits import Limit
from portal.models import GuessKind
from portal.rules import CHECKS
from portal.views.public import public, retry_after

PAGE = "portal/public/document_check.html"
TOKEN_MOST = 32  # letters of a QR code's token


class CheckForm(Form):
    """The document as it was received."""

    document = forms.FileField(
        label=gettext_lazy("The document as PDF"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, megabytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.largest = megabytes * files.checks.MEGABYTE

    def clean_document(self) -> bytes:
        """The bytes, when they are a PDF that harms nobody who reads it."""
        upload = self.cleaned_data["document"]
        limits = files.services.limits()
        limits = replace(limits, size=min(limits.size, self.largest))
        try:
            checked = files.checks.check(upload.name, upload.file, limits)
        except files.checks.UploadError as error:
            raise ValidationError(str(error)) from error
        if checked.content_type != "application/pdf":
            raise ValidationError(_("Choose the document as PDF."))
        upload.seek(0)
        content: bytes = upload.read()
        return content


@public
@require_http_methods(["GET", "HEAD", "POST"])
def check_printed(request: HttpRequest, token: str) -> HttpResponse:
    """The document whose paper bears this QR code: what stands on it and what became of it. A
    paper is easily copied with its code: the file is asked for all the same."""
    printed = printed_with(token[:TOKEN_MOST])
    if printed is None:
        return render(request, PAGE, {"form": None, "is_unknown": True}, status=404)
    return _check(request, printed)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The same by the file alone."""
    return _check(request)


def _check(request: HttpRequest, printed: Issued | None = None) -> HttpResponse:
    """Whose signatures are on a PDF, whether it was changed, and whether it is still in force.

    Each check costs a good part of a second, so there are limits, for one address and for all.
    It is counted before the file is looked at.
    """
    values = rules(CHECKS, timezone.localdate())
    empty = CheckForm(megabytes=values.check_megabytes)
    if request.method != "POST":
        return render(request, PAGE, {"form": empty, "printed": printed})
    opens_at = limits.note_before(
        Limit(GuessKind.CHECK, network_of(client_address(request)), values.checks_per_address),
        Limit(GuessKind.CHECKS, "", values.checks_in_all),
    )
    form = CheckForm(request.POST, request.FILES, megabytes=values.check_megabytes)
    if opens_at is not None:
        minutes = max(1, math.ceil((opens_at - timezone.now()).total_seconds() / 60))
        context = {"form": empty, "minutes": minutes, "printed": printed}
        return retry_after(render(request, PAGE, context, status=429), opens_at)
    if not form.is_valid():
        return render(request, PAGE, {"form": form, "printed": printed}, status=422)
    found = judged(form.cleaned_data["document"])
    context = {"form": empty, "found": found, "verdict": found.verdict, "printed": printed,
               "is_other": printed is not None and not _is_same(printed, found.issued)}  # fmt: skip
    return render(request, PAGE, context)


def _is_same(printed: Issued, issued: Issued | None) -> bool:
    """The file is the document of the QR code, not another one or an annex of it."""
    return printed == issued
