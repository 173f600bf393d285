"""Anybody learns whether a document is genuine, and nothing else."""

from __future__ import annotations

import copy
import datetime as dt
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

import portal.views.documents
from documents.models import Annex
from documents.services import issuing
from files.models import StoredFile
from files.services import content_of
from papers import certificates
from papers.signatures.fields import PERSON, SEAL
from papers.signatures.reasons import Reason
from papers.signatures.verifying import verify_pdf
from portal.models import GuessCount
from portal.rules import CheckRules
from tenancy.scope import tenant_scope
from tests.documents.annexed import numbered, seal_annex, seal_paper, sheet
from tests.documents.seals import (
    authority,
    believed,
    certificate_of,
    identity,
    paper,
    seal_of,
    sealed,
    sign_it,
    to_be_signed,
)
from tests.files import corpus
from tests.papers.signatures.genuine import preserved
from tests.papers.signatures.ground import sign

URL = reverse("portal:document_check")


def sent(client, pdf, name="van-ban.pdf"):
    return client.post(URL, {"document": SimpleUploadedFile(name, pdf, "application/pdf")})


@pytest.fixture
def issued(province, town):
    """An issued document and the bytes that its receivers have."""
    with tenant_scope(province):
        outgoing = issuing.issue(sealed(town).pk, actor=town.records_clerk)
        edition = outgoing.editions.select_related("stored").order_by("-order").first()
        return outgoing, content_of(edition.stored)


def test_a_genuine_document_is_named_with_its_signers_and_what_became_of_it(
    client, province, town, issued
):
    outgoing, pdf = issued
    page = sent(client, pdf).text
    assert outgoing.reference in page
    assert town.leader.full_name in page
    assert "Văn bản chưa bị thu hồi hoặc thay thế." in page
    with tenant_scope(province):
        issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Nội bộ: sai thẩm quyền")
    page = sent(client, pdf).text
    assert "Đã thu hồi" in page
    assert "Nội bộ" not in page  # why is not for everybody


def test_a_changed_or_unsigned_one_is_not_believed_and_tells_nothing_of_ours(client, issued):
    outgoing, pdf = issued
    for wrong in (pdf + b"%more\n", pdf[:-40] + b"\n" * 40, paper()):
        page = sent(client, wrong)
        assert page.status_code in (200, 422)
        assert "Chữ ký số hợp lệ" not in page.text
        assert outgoing.reference not in page.text


def test_a_scan_as_scanners_write_it_is_unsigned_and_not_damaged(client):
    """They seldom keep to the letter: here a generation that no reader may accept."""
    scan = corpus.pdf().replace(b"65535 f", b"65536 f", 1)
    assert b"65536 f" in scan
    assert "Văn bản chưa có chữ ký số." in sent(client, scan).text


def test_it_is_kept_nowhere(client, province, issued):
    _outgoing, pdf = issued
    with tenant_scope(province):
        before = StoredFile.objects.count()
    sent(client, pdf)
    with tenant_scope(province):
        assert StoredFile.objects.count() == before


def test_what_is_no_pdf_is_a_sentence(client):
    for content, name in ((corpus.docx(), "a.docx"), (b"nothing", "a.pdf"), (b"", "a.pdf")):
        answer = sent(client, content, name)
        assert answer.status_code == 422
        assert "error" in answer.text


def test_an_address_that_asks_too_often_waits(client, monkeypatch):
    monkeypatch.setattr("portal.views.documents.rules", lambda *_: CheckRules(checks_per_address=2))
    for _time in range(2):
        assert sent(client, paper()).status_code == 200
    answer = sent(client, paper())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_document_that_ends_the_process_was_counted(client, province, monkeypatch):
    class Ended(BaseException):
        """The process is gone in the middle of its work."""

    def end(_pdf):
        raise Ended

    monkeypatch.setattr(portal.views.documents, "judged", end)
    with pytest.raises(Ended):
        sent(client, paper())
    with tenant_scope(province):
        assert sorted(len(row.moments) for row in GuessCount.objects.all()) == [1, 1]


def test_a_document_that_is_too_large_for_the_public_is_a_sentence(client, monkeypatch):
    monkeypatch.setattr("portal.views.documents.rules", lambda *_: CheckRules(check_megabytes=0))
    answer = sent(client, paper())
    assert answer.status_code == 422
    assert "vượt mức 0 MB" in answer.text


def test_what_was_appended_to_keep_it_hides_nothing_of_what_became_of_it(client, province, issued):
    outgoing, pdf = issued
    made = authority()
    kept = preserved(pdf, certificates=[made.issuing.der], crls=made.lists())
    assert kept != pdf
    assert outgoing.reference in sent(client, kept).text


def test_a_sealed_paper_whose_number_was_cancelled_says_so(client, province, town):
    with tenant_scope(province):
        outgoing = sealed(town)
        pdf = content_of(outgoing.editions.order_by("-order").first().stored)
        issuing.cancel(outgoing.pk, actor=town.records_clerk, reason="Nhầm số")
    page = sent(client, pdf).text
    assert "Số văn bản đã bị hủy" in page
    assert "Văn bản chưa bị thu hồi" not in page


def test_the_signature_of_a_person_alone_is_no_document_yet(client, province, town):
    with tenant_scope(province):
        outgoing = to_be_signed(town)
        sign_it(outgoing, town.leader, certificate_of(town.leader), town.leader.full_name)
        pdf = content_of(outgoing.editions.order_by("-order").first().stored)
    page = sent(client, pdf).text
    assert "Văn bản chưa có chữ ký số của cơ quan" in page
    assert "note-success" not in page


@pytest.mark.parametrize("whose", ["a stranger", "a person", "a body"])
def test_a_seal_beside_a_signature_of_ours_is_that_of_a_body(client, province, town, whose):
    with tenant_scope(province):
        believed()
        outgoing = to_be_signed(town)
        people = [certificate_of(town.leader), certificate_of(town.records_clerk)]
        for each in (*people, seal_of(outgoing.registry, town.records_clerk)):
            certificates.note_use(each)  # each has signed before
        body = outgoing.registry.name
    names = {
        "a stranger": "Người lạ", "a person": town.records_clerk.full_name, "a body": body,
    }  # fmt: skip
    now = timezone.now()
    signed = sign(paper(), PERSON, identity(town.leader.full_name), certify=True, at=now)
    page = sent(client, sign(signed, SEAL, identity(names[whose]), at=now)).text
    assert ("note-success" in page) is (whose == "a body")
    assert (str(Reason.OWNER.words) in page) is (whose != "a body")
    assert ("Chứng thư số chưa đăng ký" in page) is (whose == "a stranger")


def test_a_certificate_that_was_revoked_later_does_not_undo_what_was_issued(
    client, province, town, issued, monkeypatch
):
    outgoing, pdf = issued
    made = copy.copy(authority())
    made.revoked = {}
    chain = [made.issuing.certificate, made.root.certificate]
    leader = identity(town.leader.full_name)
    with tenant_scope(province):
        sealed_at = outgoing.editions.order_by("-order").first().at
        made.revoke(leader, sealed_at + dt.timedelta(minutes=1))
        pem = b"".join(each.public_bytes(Encoding.PEM) for each in chain)
        certificates.trust_authority("CA mẫu", pem, revoked=made.lists(), is_sample=True)
    today = SimpleNamespace(now=lambda: sealed_at + dt.timedelta(hours=1))
    monkeypatch.setattr("papers.signatures.verifying.timezone", today)
    with tenant_scope(province):
        assert Reason.REVOKED in verify_pdf(pdf, certificates.trust()).reasons
    page = sent(client, pdf).text
    assert "note-success" in page
    assert outgoing.reference in page


def test_an_annex_names_the_document_that_it_goes_with(client, province, town):
    with tenant_scope(province):
        outgoing = numbered(town, ("phu-luc.pdf", sheet(1)))
        (annex,) = Annex.objects.to_seal(outgoing)
        seal_annex(outgoing, annex.pk, town)
        seal_paper(outgoing, town)
        annex.refresh_from_db()
        pdf = content_of(annex.sealed)
        issuing.issue(outgoing.pk, actor=town.records_clerk)
    page = sent(client, pdf).text
    assert "note-success" in page
    assert "Tệp kèm theo văn bản:" in page
    assert outgoing.reference in page
