"""The lead signs while the citizen asks for the dossier back: one of both, really committed."""

import threading
from unittest import mock

import pytest

from onestop.models import Dossier
from onestop.services import endings, parts, processing
from onestop.states import Status
from tenancy.scope import tenant_scope
from tests.onestop.linked import make_linked, parts_of, receive
from tests.onestop.racing import at_once
from tests.onestop.test_linked import up_to

pytestmark = pytest.mark.slow
LEAST = 1  # second: shorter than anybody waits for a lock


def asked_back_while_signed(stage):
    """The request comes after the signature was written and before it is committed. Whether it is
    signed in the end, and whether asked back."""
    province, town = stage
    with tenant_scope(province):
        whole = receive(town, make_linked(town, "levels"))
        lead_part = parts_of(whole)[0]
        up_to("approve", lead_part, (town.leader, town.officer, town.head))
    signed, asked = threading.Event(), threading.Event()

    def sign():
        processing.approve(lead_part.pk, actor=town.leader)
        signed.set()
        asked.wait(LEAST)

    def ask_back():
        assert signed.wait(30)
        endings.request_withdrawal(whole.pk, actor=town.clerk, reason="Thử", asked_by="Thử")
        asked.set()

    outcome = at_once(province, lambda number: (sign, ask_back)[number](), 2)
    assert not outcome.faults
    with tenant_scope(province):
        fresh = Dossier.objects.get(pk=whole.pk)
        return parts.is_lead_signed(fresh), fresh.status == Status.WITHDRAWN


def test_the_request_waits_for_the_signature_and_comes_too_late(stage):
    assert asked_back_while_signed(stage) == (True, False)


def test_without_the_lock_it_would_be_signed_and_asked_back(stage):
    def unlocked(whole):
        return list(Dossier.objects.open().filter(parent=whole))

    with mock.patch.object(parts, "open_of", unlocked):
        assert asked_back_while_signed(stage) == (True, True)
