"""What cannot be a message is refused in sentences, all of them at once, and at no great cost."""

from __future__ import annotations

import base64
import io
import socket
import sys
import threading
import zipfile
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.edxml.faults import EdxmlError
from exchange.edxml.messages import Message, StatusMessage
from exchange.edxml.parsing import Limits
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from tests.exchange.edxml.samples import (
    ATTACHMENT,
    BUSINESS,
    FROM,
    HEAD,
    NS,
    STATUS_SAMPLE,
    TO,
    authority,
    message,
    sample,
    trust,
    zipped,
)

DOCTYPE = '<!DOCTYPE edXML SYSTEM "http://127.0.0.1:9/x.dtd">'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 20 if n == 0 else f"&a{n - 1};" * 20}">' for n in range(9))
    + "]>"
)
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def bomb() -> str:
    return zipped(b"0" * 30_000_000)


def encrypted() -> str:
    """The flag of the entry in the directory and before it."""
    raw = bytearray(base64.b64decode(zipped(b"x" * 99)))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return base64.b64encode(raw).decode()


def many() -> str:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(101):
            archive.writestr(f"{number}.pdf", "x")
    return base64.b64encode(out.getvalue()).decode()


def with_file(encoded: str, name: str = "a.pdf") -> str:
    return sample(files=ATTACHMENT.format(encoded).replace("1896_QD-TTg.pdf", name))


BAD = {
    "doctype": (DOCTYPE + sample(), "DOCTYPE"),
    "billion laughs": (LAUGHS + sample(), "DOCTYPE"),
    "outer entity": (XXE + sample(Subject="<Subject>&a;</Subject>"), "DOCTYPE"),
    "unknown entity": (sample(Subject="<Subject>&a;</Subject>"), "no well-formed XML"),
    "deep": (f"<edXML {NS}>" + "<a>" * 101 + "</a>" * 101 + "</edXML>", "nested too deep"),
    "wide": (f"<edXML {NS}>" + "<a/>" * 20_001 + "</edXML>", "too many elements"),
    "attributes": ("<edXML " + " ".join(f'a{n}="1"' for n in range(21)) + "/>", "too many elem"),
    "empty": ("", "no well-formed XML"),
    "half": (sample()[:-9], "no well-formed XML"),
    "no XML": ("%PDF-1.7", "no well-formed XML"),
    "NUL": (sample(Subject="<Subject>a\0b</Subject>"), "no well-formed XML"),
    "NUL by number": (sample(Subject="<Subject>a&#0;b</Subject>"), "no well-formed XML"),
    "control character": (sample(Subject="<Subject>a\x08b</Subject>"), "no well-formed XML"),
    "other namespace": (sample(ns='xmlns="urn:x"'), r"no edXML .*urn:x"),
    "other root": ("<html/>", "no edXML"),
    "head elsewhere": (sample().replace("<MessageHeader", '<MessageHeader xmlns="urn:x"'),
                       "MessageHeader is missing"),
    "nothing in it": (f"<edXML {NS}/>", "edXMLEnvelope is missing"),
    "no subject": (sample(Subject=""), "^Subject is missing.$"),
    "blank subject": (sample(Subject="<Subject> \n </Subject>"), "^Subject is missing.$"),
    "long subject": (sample(Subject=f"<Subject>{'x' * 501}</Subject>"), "at most 500"),
    "nested subject": (sample(Subject="<Subject>a<b/></Subject>"), "Subject must hold a text"),
    "two senders": (sample(From=FROM + FROM), "^From stands there more than once.$"),
    "two subjects": (sample(Subject=HEAD["Subject"] * 2), "Subject stands there more"),
    "no sender": (sample(From=""), "From is missing"),
    "no receiver": (sample(To=""), "^To is missing.$"),
    "receiver without code": (sample(To="<To/>"), "To/OrganId is missing"),
    "long code": (sample(To=TO.replace("000.00.05.H32", "H" * 36)), "OrganId is too long"),
    "no id": (sample(DocumentId=""), "DocumentId is missing"),
    "long id": (sample(DocumentId=f"<DocumentId>{'x' * 121}</DocumentId>"), "at most 120"),
    "no day": (sample(PromulgationInfo=""), "PromulgationInfo/PromulgationDate is missing"),
    "no such day": (sample(DueDate="<DueDate>2026/02/30</DueDate>"), "DueDate cannot be read"),
    "day in words": (sample(DueDate="<DueDate>mai</DueDate>"), "“mai”. Write it like 2026/03/02"),
    "day of year one": (sample(DueDate="<DueDate>0001/01/01</DueDate>"), "DueDate cannot"),
    "day of a far year": (sample(DueDate="<DueDate>9999/12/31</DueDate>"), "DueDate cannot"),
    "other digits": (sample(DueDate="<DueDate>٢٠٢٦/03/02</DueDate>"), "DueDate cannot"),
    "edge of time": (sample(DueDate="<DueDate>9999-12-31T23:59:59-05:00</DueDate>"), "DueDate"),
    "steering": (sample(SteeringType="<SteeringType>9</SteeringType>"), "SteeringType cannot"),
    "page count": (sample(DueDate="<OtherInfo><PageAmount>-1</PageAmount></OtherInfo>"),
                   "OtherInfo/PageAmount cannot"),
    "kind": (sample(business=BUSINESS.replace(">0<", ">7<", 1)), "BussinessDocType cannot"),
    "recall of nothing": (sample(business=BUSINESS.replace(">0<", ">1<", 1)),
                          "Bussiness/DocumentId is missing"),
    "no file": (sample(files="", manifest=""), "Attachment is missing"),
    "missing file": (sample(manifest="cid:210"), "cid:210 of the manifest is missing"),
    "file twice": (sample(files=ATTACHMENT.format("YQ==") * 2), "ContentId cid:209"),
    "base64": (with_file("YW*="), "base64 of a.pdf is broken"),
    "base64 cut": (with_file("YWI"), "base64 of a.pdf is broken"),
    "no content": (with_file(""), "a.pdf is empty"),
    "broken ZIP": (with_file(base64.b64encode(b"PK\x03\x04" + b"x" * 99).decode()), "ZIP of a.pdf"),
    "ZIP of nothing": (with_file(zipped(b"", "a/")), "ZIP of a.pdf is empty"),
    "password": (with_file(encrypted()), "has a password"),
    "bomb": (with_file(bomb()), "far too large"),
    "many in one": (with_file(many(), "a.zip"), "far too large"),
    "status unknown": (STATUS_SAMPLE.replace(">05<", ">07<"), "StatusCode cannot be read"),
    "status of nothing": (STATUS_SAMPLE.replace("ResponseFor>", "x>"), "ResponseFor is missing"),
    "other encoding": ('<?xml version="1.0" encoding="iso-8859-1"?>' + sample(), "in iso-8859-1"),
    "unknown encoding": ('<?xml version="1.0" encoding="x-7"?>' + sample(), "no well-formed XML"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_a_sentence(name):
    text, words = BAD[name]
    with pytest.raises(EdxmlError, match=words):
        read(text.encode(), unsigned=True)


@pytest.mark.parametrize("parser", ["expat", "libxml2"])
def test_each_parser_refuses_a_doctype_by_itself(parser, monkeypatch):
    gone = {"expat": "etree.fromstring", "libxml2": "_look_through"}[parser]
    monkeypatch.setattr(f"exchange.edxml.parsing.{gone}", lambda *_: None)
    with pytest.raises(EdxmlError, match="DOCTYPE"):
        read(BAD["doctype"][0].encode(), unsigned=True)


def test_all_that_is_wrong_is_told_at_once():
    wrong = {"Subject": "", "From": "", "DueDate": "<DueDate>x</DueDate>"}
    text = sample(files=ATTACHMENT.format("*"), **wrong)
    with pytest.raises(EdxmlError) as refused:
        read(text.encode(), unsigned=True)
    assert len(refused.value.faults) == 4
    for words in ("Subject", "From", "DueDate", "base64"):
        assert words in str(refused.value)


def test_too_large_is_known_before_a_byte_is_read(monkeypatch):
    monkeypatch.setattr("exchange.edxml.parsing._look_through", lambda *_: 1 / 0)
    with pytest.raises(EdxmlError, match="larger than 40 MB"):
        read(b"<" * 50 * 1024 * 1024, unsigned=True)


def test_a_file_as_large_as_an_upload_may_be_comes_through():
    from random import Random

    content = b"%PDF-" + Random(1).randbytes(19 * 1024 * 1024)
    found = read(with_file(base64.b64encode(content).decode()).encode(), unsigned=True)
    assert found.attachments[0].content == content


def test_the_files_of_one_message_share_what_they_may_unpack_to():
    files = "".join(
        ATTACHMENT.format(zipped(b"x" * 900)).replace("cid:209", f"cid:{n}") for n in range(3)
    )
    text = sample(files=files, manifest="").encode()
    assert len(read(text, limits=Limits(unpacked=2_700), unsigned=True).attachments) == 3
    with pytest.raises(EdxmlError, match="far too large"):
        read(text, limits=Limits(unpacked=2_699), unsigned=True)


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_message_that_was_damaged_is_read_or_refused_and_nothing_else(data):
    raw = bytearray(STATUS_SAMPLE.encode() if data.draw(st.booleans()) else sample().encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        width = data.draw(st.integers(0, 6))
        raw[at : at + width] = data.draw(st.binary(max_size=6))
    try:
        found = read(bytes(raw), unsigned=True)
    except EdxmlError:
        return
    assert isinstance(found, Message | StatusMessage)


WATCHED = {"open", "os.listdir", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"}
seen: list[tuple] = []
watching = threading.local()


def _note(event, args):
    """A hook stays for the life of the process, so it is asleep outside the test."""
    if getattr(watching, "now", False) and event in WATCHED:
        seen.append((event, args))


@contextmanager
def watched():
    seen.clear()
    watching.now = True
    try:
        yield
    finally:
        watching.now = False


def test_nothing_is_opened_or_called_while_a_message_is_read():
    """By Python: the hook. By libxml2, which no hook sees: a server that nobody calls."""
    signed = write(message(), authority().signer())
    read(signed, trust=trust())  # the library reads its own schema once
    sys.addaudithook(_note)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        looks_out = sample(
            Subject=f'<Subject xml:base="{url}">x</Subject>'
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>',
            ns=f'{NS} xmlns:s="http://www.w3.org/2001/XMLSchema-instance" '
            f's:schemaLocation="urn:x {url}"',
        )
        doctype = f'<!DOCTYPE edXML SYSTEM "{url}" [<!ENTITY % a SYSTEM "{url}"> %a;]>'
        with watched():
            read(signed, trust=trust())
            read(f'<?xml-stylesheet href="{url}"?>{looks_out}'.encode(), unsigned=True)
            with pytest.raises(EdxmlError):
                read((doctype + sample()).encode(), unsigned=True)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not seen
    with watched(), open("/dev/null"):  # the control: the hook sees an open
        pass
    assert seen
