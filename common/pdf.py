"""Papers as PDF: HTML through WeasyPrint, with our fonts and nothing else from disk or network."""

from __future__ import annotations

import atexit
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

Plain = str | int | bool | None | list["Plain"] | tuple["Plain", ...] | dict[str, "Plain"]

# The only files a paper can name, as font:NAME in paper.css. Full TTF: WeasyPrint prints garbage
# with the split web subsets (ux.md 3.4).
FONTS: dict[str, str] = {
    "tinos": "tinos/400Regular/Tinos_400Regular.ttf",
    "tinos-italic": "tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "tinos-bold": "tinos/700Bold/Tinos_700Bold.ttf",
    "tinos-bold-italic": "tinos/700Bold_Italic/Tinos_700Bold_Italic.ttf",
}


CSS_PIXEL = 0.75  # of a point


class PdfUnavailable(Exception):
    """WeasyPrint cannot start: Pango or the fonts are missing on this machine."""


def font_folder() -> Path:
    """Where the packaged TTF files are."""
    return Path(settings.BASE_DIR) / "node_modules" / "@expo-google-fonts"


@lru_cache(maxsize=1)
def _fetcher() -> URLFetcher:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class PackagedOnly(URLFetcher):
        """Serves font:NAME from our packages and data: URIs; refuses files and network."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            scheme, _colon, name = url.partition(":")
            if scheme == "font" and name in FONTS:
                body = (font_folder() / FONTS[name]).read_bytes()
                return URLFetcherResponse(url, body, {"Content-Type": "font/ttf"})
            if scheme == "data":
                return super().fetch(url, headers)
            raise ValueError(f"A paper may not load {url[:80]}")  # logged, left out

    return PackagedOnly(allowed_protocols=("data",), allow_redirects=False)


@lru_cache(maxsize=4)
def _stylesheet(base: str, rules: str = "") -> tuple[Any, Any]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    source = (Path(settings.BASE_DIR) / "static" / "css" / f"{base}.css").read_text("utf-8")
    return CSS(string=rules + source, font_config=fonts, url_fetcher=_fetcher()), fonts


atexit.register(_stylesheet.cache_clear)  # WeasyPrint cannot free fonts once its modules are gone


def render_pdf(html: str, *, base: str = "paper") -> bytes:
    """PDF of one HTML document, styled by ``static/css/<base>.css``. About 60 ms a page.

    Raises PdfUnavailable where Pango is missing. Files and hosts that it names are left out.
    """
    return render_pdfs([html], base=base)


def render_pdfs(pages: Sequence[str], *, base: str = "paper") -> bytes:
    """One PDF of several documents, each with page numbers of its own."""
    return _written(_laid_out(pages, base))


@dataclass(frozen=True)
class Place:
    """Where something stands: page from 0, points from the lower left corner of the page."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


def rectangle(
    place: Place, box: tuple[float, float, float, float], turned: int
) -> tuple[float, float, float, float]:
    """Where a place of a page as it is seen lies in the file's own coordinates: left, bottom,
    right, top. `box`: of the page, so; `turned`: its /Rotate."""
    left, bottom, right, top = box
    corners = ((place.left, place.bottom), (place.right, place.top))
    if turned % 360 == 90:
        turn = [(right - y, bottom + x) for x, y in corners]
    elif turned % 360 == 180:
        turn = [(right - x, top - y) for x, y in corners]
    elif turned % 360 == 270:
        turn = [(left + y, top - x) for x, y in corners]
    else:
        turn = [(left + x, bottom + y) for x, y in corners]
    xs, ys = sorted(x for x, _y in turn), sorted(y for _x, y in turn)
    return xs[0], ys[0], xs[1], ys[1]


def render_placed(
    pages: Sequence[str], *, base: str, rules: str = ""
) -> tuple[bytes, dict[str, Place]]:
    """The same, with the place of every element that has an id. Raises PdfUnavailable.

    ``rules`` are styles of our own data, read before those of the sheet.
    """
    whole = _laid_out(pages, base, rules)
    return _written(whole), {
        name: Place(
            number, left * CSS_PIXEL, (page.height - bottom) * CSS_PIXEL,
            right * CSS_PIXEL, (page.height - top) * CSS_PIXEL,
        )
        for number, page in enumerate(whole.pages)
        for name, (left, top, right, bottom) in page.anchors.items()
    }  # fmt: skip


def _laid_out(pages: Sequence[str], base: str, rules: str = "") -> Any:
    """WeasyPrint's document of all pages."""
    if os.environ.get("GOVIT_PDF") == "off":  # bin/demo found that Pango crashes here
        raise PdfUnavailable("Pango or its fonts are missing on this machine")
    try:
        from weasyprint import HTML

        sheet, fonts = _stylesheet(base, rules)
    except OSError as missing:
        raise PdfUnavailable(str(missing)) from missing
    documents = [
        HTML(string=html, url_fetcher=_fetcher(), base_url=None).render(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
        )
        for html in pages
    ]
    whole = documents[0]
    if len(documents) > 1:
        whole = whole.copy([page for document in documents for page in document.pages])
    return whole


def _written(document: Any) -> bytes:
    output = io.BytesIO()
    document.write_pdf(output, pdf_variant="pdf/ua-1")
    return output.getvalue()


def render_drawing(html: str, *, width: float, height: float) -> bytes:
    """One page of so many points, to be shown in a field of another PDF; ``stamp.css``.

    Not tagged: its parts would be named in a tree that stays behind. Raises PdfUnavailable.
    """
    if os.environ.get("GOVIT_PDF") == "off":
        raise PdfUnavailable("Pango or its fonts are missing on this machine")
    try:
        from weasyprint import CSS, HTML

        sheet, fonts = _stylesheet("stamp")
    except OSError as missing:
        raise PdfUnavailable(str(missing)) from missing
    size = CSS(string=f"@page {{ size: {width}pt {height}pt }}")
    page = HTML(string=html, url_fetcher=_fetcher(), base_url=None)
    drawn: bytes = page.write_pdf(stylesheets=[sheet, size], font_config=fonts)
    return drawn


def qr_svg_data_uri(text: str) -> str:
    """A QR code, error level M, for ``<img class="qr" alt="…" src="…">`` (28 mm, in paper.css).

    The quiet zone is the 4 mm margin of that class. Read from a photocopy too.
    """
    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=0, omitsize=True))


def plain(value: Any) -> Plain:
    """The same data when nothing in it can query; TypeError names what could."""
    if isinstance(value, Promise):
        return str(value)
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    raise TypeError(
        f"A paper takes text, whole numbers, lists and dicts, not {type(value).__name__}"
    )


class PaperResponse(HttpResponse):
    """A paper of one to three pages, rendered by PaperMiddleware after the transaction is closed.

    ``data`` is plain (dates and sums already put into words): the template cannot query.
    Papers are written in Vietnamese whatever the language of the screen.
    """

    def __init__(self, template: str, data: dict[str, Any], filename: str) -> None:
        super().__init__(content_type="application/pdf")
        self.template = template
        self.data = plain(data)
        self.headers["Content-Disposition"] = (
            content_disposition_header(False, filename) or "inline"
        )
        self.headers["Cache-Control"] = "private, no-store"

    def render_paper(self) -> None:
        """Fill the content. Raises PdfUnavailable."""
        with translation.override("vi"):
            html = render_to_string(self.template, self.data if isinstance(self.data, dict) else {})
        self.content = render_pdf(html)
        self.headers["Content-Length"] = str(len(self.content))  # CommonMiddleware saw it empty


class KeptPaperResponse(PaperResponse):
    """A paper that anybody may ask for again and again: what is the same is rendered once."""

    def render_paper(self) -> None:
        """Fill the content. Raises PdfUnavailable."""
        self.content = _rendered(self.template, json.dumps(self.data, sort_keys=True))
        self.headers["Content-Length"] = str(len(self.content))


@lru_cache(maxsize=16)
def _rendered(template: str, data: str) -> bytes:
    with translation.override("vi"):
        return render_pdf(render_to_string(template, json.loads(data)))


class PapersResponse(PaperResponse):
    """Several papers as one PDF, in their order: a volume of a batch."""

    def __init__(self, papers: list[tuple[str, dict[str, Any]]], filename: str) -> None:
        super().__init__("", {}, filename)
        self.papers = [(template, plain(data)) for template, data in papers]

    def render_paper(self) -> None:
        """Fill the content. Raises PdfUnavailable."""
        with translation.override("vi"):
            pages = [
                render_to_string(template, data if isinstance(data, dict) else {})
                for template, data in self.papers
            ]
        self.content = render_pdfs(pages)
        self.headers["Content-Length"] = str(len(self.content))
