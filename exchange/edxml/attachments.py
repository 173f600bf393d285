"""The files of a message: base64, and in most systems a ZIP around each."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from exchange.edxml.faults import Faults
from exchange.edxml.messages import Attachment
from exchange.edxml.parsing import Limits
from files.checks import MEGABYTE, clean_name

PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
SMALL = MEGABYTE  # below this unpacked size a high ratio is an empty picture, not a bomb
ENCRYPTED = 0x1
_BLANK = re.compile(r"\s+")


class Unpacker:
    """Unwraps the files of one message; what is wrong goes into `faults`."""

    def __init__(self, limits: Limits, faults: Faults) -> None:
        self.limits, self.faults = limits, faults
        self.left = limits.unpacked
        self.found: list[Attachment] = []

    def add(self, name: str, encoded: str, description: str = "") -> None:
        """One Attachment element."""
        name = clean_name(name)
        try:
            content = base64.b64decode(_BLANK.sub("", encoded), validate=True)
        except (binascii.Error, ValueError):
            self.faults.add(_("The base64 of %s is broken.") % name)
            return
        if not content:
            self.faults.add(_("%s is empty.") % name)
        elif content.startswith(b"PK\x03\x04"):
            self._unzip(name, content, description)
        else:
            self._keep(name, content, description)

    def _keep(self, name: str, content: bytes, description: str) -> None:
        self.left -= len(content)
        if self.left < 0 or len(self.found) >= self.limits.attachments:
            self.faults.add(_("There are too many files, or they are too large."))
            return
        self.found.append(Attachment(name, content, description))

    def _unzip(self, name: str, content: bytes, description: str) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                entries = [each for each in archive.infolist() if not each.is_dir()]
                is_archive = name.lower().endswith(".zip")
                if len(entries) > 1 and not is_archive:
                    self._keep(name, content, description)  # of Word or Excel, not wrapped
                elif self._bears(entries, name):
                    for each in entries:
                        with archive.open(each) as opened:
                            unpacked = opened.read(each.file_size)  # then the CRC is compared
                        own = clean_name(each.filename) if is_archive else name
                        self._keep(own, unpacked, description)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
                NotImplementedError):  # fmt: skip
            self.faults.add(_("The ZIP of %s is broken.") % name)

    def _bears(self, entries: list[zipfile.ZipInfo], name: str) -> bool:
        """Looked at in the directory, before anything is unpacked."""
        if not entries:
            self.faults.add(_("The ZIP of %s is empty.") % name)
        elif any(each.flag_bits & ENCRYPTED for each in entries):
            self.faults.add(_("The ZIP of %s has a password. Send it without one.") % name)
        elif any(each.compress_type not in PLAIN for each in entries):
            self.faults.add(_("The ZIP of %s is broken.") % name)
        elif self._is_bomb(entries):
            self.faults.add(_("The ZIP of %s becomes far too large when it is opened.") % name)
        else:
            return True
        return False

    def _is_bomb(self, entries: list[zipfile.ZipInfo]) -> bool:
        return (
            len(entries) + len(self.found) > self.limits.attachments
            or sum(each.file_size for each in entries) > self.left
            or any(
                each.file_size > max(SMALL, self.limits.ratio * each.compress_size)
                for each in entries
            )
        )


def packed(attachment: Attachment) -> str:
    """As the national bus has it: a ZIP with the one file, in base64. The same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(attachment.name)
        archive.writestr(entry, attachment.content, zipfile.ZIP_DEFLATED)
    return base64.b64encode(out.getvalue()).decode("ascii")
