"""Families of changes after a signature: incremental, shadow, evil annotation, sneaky signature."""

import dataclasses
import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from papers.signatures.authority import Authority
from papers.signatures.fields import DATE, NUMBER, PERSON, SEAL
from papers.signatures.preparing import fill
from papers.signatures.reasons import Reason
from tests.papers.signatures.forging.tools import (
    CHANGES,
    Forged,
    annotated,
    appended,
    attacked,
    both,
    field_of,
    flagged,
    moved,
    numbers,
    page_of,
    saved,
    shown,
    stream,
    valued,
)
from tests.papers.signatures.genuine import last, whole
from tests.papers.signatures.ground import (
    BLUE,
    BOX,
    GROUND,
    NOW,
    RED,
    VALUES,
    sign,
)


def incremental():
    """Changes saved after a signature."""
    found = both(CHANGES)
    for name in ("another content", "a note over it", "a script"):
        found[f"{name}, after the person alone"] = Forged(appended(GROUND.signed(), CHANGES[name]))
        found[f"{name}, then lists as if for the long term"] = Forged(
            last(appended(GROUND.sealed(), CHANGES[name]))
        )
    return found


def with_overlay(kind):
    """A paper whose amount lies under something white, laid there before it is signed."""
    with pikepdf.open(io.BytesIO(GROUND.blank())) as paper:
        page = paper.pages[0]
        white = paper.make_stream(
            b"1 1 1 rg 0 0 400 200 re f", Type=Name.XObject, Subtype=Name.Form,
            BBox=Array([0, 0, 400, 200]),
        )  # fmt: skip
        if kind == "layer":
            layer = paper.make_indirect(Dictionary(Type=Name.OCG, Name="mat"))
            paper.Root.OCProperties = Dictionary(
                OCGs=Array([layer]), D=Dictionary(ON=Array([layer]), OFF=Array())
            )
            white.OC = layer
        if kind == "annotation":
            note = Dictionary(
                Type=Name.Annot, Subtype=Name.Stamp, F=4, Rect=Array([100, 500, 500, 700]),
                AP=Dictionary(N=white),
            )  # fmt: skip
            page.obj.Annots.append(paper.make_indirect(note))
        else:
            page.add_resource(white, Name.XObject, Name.White)
            page.contents_add(b"q 1 0 0 1 100 500 cm /White Do Q")
        return saved(paper)


def overlay_note(writer):
    annots = page_of(writer)["/Annots"]
    return next(one.get_object() for one in annots if one.get_object()["/Subtype"] == "/Stamp")


def note_hidden(writer):
    note = overlay_note(writer)
    note[pdf_name("/F")] = generic.NumberObject(2)
    writer.update_container(note)


def note_removed(writer):
    annots = page_of(writer)["/Annots"]
    annots.pop()
    writer.update_container(annots)


def note_emptied(writer):
    note = overlay_note(writer)
    note[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): stream(writer, b" ")})
    writer.update_container(note)


def note_moved(writer):
    note = overlay_note(writer)
    note[pdf_name("/Rect")] = numbers(0, 0, 1, 1)
    writer.update_container(note)


def drawing_emptied(writer):
    ref = page_of(writer)["/Resources"]["/XObject"].raw_get("/White")
    white = ref.get_object()
    white._data, white._encoded_data = b" ", None
    white[pdf_name("/BBox")] = numbers(0, 0, 0, 0)
    writer.mark_update(ref)


def drawing_unnamed(writer):
    resources = page_of(writer)["/Resources"]["/XObject"]
    del resources[pdf_name("/White")]
    writer.update_container(resources)


def layer_off(writer):
    layers = writer.root["/OCProperties"]
    layers["/D"][pdf_name("/OFF")] = layers["/OCGs"]
    layers["/D"][pdf_name("/ON")] = generic.ArrayObject()
    writer.update_container(layers)


def shadow_hide():
    """What covers the amount goes away later, or never was there for everybody."""
    notes = {
        "hidden": note_hidden, "removed": note_removed, "emptied": note_emptied,
        "moved": note_moved,
    }  # fmt: skip
    found = attacked(with_overlay("annotation"), notes, "note")
    drawings = {"emptied": drawing_emptied, "not named": drawing_unnamed}
    found |= attacked(with_overlay("drawing"), drawings, "drawing")
    found |= attacked(with_overlay("layer"), {"off": layer_off}, "layer")
    with pikepdf.open(io.BytesIO(with_overlay("layer"))) as paper:
        paper.Root.OCProperties.D.OFF = paper.Root.OCProperties.OCGs
        found["a layer that is off when it is signed"] = Forged(whole(saved(paper)))
    with pikepdf.open(io.BytesIO(with_overlay("annotation"))) as paper:
        paper.pages[0].Annots[-1].F = 2
        found["a note that is hidden when it is signed"] = Forged(whole(saved(paper)))
    return found


def with_text_field():
    """A paper with a field of text besides ours, which a certified document lets anybody fill."""
    with pikepdf.open(io.BytesIO(GROUND.blank())) as paper:
        made = paper.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="so_tien", V="1 000", F=4,
            Rect=Array([100, 500, 300, 520]), DA="/Helv 12 Tf 0 g", P=paper.pages[0].obj,
            AP=Dictionary(N=paper.make_stream(
                b"0 0 1 rg 0 0 50 10 re f", Type=Name.XObject, Subtype=Name.Form,
                BBox=Array([0, 0, 200, 20]),
            )),
        ))  # fmt: skip
        paper.pages[0].Annots.append(made)
        paper.Root.AcroForm.Fields.append(made)
        return saved(paper)


def drawing_overwritten(writer):
    ref = field_of(writer, "so_tien")["/AP"].raw_get("/N")
    ref.get_object()._data, ref.get_object()._encoded_data = b"1 0 0 rg 0 0 200 20 re f", None
    writer.mark_update(ref)


def needs_drawing(writer):
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(form)
    valued("so_tien", "9 000 000")(writer)


MISSING = 9000  # the number of an object that is not there yet


def with_missing_reference(of):
    """A page that names an object which is not there yet."""
    with pikepdf.open(io.BytesIO(GROUND.blank())) as paper:
        page = paper.pages[0].obj
        kept = paper.make_indirect(Dictionary(Pad="pad"))
        if of == "content":
            page.Contents = Array([page.Contents, kept])
            page.Pad = Name.XXXXXXXXXX
        else:
            page.Resources.XObject = Dictionary(White=kept, XXXXXXXXXX=kept)
            paper.pages[0].contents_add(b"q /White Do Q")
        pdf = saved(paper)
    (number,) = re.findall(rb"\n(\d+) 0 obj\n<< /Pad \(pad\) >>", pdf)
    named, other = b" %s 0 R" % number, b" %d 0 R" % MISSING
    more = len(other) - len(named)
    if of == "content":
        return pdf.replace(named, other, 1).replace(b"X" * 10, b"X" * (10 - more), 1)
    return pdf.replace(named, other, 2).replace(b"X" * 10, b"X" * (10 - 2 * more), 1)


def kept_back(of):
    """Object with a number that the signed file names but lacks."""
    blank = with_missing_reference(of)
    signed = sign(blank, PERSON, GROUND.person, certify=True, picture=BLUE)

    def change(pdf):
        body = b"BT /F0 30 Tf 72 500 Td (1 000 000 000) Tj ET"
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 600] /Length %d >>" % len(body)
        start = len(pdf)
        number = MISSING
        made = b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, body)
        trailer = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)", pdf, re.DOTALL)[-1]
        rest = re.sub(rb"/Prev \d+|/Size \d+", b"", trailer[0]) + b" /Size 9001"
        table = b"xref\n%d 1\n%010d 00000 n \n" % (number, start)
        end = b"trailer\n<<%s /Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
            rest, trailer[1], start + len(made),
        )  # fmt: skip
        return pdf + made + table + end

    numbered = fill(signed, VALUES)
    sealed = sign(numbered, SEAL, GROUND.seal, picture=RED)
    return {
        f"an object kept back: {of}, after the seal": Forged(change(sealed)),
        f"an object kept back: {of}, before the seal": Forged(GROUND.seal_it(change(numbered))),
        f"an object kept back: {of}, after the person": Forged(change(signed)),
    }


def shadow_replace():
    """What stands there is exchanged by means that look harmless."""
    changes = {
        "another value": valued("so_tien", "9 000 000"), "another drawing": shown("so_tien"),
        "the drawing overwritten": drawing_overwritten, "drawn anew": needs_drawing,
        "hidden": flagged("so_tien", 2),
    }  # fmt: skip
    found = attacked(with_text_field(), changes, "field of text")
    found |= kept_back("content") | kept_back("drawing")
    found |= {
        "the number again, after the seal": Forged(
            appended(GROUND.sealed(), valued(NUMBER, "9999"))
        ),
        "the number drawn anew, after the seal": Forged(appended(GROUND.sealed(), shown(NUMBER))),
        "the date drawn anew, after the seal": Forged(appended(GROUND.sealed(), shown(DATE))),
    }
    return found


def new_place(name, *, page=0, box=(50, 300, 550, 700)):
    def change(writer):
        append_signature_field(writer, SigFieldSpec(name, on_page=page, box=box))
        shown(name)(writer)

    return change


def certified():
    """Evil annotations and sneaky signatures on a certified document."""
    kinds = ("Highlight", "Redact", "Link")
    found = both({f"evil annotation: {kind}": annotated(kind) for kind in kinds})
    found |= both({
        "a place of signature that nobody signs": new_place("more"),
        "the person's picture exchanged": shown(PERSON),
        "the person's signature hidden": flagged(PERSON, 2),
        "the place of the seal over the page": moved(SEAL),
        "the place of the number over the page": moved(NUMBER),
        "the number hidden": flagged(NUMBER, 2),
    })  # fmt: skip
    stranger = Authority(NOW).issue("Kẻ gian", "")
    place = dataclasses.replace(BOX, left=50, bottom=300, right=550, top=700)
    for name, identity, why in (  # whose revisions are not compared when he is not believed
        ("a stranger", stranger, Reason.UNTRUSTED), ("a colleague", GROUND.other_seal, None),
    ):  # fmt: skip
        found[f"sneaky signature of {name}"] = Forged(
            sign(GROUND.sealed(), "more", identity, picture=RED, place=place), reason=why
        )
        between = sign(GROUND.numbered(), "more", identity, picture=RED, place=place)
        found[f"sneaky signature of {name}, then the seal"] = Forged(
            GROUND.seal_it(between), reason=why
        )
    return found
