"""Anybody learns whether a document is genuine, and nothing else."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.services import issuing, signing
from files.models import StoredFile
from portal.rules import CheckRules
from tenancy.scope import tenant_scope
from tests.documents.seals import paper, sealed
from tests.files import corpus

URL = reverse("portal:document_check")


def sent(client, pdf, name="van-ban.pdf"):
    return client.post(URL, {"document": SimpleUploadedFile(name, pdf, "application/pdf")})


@pytest.fixture
def issued(province, town):
    """An issued document and the bytes that its receivers have."""
    with tenant_scope(province):
        outgoing = issuing.issue(sealed(town).pk, actor=town.records_clerk)
        edition = outgoing.editions.select_related("stored").order_by("-order").first()
        return outgoing, signing.read(edition.stored)


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
