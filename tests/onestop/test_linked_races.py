"""Two at once on a linked dossier, really committed; each race with a control without the lock."""

from unittest import mock

import pytest

from audit.models import AuditEntry
from onestop.models import Dossier, LinkedPart
from onestop.services import assignment, endings, gathering, part_decisions, parts, processing
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import open_step
from tests.onestop.linked import finish, make_linked, one_step, part_at, parts_of, receive
from tests.onestop.racing import at_once, without_the_lock

pytestmark = pytest.mark.slow


def set_up(stage, kind="same_level"):
    province, town = stage
    with tenant_scope(province):
        linked = make_linked(town, kind)
        dossier = receive(town, linked)
    return province, town, linked, dossier


def all_in(stage):
    """A relayed dossier whose every part is in; nobody has gathered yet."""
    province, town, linked, dossier = set_up(stage, "levels")
    with tenant_scope(province):
        finish(part_at(dossier, town.agency), town.leader, town.officer, town.head)
        finish(part_at(dossier, linked.police), linked.police_leader, linked.police_officer)
        finish(
            part_at(dossier, linked.insurance), linked.insurance_leader, linked.insurance_officer
        )
    return province, dossier


def gathered(province, dossier):
    with tenant_scope(province):
        return AuditEntry.objects.filter(
            action="dossier.gathered", subject_id=str(dossier.pk)
        ).count()


def test_two_last_parts_complete_a_relayed_dossier_once(stage):
    province, dossier = all_in(stage)
    outcome = at_once(province, lambda n: gathering.gather(dossier.pk), 8)
    assert not outcome.faults
    assert outcome.won.count(True) == 1
    assert gathered(province, dossier) == 1


def test_without_the_lock_it_would_be_completed_more_than_once(stage):
    province, dossier = all_in(stage)
    with without_the_lock():
        outcome = at_once(province, lambda n: gathering.gather(dossier.pk), 2, is_control=True)
    assert outcome.won.count(True) + len(outcome.faults) > 1


def ready(stage):
    """The lead is at its signature, the last part at its release."""
    province, town, linked, dossier = set_up(stage)
    with tenant_scope(province):
        finish(
            part_at(dossier, linked.insurance), linked.insurance_leader, linked.insurance_officer
        )
        part = part_at(dossier, linked.police)
        while open_step(part).kind != "release":
            one_step(part, linked.police_leader, linked.police_officer)
        while open_step(dossier).kind != "approve":
            one_step(dossier, town.leader, town.officer, town.head)
    return province, town, linked, dossier, part


def sign_and_finish(stage):
    province, town, linked, dossier, part = ready(stage)
    acts = [
        lambda: processing.approve(dossier.pk, actor=town.leader),
        lambda: processing.forward(part.pk, actor=linked.police_leader),
    ]
    outcome = at_once(province, lambda n: acts[n](), 2)
    with tenant_scope(province):
        left = parts.unsettled(dossier)
        return outcome, open_step(dossier).kind, left


def test_while_the_last_part_closes_the_lead_signs_after_it_or_is_told_to_wait(stage):
    outcome, step, left = sign_and_finish(stage)
    assert not outcome.faults
    assert left == []
    refused = [type(refusal) for refusal in outcome.refused]
    assert (step, refused) in [("approve", [parts.PartsOpen]), ("release", [])]


def test_without_the_check_the_lead_would_sign_with_a_part_open(stage):
    province, town, _linked, dossier, _part = ready(stage)
    with mock.patch.object(parts, "require_done", return_value=None), tenant_scope(province):
        processing.approve(dossier.pk, actor=town.leader)
        assert parts.unsettled(dossier)


def test_two_parts_refused_at_once_are_both_told_and_both_decided(stage):
    province, _town, linked, dossier = set_up(stage)
    with tenant_scope(province):
        home, card = parts_of(dossier)
    acts = [
        lambda: endings.refuse_part(home.pk, actor=linked.police_leader, reason="Một"),
        lambda: endings.refuse_part(card.pk, actor=linked.insurance_leader, reason="Hai"),
    ]
    outcome = at_once(province, lambda n: acts[n](), 2)
    assert (len(outcome.won), outcome.faults) == (2, [])
    with tenant_scope(province):
        told = AuditEntry.objects.filter(action="dossier.part_refused")
        assert {entry.data["reason"] for entry in told} == {"Một", "Hai"}
        assert len(parts.unsettled(dossier)) == 2


def renewed(stage):
    province, town, linked, dossier = set_up(stage)
    with tenant_scope(province):
        home = part_at(dossier, linked.police)
        endings.refuse_part(home.pk, actor=linked.police_leader, reason="Một")
    outcome = at_once(
        province,
        lambda n: part_decisions.renew_part(dossier.pk, home.pk, actor=town.leader, reason="Lại"),
        6,
    )
    with tenant_scope(province):
        return outcome, LinkedPart.objects.filter(parent=dossier, order=1).count()


def test_a_refused_part_is_given_out_again_once(stage):
    outcome, rounds = renewed(stage)
    assert (len(outcome.won), outcome.faults, rounds) == (1, [], 2)


def test_a_part_finished_while_the_whole_is_stopped_is_either_and_never_open(stage):
    province, town, linked, dossier, part = ready(stage)
    acts = [
        lambda: endings.stop(dossier.pk, actor=town.leader, reason="Dừng"),
        lambda: processing.forward(part.pk, actor=linked.police_leader),
    ]
    outcome = at_once(province, lambda n: acts[n](), 2)
    assert not outcome.faults
    with tenant_scope(province):
        part = Dossier.objects.get(pk=part.pk)
        assert part.closed_at is not None
        assert part.status in (8, 10)


def test_the_lead_takes_a_dossier_over_while_a_part_is_given_out_without_a_deadlock(stage):
    province, town, linked, dossier = set_up(stage)
    with tenant_scope(province):
        home = part_at(dossier, linked.police)
    acts = [
        lambda: assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk),
        lambda: assignment.assign(
            home.pk, actor=linked.police_leader, person_id=linked.police_officer.pk
        ),
    ]
    outcome = at_once(province, lambda n: acts[n](), 2)
    assert (len(outcome.won), outcome.faults) == (2, [])
