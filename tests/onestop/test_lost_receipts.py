"""A lost slip is printed anew for who proves who he is; the QR of the old one is dead."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit.models import OutboxEvent
from common.errors import DomainError
from notifications.models import EmailMessage
from onestop.consumers import tell_citizen
from onestop.queries.timeline import timeline_of
from onestop.services import endings
from onestop.services.lost_receipts import NotThatPerson, replace_receipt
from onestop.services.papers_of import receipt_in_force
from papers.queries import form_with_token
from papers.services import paper_context, print_form
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import APPLICANT, assigned

SPACED = "999 012 345 678"


@pytest.fixture
def dossier(town, scope):
    return assigned(town)


def replaced(dossier, town, **changes):
    told = {"actor": town.clerk, "number": SPACED, "proof": "CCCD", **changes}
    return replace_receipt(dossier.pk, **told)


def test_the_new_slip_says_the_same_is_marked_and_the_old_qr_is_dead(town, dossier):
    old = print_form(receipt_in_force(dossier).pk, actor=town.clerk)
    assert form_with_token(old.token) == old
    replaced(dossier, town)
    new = receipt_in_force(dossier)
    assert (new.number, new.edition, new.replaces) == (old.number, 2, old)
    assert {**new.data, "again_on": None} == {**old.data, "again_on": None}
    assert paper_context(new, qr_url="https://x.example/t/1")["again_on"]
    assert form_with_token(old.token) is None
    fresh = print_form(new.pk, actor=town.clerk)
    assert form_with_token(fresh.token) == new


def test_it_is_told_in_the_story_and_to_the_citizen(town, dossier):
    replaced(dossier, town)
    first = timeline_of(dossier)[0]
    assert (str(first.words), first.detail) == (
        "Replaced the lost slip", f"{APPLICANT.name}, CCCD",
    )  # fmt: skip
    tell_citizen(OutboxEvent.objects.get(action="dossier.receipt_replaced"))
    assert "QR" in EmailMessage.objects.get().body


@pytest.mark.parametrize("number", ["", "   ", "999012345679", "5678"])
def test_a_number_of_nobody_in_the_dossier_gets_no_slip(town, dossier, number):
    before = receipt_in_force(dossier)
    with pytest.raises(NotThatPerson):
        replaced(dossier, town, number=number)
    assert receipt_in_force(dossier) == before


def test_without_a_paper_shown_or_a_right_or_an_open_dossier_nothing_is_printed(town, dossier):
    with pytest.raises(DomainError):
        replaced(dossier, town, proof=" ")
    for person in (town.officer, town.outsider, town.overseer, town.superuser):
        with pytest.raises(PermissionDenied):
            replaced(dossier, town, actor=person)
    endings.stop(dossier.pk, actor=town.leader, reason="Công dân đề nghị")
    with pytest.raises(DomainError):
        replaced(dossier, town)
    assert receipt_in_force(dossier).edition == 1


@pytest.mark.slow
def test_the_counter_does_it_from_the_page_of_the_dossier(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
    client.sign_in(town.clerk)
    url = reverse("onestop:dossier_act", args=[dossier.code, "mat-giay"])
    facts = {"step": dossier.step_id, "number": "1", "proof": "CCCD"}
    assert client.post(url, facts).status_code == 409
    assert client.post(url, {**facts, "number": SPACED}).status_code == 302
    with tenant_scope(province):
        slip = receipt_in_force(dossier)
    paper = client.post(reverse("onestop:paper_print", args=[dossier.code, slip.pk]))
    assert paper["Content-Type"] == "application/pdf"
