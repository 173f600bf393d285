"""Damaged and hostile workbooks: refused with a sentence, whatever is broken in them."""

import io
import random
import zipfile

import pytest
from openpyxl import Workbook

from common.errors import DomainError
from onestop.rules import import_procedures, import_steps
from organizations.people_sheet import read_sheet

HEADS = ["Họ và tên", "Tên đăng nhập", "Mã đơn vị", "Vai trò"]
LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9))
BOMB = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">%s]><sst>&j;</sst>' % LAUGHS
PEEK = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'


def sheet() -> bytes:
    book = Workbook()
    book.active.append(HEADS)
    book.active.append(["Nguyễn Văn An", "an", "H32.05", "counter"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def rebuilt(part: str, content: bytes | None) -> bytes:
    """The workbook with one part replaced, or left out."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet())) as old, zipfile.ZipFile(kept, "w") as new:
        for entry in old.infolist():
            if part not in entry.filename:
                new.writestr(entry.filename, old.read(entry))
            elif content is not None:
                new.writestr(entry.filename, content)
    return kept.getvalue()


def damaged(seed: int) -> bytes:
    chance, found = random.Random(seed), bytearray(sheet())
    for _ in range(chance.choice([1, 2, 5, 30])):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def marked(offset: int, value: int) -> bytes:
    """One byte of the first entry's head set: a strange method, a password."""
    found = bytearray(sheet())
    found[found.find(b"PK\1\2") + offset] = value
    found[offset - 2] = value
    return bytes(found)


HOSTILE = {
    "laughs": rebuilt("sharedStrings", BOMB), "peek": rebuilt("sharedStrings", PEEK),
    "no sheet": rebuilt("sheet1", None), "empty book": rebuilt("workbook.xml", b""),
    "no styles": rebuilt("styles", None), "locked": marked(8, 1), "method": marked(10, 99),
    "nothing": b"", "cut": sheet()[:900], "open quote": b'"' * 20_000, "nul": b"a,b\0c\n1,2",
    "noise": random.Random(4).randbytes(400), "old line ends": b"code,name\r1.000001,a\rb",
    "return in a cell": b'code\rx,"na\rme"\n1,2', "one long cell": b"a" * 300_000,
}  # fmt: skip


def read_all(content: bytes) -> str:
    """Everything that the three readers took from it, as text."""
    seen = [repr(import_procedures.parse(content)), repr(import_steps.parse(content))]
    try:
        seen.append(repr(read_sheet(io.BytesIO(content))))
    except DomainError as refusal:
        seen.append(str(refusal))
    return "".join(seen)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_no_fault_of_the_server(name):
    found = read_all(HOSTILE[name])
    assert "root:" not in found
    assert "aaaaaaaaaaaaaaaaaaaa" not in found


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_workbook_is_no_fault_of_the_server(seed):
    assert read_all(damaged(seed))
