"""The words of files, kept for the search. Only of files whose owner asks for it: of official
documents, never of what citizens hand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils import timezone

from common.text import unaccented
from files import storage
from files.models import FileText, ScanState, StoredFile
from files.reading import read_pdf
from files.services import province_code
from tenancy.search import among, found_ids

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READABLE = (PDF, DOCX)
LETTERS = 20_000  # of a row; the next one begins a little before, so no phrase is cut in two
OVERLAP = 200
PARTS = 30  # of a file: some three hundred pages
WORD_XML = 20 * 1024 * 1024  # bytes of the text of a DOCX that are looked at
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PROBED = 1_000  # newest rows that are looked at first
COMMON = 10  # found among those: the words are common, and the newest ones are enough


def keep(stored: Iterable[StoredFile]) -> int:
    """Read those that were not read yet; how many. Seconds for a long file: in a worker."""
    files = [each for each in stored if each.scan_state != ScanState.INFECTED]
    keys = [each.pk for each in files]
    known = set(FileText.objects.filter(stored__in=keys).values_list("stored", flat=True))
    new = {each.pk: each for each in files if each.pk not in known}
    for each in new.values():
        rows = [
            FileText(stored=each, part=part, words=words, read_at=timezone.now())
            for part, words in enumerate(_parts(_kept(_text_of(each))))
        ]
        FileText.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


def files_with(words: str) -> tuple[list[int], bool]:
    """Ids of files that hold these words one after the other; whether there may be more.

    Words that most files hold are looked for among the newest alone: an index would name all of
    them, and each of its rows has to be read. Rare ones are found by the index. Three queries.
    """
    needle = unaccented(words)
    if len(needle) < 3:  # an index of three letters knows nothing shorter
        return [], False
    newest = FileText.objects.order_by("-pk").values("pk")[:PROBED]
    near = FileText.objects.filter(pk__in=newest, words__contains=needle)
    stored = list(near.order_by().values_list("stored", flat=True))
    if len(stored) >= COMMON:
        return stored, True
    ids, is_cut = found_ids(FileText, needle, as_phrase=True)
    found = FileText.objects.filter(among("pk", ids)).values_list("stored", flat=True)
    return list(found) if ids else [], is_cut


def _kept(text: str) -> str:
    """As the column takes it: without accents, and without what is no letter to PostgreSQL."""
    clean = text.replace("\0", " ").encode("utf-8", "ignore").decode()
    return unaccented(clean)


def _parts(words: str) -> list[str]:
    step = LETTERS - OVERLAP
    return [words[at : at + LETTERS] for at in range(0, max(len(words), 1), step)][:PARTS]


def _text_of(stored: StoredFile) -> str:
    """All words; "" where there are none, or the file cannot be read."""
    if stored.content_type not in READABLE:
        return ""
    with storage.open_file(province_code(), stored.storage_key) as stream:
        content = stream.read()
    return read_pdf(content).text if stored.content_type == PDF else docx_text(content)


def docx_text(content: bytes) -> str:
    """The words of a DOCX in their order; "" of what is none, or too large to be honest."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            main = archive.getinfo("word/document.xml")
            if main.file_size > WORD_XML:
                return ""
            with archive.open(main) as stream:
                return _words(stream.read(WORD_XML))
    except (KeyError, zipfile.BadZipFile, ParseError, DefusedXmlException, OSError, ValueError):
        return ""


def _words(xml: bytes) -> str:
    found: list[str] = []
    for _event, element in iterparse(io.BytesIO(xml), forbid_dtd=True):
        if element.tag == f"{W}t":
            found.append(element.text or "")
        elif element.tag in (f"{W}p", f"{W}tab", f"{W}br"):
            found.append(" ")
    return "".join(found)
