"""Drafts as files, as answers, and of types that the portal does not lay out, on their pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.drafting import Content, To
from documents.issuing import Stage
from documents.models import Outgoing
from documents.services import approving, drafting, issuing
from organizations.models import Position
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, registry_of
from tests.documents.drafts import begun, brought_to, other_registry
from tests.documents.test_outgoing_pages import BEGIN, _pdf, edit_of, page_of, typed
from tests.files import corpus
from tests.people import make_person


@pytest.fixture
def registry(province, town):
    with tenant_scope(province):
        other_registry(town)
        return registry_of(town)


def test_an_uploaded_pdf_gets_its_fields_when_its_form_is_passed(client, province, town, registry):
    with tenant_scope(province):
        to = other_registry(town).pk
    client.sign_in(town.officer)
    client.post(BEGIN, typed(town, body="", upload=_pdf("bc.pdf"), action=to))
    with tenant_scope(province):
        made = Outgoing.objects.get()
        drafting.hand_in(made.pk, actor=town.officer, version=1)
        approving.approve_content(made.pk, actor=town.head, version=1)
    client.sign_in(town.records_clerk)
    findings = reverse("documents:outgoing_findings", args=[made.pk])
    assert findings in client.get(page_of(made)).text
    assert "form-findings" in client.get(findings, HTTP_HX_REQUEST="true").text
    assert client.post(page_of(made, "the-thuc"), {"version": 1}).status_code == 302
    paper = client.get(reverse("documents:outgoing_paper", args=[made.pk]))
    assert b"nguoi_ky" in b"".join(paper)


def test_the_pdf_of_a_word_file_is_its_drafters(client, province, town, registry, monkeypatch):
    """What the head reads is what will be signed: the registry chooses no paper of its own."""
    with tenant_scope(province):
        to = other_registry(town).pk
    client.sign_in(town.officer)
    word = SimpleUploadedFile("bc.docx", corpus.docx())
    client.post(BEGIN, typed(town, body="", upload=word, action=to))
    with tenant_scope(province):
        made = Outgoing.objects.get()
    refused = client.post(page_of(made, "trinh"), {"version": 1})
    assert refused.status_code == 422
    assert "tải lên bản PDF" in refused.text  # no LibreOffice here
    with monkeypatch.context() as there, tenant_scope(province):
        there.setattr(drafting, "makes_pdf", lambda: True)
        drafting.hand_in(made.pk, actor=town.officer, version=1)
        approving.approve_content(made.pk, actor=town.head, version=1)
    client.sign_in(town.records_clerk)
    assert 'type="file"' not in client.get(page_of(made)).text
    other = {"version": 1, "pdf": _pdf("khac.pdf")}
    assert client.post(page_of(made, "the-thuc"), other).status_code == 422
    with tenant_scope(province):
        assert not made.editions.exists()
        approving.send_back(made.pk, actor=town.records_clerk, reason="Tải lên bản PDF")
    client.sign_in(town.officer)
    client.post(edit_of(made), typed(town, version=1, body="", upload=_pdf("bc.pdf")))
    assert client.post(page_of(made, "trinh"), {"version": 2}).status_code == 302


def test_a_draft_answers_what_came_in_and_another_replaces_it(client, province, town, registry):
    with tenant_scope(province):
        incoming = directed(town)
    client.sign_in(town.officer)
    url = f"{BEGIN}?tra-loi={incoming.pk}"
    assert url in client.get(reverse("documents:incoming_detail", args=[incoming.pk])).text
    assert incoming.issuer in client.get(url).text
    assert client.post(url, typed(town)).status_code == 302
    with tenant_scope(province):
        made = Outgoing.objects.get()
        assert made.answers == incoming
        issued = brought_to(Stage.ISSUED, town)
    again = f"{BEGIN}?thay-the={issued.pk}"
    assert again in client.get(page_of(issued)).text
    assert client.post(again, typed(town, form_token="u" * 32)).status_code == 302
    with tenant_scope(province):
        assert Outgoing.objects.get(form_token="u" * 32).replaces == issued
    for wrong in (f"?tra-loi={incoming.pk + 99}", f"?thay-the={made.pk}", "?tra-loi=x"):
        assert client.get(BEGIN + wrong).status_code == 404


def test_a_drafter_takes_off_the_link_to_what_was_recalled(client, province, town, registry):
    with tenant_scope(province):
        old, stays = brought_to(Stage.ISSUED, town), directed(town)
        draft = begun(
            town, relation="corrects", refers_to_id=old.pk, answers_id=stays.pk, type="cong-van"
        )
        issuing.recall(old.pk, actor=town.records_clerk, reason="Nhầm")
    client.sign_in(town.officer)
    form = client.get(edit_of(draft)).context["form"]
    assert dict(form.fields["kept_links"].choices) == {
        "refers_to_id": f"Đính chính: {old.reference} (Đã thu hồi)",
        "answers_id": f"Trả lời: {stays.type_name} {stays.reference}",
    }
    assert set(form.initial["kept_links"]) == {"refers_to_id", "answers_id"}
    client.post(edit_of(draft), typed(town, version=1, kept_links="answers_id"))
    with tenant_scope(province):
        draft.refresh_from_db()
    assert (draft.version, draft.refers_to_id, draft.relation) == (2, None, "")
    assert draft.answers_id == stays.pk
    assert "kept_links" in client.get(edit_of(draft)).text
    client.post(edit_of(draft), typed(town, version=2))
    assert "kept_links" not in client.get(edit_of(draft)).text


def test_what_follows_a_document_begins_with_its_receivers_outside(
    client, province, town, registry
):
    """Who got the old one over the bus gets the new one; what replaces begins with its text."""
    with tenant_scope(province):
        outside = To(None, "G05", "Bộ Tài chính", is_for_action=False)
        to = [To(other_registry(town).pk), outside]
        old = brought_to(Stage.ISSUED, town, receivers=to, content=Content(body="Nội dung cũ."))
    client.sign_in(town.officer)
    for name, has_text in (("thay-the", True), ("sua-doi", False), ("dinh-chinh", False)):
        page = client.get(f"{BEGIN}?{name}={old.pk}")
        assert "G05 Bộ Tài chính (để biết)" in page.text
        assert ("Nội dung cũ." in page.text) == has_text


def test_another_signer_brings_his_own_position(client, province, town, registry):
    """As long as the drafter has typed none: else a deputy would sign as the head."""
    with tenant_scope(province):
        Position.objects.filter(user=town.leader).update(title="Giám đốc")
        deputy = make_person("leader", town.agency, title="Phó Giám đốc")
        to = other_registry(town).pk
    client.sign_in(town.officer)
    first = typed(town, action=to, authority="-", signer_position="")
    assert client.post(BEGIN, first).status_code == 302
    with tenant_scope(province):
        made = Outgoing.objects.get()
        assert (made.authority, made.signer_position) == ("", "Giám đốc")
    form = client.get(edit_of(made)).context["form"]
    again = {name: form[name].value() or "" for name in ("authority", "signer_position")}
    sent = typed(town, action=to, signer=deputy.pk, version=1, **again)
    assert client.post(edit_of(made), sent).status_code == 302
    with tenant_scope(province):
        made.refresh_from_db()
        assert (made.authority, made.signer_position) == ("KT", "Phó Giám đốc")
    head = {"authority": "", "signer_position": "Giám đốc", "version": 2}
    refused = client.post(edit_of(made), typed(town, action=to, signer=deputy.pk, **head))
    assert refused.status_code == 422
    assert "không phải là người đứng đầu" in refused.text


def test_a_typed_draft_of_a_type_without_layout_is_opened_and_says_what_to_do(
    client, province, town, registry
):
    """A copy (bản sao y) has none; such drafts were kept before the form refused them."""
    with tenant_scope(province):
        draft = begun(town, type="ban-sao-y", content=Content(body="Điều 1."))
    client.sign_in(town.officer)
    assert client.get(page_of(draft)).status_code == 200
    assert client.get(edit_of(draft)).status_code == 200
    for name, more in (("outgoing_paper", []), ("outgoing_version", [1])):
        answer = client.get(reverse(f"documents:{name}", args=[draft.pk, *more]))
        assert answer.status_code == 409
        assert "Bản sao y" in answer.text
    typed_now = typed(town, type="ban-sao-y", version="1")
    assert client.post(edit_of(draft), typed_now).status_code == 422
    client.post(edit_of(draft), {**typed_now, "type": "bao-cao"})
    with tenant_scope(province):
        draft.refresh_from_db()
    assert (draft.type, draft.version) == ("bao-cao", 2)
