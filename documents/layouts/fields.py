"""The form fields of a document: number, date, the place of the signature and of the seal.

They are in the file before anybody signs: afterwards fields may be filled and nothing be added.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pikepdf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pikepdf import Array, Dictionary, Name, String

from common.errors import DomainError
from common.pdf import Place, rectangle, render_drawing
from documents.layouts.anchors import date_room, number_room, signature_room
from documents.layouts.measures import measures, points, styles
from files.reading import read_pdf
from papers.signatures.drawing import TextStyle, text_html
from papers.signatures.fields import DATE, NUMBER, PERSON, PERSONS, SEAL, SECOND, TEXTS

OURS = {NUMBER, DATE, SEAL, *PERSONS}
PRINTED = 4  # annotation flag: the field is on paper, too
RIGHT, LEFT = 2, 0  # quadding: the number stands close to its slash
FONT_NAMES = {"/TiRo": "/Times-Roman", "/TiIt": "/Times-Italic"}
LINE = 1.25  # of a field's letters
SIGNED = gettext_lazy(
    "The PDF is signed already, so nothing can be added to it. Upload the version before signing."
)
LOCKED = gettext_lazy("The PDF is locked with a password. Save it without one and upload it again.")
OWN = gettext_lazy(
    "The PDF has form fields of its own that are named as those of the portal: %s. Print it to PDF "
    "anew, so that it has no form fields, and upload it again."
)
BROKEN = gettext_lazy("The PDF is damaged. Save it anew and upload it again.")


class FieldsRefused(DomainError):
    """This PDF cannot get the fields of a signature; the sentence says what to do."""


def fields_at(places: Mapping[str, Place]) -> dict[str, Place]:
    """The fields whose rooms a layout has; the seal lies over the left of the signature."""
    found = {
        name: places[f"field-{name}"]
        for name in (NUMBER, DATE, *PERSONS)
        if f"field-{name}" in places
    }
    if PERSON in found:
        found[SEAL] = seal_beside(found[PERSON])
    return found


def seal_beside(signature: Place) -> Place:
    """Over about a third of the signature on its left (Phụ lục I, Phần I, Mục II.8a)."""
    size = points("seal")
    right = signature.left + (signature.right - signature.left) * measures()["seal-overlap"] / 100
    bottom = (signature.bottom + signature.top - size) / 2
    return Place(signature.page, right - size, bottom, right, bottom + size)


def beside(signature: Place) -> Place:
    """On the left of the sheet, as high: who signs beside the signer (Phụ lục III, Mẫu 1.9)."""
    left = points("margin-left")
    return replace(signature, left=left, right=left + signature.right - signature.left)


def add_fields(pdf: bytes, places: Mapping[str, Place]) -> bytes:
    """The same document with these fields, empty but for the words of a date to come."""
    return _with(pdf, lambda _document: places, {DATE: blank_date()})


def with_fields(
    pdf: bytes, places: Mapping[str, Place] | None = None, *, signer: str = "", second: str = ""
) -> bytes:
    """An uploaded PDF with the four fields: at these places, else where its words leave room for
    them, else where such papers have them. `second`: the name of who signs beside the signer.

    A number and date that it shows give way to the fields. Raises FieldsRefused for a PDF that is
    signed, locked or broken, or has fields so named already, which might show another number than
    that of the register. Takes half a second.
    """
    named = dict(places or {})
    facts = read_pdf(pdf)
    rooms = {
        NUMBER: number_room(facts), DATE: date_room(facts),
        PERSON: signature_room(facts, signer), SECOND: signature_room(facts, second),
    }  # fmt: skip
    if rooms[SECOND] == rooms[PERSON]:  # of one name: the line of it is the signer's
        rooms[SECOND] = None
    found = {name: place for name, place in rooms.items() if place and name not in named}
    known = found | named
    if PERSON in known and SEAL not in known:
        known[SEAL] = seal_beside(known[PERSON])
    if second and PERSON in known and SECOND not in known:
        known[SECOND] = beside(known[PERSON])
    try:
        return _with(
            pdf, lambda document: {**usual_places(document, bool(second)), **known},
            {DATE: blank_date()} if DATE in found else {},
            covered=[name for name in TEXTS if name in found],
        )  # fmt: skip
    except pikepdf.PasswordError as locked:
        raise FieldsRefused(LOCKED, code="locked") from locked
    except pikepdf.PdfError as broken:
        raise FieldsRefused(BROKEN, code="broken") from broken


def usual_places(document: pikepdf.Pdf, has_second: bool = False) -> dict[str, Place]:
    """Number and date at the head of page 1, the signature at the foot of the last on the right,
    another beside it on the left."""
    first, last = document.pages[0], document.pages[-1]
    top = _seen_size(first)[1] - points("upload-line")
    height = styles()["number"].size_pt * LINE
    number, date = points("upload-number"), points("upload-date")
    room = measures()
    right = _seen_size(last)[0] - points("margin-right")
    foot = points("margin-bottom") + points("upload-foot")
    signature = Place(
        len(document.pages) - 1, right - points("signature-width"), foot,
        right, foot + points("signature-height"),
    )  # fmt: skip
    return {
        **({SECOND: beside(signature)} if has_second else {}),
        NUMBER: Place(0, number, top - height, number + room["number-room"] * height, top),
        DATE: Place(0, date, top - height, date + room["date-room"] * height, top),
        PERSON: signature,
        SEAL: seal_beside(signature),
    }


def _with(
    pdf: bytes,
    places_of: Callable[[pikepdf.Pdf], Mapping[str, Place]],
    words: Mapping[str, str],
    covered: Sequence[str] = (),
) -> bytes:
    """The document with these fields; `words` stand in them until they are filled."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        form = _form_of(document)
        if any("/V" in field for field in form.Fields if field.get("/FT") == Name.Sig):
            raise FieldsRefused(SIGNED, code="signed")
        places = places_of(document)
        taken = {str(field.get("/T", "")) for field in form.Fields} & OURS
        if taken:
            raise FieldsRefused(OWN % ", ".join(sorted(taken)), code="own_fields")
        for name, place in sorted(places.items()):
            if name in covered:
                _cover(document, place)
            _put(document, form, _widget(document, name, place, words.get(name, "")), place)
        output = io.BytesIO()
        document.save(
            output, min_version="1.4", object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
    return output.getvalue()


def _put(
    document: pikepdf.Pdf, form: pikepdf.Object, widget: pikepdf.Dictionary, place: Place
) -> None:
    """A widget on its page and in the form."""
    page = document.pages[place.page]
    kept = document.make_indirect(widget)
    form.Fields.append(kept)
    if "/Annots" not in page:
        page.Annots = document.make_indirect(Array())
    page.Annots.append(kept)
    _tag(document, kept, page)


def _cover(document: pikepdf.Pdf, place: Place) -> None:
    """White paper at this place, over all that the page has drawn so far."""
    page = document.pages[place.page]
    left, bottom, right, top = _rectangle(place, page)
    white = (
        f"Q /Artifact BMC q 1 1 1 rg {left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f}"
    )
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"{white} re f Q EMC".encode())


def _tag(document: pikepdf.Pdf, widget: pikepdf.Object, page: pikepdf.Page) -> None:
    """The field as a part of the document for readers aloud (PDF/UA-1, 7.18.4); if it is tagged."""
    tree = document.Root.get("/StructTreeRoot")
    if tree is None or "/ParentTree" not in tree:
        return
    parts = tree.K if isinstance(tree.K, Array) else Array([tree.K])
    whole = parts[0]
    part = document.make_indirect(
        Dictionary(
            Type=Name.StructElem, S=Name.Form, P=whole, Pg=page.obj,
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page.obj),
        )
    )  # fmt: skip
    kids = whole.get("/K", Array())
    whole.K = Array([*kids, part]) if isinstance(kids, Array) else Array([kids, part])
    parents = pikepdf.NumberTree(tree.ParentTree)
    key = max((number for number, _part in parents.items()), default=-1) + 1
    parents[key] = part
    widget.StructParent = key


def _form_of(document: pikepdf.Pdf) -> pikepdf.Object:
    """The form of the document, with the letters that our fields name."""
    if "/AcroForm" not in document.Root:
        document.Root.AcroForm = document.make_indirect(Dictionary())
    form = document.Root.AcroForm
    if "/NeedAppearances" in form:  # readers would draw the fields anew, in letters of their own
        del form.NeedAppearances
    for key, empty in (("/Fields", Array()), ("/DR", Dictionary())):
        if key not in form:
            form[key] = empty
    if "/Font" not in form.DR:
        form.DR.Font = Dictionary()
    for name, base in FONT_NAMES.items():
        if name not in form.DR.Font:
            form.DR.Font[name] = Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(base)
            )  # fmt: skip
    return form


def _widget(document: pikepdf.Pdf, name: str, place: Place, words: str) -> pikepdf.Dictionary:
    page = document.pages[place.page]
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
    if words:  # shown, and no value: the field is still to be filled
        look = TextStyle.of(str(widget.DA), int(widget.Q))
        widget.AP = Dictionary(N=_drawn(document, words, look, place))
    return widget


def blank_date() -> str:
    """What stands behind "ngày" until the day is known: room to write, as on paper."""
    room = "\N{NO-BREAK SPACE}"
    parts = {"day": room * 5, "month": room * 5, "year": room * 8}
    return _("%(day)s month %(month)s year %(year)s") % parts


def _drawn(document: pikepdf.Pdf, words: str, style: TextStyle, place: Place) -> pikepdf.Object:
    """The look of a field that shows these words, as it will look when it is filled."""
    width, height = place.right - place.left, place.top - place.bottom
    pdf = render_drawing(text_html(words, style, width), width=width, height=height)
    with pikepdf.open(io.BytesIO(pdf)) as drawn:
        return document.copy_foreign(drawn.pages[0].as_form_xobject())


def _rectangle(place: Place, page: pikepdf.Page) -> tuple[float, float, float, float]:
    """Where a place of the page as it is seen lies in the file's own coordinates."""
    left, bottom, right, top = (float(each) for each in page.mediabox)
    return rectangle(place, (left, bottom, right, top), int(page.get("/Rotate", 0)))


def _seen_size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in points, as the page is seen."""
    left, bottom, right, top = (float(each) for each in page.mediabox)
    size = (right - left, top - bottom)
    return size if int(page.get("/Rotate", 0)) % 180 == 0 else size[::-1]


def _label(name: str) -> str:
    return {
        NUMBER: _("Number of the document"), DATE: _("Date of issue"),
        PERSON: _("Signature of the person who signs"), SEAL: _("Seal of the agency"),
        SECOND: _("Signature of who signs beside"),
    }[name]  # fmt: skip
