"""Good and hostile files, made here: nothing malicious is kept in the repository."""

import io
import struct
import zipfile
import zlib
from functools import cache

import pikepdf
from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, body in parts.items():  # without a clock: the same bytes in any second
            archive.writestr(zipfile.ZipInfo(name), body, compression)
    return out.getvalue()


def docx(extra=None, body="<w:p/>", main=WORD):
    return zipped(
        {
            "[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>',
            "word/document.xml": f"<w:document><w:body>{body}</w:body></w:document>",
            **(extra or {}),
        }
    )


def word(paragraphs):
    """A Word file with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    spaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = f"<w:document {spaces}><w:body>{body}</w:body></w:document>"
    return docx({"word/document.xml": xml})


def xlsx(extra=None):
    return zipped(
        {
            "[Content_Types].xml": f'<Types><Override ContentType="{SHEET}"/></Types>',
            "xl/workbook.xml": "<workbook/>",
            **(extra or {}),
        }
    )


def relation(kind, target):
    return (
        f'<Relationships><Relationship Id="r1" Type="{RELS}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )


def docx_linking(kind, target):
    return docx({"word/_rels/document.xml.rels": relation(kind, target)})


def pdf(change=None):
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_with_action(**action):
    def change(document):
        document.Root.OpenAction = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Action, **action)
        )

    return pdf(change)


def pdf_with_attachment(name, content=b"hello"):
    def change(document):
        document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name)

    return pdf(change)


@cache
def pdf_bomb(size=400 * 1024 * 1024):
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(size // (1024 * 1024)))
    packed += packer.flush()

    def change(document):
        stream = pikepdf.Stream(document, b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        document.pages[0].Contents = document.make_indirect(stream)

    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    out = io.BytesIO()
    document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return out.getvalue()


def image(kind="PNG", size=(20, 10)):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def huge_png(side=100_000):
    """A header that promises 10,000 megapixels, and hardly any data."""

    def chunk(name, body):
        checksum = zlib.crc32(name + body)
        return struct.pack("!L", len(body)) + name + body + struct.pack("!L", checksum)

    header = struct.pack("!LLBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@cache
def zip_bomb():
    return docx({"word/media/big.bin": bytes(150 * 1024 * 1024)})


def lying_directory():
    """A part of 150 MB whose size in the directory says ten bytes."""
    whole = bytearray(docx({"word/media/big.bin": bytes(150 * 1024 * 1024)}))
    true_size = struct.pack("<L", 150 * 1024 * 1024)
    at = whole.find(true_size)
    while at >= 0:
        whole[at : at + 4] = struct.pack("<L", 10)
        at = whole.find(true_size, at + 4)
    return bytes(whole)


def overlapping_zip():
    """Many names for one packed block (as D. Fifield's "better zip bomb")."""
    body = docx({f"word/media/{n:04d}.bin": bytes(200_000) for n in range(3)})
    out = bytearray(body)
    first = out.find(b"PK\x01\x02")
    offsets = []
    at = first
    while at >= 0:
        offsets.append(at)
        at = out.find(b"PK\x01\x02", at + 4)
    target = bytes(out[offsets[-1] + 42 : offsets[-1] + 46])
    out[offsets[-2] + 42 : offsets[-2] + 46] = target
    return bytes(out)


def many_parts():
    return docx({f"word/media/{n}.txt": b"x" for n in range(2001)})
