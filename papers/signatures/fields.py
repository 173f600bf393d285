"""The form fields of a paper that is to be signed: made before the first signature, all at once.

NĐ 30/2020/NĐ-CP Phụ lục I: number (box 3), place and date (box 4), the signature of the person
(box 7c) and the seal (box 8) over about a third of it, on its left. What is made later would be a
change of a signed document.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

NUMBER, DATE, PERSON, SEAL = "so", "ngay", "nguoi_ky", "con_dau"
TEXTS = frozenset({NUMBER, DATE})
PRINTED = 4  # ISO 32000-1 table 165: the annotation is printed
READ_ONLY = 1  # table 221: nobody types into the field
SIGNATURES_EXIST_APPEND_ONLY = 3  # table 219


@dataclass(frozen=True)
class Place:
    """Where a field lies: the page, from 0, and its box in points from the lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def box(self) -> list[float]:
        return [self.left, self.bottom, self.right, self.top]

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


def seal_beside(person: Place, side: float) -> Place:
    """The square of a seal so wide in points: a third of the person's box lies under it."""
    middle = (person.bottom + person.top) / 2
    right = person.left + person.width / 3
    return Place(person.page, right - side, middle - side / 2, right, middle + side / 2)


def with_fields(pdf: bytes, places: Mapping[str, Place]) -> bytes:
    """The paper, not signed yet, with empty fields: text for the number and date, else signatures.

    One revision, with a plain table of references: what comes later can be told apart.
    """
    with Pdf.open(io.BytesIO(pdf)) as paper:
        fields = [_field(paper, name, place) for name, place in places.items()]
        paper.Root.AcroForm = paper.make_indirect(
            Dictionary(Fields=Array(fields), SigFlags=SIGNATURES_EXIST_APPEND_ONLY)
        )
        output = io.BytesIO()
        paper.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return output.getvalue()


def _field(paper: Pdf, name: str, place: Place) -> pikepdf.Object:
    page = paper.pages[place.page]
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, T=name, F=PRINTED, Rect=Array(place.box), P=page.obj,
        FT=Name.Tx if name in TEXTS else Name.Sig,
    )  # fmt: skip
    if name in TEXTS:
        field.DA = "/Helv 0 Tf 0 g"  # asked for by readers; the appearance is drawn with our font
    made = paper.make_indirect(field)
    page.obj.Annots = Array([*page.obj.get("/Annots", Array()), made])
    return made
