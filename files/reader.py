"""Reads one PDF in a process of its own: its pages, letters and words, with limits.

    python -I reader.py LIMITS_AS_JSON < FILE      prints what files/reading.py calls PdfFacts

It stands alone as the inspector does: no Django, no settings, no environment.
"""

from __future__ import annotations

import errno
import io
import json
import logging
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

LAST = 3  # pages from the end of which pieces of text are told with their places
DEEPEST = 5  # drawings inside drawings
EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")


def read(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """The facts of a PDF; `fault` is "locked" or "broken" where it cannot be read."""
    began = time.process_time()
    reader = PdfReader(io.BytesIO(data), strict=False)
    found: dict[str, Any] = {
        "fault": "", "version": reader.pdf_header.removeprefix("%PDF-"), "sizes": [],
        "loose_fonts": [], "texts": [], "fields": {}, "pieces": [], "is_cut": False,
    }  # fmt: skip
    if reader.is_encrypted:
        return {**found, "fault": "locked"}
    version = reader.root_object.get("/Version")
    if version:
        found["version"] = str(version).lstrip("/")
    loose: set[str] = set()
    left = limits["letters"]
    count = len(reader.pages)
    found["is_cut"] = count > limits["pages"]
    for number, page in enumerate(reader.pages[: limits["pages"]]):
        if time.process_time() - began > limits["patience"]:
            found["is_cut"] = True
            break
        found["sizes"].append(_size(page))
        loose |= set(_loose(page.get("/Resources"), set(), 0))
        is_placed = (number == 0 or number >= count - LAST) and not page.rotation % 360
        pieces = _Pieces(number, page.mediabox) if is_placed else None
        text = (page.extract_text(visitor_text=pieces) or "")[:left]
        found["pieces"] += pieces.found[: limits["pieces"]] if pieces else []
        left -= len(text)
        found["texts"].append(text)
    found["is_cut"] |= left <= 0
    fields = reader.get_form_text_fields()
    found["fields"] = {name: str(value or "") for name, value in fields.items()}
    found["loose_fonts"] = sorted(loose)[:20]
    return found


class _Pieces:
    """Gathers what is shown at once: page, left end and line in points, size, words.

    Counted from the lower left corner of the sheet, wherever its own numbers begin.
    """

    def __init__(self, page: int, sheet: Any) -> None:
        self.page = page
        self.left, self.foot = float(sheet.left), float(sheet.bottom)
        self.found: list[list[Any]] = []

    def __call__(self, text: str, matrix: Any, at: Any, _font: Any, size: float) -> None:
        words = text.strip("\n")
        if not words.strip():
            return
        x = matrix[0] * at[4] + matrix[2] * at[5] + matrix[4]
        y = matrix[1] * at[4] + matrix[3] * at[5] + matrix[5]
        scale = abs((matrix[3] or 1) * (at[3] or 1))
        place = [float(x) - self.left, float(y) - self.foot]
        self.found.append([self.page, *place, float(size) * scale, words])


def _size(page: Any) -> list[float]:
    """Width and height in points, as the page is seen."""
    box, unit = page.cropbox, float(page.get("/UserUnit", 1))
    size = [float(box.width) * unit, float(box.height) * unit]
    return size[::-1] if page.rotation % 180 else size


def _loose(resources: Any, seen: set[int], depth: int) -> Iterator[str]:
    """Names of the fonts that are not in the file, those of drawings on the page too."""
    if resources is None or depth > DEEPEST:
        return
    resources = resources.get_object()
    for font in _values(resources.get("/Font")):
        if not _is_embedded(font):
            yield str(font.get("/BaseFont", "?")).lstrip("/")
    for drawing in _values(resources.get("/XObject")):
        if id(drawing) not in seen and drawing.get("/Subtype") == "/Form":
            seen.add(id(drawing))
            yield from _loose(drawing.get("/Resources"), seen, depth + 1)


def _values(dictionary: Any) -> list[Any]:
    if dictionary is None:
        return []
    return [value.get_object() for value in dictionary.get_object().values()]


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":  # drawn in the file itself
        return True
    if font.get("/Subtype") == "/Type0":
        below = font["/DescendantFonts"].get_object()
        return bool(below) and _is_embedded(below[0].get_object())
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor.get_object() for key in EMBEDDED)


def told(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """The facts, or the fault alone of what cannot be read at all."""
    try:
        return read(data, limits)
    except MemoryError:
        return {"fault": "heavy"}
    except (PyPdfError, RecursionError, ValueError, KeyError, TypeError, AttributeError,
            IndexError, OSError, NotImplementedError) as error:  # fmt: skip
        return {"fault": "heavy" if _is_for_want_of_memory(error) else "broken"}


def _is_for_want_of_memory(error: BaseException | None) -> bool:
    """Also where a library says in words of its own why it gave up."""
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    return False


def main() -> None:
    limits: dict[str, int] = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable()  # pypdf tells of every oddity
    sys.stdout.write(json.dumps(told(sys.stdin.buffer.read(), limits)))


if __name__ == "__main__":
    main()
