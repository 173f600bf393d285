"""A stored file as an answer. The caller has decided that this person may see it."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from files import storage
from files.models import ScanState, StoredFile
from files.services import province_code

# No script, no form, no origin. Chromium's viewer shows a PDF under it too (tried with 156).
SANDBOX = "sandbox; default-src 'none'"


class NotServed(DomainError):
    """The file may not leave: not scanned yet, infected, or lost."""

    code = "file_not_served"


NOT_YET = _("The file is being checked for viruses. Try again in a minute.")
INFECTED = _("The file has the virus %(virus)s and is not given out. Ask for a clean one.")
LOST = _("The file is not in the storage. Tell the administrator.")


def may_be_served(stored: StoredFile) -> bool:
    """An infected one never; an unscanned one only where scans are not required."""
    if stored.scan_state == ScanState.INFECTED:
        return False
    return stored.scan_state == ScanState.CLEAN or not settings.FILES_REQUIRE_SCAN


def file_response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The bytes under the cleaned name, as a download, or inline for a preview of PDF and images.

    Raises NotServed. Never kept by a cache, never taken for another type, never able to run.
    """
    if not may_be_served(stored):
        words = INFECTED if stored.virus else NOT_YET
        raise NotServed(str(words) % {"virus": stored.virus})
    try:
        stream = storage.open_file(province_code(), stored.storage_key)
    except FileNotFoundError as error:
        raise NotServed(LOST) from error
    shown = inline and (stored.is_image or stored.content_type == "application/pdf")
    response = FileResponse(
        stream, as_attachment=not shown, filename=stored.name, content_type=stored.content_type
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
