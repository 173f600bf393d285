"""Time stamps of a province: which server gives them, and whether a signature needs one.

A stamp proves that the signature was there before its certificate ended or was revoked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from asn1crypto import cms as asn1
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from files.services import province_code
from organizations.rulesets import rules
from papers.rulesets import SIGNATURES
from papers.signatures.lasting import NoTimeStamp, TimeStampServer, stamped
from tenancy.scope import required_scope


@dataclass(frozen=True)
class Stamped:
    """A signature (CMS, DER) with its time stamp; without one, `why`."""

    cms: bytes
    is_stamped: bool = False
    why: str | Promise = ""


def server() -> TimeStampServer | None:
    """Of this province, as the environment names it."""
    account = settings.TIME_STAMPS.get(province_code(), {})
    url = account.get("URL", "")
    return TimeStampServer(url, account.get("CA_FILE", "")) if url else None


def is_needed(day: dt.date | None = None) -> bool:
    """Whether the province takes no signature without a stamp on that day (today)."""
    return rules(SIGNATURES, day or timezone.localdate()).needs_stamp


def stamp(signature: asn1.ContentInfo) -> Stamped:
    """Asks the server, outside of the transaction: what was written before is committed.

    Raises NoTimeStamp where the province takes no signature without one.
    """
    asked, needed = server(), is_needed()
    if asked is None and needed:
        raise NoTimeStamp(_("The province has no time-stamping service. Tell the administrator."))
    if asked is None:
        return Stamped(signature.dump())
    plain = signature.dump()
    try:
        with required_scope().apart():
            return Stamped(stamped(signature, asked).dump(), is_stamped=True)
    except NoTimeStamp:
        if needed:
            raise
        return Stamped(plain, why=SILENT)


SILENT = _("Signed without a time stamp: the time-stamping service does not answer.")
WRONG = _("Signed without a time stamp: the time-stamping service sent one that is not valid.")


class WrongTimeStamp(NoTimeStamp):
    """The service gave a stamp that nobody would believe."""

    code = "wrong_time_stamp"
    default_message = _(
        "The time-stamping service sent a stamp that is not valid. The document is unchanged. Try "
        "again in a few minutes; if it happens again, tell the administrator."
    )
