"""What is written in the files of documents is found, by who may see the document."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from audit.models import OutboxEvent
from common.pdf import render_pdf
from documents import consumers_texts
from documents.issuing import Stage
from documents.models import Incoming
from documents.queries import lists, outgoing_lists
from files import texts
from files.models import FileText, StoredFile
from files.services import store
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered
from tests.documents.drafts import brought_to
from tests.documents.test_receiving import PNG

SAID = "Triển khai nuôi trồng thuỷ sản lồng bè trên đầm Nha Phu."
DOCX = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def paper(town, said: str = SAID) -> int:
    """A PDF with these words."""
    pdf = render_pdf(f"<p>{said}</p>")
    return store(ContentFile(pdf, "van-ban.pdf"), actor=town.records_clerk).pk


def heard() -> None:
    """What a worker does, twice as may happen."""
    handlers = {
        "document.registered": consumers_texts.read_incoming,
        "document.arrived": consumers_texts.read_incoming,
        "outgoing.issued": consumers_texts.read_outgoing,
    }
    for _again in range(2):
        for event in OutboxEvent.objects.filter(action__in=handlers).order_by("pk"):
            handlers[event.action](event)


def found(user, words: str) -> list[int]:
    rows, _is_cut = lists.search(user, words)
    return [row["id"] for row in rows.order_by("-id")]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("nuôi trồng thuỷ sản", True),
        ("NUOI TRONG THUY SAN", True),
        ("thủy sản lồng bè", True),  # the other place of the tone
        ("đầm Nha Phu", True),
        ("thuỷ sản Nha Phu", False),  # not one after the other
        ("100%_", False),
    ],
)
def test_words_of_a_file_are_found_with_and_without_accents(scope, town, words, is_found):
    made = directed(town, incoming=entered(town, file_ids=[paper(town)]))
    entered(town, reference="08/CT-UBND")
    heard()
    assert found(town.records_clerk, words) == ([made.pk] if is_found else [])
    assert found(town.head, words) == ([made.pk] if is_found else [])
    assert found(town.outsider, words) == []
    assert FileText.objects.count() == 1


def test_fields_are_found_as_before(scope, town):
    made = entered(town)
    assert found(town.records_clerk, "ung dung 07/CT-UBND") == [made.pk]
    assert found(town.records_clerk, "khong co gi") == []


def test_a_scan_is_said_to_have_no_text(client, province, town):
    with tenant_scope(province):
        scan = store(ContentFile(PNG, "quet.png"), actor=town.records_clerk).pk
        made = entered(town, file_ids=[scan, paper(town)])
    client.sign_in(town.records_clerk)
    assert "không có lớp văn bản" not in client.get(f"/van-ban-den/{made.pk}/").text
    with tenant_scope(province):
        heard()
    assert client.get(f"/van-ban-den/{made.pk}/").text.count("không có lớp văn bản") == 1


def test_an_issued_paper_is_read_once_and_found_by_its_sender(scope, town, monkeypatch):
    read: list[int] = []
    monkeypatch.setattr(texts, "_text_of", lambda stored: read.append(stored.pk) or SAID)
    issued = brought_to(Stage.ISSUED, town)
    heard()
    rows, is_cut = outgoing_lists.search(town.leader, "lồng bè trên đầm")
    assert ([row["id"] for row in rows], is_cut) == ([issued.pk], False)
    assert len(read) == 1  # the receiver's line has the same file
    assert Incoming.objects.get().files.get().stored_id == read[0]


def test_the_end_of_a_long_file_is_found_too(scope, town, monkeypatch):
    monkeypatch.setattr(texts, "LETTERS", 100)
    monkeypatch.setattr(texts, "OVERLAP", 30)
    long = " ".join(f"chu {n}" for n in range(60))
    monkeypatch.setattr(texts, "_text_of", lambda _stored: long + " kết thúc ở đây\0")
    made = entered(town, file_ids=[paper(town)])
    heard()
    assert FileText.objects.count() > 3
    assert found(town.records_clerk, "chu 59 kết thúc") == [made.pk]
    assert all(found(town.records_clerk, f"chu {n} chu {n + 1} ") for n in range(58))


def test_words_of_most_files_show_the_newest_and_say_nothing_of_others(scope, town, monkeypatch):
    monkeypatch.setattr(texts, "_text_of", lambda _stored: SAID)
    made = [entered(town, reference=f"{n}/CT", file_ids=[paper(town)]) for n in range(3)]
    heard()
    monkeypatch.setattr(texts, "PROBED", 2)
    monkeypatch.setattr(texts, "COMMON", 2)
    rows, is_cut = lists.search(town.records_clerk, "lồng bè")
    assert (sorted(row["id"] for row in rows), is_cut) == ([each.pk for each in made[1:]], False)


def test_the_same_bytes_are_read_once(scope, town, monkeypatch):
    read = []
    monkeypatch.setattr(texts, "_text_of", lambda stored: read.append(stored.pk) or SAID)
    copies = [StoredFile.objects.get(pk=paper(town)) for _n in "12"]
    assert len({each.sha256 for each in copies}) == 1
    assert texts.keep(copies) == 2
    assert len(read) == 1
    assert FileText.objects.filter(stored__in=copies).count() == 2


def test_a_docx_of_elements_alone_is_given_up(monkeypatch):
    monkeypatch.setattr(texts, "ELEMENTS", 10)
    monkeypatch.setattr(texts, "PIECE", 16)
    xml = f'<w:document xmlns:w="{DOCX}">{"<w:p/>" * 40}<w:p><w:t>Cuối</w:t></w:p></w:document>'
    assert texts.docx_text(docx(xml)).strip() == ""


def docx(xml: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", xml)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (docx(f'<w:document xmlns:w="{DOCX}"><w:p><w:r><w:t>Nuôi</w:t></w:r></w:p>'
              "<w:p><w:r><w:t>trồng</w:t></w:r></w:p></w:document>"), "Nuôi trồng"),
        (docx('<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'), ""),
        (docx("<a>"), ""),
        (b"PK none", ""),
    ],
)  # fmt: skip
def test_words_of_a_docx(content, words):
    assert texts.docx_text(content).strip() == words
