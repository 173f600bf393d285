"""The words of files, kept for the search. Only of files whose owner asks for it: of official
documents, never of what citizens hand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils import timezone

from common.text import unaccented
from files.models import FileText, ScanState, StoredFile
from files.reading import read_pdf
from files.services import content_of
from tenancy.search import among, found_ids

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READABLE = (PDF, DOCX)
LETTERS = 20_000  # of a row; the next one begins a little before, so no phrase is cut in two
OVERLAP = 200
PARTS = 30  # of a file: some three hundred pages
PIECE = 64 * 1024  # bytes of it at a time
ELEMENTS = 500_000  # of it: a page has some hundreds
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
        parts = _known(each) or _parts(_kept(_text_of(each)))
        rows = [
            FileText(stored=each, part=part, words=words, read_at=timezone.now())
            for part, words in enumerate(parts)
        ]
        FileText.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


def files_with(words: str) -> list[int]:
    """Ids of files that hold these words one after the other. Nobody is told how many there are:
    it would say what stands in files that he may not see.

    Words that most files hold are looked for among the newest alone: an index would name all of
    them, and each of its rows has to be read. Rare ones are found by the index. Three queries.
    """
    needle = unaccented(words)
    if len(needle) < 3:  # an index of three letters knows nothing shorter
        return []
    newest = FileText.objects.order_by("-pk").values("pk")[:PROBED]
    near = FileText.objects.filter(pk__in=newest, words__contains=needle)
    stored = list(near.order_by().values_list("stored", flat=True))
    if len(stored) >= COMMON:
        return stored
    ids, _is_cut = found_ids(FileText, needle, as_phrase=True)
    found = FileText.objects.filter(among("pk", ids)).values_list("stored", flat=True)
    return list(found) if ids else []


def _known(stored: StoredFile) -> list[str]:
    """What was read of the same bytes: a document to sixty bodies is stored sixty times."""
    twin = StoredFile.objects.filter(sha256=stored.sha256, texts__part=0).first()
    return list(twin.texts.order_by("part").values_list("words", flat=True)) if twin else []


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
    content = content_of(stored)
    return read_pdf(content).text if stored.content_type == PDF else docx_text(content)


def docx_text(content: bytes) -> str:
    """The words of a DOCX in their order; "" of what is none, or too large to be honest."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            main = archive.getinfo("word/document.xml")
            if main.file_size > WORD_XML:
                return ""
            with archive.open(main) as stream:
                return _words(stream)
    except (KeyError, zipfile.BadZipFile, ParseError, DefusedXmlException, OSError, ValueError):
        return ""


class _Words:
    """Takes the words as the parser meets them, and keeps nothing else of the tree."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.letters = self.elements = 0
        self.is_text = False

    @property
    def is_full(self) -> bool:
        """Nobody looks for what comes after, or it is no honest document."""
        return self.letters > LETTERS * PARTS or self.elements > ELEMENTS

    def start(self, tag: str, _attributes: object) -> None:
        self.elements += 1
        self.is_text = tag == f"{W}t"

    def data(self, text: str) -> None:
        if self.is_text:
            self.found.append(text)
            self.letters += len(text)

    def end(self, tag: str) -> None:
        self.is_text = False
        if tag in (f"{W}p", f"{W}tab", f"{W}br"):
            self.found.append(" ")

    def close(self) -> str:
        return "".join(self.found)


def _words(xml: IO[bytes]) -> str:
    words = _Words()
    parser = DefusedXMLParser(target=words, forbid_dtd=True)
    while not words.is_full and (piece := xml.read(PIECE)):
        parser.feed(piece)
    return words.close()
