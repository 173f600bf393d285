"""Who is told what happened to a dossier."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import OutboxEvent
from notifications.models import Notification
from onestop import consumers
from onestop.models import Dossier, StepRun, SupplementRound
from onestop.services import arrivals, intake, waiting
from organizations.models import Position
from tests.onestop.dossiers import assigned, facts, the_procedure

pytestmark = pytest.mark.usefixtures("scope")


def lapsed(town, *, in_hand: bool, **changes) -> OutboxEvent:
    """The event of a supplement that did not come."""
    dossier = assigned(town)
    soon = timezone.localdate() + dt.timedelta(days=20)
    round_ = waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Thiếu", apply_by=soon
    )
    if not in_hand:
        changes = {"holder": None, **changes}
        StepRun.objects.filter(dossier=dossier, state="open").update(person=None)
    Dossier.objects.filter(pk=dossier.pk).update(**changes)
    assert waiting.lapse_supplement(round_.pk, at=timezone.now())
    return OutboxEvent.objects.filter(action="dossier.supplement_lapsed").latest("pk")


def told(event: OutboxEvent) -> set:
    consumers.tell_holder(event)
    return {notice.user for notice in Notification.objects.filter(event_id=event.pk)}


def test_a_lapsed_supplement_is_told_to_who_has_the_dossier(town):
    assert told(lapsed(town, in_hand=True)) == {town.officer}


def test_in_nobodys_hands_it_is_told_to_the_head_of_the_unit(town):
    assert told(lapsed(town, in_hand=False)) == {town.head}


def test_where_the_unit_has_no_head_it_is_told_to_the_leader_of_the_agency(town):
    event = lapsed(town, in_hand=False, holder_unit=town.second_division)
    assert not Position.objects.filter(unit=town.second_division).exists()
    assert told(event) == {town.leader}


def test_who_did_it_is_asked_once_however_many_are_told(
    town, monkeypatch, django_assert_max_num_queries
):
    event = lapsed(town, in_hand=False)
    monkeypatch.setattr(consumers, "able", lambda *where: [town.head, town.leader, town.clerk])
    monkeypatch.setattr(consumers, "tell", lambda *what: None)
    with django_assert_max_num_queries(2):  # the dossier, and whose act it was
        consumers.tell_holder(event)


def test_before_acceptance_it_is_told_to_the_counter(town):
    dossier = intake.submit(
        facts(the_procedure(town).current_version, town), actor=None, at=timezone.now()
    )
    soon = timezone.localdate() + dt.timedelta(days=20)
    arrivals.ask_arrival(dossier.pk, actor=town.clerk, items=["Ảnh"], reason="Thiếu", apply_by=soon)
    assert waiting.lapse_supplement(SupplementRound.objects.get().pk, at=timezone.now())
    event = OutboxEvent.objects.filter(action="dossier.supplement_lapsed").get()
    assert told(event) == {town.clerk}
