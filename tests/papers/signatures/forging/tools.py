"""Changes appended to a file, as any editor can make them."""

import dataclasses
import datetime as dt
import io

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from papers.signatures.fields import PERSON, SEAL
from papers.signatures.preparing import fill
from papers.signatures.reasons import Reason
from papers.signatures.trust import Trust
from tests.papers.signatures.ground import (
    BLUE,
    GROUND,
    NOW,
    RED,
    VALUES,
    sign,
)


@dataclasses.dataclass
class Forged:
    """A file, and in whose eyes it must not pass."""

    pdf: bytes
    trust: Trust | None = None
    at: dt.datetime = NOW
    reason: Reason | None = None  # else one of the family


# -- tools: changes appended to a file, as any editor can


def appended(pdf, change, *, strict=True, pack=False):
    """The file with one more revision, made by change(writer)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=strict)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def page_of(writer):
    ref, _resources = writer.find_page_for_modification(0)
    return ref.get_object()


def field_of(writer, name):
    fields = (one.get_object() for one in writer.root["/AcroForm"]["/Fields"])
    return next(one for one in fields if one["/T"] == name)


def stream(writer, data=b"BT /F0 20 Tf 72 500 Td (1 000 000 000) Tj ET", **entries):
    made = {pdf_name(f"/{key}"): value for key, value in entries.items()}
    return writer.add_object(generic.StreamObject(made, stream_data=data))


def drawn(writer, side=600):
    box = generic.ArrayObject([generic.NumberObject(number) for number in (0, 0, side, side)])
    return stream(
        writer, b"1 1 1 rg 0 0 600 600 re f", Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"),
        BBox=box,
    )  # fmt: skip


def numbers(*found):
    return generic.ArrayObject([generic.NumberObject(number) for number in found])


def annotated(kind, **more):
    """Something laid over the page: white, and as large as the page."""

    def change(writer):
        page = page_of(writer)
        note = generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name(f"/{kind}"),
            pdf_name("/Rect"): numbers(50, 300, 550, 700), pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): drawn(writer)}),
            pdf_name("/Contents"): generic.TextStringObject("một tỷ đồng"),
            **{pdf_name(f"/{key}"): value for key, value in more.items()},
        })  # fmt: skip
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])

    return change


def contents(writer):
    page = page_of(writer)
    page[pdf_name("/Contents")] = stream(writer)
    writer.update_container(page)


def contents_in_place(writer):
    page = page_of(writer)
    ref = page.raw_get("/Contents")
    if not isinstance(ref, generic.IndirectObject):
        ref = ref[0] if isinstance(ref[0], generic.IndirectObject) else ref.raw_get(0)
    ref.get_object()._data = b"BT ET"
    ref.get_object()._encoded_data = None
    writer.mark_update(ref)


def boxed(key):
    def change(writer):
        page = page_of(writer)
        page[pdf_name(key)] = numbers(0, 0, 300, 300)
        writer.update_container(page)

    return change


def turned(writer):
    page = page_of(writer)
    page[pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.update_container(page)


def font_replaced(writer):
    page = page_of(writer)
    fonts = page["/Resources"]["/Font"]
    name = next(iter(fonts))
    fonts[name] = writer.add_object(generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Font"), pdf_name("/Subtype"): pdf_name("/Type1"),
        pdf_name("/BaseFont"): pdf_name("/ZapfDingbats"),
    }))  # fmt: skip
    writer.update_container(fonts)


def page_added(writer):
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Page"), pdf_name("/Parent"): writer.root.raw_get("/Pages"),
        pdf_name("/MediaBox"): numbers(0, 0, 595, 842), pdf_name("/Contents"): stream(writer),
        pdf_name("/Resources"): generic.DictionaryObject(),
    })  # fmt: skip
    pages["/Kids"].append(writer.add_object(page))
    pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)


def pages_replaced(writer):
    page_added(writer)
    writer.root[pdf_name("/Pages")] = writer.add_object(
        generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/Pages"), pdf_name("/Count"): generic.NumberObject(1),
            pdf_name("/Kids"): generic.ArrayObject([writer.root["/Pages"]["/Kids"].raw_get(-1)]),
        })
    )  # fmt: skip
    writer.update_root()


def script(writer):
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject({
        pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.TextStringObject("x()"),
    })  # fmt: skip
    writer.update_root()


def form_removed(writer):
    writer.root["/AcroForm"]["/Fields"].pop()
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


def shown(name):
    """Another drawing in a field."""

    def change(writer):
        field = field_of(writer, name)
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): drawn(writer)})
        writer.update_container(field)

    return change


def valued(name, text):
    def change(writer):
        field = field_of(writer, name)
        field[pdf_name("/V")] = generic.TextStringObject(text)
        writer.update_container(field)

    return change


def flagged(name, flags):
    def change(writer):
        field = field_of(writer, name)
        field[pdf_name("/F")] = generic.NumberObject(flags)
        writer.update_container(field)

    return change


def moved(name):
    def change(writer):
        field = field_of(writer, name)
        field[pdf_name("/Rect")] = numbers(50, 50, 550, 800)
        writer.update_container(field)

    return change


CHANGES = {
    "another content": contents, "the content in place": contents_in_place,
    "a page more": page_added, "other pages": pages_replaced, "a font replaced": font_replaced,
    "cut": boxed("/CropBox"), "another size": boxed("/MediaBox"), "turned": turned,
    "a note over it": annotated("FreeText"), "a stamp over it": annotated("Stamp"),
    "a script": script, "a field removed": form_removed,
}  # fmt: skip


def both(changes, *, before=None):
    """After the seal; and between person and seal, with an honest clerk who then seals."""
    found = {}
    for name, change in changes.items():
        found[f"{name}, after the seal"] = Forged(appended(GROUND.sealed(), change))
        between = appended(GROUND.numbered(), change)
        found[f"{name}, before the seal"] = Forged(GROUND.seal_it(between))
    return found


def attacked(blank, changes, prefix):
    """Person, number, change, seal; and person, number, seal, change."""
    signed = sign(blank, PERSON, GROUND.person, certify=True, picture=BLUE)
    numbered = fill(signed, VALUES)
    sealed = sign(numbered, SEAL, GROUND.seal, picture=RED)
    found = {}
    for name, change in changes.items():
        found[f"{prefix}: {name}, after the seal"] = Forged(appended(sealed, change))
        between = appended(numbered, change)
        found[f"{prefix}: {name}, before the seal"] = Forged(GROUND.seal_it(between))
    return found


def saved(paper, packed=False):
    output = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    paper.save(output, object_stream_mode=mode)
    return output.getvalue()
