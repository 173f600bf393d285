"""To which earlier step a dossier is sent back: any that did work on it."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from common.errors import TransitionError
from onestop.models import Process, ProcessStep
from onestop.queries.detail import DossierPage
from onestop.services import processing
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, open_step, the_procedure

BOTH = ("receive", "assign", "process", "consult", "approve", "return")
CONSULT_ONLY = ("receive", "assign", "consult", "approve", "return")


def at_approval(town, kinds):
    process = Process.objects.create(
        procedure=the_procedure(town), number=7, state="active", valid_from=timezone.localdate(),
        limit_amount=10, limit_unit="working_days",
    )  # fmt: skip
    ProcessStep.objects.bulk_create(
        ProcessStep(
            process=process, order=order, kind=kind, name=f"Bước {kind}", role="official",
            share_amount=None if kind == "return" else Decimal(2),
            share_unit="" if kind == "return" else "working_days",
        )
        for order, kind in enumerate(kinds, 1)
    )  # fmt: skip
    dossier = assigned(town)
    while open_step(dossier).kind != "approve":
        dossier = processing.forward(dossier.pk, actor=town.officer)
    return dossier


def back(town, dossier, **to):
    return processing.return_for_correction(dossier.pk, actor=town.leader, reason="Sai", **to)


@pytest.mark.usefixtures("scope")
def test_where_only_a_consultation_did_the_work_it_is_done_again(town):
    dossier = at_approval(town, CONSULT_ONLY)
    assert "decide" in DossierPage(dossier, town.leader).names
    dossier = back(town, dossier)
    assert (open_step(dossier).kind, dossier.holder) == ("consult", town.officer)
    dossier = processing.forward(dossier.pk, actor=town.officer)
    assert processing.approve(dossier.pk, actor=town.leader)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(("to", "kind"), [(None, "process"), (3, "process"), (4, "consult")])
def test_the_approver_says_which_of_the_steps_is_done_again(town, to, kind):
    dossier = back(town, at_approval(town, BOTH), to=to)
    assert open_step(dossier).kind == kind
    while open_step(dossier).kind != "approve":
        dossier = processing.forward(dossier.pk, actor=town.officer)
    assert open_step(back(town, dossier, to=4)).kind == "consult"


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("to", [1, 2, 5, 6, 99])
def test_no_other_step_is_done_again(town, to):
    dossier = at_approval(town, BOTH)
    with pytest.raises(TransitionError, match="earlier step"):
        back(town, dossier, to=to)


@pytest.mark.parametrize(("kinds", "offered"), [(BOTH, ["3", "4"]), (CONSULT_ONLY, None)])
def test_the_page_asks_only_where_there_is_a_choice(client, province, town, kinds, offered):
    with tenant_scope(province):
        dossier = at_approval(town, kinds)
    url = reverse("onestop:approval_decide", args=[dossier.code])
    client.sign_in(town.leader)
    page = client.get(url)
    fields = page.context["send_back"].fields
    if offered is None:
        assert "to" not in fields
        assert 'name="return-to"' not in page.text
    else:
        assert [str(order) for order, _words in fields["to"].choices] == offered
        assert 'name="return-to"' in page.text
        assert f"Bước consult – {town.officer.full_name}" in page.text
    sent = {"step": dossier.step_id, "decision": "return", "return-reason": "Sai"}
    answer = client.post(url, {**sent, "return-to": "4"} if offered else sent)
    assert answer.status_code == 302
    with tenant_scope(province):
        assert open_step(dossier).kind == "consult"
