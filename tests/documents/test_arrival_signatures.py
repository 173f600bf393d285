"""What the registry sees of the signatures on a document before it takes it in."""

from __future__ import annotations

import pytest
from django.urls import reverse

from documents.drafting import To
from documents.issuing import Stage
from documents.models import Incoming
from documents.queries import signatures
from documents.services import arrivals, issuing
from documents.states import Status
from tenancy.scope import tenant_scope
from tests.documents.desks import entered, registry_of
from tests.documents.drafts import brought_to
from tests.documents.seals import sealed

PREFILLED = "Chữ ký số không hợp lệ. "


@pytest.fixture
def arrived(province, town):
    """Makes a document that arrived at the committee: signed and sealed, or not signed at all."""

    def make(*, is_signed: bool) -> Incoming:
        with tenant_scope(province):
            committee = registry_of(town, code="H32", name="UBND tỉnh", symbol="UBND")
            to = [To(registry_id=committee.pk)]
            if is_signed:
                sent = issuing.issue(sealed(town, receivers=to).pk, actor=town.records_clerk)
            else:
                sent = brought_to(Stage.ISSUED, town, receivers=to)
            return Incoming.objects.get(dispatches__outgoing=sent)

    return make


def page_of(incoming) -> str:
    return reverse("documents:incoming_detail", args=[incoming.pk])


def test_good_signatures_are_shown_with_who_and_when(client, province, town, arrived):
    incoming = arrived(is_signed=True)
    client.sign_in(town.records_clerk)
    text = client.get(page_of(incoming)).text
    assert "chữ ký số hợp lệ" in text
    assert town.leader.full_name in text.split('id="signatures"')[1]
    assert PREFILLED not in text


def test_the_seal_of_another_body_suggests_the_refusal_and_refuses_nothing(
    client, province, town, arrived
):
    incoming = arrived(is_signed=True)
    with tenant_scope(province):
        registry_of(unit=town.other_agency)
        Incoming.objects.update(sender_code=town.other_agency.code)
    client.sign_in(town.records_clerk)
    text = client.get(page_of(incoming)).text
    assert "chữ ký số không hợp lệ" in text
    assert PREFILLED in text
    with tenant_scope(province):
        assert Incoming.objects.get().status == Status.ARRIVED
        arrivals.register(incoming.pk, actor=town.records_clerk)  # the clerk may know better


def test_what_is_not_signed_is_said_so(client, town, arrived):
    incoming = arrived(is_signed=False)
    client.sign_in(town.records_clerk)
    text = client.get(page_of(incoming)).text
    assert "chữ ký số không hợp lệ" in text
    assert PREFILLED in text


def test_files_are_read_only_for_who_takes_it_in_or_asks(
    client, province, town, arrived, monkeypatch
):
    incoming = arrived(is_signed=False)
    read, looked = signatures.content_of, []
    monkeypatch.setattr(
        signatures, "content_of", lambda stored: looked.append(stored) or read(stored)
    )
    client.sign_in(town.leader)
    client.get("/van-ban-den/?xem=so")
    assert "?chu-ky=1" in client.get(page_of(incoming)).text
    assert not looked
    assert 'id="signatures"' in client.get(f"{page_of(incoming)}?chu-ky=1").text
    assert len(looked) == 1


def test_a_scan_of_a_paper_is_not_asked_for_signatures(client, province, town):
    with tenant_scope(province):
        incoming = entered(town)
    client.sign_in(town.records_clerk)
    text = client.get(f"{page_of(incoming)}?chu-ky=1").text
    assert 'id="signatures"' not in text
    assert "?chu-ky=1" not in text.split("<main")[1]
