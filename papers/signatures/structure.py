"""What the bytes of a signed file must look like, whatever its signatures say.

The attacks that are met here: a byte range that leaves more out than the signature (universal
forgery), content that can be hidden or shown (shadow attacks), programs, and fields that come, go
or move after a signature (sneaky signature attack).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from asn1crypto import cms
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from papers.signatures.fields import TEXTS
from papers.signatures.reasons import Reason

ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition",
    "/Movie", "/Sound", "/GoToE", "/RichMediaExecute", "/GoTo3DView",
}  # fmt: skip
PARTS = {"/JS", "/AA", "/XFA"}
SUSPECT = re.compile(
    rb"/(?:%s)\b" % b"|".join(name[1:].encode() for name in sorted(ACTIONS | PARTS))
)
HIDING = 1 | 2 | 32  # ISO 32000-1 table 165: Invisible, Hidden, NoView
FOOT = re.compile(rb"startxref[\r\n ]+\d{1,10}[\r\n ]+%%EOF[\r\n]{0,2}\Z")
GAP = re.compile(rb"<[0-9A-Fa-f]+>")


@dataclass(frozen=True)
class Widget:
    """A form field on a page."""

    kind: str
    page: int
    box: tuple[float, ...]
    shows: bytes  # value and appearance, as references
    is_signed: bool
    is_hiding: bool

    @property
    def place(self) -> tuple[str, int, tuple[float, ...]]:
        return self.kind, self.page, self.box

    @property
    def is_seen(self) -> bool:
        left, bottom, right, top = self.box
        return left != right and bottom != top


def faults_of_frame(pdf: bytes) -> Iterator[Reason]:
    """Head and foot, first of all: a reader seeks them through megabytes where they are not."""
    if not pdf.startswith(b"%PDF-"):
        yield Reason.UNREADABLE
    elif not FOOT.search(pdf[-64:]):
        yield Reason.STRUCTURE


def faults_of_bytes(pdf: bytes, signatures: Sequence[EmbeddedPdfSignature]) -> Iterator[Reason]:
    """Each byte range leaves out its own signature and nothing else; each covers more."""
    ends = []
    for one in signatures:
        if not _is_sane(pdf, one):
            yield Reason.BYTE_RANGE
            return
        ends.append(int(one.byte_range[2]) + int(one.byte_range[3]))
    if ends != sorted(set(ends)):
        yield Reason.BYTE_RANGE


def _is_sane(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    numbers = list(signature.byte_range)
    if len(numbers) != 4 or not all(type(number).__name__ == "NumberObject" for number in numbers):
        return False
    start, length, after, rest = (int(number) for number in numbers)
    if start != 0 or not 0 < length < after or rest <= 0 or after + rest > len(pdf):
        return False
    gap = pdf[length:after]
    if not GAP.fullmatch(gap) or bytes.fromhex(gap[1:-1].decode()) != signature.pkcs7_content:
        return False
    content = signature.pkcs7_content
    return not content[len(cms.ContentInfo.load(content).dump()) :].strip(b"\0")


def faults_of_content(paper: Pdf) -> Iterator[Reason]:
    """No programs; nothing that is hidden at first or hides in print."""
    if any(_is_active(one) for one in paper.objects) or _opens_something(paper):
        yield Reason.ACTIVE
    if _has_hidden_layers(paper) or any(
        one.is_hiding and one.is_seen for one in widgets(paper).values()
    ):
        yield Reason.HIDDEN


def faults_of_fields(before: Pdf, after: Pdf) -> Iterator[Reason]:
    """Between the first signature and the end: no field moved, none new but one that is signed,
    none with another value but the number, the date and the signatures that were still to come.

    Where the first signature certifies the document, a new one is not seen: a time stamp.
    """
    old, new = widgets(before), widgets(after)
    is_certified = "/DocMDP" in after.Root.get("/Perms", Dictionary())
    kept = all(
        name in new
        and new[name].place == one.place
        and (new[name].shows == one.shows or name in TEXTS or _is_empty_signature(one))
        for name, one in old.items()
    )
    added = [one for name, one in new.items() if name not in old]
    if not kept or any(
        one.kind != "/Sig" or not one.is_signed or (is_certified and one.is_seen) for one in added
    ):
        yield Reason.FIELDS


def open_quietly(pdf: bytes) -> Pdf:
    """Reads it as most readers do."""
    return Pdf.open(io.BytesIO(pdf))


def widgets(paper: Pdf) -> dict[str, Widget]:
    """The fields by name. Those of several widgets are named by their place as well."""
    found: dict[str, Widget] = {}
    for number, page in enumerate(paper.pages):
        for place, one in enumerate(page.obj.get("/Annots", Array())):
            if one.get("/Subtype") != Name.Widget:
                if int(one.get("/F", 0)) & HIDING and one.get("/Subtype") != Name.Popup:
                    found[f"{number}:{place}"] = _widget(one, number)
                continue
            name = _name_of(one)
            found[f"{name}:{number}:{place}" if name in found else name] = _widget(one, number)
    return found


def _is_empty_signature(one: Widget) -> bool:
    return one.kind == "/Sig" and not one.is_signed


def _widget(one: Object, page: int) -> Widget:
    return Widget(
        kind=str(inherited(one, "/FT")), page=page,
        box=tuple(round(float(side), 2) for side in one.Rect),
        shows=_text(inherited(one, "/V")) + _text(one.get("/AP")),
        is_signed=inherited(one, "/V") is not None,
        is_hiding=bool(int(one.get("/F", 0)) & HIDING),
    )  # fmt: skip


def _text(one: Object | None) -> bytes:
    """A reference as such: an object that is replaced in place is what the library looks for."""
    if one is None:
        return b""
    return b"%d %d R" % one.objgen if one.is_indirect else one.unparse()


def inherited(field: Object, key: str) -> Object | None:
    """What a field or a page says itself, or what is above it."""
    depth = 0
    found: Object | None = field
    while found is not None and key not in found and depth < 20:
        found, depth = found.get("/Parent"), depth + 1
    return None if found is None else found.get(key)


def _name_of(field: Object) -> str:
    parts: list[str] = []
    found: Object | None = field
    while found is not None and len(parts) < 20:
        if "/T" in found:
            parts.insert(0, str(found.T))
        found = found.get("/Parent")
    return ".".join(parts)


def _written(one: Object | None) -> bytes:
    """The text of an object that holds others; of a stream, its dictionary."""
    if isinstance(one, Stream):
        one = one.stream_dict
    return one.unparse(resolved=True) if isinstance(one, Dictionary | Array) else b""


def _is_active(one: Object) -> bool:
    """A quick look at the text of the object first: most have nothing of the kind."""
    if not SUSPECT.search(_written(one)):
        return False
    if isinstance(one, Stream):
        one = one.stream_dict
    return any(
        str(part.get("/S")) in ACTIONS or any(key in part for key in PARTS)
        for part in _dictionaries(one)
    )


def _dictionaries(one: Object) -> Iterator[Dictionary]:
    """This object's own, without those that it refers to."""
    if isinstance(one, Dictionary):
        yield one
        parts = [value for _key, value in one.items()]
    else:
        parts = list(one)
    direct = (
        part for part in parts if isinstance(part, Dictionary | Array) and not part.is_indirect
    )
    yield from chain.from_iterable(_dictionaries(part) for part in direct)


def _opens_something(paper: Pdf) -> bool:
    first = paper.Root.get("/OpenAction")
    return isinstance(first, Dictionary) and first.get("/S") != Name.GoTo


def _has_hidden_layers(paper: Pdf) -> bool:
    layers = paper.Root.get("/OCProperties")
    if layers is None:
        return False
    usual = layers.get("/D", Dictionary())
    return bool(
        len(usual.get("/OFF", Array())) or len(usual.get("/AS", Array()))
        or len(layers.get("/Configs", Array())) or usual.get("/BaseState", Name.ON) != Name.ON
    )  # fmt: skip
