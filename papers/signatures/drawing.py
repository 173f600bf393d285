"""What a field shows: a picture or words, drawn with the font of the paper.

NĐ 30/2020/NĐ-CP Phụ lục I: the person's handwritten signature in blue and the seal in red are PNG
on a transparent ground without words; the mark on an attachment in a file of its own is words
without a picture, Times New Roman 10, upright and black, with the time of Việt Nam by ISO 8601.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from PIL import ImageFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import IndirectObject, pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from common.errors import DomainError
from common.pdf import FONTS, Place, font_folder, render_drawing

VIETNAM = dt.timezone(dt.timedelta(hours=7))
PAPER_SIZE, SMALLEST_SIZE = 13.0, 9.0  # points: of the paper's text, and the least that is read
MARK_WIDTH, MARK_HEIGHT = 245, 30  # of the mark on an attachment; box 14, top right
MARK_FROM_RIGHT, MARK_FROM_TOP = 20, 17
QUARTERS = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}  # turns to the left


class DoesNotFit(DomainError):
    """What is to be written is longer than its place on the paper."""

    code = "does_not_fit"
    default_message = _("This is too long for its place on the paper. Shorten it.")


@dataclass(frozen=True)
class TextStyle:
    """How a field of text is set: what its maker wrote into it."""

    size: float
    is_italic: bool
    is_right: bool

    @classmethod
    def of(cls, font: str, alignment: int) -> TextStyle:
        """From the field's default appearance ("/TiIt 13 Tf 0 g") and its quadding, 2 for right."""
        found = re.search(r"/(\S+) ([\d.]+) Tf", font)
        name, size = (found[1], float(found[2])) if found else ("", 0.0)
        return cls(size or PAPER_SIZE, "It" in name, alignment == 2)


@dataclass(frozen=True)
class Appearance:
    """A picture (PNG), or lines of text, or a picture with lines at its foot."""

    picture: bytes = b""
    lines: tuple[str, ...] = ()

    def html(self) -> str:
        """The page that is as large as the field."""
        image = format_html(
            '<img alt="" src="data:image/png;base64,{}">', base64.b64encode(self.picture).decode()
        )
        place = "words beside" if self.picture or len(self.lines) > 1 else "words right"
        words = format_html_join("", "<div>{}</div>", ((line,) for line in self.lines))
        return format_html(
            '{}<div class="{}">{}</div>', image if self.picture else "", place, words
        )


def iso_time(at: dt.datetime) -> str:
    """Phụ lục I: day month year; hours:minutes:seconds; the time zone of Việt Nam by ISO 8601."""
    local = at.astimezone(VIETNAM).replace(microsecond=0)
    return f"{local:%d-%m-%Y} {local:%H:%M:%S}+07:00"


def attachment_mark(symbol: str, at: dt.datetime) -> Appearance:
    """On an attachment in a file of its own: number and symbol of the document; time of signing."""
    return Appearance(lines=(f"{symbol}; {iso_time(at)}",))


def attachment_place(width: float, height: float) -> Place:
    """Where the mark stands on a first page of this size, as it is seen: top right."""
    right, top = width - MARK_FROM_RIGHT, height - MARK_FROM_TOP
    return Place(0, max(right - MARK_WIDTH, 0), top - MARK_HEIGHT, right, top)


def text_html(text: str, style: TextStyle, width: float) -> str:
    """A number or date as the rest of the paper is set. Raises DoesNotFit."""
    font = ImageFont.truetype(_font_file(style.is_italic), 100)
    size = min(style.size, width / font.getlength(text) * 100) if text else style.size
    if size < SMALLEST_SIZE:
        raise DoesNotFit
    classes = f"field {'italic' if style.is_italic else ''} {'right' if style.is_right else ''}"
    return format_html(
        '<div class="{}" style="font-size:{}pt">{}</div>', classes, f"{size:.2f}", text
    )


def draw(
    writer: BasePdfFileWriter, html: str, width: float, height: float, turned: int = 0
) -> IndirectObject:
    """The drawing as an object that a field can show; upright on a page that is turned."""
    if turned in (90, 270):
        width, height = height, width
    page = PdfFileReader(io.BytesIO(_drawn(html, width, height)))
    drawn = writer.import_page_as_xobject(page)
    if turned in QUARTERS:
        turn = (*QUARTERS[turned], 0, 0)
        drawn.get_object()[pdf_name("/Matrix")] = generic.ArrayObject(
            generic.NumberObject(each) for each in turn
        )
    return drawn


@lru_cache(maxsize=32)
def _drawn(html: str, width: float, height: float) -> bytes:
    return render_drawing(html, width=width, height=height)


def _font_file(is_italic: bool) -> str:
    return str(font_folder() / FONTS["tinos-italic" if is_italic else "tinos"])
