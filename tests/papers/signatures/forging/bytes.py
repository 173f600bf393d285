"""Families of files that are written wrongly: byte ranges, tails, packed objects, two tables."""

import io
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents.layouts.fields import add_fields
from papers.signatures.fields import NUMBER, PERSON, SEAL
from papers.signatures.preparing import fill
from tests.papers.signatures.forging.tools import (
    Forged,
    field_of,
    page_of,
    stream,
)
from tests.papers.signatures.genuine import packed
from tests.papers.signatures.ground import (
    BLUE,
    GROUND,
    PLACES,
    RED,
    VALUES,
    sign,
    written,
)


def ranged(pdf, change, which=-1):
    """Another byte range of the same length in one of the signatures."""
    found = list(re.finditer(rb"/ByteRange \[([\d ]+)\] *", pdf))[which]
    numbers = [int(one) for one in found[1].split()]
    new = b"/ByteRange " + change(numbers)
    assert len(new) <= len(found[0])
    return pdf[: found.start()] + new.ljust(len(found[0])) + pdf[found.end() :]


def as_array(*numbers):
    return b"[%s]" % b" ".join(b"%d" % number for number in numbers)


def byte_ranges():
    """Universal forgery and wrapping: the range or the content is not what it should be."""
    changes = {
        "none": lambda n: b"null", "empty": lambda n: b"[]", "one number": lambda n: as_array(0),
        "negative": lambda n: as_array(0, -n[1], n[2], n[3]),
        "not from the start": lambda n: as_array(10, n[1] - 10, n[2], n[3]),
        "a wider gap": lambda n: as_array(0, n[1] - 50, n[2], n[3]),
        "a wider gap behind": lambda n: as_array(0, n[1], n[2] + 20, n[3] - 20),
        "not to the end": lambda n: as_array(0, n[1], n[2], n[3] - 10),
        "beyond the end": lambda n: as_array(0, n[1], n[2], n[3] + 1000),
        "six numbers": lambda n: as_array(0, n[1], n[2], n[3], 0, 0),
        "first part twice": lambda n: as_array(0, n[1], 0, n[1]),
        "no gap": lambda n: as_array(0, n[2], n[2], n[3]),
        "text": lambda n: b"(0 1 2 3)",
    }  # fmt: skip
    pdf = GROUND.sealed()
    found = {f"byte range: {name}": Forged(ranged(pdf, how)) for name, how in changes.items()}
    found |= {
        f"byte range of the person: {name}": Forged(ranged(pdf, changes[name], 0))
        for name in ("none", "a wider gap", "not to the end", "no gap")
    }
    content = list(re.finditer(rb"/Contents <([0-9A-Fa-f]+)>", pdf))[-1]
    start, end = content.span(1)
    size = end - start
    fillings = {
        "nothing": b"0" * size, "spaces": b" " * size, "closed early": b"00>" + b" " * (size - 3),
        "the other signature": re.search(rb"/Contents <([0-9A-Fa-f]+)>", pdf)[1][:size],
        "a tail in the padding": pdf[start : end - 40] + b"DEADBEEF" * 5,
        "a letter": pdf[start : end - 2] + b"zz",
    }  # fmt: skip
    return found | {
        f"content: {name}": Forged(pdf[:start] + filling + pdf[end:])
        for name, filling in fillings.items()
    }


def trailing():
    """Bytes before, behind and in between, and files cut short."""
    pdf, other = GROUND.sealed(), written()
    tail = pdf[pdf.rindex(b"startxref") :]
    return {
        name: Forged(forged)
        for name, forged in {
            "a line": pdf + b"\nhello\n", "a comment": pdf + b"% Sao y\n",
            "zeros": pdf + bytes(64), "spaces": pdf + b" " * 64, "lines": pdf + b"\n" * 5,
            "a second end": pdf + b"%%EOF\n", "its own end again": pdf + tail,
            "another file behind": pdf + other, "another file before": other + pdf,
            "a web page before": b"<html><body>Xin chao</body></html>\n" + pdf,
            "a line before": b"\n" + pdf, "cut short": pdf[:-7], "half": pdf[: len(pdf) // 2],
            "an object behind": pdf + b"9999 0 obj\n(x)\nendobj\n" + tail,
            "a byte changed early": pdf[:900] + bytes([pdf[900] ^ 1]) + pdf[901:],
            "a digit of the header": pdf.replace(b"%PDF-1.7", b"%PDF-1.4", 1),
            "a byte changed late": pdf[:-30] + bytes([pdf[-30] ^ 1]) + pdf[-29:],
        }.items()
    }  # fmt: skip


def packed_change(pdf, change):
    """A revision whose objects come in an object stream."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    store = writer.prepare_object_stream()
    change(writer, store)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def packed_value(writer, store):
    ref = writer.add_object(generic.TextStringObject("9999"), obj_stream=store)
    field = field_of(writer, NUMBER)
    field[pdf_name("/V")] = ref
    writer.update_container(field)


def packed_page(writer, store):
    page = page_of(writer)
    made = generic.ArrayObject([stream(writer)])
    page[pdf_name("/Contents")] = writer.add_object(made, obj_stream=store)
    writer.update_container(page)


def hybrid(pdf):
    """A trailer that names a second table for those who read streams."""
    where = pdf.rindex(b"trailer")
    table = re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    trailer = pdf[where : pdf.rindex(b"startxref")].rstrip()
    start = len(pdf)
    head = b"<< /Type /XRef /Size 1 /W [1 4 2] /Index [0 0] /Length 0 >>"
    stream = b"9000 0 obj\n" + head + b"\nstream\n\nendstream\nendobj\n"
    more = trailer.replace(b"<<", b"<< /XRefStm %d " % start, 1)
    start += len(stream)
    more = re.sub(rb"/Prev \d+", b"", more).replace(b"<<", b"<< /Prev %s " % table, 1)
    return pdf + stream + b"xref\n0 0\n" + more + b"\nstartxref\n%d\n%%%%EOF\n" % start


def structures():
    """Packed objects, two tables, and signatures in the wrong order."""
    blank = add_fields(written(), PLACES)
    first_seal = sign(blank, SEAL, GROUND.seal, picture=RED)
    packed_blank = packed(GROUND.blank())
    signed = sign(packed_blank, PERSON, GROUND.person, certify=True, picture=BLUE)
    sealed = sign(fill(signed, VALUES), SEAL, GROUND.seal, picture=RED)
    return {
        "a value in an object stream, before the seal": Forged(
            GROUND.seal_it(packed_change(signed, packed_value))
        ),
        "a value in an object stream, after the seal": Forged(packed_change(sealed, packed_value)),
        "a page in an object stream, before the seal": Forged(
            GROUND.seal_it(packed_change(signed, packed_page))
        ),
        "a page in an object stream, after the seal": Forged(packed_change(sealed, packed_page)),
        "two tables, after the seal": Forged(hybrid(GROUND.sealed())),
        "two tables, after the person": Forged(hybrid(GROUND.signed())),
        "two tables, before any signature": Forged(hybrid(GROUND.blank())),
        "seal alone": Forged(first_seal),
        "seal before person": Forged(sign(fill(first_seal, VALUES), PERSON, GROUND.person)),
        "number after the seal": Forged(fill(sign(GROUND.signed(), SEAL, GROUND.seal), VALUES)),
        "number without a seal": Forged(GROUND.numbered()),
        "not signed at all": Forged(GROUND.blank()),
    }
