"""The lead signs while the citizen asks for the dossier back: one of both, really committed."""

from unittest import mock

import pytest

from onestop.models import Dossier
from onestop.services import endings, parts, processing
from onestop.states import Status
from tenancy.scope import tenant_scope
from tests.onestop.linked import make_linked, parts_of, receive
from tests.onestop.test_linked import up_to
from tests.ranking.racing import meet

pytestmark = pytest.mark.slow


def asked_back_while_signed(stage):
    """The request comes after the signature was written and before it is committed. Whether it
    is signed in the end, and whether asked back."""
    province, town = stage
    with tenant_scope(province):
        whole = receive(town, make_linked(town, "levels"))
        lead_part = parts_of(whole)[0]
        up_to("approve", lead_part, (town.leader, town.officer, town.head))

    def sign():
        return processing.approve(lead_part.pk, actor=town.leader)

    def ask_back():
        return endings.request_withdrawal(whole.pk, actor=town.clerk, reason="Thử", asked_by="Thử")

    met = meet(province, sign, ask_back, "onestop.services.processing.record")
    assert met.first.fault is None
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
