"""What may be uploaded: PDF, DOCX, XLSX, PNG and JPEG that are what they say and do nothing.

By extension and by first bytes and by parsing (security risk register 7 to 12). Limits come first:
sizes are read from headers before anything is unpacked, and parsing happens in a child process
with RLIMIT_AS and RLIMIT_CPU. Not taken: DOC and XLS (macros cannot be told apart without their
own parser), SVG and HTML (scripts), archives.
No database and no clock here.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

import puremagic
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError

INSPECTOR = Path(__file__).resolve().parent / "inspector.py"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How big an upload may be, packed and unpacked. `size` is a setting; the rest guards us.

    20 MB has no legal source: a 30-page scan at 300 dpi is 6 to 12 MB. Ratio, entries, unpacked
    size and pixels: security register, risk 9.
    """

    size: int = 20 * MEGABYTE  # bytes
    ratio: int = 100
    entries: int = 2_000
    unpacked: int = 200 * MEGABYTE
    pixels: int = 40_000_000
    memory: int = 300 * MEGABYTE  # of the child, address space
    seconds: int = 2  # of the child, CPU


@dataclass(frozen=True)
class Kind:
    """A type of file that comes in."""

    key: str
    content_type: str
    magic: tuple[bytes, ...]


KINDS = {
    "pdf": Kind("pdf", "application/pdf", (b"%PDF-",)),
    "docx": Kind(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    "xlsx": Kind(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (b"PK\x03\x04",),
    ),
    "png": Kind("png", "image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": Kind("jpg", "image/jpeg", (b"\xff\xd8\xff",)),
}
EXTENSIONS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "png": "png", "jpg": "jpg",
              "jpeg": "jpg"}  # fmt: skip
ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)  # of <input type="file">

SENTENCES: dict[str, Promise] = {
    "empty": _("File is empty. Check it and upload it again."),
    "type": _("File type not allowed. Use PDF, Word, Excel or an image."),
    "old_office": _("Old Word or Excel file. Save it as .docx, .xlsx or PDF and upload that."),
    "macro": _("The file has a macro. Save it as PDF, or as .docx or .xlsx without macros."),
    "lying": _("The content does not fit the name of the file. Open it, save it anew as PDF, Word, "
               "Excel or an image, and upload that."),
    "script": _("The PDF has a script or starts a program. Print it to a new PDF and upload that."),
    "embedded": _("Another file, a program or a film is inside the file. Remove it, or print the "
                  "file to PDF, and upload that."),
    "external": _("The file loads content from elsewhere. Break these links, or save it as PDF, "
                  "and upload that."),
    "locked": _("The file is protected by a password. Remove the password and upload it again."),
    "bomb": _("The file becomes far too big when it is opened. Print it to PDF and upload that."),
    "pixels": _("The image is too big. Scan it at 300 dpi or less, one page at a time."),
    "heavy": _("The file is too complicated to be checked. Print it to PDF and upload that."),
    "broken": _("The file is damaged and cannot be opened. Save or scan it again."),
}  # fmt: skip
TOO_BIG = _("File too large (%(a)s MB, limit %(b)s MB). Split or compress it.")


class UploadError(DomainError, ValidationError):  # type: ignore[misc]  # both have code, message
    """Usable as a field's error and, raised by a service, answered 409."""

    def __init__(self, message: str | Promise, *, code: str) -> None:
        ValidationError.__init__(self, cast(str, message), code=code)

    def __str__(self) -> str:
        return str(self.message)


class FileRefused(UploadError):
    """This file does not come in; the sentence says what to do."""


@dataclass(frozen=True)
class CheckedFile:
    """An upload that passed: its cleaned name, what it is and how big."""

    name: str
    content_type: str
    size: int  # bytes
    pages: int | None = None  # of a PDF


def check(name: str, stream: IO[bytes], limits: Limits | None = None) -> CheckedFile:
    """Pass, or raise FileRefused. Reads `stream` from its start and leaves it there."""
    limits = limits or Limits()
    cleaned = clean_name(name)
    extension = cleaned.rpartition(".")[2].lower()
    if extension not in EXTENSIONS:
        raise _refused(_fault_of_extension(extension))
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        raise _refused("empty")
    if size > limits.size:
        words = {"a": _megabytes(size), "b": _megabytes(limits.size)}
        raise FileRefused(str(TOO_BIG) % words, code="too_big")
    kind = KINDS[EXTENSIONS[extension]]
    _check_first_bytes(kind, stream)
    fault, pages = _inspect(kind, stream, limits)
    if fault:
        raise _refused(fault)
    stream.seek(0)
    return CheckedFile(cleaned, kind.content_type, size, pages)


def clean_name(name: str) -> str:
    """A name that is safe to show and to save: NFC, no folders, no control or direction marks.

    At most 200 bytes of UTF-8; only the last extension keeps its dot when the others could run.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = "".join(" " if char.isspace() else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    text = re.sub(r'[<>:"|?*]', "_", re.sub(r" +", " ", text)).lstrip().rstrip(" .")
    stem, dot, extension = text.rpartition(".")
    if not dot:
        return _cut(text, 200) or "file"
    stem = re.sub(
        r"\.(?=(exe|com|bat|cmd|scr|js|vbs|ps1|hta|html?|svg|php|jar|msi|lnk|sh|docm|xlsm)\b)",
        "_", stem, flags=re.IGNORECASE,
    )  # fmt: skip
    extension = _cut(extension, 20)
    return f"{_cut(stem, 199 - len(extension.encode())).strip(' .') or 'file'}.{extension}"


def _cut(text: str, size: int) -> str:
    """At most `size` bytes of UTF-8, never half a letter."""
    return text.encode()[:size].decode(errors="ignore")


def _fault_of_extension(extension: str) -> str:
    if extension in ("doc", "xls", "ppt", "rtf"):
        return "old_office"
    return "macro" if extension in ("docm", "xlsm", "xlsb", "dotm", "xltm", "pptm") else "type"


def _refused(fault: str) -> FileRefused:
    return FileRefused(SENTENCES[fault], code=fault)


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}".rstrip("0").rstrip(".").replace(".", ",")


MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|script|svg|body|iframe)\b", re.IGNORECASE)


def _check_first_bytes(kind: Kind, stream: IO[bytes]) -> None:
    """The signature at the very start, and no second face: archive, page or script in the file."""
    stream.seek(0)
    head = stream.read(4096)
    if not head.startswith(kind.magic):
        raise _refused("locked" if _is_locked_office(kind, head) else "lying")
    found = {match.extension.lstrip(".") for match in _magic(head)}
    if kind.key in ("png", "jpg", "pdf") and found and not found & _names_of(kind):
        raise _refused("lying")
    if kind.key in ("png", "jpg", "pdf"):
        stream.seek(0)
        if zipfile.is_zipfile(stream) or MARKUP.search(head[:1024]):
            raise _refused("lying")


def _magic(head: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return list(puremagic.magic_string(head))
    except puremagic.PureError:
        return []


def _names_of(kind: Kind) -> set[str]:
    return (
        {kind.key, "jpeg", "jfif", "jpe", "jif"} if kind.key == "jpg" else {kind.key, "ai", "apng"}
    )


def _is_locked_office(kind: Kind, head: bytes) -> bool:
    """Word and Excel wrap a file with a password into the old container."""
    return kind.key in ("docx", "xlsx") and head.startswith(b"\xd0\xcf\x11\xe0")


def _inspect(kind: Kind, stream: IO[bytes], limits: Limits) -> tuple[str, int | None]:
    """The child's verdict: a key of SENTENCES, or "", and the pages of a PDF. A child that dies
    refuses the file."""
    stream.seek(0)
    command = [sys.executable, "-I", str(INSPECTOR), kind.key, json.dumps(asdict(limits))]
    try:
        done = subprocess.run(
            command, input=stream.read(), capture_output=True, env={}, check=False,
            timeout=limits.seconds * 3,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "heavy", None
    if done.returncode:
        return "heavy", None
    found = json.loads(done.stdout)
    return found["fault"], found["pages"]
