"""The form fields of a document: number, date, the place of the signature and of the seal.

They are in the file before anybody signs: afterwards fields may be filled and nothing be added.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import pikepdf
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from pikepdf import Array, Dictionary, Name, String

from common.pdf import Place, render_placed
from documents.layouts.measures import measures, points, style_rules, styles

NUMBER, DATE, SIGNATURE, SEAL = "so", "ngay", "nguoi_ky", "con_dau"
TEXTS = (NUMBER, DATE)
PRINTED = 4  # annotation flag: the field is on paper, too
RIGHT, LEFT = 2, 0  # quadding: the number stands close to its slash


def fields_at(places: Mapping[str, Place]) -> dict[str, Place]:
    """The fields whose rooms a layout has; the seal lies over the left of the signature."""
    found = {
        name: places[f"field-{name}"]
        for name in (NUMBER, DATE, SIGNATURE)
        if f"field-{name}" in places
    }
    if SIGNATURE in found:
        found[SEAL] = seal_beside(found[SIGNATURE])
    return found


def seal_beside(signature: Place) -> Place:
    """Over about a third of the signature on its left (Phụ lục I, Phần I, Mục II.8a)."""
    size = points("seal")
    right = signature.left + (signature.right - signature.left) * measures()["seal-overlap"] / 100
    bottom = (signature.bottom + signature.top - size) / 2
    return Place(signature.page, right - size, bottom, right, bottom + size)


def add_fields(pdf: bytes, places: Mapping[str, Place]) -> bytes:
    """The same document with these empty fields; one that it has already is left as it is."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        form = _form_of(document)
        taken = {str(field.get("/T", "")) for field in form.Fields}
        for name in sorted(set(places) - taken):
            page = document.pages[places[name].page]
            widget = document.make_indirect(_widget(document, name, places[name], page))
            form.Fields.append(widget)
            if "/Annots" not in page:
                page.Annots = document.make_indirect(Array())
            page.Annots.append(widget)
        output = io.BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return output.getvalue()


def _form_of(document: pikepdf.Pdf) -> pikepdf.Object:
    if "/AcroForm" not in document.Root:
        fonts = {
            name: Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(f"/{base}"))
            for name, base in (("/TiRo", "Times-Roman"), ("/TiIt", "Times-Italic"))
        }
        document.Root.AcroForm = document.make_indirect(
            Dictionary(Fields=Array(), DR=Dictionary(Font=Dictionary(fonts)))
        )
    form = document.Root.AcroForm
    if "/Fields" not in form:
        form.Fields = Array()
    return form


def _widget(
    document: pikepdf.Pdf, name: str, place: Place, page: pikepdf.Page
) -> pikepdf.Dictionary:
    widget = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, T=String(name), TU=String(_label(name)), F=PRINTED,
        Rect=Array([round(each, 3) for each in _rectangle(place, page)]), P=page.obj,
    )  # fmt: skip
    if name not in TEXTS:
        widget.FT = Name.Sig
        return widget
    widget.FT = Name.Tx
    widget.Q = RIGHT if name == NUMBER else LEFT
    font, style = ("/TiRo", "number") if name == NUMBER else ("/TiIt", "place-date")
    widget.DA = String(f"{font} {styles()[style].size_pt:g} Tf 0 g")
    words = blank_date() if name == DATE else ""
    widget.V = String(words)
    widget.AP = Dictionary(N=_drawn(document, words, style, place))
    return widget


def blank_date() -> str:
    """What stands behind "ngày" until the day is known: room to write, as on paper."""
    room = "\N{NO-BREAK SPACE}"
    parts = {"day": room * 6, "month": room * 6, "year": room * 8}
    return _("%(day)s month %(month)s year %(year)s") % parts


def _drawn(document: pikepdf.Pdf, words: str, style: str, place: Place) -> pikepdf.Object:
    """The look of a field that shows these words, in the letters of the document."""
    html = render_to_string("documents/layouts/field.html", {"words": words, "style": style})
    pdf, drawn_at = render_placed([html], base="nd30", rules=style_rules())
    at = drawn_at["words"]
    width, height = place.right - place.left, place.top - place.bottom
    with pikepdf.open(io.BytesIO(pdf)) as drawn:
        look = drawn.pages[0].as_form_xobject()
        look.BBox = Array([at.left, at.bottom, at.left + width, at.bottom + height])
        return document.copy_foreign(look)


def _rectangle(place: Place, page: pikepdf.Page) -> tuple[float, float, float, float]:
    """Where a place of the page as it is seen lies in the file's own coordinates."""
    left, bottom, right, top = (float(each) for each in page.mediabox)
    turned = int(page.get("/Rotate", 0)) % 360
    corners = ((place.left, place.bottom), (place.right, place.top))
    if turned == 90:
        turn = [(right - y, bottom + x) for x, y in corners]
    elif turned == 180:
        turn = [(right - x, top - y) for x, y in corners]
    elif turned == 270:
        turn = [(left + y, top - x) for x, y in corners]
    else:
        turn = [(left + x, bottom + y) for x, y in corners]
    xs, ys = sorted(x for x, _y in turn), sorted(y for _x, y in turn)
    return xs[0], ys[0], xs[1], ys[1]


def _label(name: str) -> str:
    return {
        NUMBER: _("Number of the document"), DATE: _("Date of issue"),
        SIGNATURE: _("Signature of the person who signs"), SEAL: _("Seal of the agency"),
    }[name]  # fmt: skip
