"""The words of files, kept for the search. Only of files whose owner asks for it: of official
documents, never of what citizens hand in."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils import timezone

from common.text import unaccented
from files.models import FileText, LeftOut, ScanState, StoredFile
from files.reading import ReadingLimits, read_pdf
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
# A worker reads within its transaction, which may lie idle for a minute at most: half of that for
# the child, by the clock on the wall. A page takes some hundredths of a second.
LIMITS = ReadingLimits(seconds=15, patience=10)
# Who quotes from a file waits for it
QUOTED = ReadingLimits(pages=100, seconds=5, patience=4)
EVENT_SECONDS = 40  # after which an event begins no further file
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST = 1_000  # newest rows of those that hold the words


@dataclass(frozen=True)
class Reading:
    """The words of a file, and what was left out of them (LeftOut)."""

    words: str = ""
    left_out: str = ""


def keep(stored: Iterable[StoredFile], seconds: float = EVENT_SECONDS) -> int:
    """Read those that were not read yet; how many. Seconds for a long file: in a worker.

    What was not begun after so many seconds is noted as left for later: who asked for it once
    asks again.
    """
    files = [each for each in stored if each.scan_state != ScanState.INFECTED]
    end, done = time.monotonic() + seconds, 0
    known = set(read_before().filter(stored__in=files).values_list("stored", flat=True))
    for each in {each.pk: each for each in files if each.pk not in known}.values():
        if rows := _known(each):
            _write(each, rows)
        elif time.monotonic() < end:
            reading = text_of(each)
            parts = _parts(_kept(reading.words))
            is_long = len(parts) > PARTS
            left_out = reading.left_out or (LeftOut.REST if is_long else "")
            _write(each, [(words, "" if n else left_out) for n, words in enumerate(parts[:PARTS])])
        else:
            later = FileText(stored=each, part=0, left_out=LeftOut.LATER, read_at=timezone.now())
            FileText.objects.bulk_create([later], ignore_conflicts=True)
            continue
        done += 1
    return done


def read_before() -> Any:
    """The first rows of files that were read, or given up."""
    return FileText.objects.filter(part=0).exclude(left_out=LeftOut.LATER)


def _write(stored: StoredFile, parts: Iterable[tuple[str, str]]) -> None:
    """In the place of what was left for later; a second time it changes nothing."""
    at = timezone.now()
    rows = [
        FileText(stored=stored, part=part, words=words, left_out=left_out, read_at=at)
        for part, (words, left_out) in enumerate(parts)
    ]
    FileText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["province", "stored", "part"],
        update_fields=["words", "left_out", "read_at"],
    )  # fmt: skip


def files_with(words: str) -> list[int]:
    """Ids of the newest files that hold these words one after the other. Nobody is told whether
    there are more: it would say what stands in files that he may not see. Two queries."""
    needle = unaccented(words)
    if len(needle) < 3:  # an index of three letters knows nothing shorter
        return []
    ids, _is_cut = found_ids(FileText, needle, most=MOST)
    found = FileText.objects.filter(among("pk", ids)).values_list("stored", flat=True)
    return list(found) if ids else []


def _known(stored: StoredFile) -> list[tuple[str, str]]:
    """What was read of the same bytes: a document to sixty bodies is stored sixty times."""
    twin = read_before().filter(stored__sha256=stored.sha256).order_by("pk").first()
    if twin is None:
        return []
    rows = FileText.objects.filter(stored=twin.stored_id).order_by("part")
    return list(rows.values_list("words", "left_out"))


def _kept(text: str) -> str:
    """As the column takes it: without accents, and without what is no letter to PostgreSQL."""
    clean = text.replace("\0", " ").encode("utf-8", "ignore").decode()
    return unaccented(clean)


def _parts(words: str) -> list[str]:
    step = LETTERS - OVERLAP
    return [words[at : at + LETTERS] for at in range(0, max(len(words), 1), step)]


def text_of(stored: StoredFile, limits: ReadingLimits | None = None) -> Reading:
    """All words; none where there are none, or the file cannot be read."""
    if stored.content_type not in READABLE:
        return Reading()
    content = content_of(stored)
    if stored.content_type == DOCX:
        return docx_text(content)
    facts = read_pdf(content, limits or LIMITS)
    return Reading(facts.text, facts.fault or (LeftOut.REST if facts.is_cut else ""))


def docx_text(content: bytes) -> Reading:
    """The words of a DOCX in their order; none of what is none, or too large to be honest."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            main = archive.getinfo("word/document.xml")
            if main.file_size > WORD_XML:
                return Reading(left_out=LeftOut.HEAVY)
            with archive.open(main) as stream:
                return _words(stream)
    except (KeyError, zipfile.BadZipFile, ParseError, DefusedXmlException, OSError, ValueError):
        return Reading(left_out=LeftOut.BROKEN)


class _Words:
    """Takes the words as the parser meets them, and keeps nothing else of the tree."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.letters = self.elements = 0
        self.is_text = False
        self.end_at = time.monotonic() + LIMITS.patience

    @property
    def is_full(self) -> bool:
        """Nobody looks for what comes after, or it is no honest document."""
        is_long = self.letters > LETTERS * PARTS or self.elements > ELEMENTS
        return is_long or time.monotonic() > self.end_at

    def start(self, tag: str, _attributes: object) -> None:
        self.elements += 1
        self.is_text = tag == f"{W}t"

    def data(self, text: str) -> None:
        if self.is_text:
            self.found.append(text)
            self.letters += len(text)

    def end(self, tag: str) -> None:
        self.is_text = False
        if tag == f"{W}p":
            self.found.append("\n\n")
        elif tag in (f"{W}tab", f"{W}br"):
            self.found.append(" ")

    def close(self) -> str:
        return "".join(self.found)


def _words(xml: IO[bytes]) -> Reading:
    words = _Words()
    parser = DefusedXMLParser(target=words, forbid_dtd=True)
    while piece := xml.read(PIECE):
        if words.is_full:
            return Reading(words.close(), LeftOut.REST)
        parser.feed(piece)
    return Reading(words.close())
