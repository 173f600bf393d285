"""Why a document is not accepted, in words for whoever received it."""

from __future__ import annotations

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(Enum):
    """A code that stays and a sentence that says what is wrong."""

    UNREADABLE = "unreadable", _("The file is damaged or is not a PDF.")
    PROTECTED = "protected", _("The file is protected by a password.")
    UNSIGNED = "unsigned", _("The document has no digital signature.")
    ACTIVE = "active", _("The file contains a program or starts one.")
    HIDDEN = "hidden", _("The document has parts that can be hidden or shown.")
    STRUCTURE = "structure", _("The file is written in a way that can hide changes.")
    BYTE_RANGE = "byte_range", _("A signature does not cover the file as it should.")
    BROKEN = "broken", _("A signature does not match the document: it was changed or forged.")
    LOCKED = "locked", _("Its signer has forbidden that anything is added.")
    AFTER = "after", _("Something was added after the last signature.")
    CHANGED = "changed", _("The document was changed between its signatures.")
    FIELDS = "fields", _("Places were added, moved or filled in that should not have been.")
    ORDER = "order", _("The seal was set before the person in authority signed.")
    WEAK = "weak", _("A signature uses an algorithm that is not safe any more.")
    UNTRUSTED = "untrusted", _("A certificate does not come from a trusted authority.")
    OUT_OF_TIME = (
        "out_of_time",
        _("A certificate was not valid at the time of signing, or nothing shows that it was."),
    )
    REVOKED = "revoked", _("A certificate was revoked.")
    UNKNOWN = "unknown", _("It is not known whether a certificate was revoked.")
    USAGE = "usage", _("A certificate is not meant for signing documents.")
    TIME = "time", _("A signature has no time, or a time that has not come yet.")
    STAMP = "stamp", _("The time stamp of a signature is not valid.")
    OWNER = "owner", _("A signature is not that of the expected person or agency.")

    def __init__(self, code: str, words: Promise) -> None:
        self.code = code
        self.words = words


CLAIMED = _("The time is what the signer's computer says.")
SINCE: dict[Reason, Promise] = {  # what became of the certificate after the time of the stamp
    Reason.REVOKED: _(
        "The certificate was revoked later; the time stamp shows that it signed before."
    ),
    Reason.OUT_OF_TIME: _(
        "The certificate has ended since; the time stamp shows that it signed before."
    ),
}
