"""What is signed is issued: nothing but the return of the result ends the dossier any more."""

import pytest

from common.errors import TransitionError
from onestop.models import Dossier
from onestop.queries.detail import DossierPage
from onestop.services import endings, processing
from onestop.states import Status
from papers.models import PrintedForm
from tests.onestop.dossiers import at_kind
from tests.onestop.linked import finish, make_linked, part_at, parts_of, receive
from tests.onestop.test_linked import up_to

pytestmark = pytest.mark.usefixtures("scope")
ENDINGS = {"refuse", "refuse_part", "stop", "request_withdrawal", "grant_withdrawal"}


def refuse(dossier, town):
    endings.refuse(dossier.pk, actor=town.leader, reason="Thử")


def stop(dossier, town):
    endings.stop(dossier.pk, actor=town.leader, reason="Thử")


def ask_back(dossier, town):
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Thử", asked_by="Trần Thử")


def give_back(dossier, town):
    endings.grant_withdrawal(dossier.pk, actor=town.leader, reason="Thử")


def offered(dossier, *people):
    fresh = Dossier.objects.get(pk=dossier.pk)
    return ENDINGS & {name for one in people for name in DossierPage(fresh, one).names}


@pytest.mark.parametrize("act", [refuse, stop, ask_back])
def test_a_signed_dossier_is_not_ended(town, act):
    dossier = at_kind(town, "release")
    assert offered(dossier, town.leader, town.clerk) == set()
    with pytest.raises(TransitionError, match="signed"):
        act(dossier, town)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.IN_PROGRESS
    assert not PrintedForm.objects.of(dossier).filter(form="03").exists()


@pytest.mark.parametrize("act", [refuse, stop, ask_back])
def test_before_the_signature_and_after_a_correction_it_is(town, act):
    dossier = at_kind(town, "approve")
    assert offered(dossier, town.leader, town.clerk) == {"refuse", "stop", "request_withdrawal"}
    processing.approve(dossier.pk, actor=town.leader)
    processing.return_for_correction(dossier.pk, actor=town.records_clerk, reason="Sai tên")
    act(dossier, town)
    assert Dossier.objects.get(pk=dossier.pk).status != Status.IN_PROGRESS


@pytest.mark.parametrize("act", [refuse, stop, ask_back])
@pytest.mark.parametrize("is_in", [False, True])
def test_a_relayed_dossier_whose_leads_part_is_signed_is_not_ended(town, act, is_in):
    whole = receive(town, make_linked(town, "levels"))
    lead_part = parts_of(whole)[0]
    people = (town.leader, town.officer, town.head)
    up_to("release", lead_part, people)
    if is_in:
        finish(lead_part, *people)
    assert offered(whole, town.leader, town.clerk) == set()
    with pytest.raises(TransitionError, match="signed"):
        act(whole, town)
    assert Dossier.objects.get(pk=whole.pk).closed_at is None


def test_a_part_that_is_signed_is_not_refused_by_its_unit(town):
    linked = make_linked(town)
    home = part_at(receive(town, linked), linked.police)
    up_to("release", home, (linked.police_leader, linked.police_officer, None))
    assert offered(home, linked.police_leader) == set()
    with pytest.raises(TransitionError, match="signed"):
        endings.refuse_part(home.pk, actor=linked.police_leader, reason="Thử")


def test_what_was_asked_back_in_spite_of_a_signature_is_not_given_back(town):
    """Dossiers of before this rule: the request can be refused, and the work goes on."""
    dossier = at_kind(town, "release")
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.WITHDRAWN)
    fresh = Dossier.objects.get(pk=dossier.pk)
    names = DossierPage(fresh, town.leader).names
    assert "refuse_withdrawal" in names
    assert "grant_withdrawal" not in names
    with pytest.raises(TransitionError, match="signed"):
        give_back(dossier, town)
    endings.refuse_withdrawal(dossier.pk, actor=town.leader, reason="Đã ký")
    assert processing.forward(dossier.pk, actor=town.records_clerk).status == Status.COMPLETED
