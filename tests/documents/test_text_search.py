"""What is written in the files of documents is found, by who may see the document."""

from __future__ import annotations

import errno
import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from pypdf.errors import PyPdfError

from audit.models import OutboxEvent
from common.pdf import render_pdf
from documents import consumers_texts, tasks
from documents.issuing import Stage
from documents.models import Incoming
from documents.queries import lists, outgoing_lists, searching
from documents.services import text_reading
from documents.services.issuing import files_of
from files import reader, storage, texts
from files.models import FileText, LeftOut, StoredFile
from files.reading import ReadingLimits, read_pdf
from files.services import store
from files.texts import Reading
from tenancy import search
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.documents.desks import directed, entered
from tests.documents.drafts import brought_to
from tests.documents.test_receiving import PNG
from tests.files import corpus
from tests.people import make_town

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
    monkeypatch.setattr(texts, "text_of", lambda stored: read.append(stored.pk) or Reading(SAID))
    issued = brought_to(Stage.ISSUED, town)
    heard()
    rows, is_cut = outgoing_lists.search(town.leader, "lồng bè trên đầm")
    assert ([row["id"] for row in rows], is_cut) == ([issued.pk], False)
    assert len(read) == 1  # the receiver's line has the same file
    assert Incoming.objects.get().files.get().stored_id == read[0]


def test_an_annex_is_found_by_the_words_of_its_sealed_file(scope, town):
    annex = store(ContentFile(corpus.pdf(), "phu-luc.pdf"), actor=town.officer).pk
    numbered = brought_to(Stage.NUMBERED, town, annex_ids=[annex])
    sealed = StoredFile.objects.get(pk=paper(town, "Phụ lục đã đóng dấu."))
    numbered.annexes.update(sealed=sealed)
    texts.keep(files_of(numbered))
    rows, _is_cut = outgoing_lists.search(town.leader, "phụ lục đã đóng dấu")
    assert [row["id"] for row in rows] == [numbered.pk]


def test_the_end_of_a_long_file_is_found_too(scope, town, monkeypatch):
    monkeypatch.setattr(texts, "LETTERS", 100)
    monkeypatch.setattr(texts, "OVERLAP", 30)
    long = " ".join(f"chu {n}" for n in range(60))
    monkeypatch.setattr(texts, "text_of", lambda _stored: Reading(long + " kết thúc ở đây\0"))
    made = entered(town, file_ids=[paper(town)])
    heard()
    assert FileText.objects.count() > 3
    assert found(town.records_clerk, "chu 59 kết thúc") == [made.pk]
    assert all(found(town.records_clerk, f"chu {n} chu {n + 1} ") for n in range(58))


@pytest.mark.parametrize("is_first", [True, False])
def test_words_of_most_files_show_the_newest_and_say_nothing_of_others(
    scope, town, monkeypatch, is_first
):
    """The same ones whichever page is shown."""
    monkeypatch.setattr(texts, "text_of", lambda _stored: Reading(SAID))
    made = [entered(town, reference=f"{n}/CT", file_ids=[paper(town)]) for n in range(3)]
    heard()
    monkeypatch.setattr(texts, "MOST", 2)
    rows, is_cut = lists.search(town.records_clerk, "lồng bè", is_first=is_first)
    assert (sorted(row["id"] for row in rows), is_cut) == ([each.pk for each in made[1:]], False)


def test_the_same_bytes_are_read_once(scope, town, monkeypatch):
    read = []
    monkeypatch.setattr(texts, "text_of", lambda stored: read.append(stored.pk) or Reading(SAID))
    copies = [StoredFile.objects.get(pk=paper(town)) for _n in "12"]
    assert len({each.sha256 for each in copies}) == 1
    assert texts.keep(copies) == 2
    assert len(read) == 1
    assert FileText.objects.filter(stored__in=copies).count() == 2


def test_an_event_leaves_the_rest_to_the_night_and_the_page_says_so(fresh_province, monkeypatch):
    """Each file is read once; one that is gone from the storage stops nobody."""
    with tenant_scope(fresh_province):
        town = make_town()
        first, second, gone = (paper(town, f"{SAID} Tệp {n}.") for n in "123")
        made = entered(town, file_ids=[first, second])
        clock = iter([0.0, 1.0, 99.0])
        with monkeypatch.context() as slow:
            slow.setattr(texts.time, "monotonic", lambda: next(clock))
            assert texts.keep(each.stored for each in made.files.order_by("order")) == 1
        assert found(town.records_clerk, "Tệp 1") == [made.pk]
        assert found(town.records_clerk, "Tệp 2") == []
        lost = entered(town, reference="8/BC", file_ids=[gone])
        issued = brought_to(Stage.ISSUED, town)
        stored_file = StoredFile.objects.get(pk=gone)
        storage.delete(fresh_province.code, stored_file.storage_key)
    page = f"/van-ban-den/{made.pk}/"
    client = HostClient(fresh_province).sign_in(town.records_clerk)
    assert client.get(page).text.count("sẽ được đọc trong đêm") == 1
    monkeypatch.setattr(text_reading, "STEP", 1)
    assert text_reading.read_waiting(fresh_province, -1) == text_reading.Tally()
    told = io.StringIO()
    call_command("read_document_texts", province=fresh_province.code, stdout=told)
    # the second file and the issued paper, which its receiver's line shares
    assert json.loads(told.getvalue()) == {"read": 2, "missing": 1, "failed": 0, "is_done": True}
    assert "sẽ được đọc trong đêm" not in client.get(page).text
    with tenant_scope(fresh_province):
        assert found(town.records_clerk, "Tệp 2") == [made.pk]
        paper_row = issued.editions.order_by("-order").first()
        assert FileText.objects.filter(stored=paper_row.stored_id, part=0).count() == 1
        assert not FileText.objects.filter(stored__in=lost.files.values("stored")).exists()
    again = text_reading.read_waiting(fresh_province, 60)
    assert again == text_reading.Tally(read=0, missing=1, is_done=True)


def test_one_file_that_cannot_be_opened_stops_neither_the_others_nor_the_provinces(
    fresh_province, monkeypatch
):
    with tenant_scope(fresh_province):
        town = make_town()
        for said in ("Tệp một", "Tệp hai"):
            entered(town, reference=said, file_ids=[paper(town, said)])
        newest = StoredFile.objects.order_by("-pk").first()
    real = texts.content_of

    def opened(stored):
        if stored.pk == newest.pk:
            raise PermissionError(stored.pk)
        return real(stored)

    monkeypatch.setattr(texts, "content_of", opened)
    tally = text_reading.read_waiting(fresh_province, 60)
    assert tally == text_reading.Tally(read=1, failed=1, is_done=True)
    looked_at = []

    def fails(province, _seconds):
        looked_at.append(province)
        raise OSError(province.code)

    monkeypatch.setattr(text_reading, "read_waiting", fails)
    monkeypatch.setattr(tasks, "shares", lambda _seconds: [(fresh_province, 1.0)] * 2)
    tasks.read_texts()
    assert len(looked_at) == 2


def test_a_pdf_of_too_many_pages_or_too_slow_is_read_in_part(scope, town, monkeypatch):
    leaves = "".join(f'<p style="break-after:page">Trang số {n}.</p>' for n in range(1, 6))
    pdf = render_pdf(leaves)
    for limits, words in (
        (ReadingLimits(pages=2), ["Trang số 1.", "Trang số 2."]),
        (ReadingLimits(patience=0), []),
    ):
        facts = read_pdf(pdf, limits)
        assert ([text.split("\n")[0] for text in facts.texts], facts.is_cut) == (words, True)
    assert not read_pdf(pdf).is_cut
    monkeypatch.setattr(texts, "LIMITS", ReadingLimits(pages=2))
    stored = StoredFile.objects.get(pk=paper(town, leaves))
    texts.keep([stored])
    row = FileText.objects.get(stored=stored)
    assert (row.words, row.left_out) == ("trang so 1. trang so 2. 2", LeftOut.REST)
    monkeypatch.setattr(texts, "LIMITS", ReadingLimits(memory=1024 * 1024))
    other = StoredFile.objects.get(pk=paper(town, f"{leaves} Khác."))
    texts.keep([other])
    assert FileText.objects.get(stored=other).left_out == LeftOut.HEAVY


def test_a_docx_of_elements_alone_is_given_up(monkeypatch):
    monkeypatch.setattr(texts, "ELEMENTS", 10)
    monkeypatch.setattr(texts, "PIECE", 16)
    xml = f'<w:document xmlns:w="{DOCX}">{"<w:p/>" * 40}<w:p><w:t>Cuối</w:t></w:p></w:document>'
    found = texts.docx_text(docx(xml))
    assert (found.words.strip(), found.left_out) == ("", LeftOut.REST)


def docx(xml: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", xml)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "words", "left_out"),
    [
        (docx(f'<w:document xmlns:w="{DOCX}"><w:p><w:r><w:t>Nuôi</w:t></w:r></w:p>'
              "<w:p><w:r><w:t>trồng</w:t></w:r></w:p></w:document>"), "Nuôi trồng", ""),
        (docx('<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'), "", LeftOut.BROKEN),
        (docx("<a>"), "", ""),
        (b"PK none", "", LeftOut.BROKEN),
    ],
)  # fmt: skip
def test_words_of_a_docx(content, words, left_out):
    found = texts.docx_text(content)
    assert (" ".join(found.words.split()), found.left_out) == (words, left_out)


def test_words_of_many_documents_fill_the_first_page_from_the_newest(
    client, province, town, monkeypatch
):
    """Who sees fewer than a page of them, and whoever asks for the next page, has them all."""
    monkeypatch.setattr(searching, "SHOWN", 1)
    monkeypatch.setattr(search, "STEP", 1)
    with tenant_scope(province):
        made = [entered(town, reference=f"{n}/CT", subject="Lồng bè") for n in range(4)]
        directed(town, incoming=made[2])
        directed(town, incoming=made[0])
        whole = [each.pk for each in reversed(made)]
        for person, is_first, seen in (
            (town.records_clerk, True, whole[:2]), (town.records_clerk, False, whole),
            (town.head, True, [made[2].pk, made[0].pk]), (town.outsider, True, []),
        ):  # fmt: skip
            rows, is_cut = lists.search(person, "LONG bè", is_first=is_first)
            assert ([row["id"] for row in rows.order_by("-id")], is_cut) == (seen, False)
        monkeypatch.setattr(search, "ENOUGH", 2)  # he may be shown more, and is told so
        rows, is_cut = lists.search(town.head, "lồng bè", is_first=True)
        assert ([row["id"] for row in rows.order_by("-id")], is_cut) == ([made[2].pk], True)
    client.sign_in(town.records_clerk)
    page = client.get("/van-ban-den/?q=long+be")
    assert [row["id"] for row in page.context["page"].rows] == whole[:2]
    page = client.get("/van-ban-den/?q=long+be&sau=")
    assert [row["id"] for row in page.context["page"].rows] == whole


@pytest.mark.parametrize(
    ("why", "fault"),
    [(MemoryError(), "heavy"), (OSError(errno.ENOMEM, "mmap"), "heavy"), (None, "broken")],
)
def test_what_a_library_says_for_want_of_memory_is_no_broken_file(monkeypatch, why, fault):
    def read(_data, _limits):
        raise PyPdfError("Could not read") from why

    monkeypatch.setattr(reader, "read", read)
    assert reader.told(b"", {}) == {"fault": fault}
