"""Opens one upload in a process of its own, with little memory, little time and no secrets.

    python -I inspector.py KIND LIMITS_AS_JSON < FILE

It prints {"fault": CODE or "", "pages": those of a PDF or null} as JSON.

Started by files/checks.py. It stands alone: no Django, no settings, no environment. Whatever
happens here (crash, kernel kill, time-out) refuses the file and touches nothing else.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image


class Fault(Exception):
    """Why the file is refused; the argument is a key of checks.SENTENCES."""


# --- ZIP containers: DOCX and XLSX ---
SMALL_ENTRY = 1024 * 1024  # below this unpacked size a high ratio is an empty picture, not a bomb
ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
OFFICE_INSIDE = re.compile(r"(word|xl)/embeddings/[^/]+\.(docx|xlsx)", re.I)  # data of a chart
MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
MAIN_TYPE = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
RELATION = re.compile(rb"<(?:[\w.-]+:)?Relationship\s[^>]*>", re.I)
EXTERNAL = re.compile(rb"TargetMode\s*=\s*['\"]\s*External", re.I)
TYPE = re.compile(rb"\sType\s*=\s*['\"]([^'\"]*)", re.I)
TARGET = re.compile(rb"\sTarget\s*=\s*['\"]([^'\"]*)", re.I)
# Word writes where the template lay on the author's own disk; nothing can be fetched from there.
LOCAL_TEMPLATE = re.compile(rb"(file:///)?[A-Z]:[\\/%]", re.I)
FIELD_CODE = re.compile(rb"<(?:\w+:)?instrText[^>]*>([^<]*)<|(?:\w+:)?instr\s*=\s*\"([^\"]*)")
ASKS_A_PROGRAM = re.compile(rb"\bDDE(AUTO)?\b|\bINCLUDE(TEXT|PICTURE)\b", re.I)


def office(data: io.BytesIO, kind: str, limits: dict[str, int], depth: int = 0) -> None:
    """Bombs by the directory before anything is unpacked, then what the parts may hold."""
    with zipfile.ZipFile(data) as archive:
        entries = archive.infolist()
        _bomb(entries, limits)
        names = {entry.filename for entry in entries}
        if len(names) != len(entries):
            raise Fault("broken")
        if MAIN_PART[kind] not in names or "[Content_Types].xml" not in names:
            raise Fault("lying")
        _forbidden_parts(names)
        for entry in entries:
            _part(archive, entry, limits, depth)
        types = archive.read("[Content_Types].xml")
        if MAIN_TYPE[kind] not in types:
            raise Fault("macro" if b"macroEnabled" in types else "lying")


def _part(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: dict[str, int], depth: int
) -> None:
    """Read a part no further than its size in the directory; zipfile then compares the CRC."""
    with archive.open(entry) as opened:
        head = opened.read(min(8, entry.file_size))
        if head.startswith((*ARCHIVES, *PROGRAMS)):
            _nested(head + opened.read(entry.file_size), entry.filename, limits, depth)
        elif entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            _xml_part(entry.filename, head + opened.read(entry.file_size))
        else:
            while opened.read(SMALL_ENTRY):
                pass


def _bomb(entries: list[zipfile.ZipInfo], limits: dict[str, int]) -> None:
    if len(entries) > limits["entries"]:
        raise Fault("bomb")
    if sum(entry.file_size for entry in entries) > limits["unpacked"]:
        raise Fault("bomb")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.flag_bits & 0x1:
            raise Fault("locked")
        if entry.header_offset < end:  # one packed block that several entries share
            raise Fault("bomb")
        end = entry.header_offset + 30 + entry.compress_size
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > SMALL_ENTRY and ratio > limits["ratio"]:
            raise Fault("bomb")


def _forbidden_parts(names: set[str]) -> None:
    for name in names:
        low = name.lower()
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise Fault("broken")
        if low.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in low:
            raise Fault("macro")
        if "/activex/" in low or re.search(r"oleobject[^/]*\.bin$", low):
            raise Fault("embedded")
        if "/externallinks/" in low:
            raise Fault("external")


def _nested(part: bytes, name: str, limits: dict[str, int], depth: int) -> None:
    """An archive or program inside: only the small workbook behind a chart, and only once deep."""
    if depth or not part.startswith(b"PK") or not OFFICE_INSIDE.fullmatch(name):
        raise Fault("embedded")
    office(io.BytesIO(part), name.rsplit(".", 1)[1].lower(), limits, depth + 1)


def _xml_part(name: str, part: bytes) -> None:
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        part = part.decode("utf-16").encode()
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:  # the standard forbids both; bombs need them
        raise Fault("broken")
    if name.endswith(".rels"):
        _relations(part)
    elif name.startswith("word/"):
        codes = b"".join(first or second for first, second in FIELD_CODE.findall(part))
        if ASKS_A_PROGRAM.search(codes):
            raise Fault("external")


def _relations(part: bytes) -> None:
    """Links that a reader clicks pass; what the program fetches by itself does not."""
    for relation in RELATION.findall(part):
        if not EXTERNAL.search(relation):
            continue
        kind, target = TYPE.search(relation), TARGET.search(relation)
        kind_words = kind[1] if kind else b""
        where = target[1] if target else b""
        if kind_words.endswith(b"/hyperlink") and not re.match(rb"(file:|\\\\|javascript:)", where):
            continue
        if kind_words.endswith(b"/attachedTemplate") and LOCAL_TEMPLATE.match(where):
            continue
        raise Fault("external")


# --- PDF ---
SCRIPTED = {"/JavaScript", "/Launch", "/ImportData", "/Rendition", "/RichMediaExecute"}
SHOWS_MEDIA = {"/RichMedia", "/Movie", "/Screen", "/3D"}
PLAIN_ATTACHMENT = re.compile(r"\.(pdf|docx|xlsx|png|jpe?g|xml|txt|csv|json|p7s)$", re.I)


def pdf(data: io.BytesIO, limits: dict[str, int]) -> int:
    """Every object: no script, no program, no media; streams unpack to no more than allowed. How
    many pages it has."""
    try:
        document = pikepdf.open(data, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Fault("locked") from None
    unpacked = 0
    with document:
        pages = len(document.pages)
        if not pages:
            raise Fault("broken")
        for item in document.objects:
            for found in _dictionaries(item):
                _pdf_dictionary(found)
            if isinstance(item, pikepdf.Stream):
                unpacked += _pdf_stream(item, limits, limits["unpacked"] - unpacked)
    return pages


def _dictionaries(item: Any, depth: int = 0) -> Iterator[Any]:
    """This dictionary and those written directly inside it (indirect ones come by themselves)."""
    if depth > 40:
        raise Fault("broken")
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        inside = item.stream_dict if isinstance(item, pikepdf.Stream) else item
        yield inside
        values = [value for _key, value in inside.items()]
    elif isinstance(item, pikepdf.Array):
        values = list(item)
    else:
        return
    for value in values:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _pdf_dictionary(found: Any) -> None:
    if "/JS" in found or "/JavaScript" in found or str(found.get("/S", "")) in SCRIPTED:
        raise Fault("script")
    if "/XFA" in found:
        raise Fault("script")  # forms of that kind carry scripts of their own
    if str(found.get("/Subtype", "")) in SHOWS_MEDIA or "/RichMediaContent" in found:
        raise Fault("embedded")
    if "/EF" in found:
        name = str(found.get("/UF", found.get("/F", "")))
        if not PLAIN_ATTACHMENT.search(name):
            raise Fault("embedded")


def _pdf_stream(stream: Any, limits: dict[str, int], left: int) -> int:
    """Unpacked size of a stream, without keeping it. Pictures are judged by their pixels."""
    if str(stream.get("/Subtype", "")) == "/Image":
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > limits["pixels"]:
            raise Fault("pixels")
        return 0
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        names = [str(name) for name in filters]
    else:
        names = [str(filters)] if filters is not None else []
    raw = stream.read_raw_bytes()
    if str(stream.get("/Type", "")) == "/EmbeddedFile" and not names:
        _no_program(raw)
    if not names or names[0] not in ("/FlateDecode", "/Fl"):
        return len(raw)
    total, head = _inflate(raw, left, names.count("/FlateDecode") + names.count("/Fl"))
    if str(stream.get("/Type", "")) == "/EmbeddedFile":
        _no_program(head)
    return total


def _inflate(raw: bytes, left: int, times: int) -> tuple[int, bytes]:
    """Size after `times` unpackings and the first bytes; Fault when more than `left`."""
    head, total = b"", 0
    for turn in range(times):
        unpacker, pending, kept, total = zlib.decompressobj(), raw, [], 0
        while pending:
            try:
                piece = unpacker.decompress(pending, 1024 * 1024)
            except zlib.error:
                break  # damaged streams are the viewer's matter
            pending = unpacker.unconsumed_tail
            total += len(piece)
            if total > left:
                raise Fault("bomb")
            if turn < times - 1:
                kept.append(piece)
            elif total == len(piece):
                head = piece[:8]
        raw = b"".join(kept)
    return total, head


def _no_program(head: bytes) -> None:
    if head.startswith(PROGRAMS):
        raise Fault("embedded")


# --- Pictures ---
def picture(data: io.BytesIO, kind: str, limits: dict[str, int]) -> None:
    """Pixels by the header before anything is unpacked, then one pass over the picture."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first
    expected = {"png": "PNG", "jpg": "JPEG"}[kind]
    with Image.open(data, formats=[expected]) as image:
        width, height = image.size
        if width * height > limits["pixels"] or getattr(image, "n_frames", 1) > 4:
            raise Fault("pixels")
        if kind == "jpg":
            image.draft("L", (max(1, width // 8), max(1, height // 8)))
            image.load()
        else:
            image.verify()


def inspect(kind: str, data: io.BytesIO, limits: dict[str, int]) -> tuple[str, int | None]:
    """ "" when the file may come in, else the code of what is wrong; the pages of a PDF."""
    pages = None
    try:
        if kind in MAIN_PART:
            office(data, kind, limits)
        elif kind == "pdf":
            pages = pdf(data, limits)
        else:
            picture(data, kind, limits)
    except Fault as fault:
        return str(fault), None
    except MemoryError:
        return "heavy", None
    except Exception:  # every parser has its own errors; none of them lets a file in
        return "broken", None
    return "", pages


def main() -> None:
    limits: dict[str, int] = json.loads(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fault, pages = inspect(sys.argv[1], io.BytesIO(sys.stdin.buffer.read()), limits)
    sys.stdout.write(json.dumps({"fault": fault, "pages": pages}))


if __name__ == "__main__":
    main()
