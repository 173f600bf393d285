"""A unit is merged or closed: its dossiers go on in the successor, or it stays open."""

import datetime as dt

import pytest
from django.utils import timezone

from common.errors import DomainError
from onestop.models import Dossier, Process, ProcessStep
from onestop.services import opinions, processing
from organizations import access
from organizations.services import mergers, units
from tests.onestop.dossiers import assigned, at_kind, make_dossier, open_step, the_procedure
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")


def yesterday():
    return timezone.localdate() - dt.timedelta(days=1)


def merge(town, old, new):
    mergers.merge_unit(old.pk, new.pk, actor=town.superuser, on=yesterday(), reason="Sắp xếp lại")


def test_a_unit_with_open_dossiers_is_not_closed(town):
    assigned(town)
    with pytest.raises(DomainError, match="Open dossiers: 1"):
        units.close_unit(town.division.pk, actor=town.superuser, on=yesterday(), reason="Giải thể")


def test_a_unit_named_by_a_process_in_use_is_not_closed(town):
    process = Process.objects.create(
        procedure=the_procedure(town), number=5, state="draft", limit_amount=10,
        limit_unit="working_days",
    )  # fmt: skip
    ProcessStep.objects.create(
        process=process, order=1, kind="process", name="Xem xét", role="official",
        unit=town.second_division,
    )  # fmt: skip
    with pytest.raises(DomainError, match="internal processes: 1"):
        units.close_unit(town.second_division.pk, actor=town.superuser, on=yesterday(), reason="x")


def test_the_dossiers_of_a_merged_division_go_on_in_its_successor(town):
    dossier = at_kind(town, "process")
    merge(town, town.division, town.second_division)
    dossier.refresh_from_db()
    assert dossier.holder_unit == dossier.handling_unit == town.second_division
    assert not dossier.steps.filter(unit=town.division, state__in=("open", "planned")).exists()
    assert dossier.steps.get(order=2).unit != town.second_division  # what is done stays there
    assert town.officer in [who for who, _ in access.people_with("process_dossiers", town.agency)]
    dossier = processing.forward(dossier.pk, actor=town.officer)
    assert processing.approve(dossier.pk, actor=town.head).holder_unit == town.agency


def test_a_merged_agency_takes_its_competence_counter_and_closed_dossiers_along(town):
    dossier, done = make_dossier(town), at_kind(town, "return")
    successor_leader = make_person("leader", town.other_agency)
    clerk = make_person("counter", town.other_agency)
    processing.hand_over(
        done.pk, actor=town.clerk,
        facts=processing.HandoverFacts("in_person", "Trần Văn Thử", "999012345678"),
    )  # fmt: skip
    code = dossier.code
    merge(town, town.agency, town.other_agency)
    dossier.refresh_from_db()
    assert (dossier.competent_unit, dossier.code) == (town.other_agency, code)
    seen = Dossier.objects.visible_to(successor_leader, "view_dossiers")
    assert {row.pk for row in seen} == {dossier.pk, done.pk}
    again = make_dossier(town, receiving_unit_id=town.counter_unit.pk,
                         competent_unit_id=town.other_agency.pk)  # fmt: skip
    assert again.code.startswith(town.other_agency.code)
    assert access.may(clerk, "receive_dossiers", town.counter_unit.pk)


def test_a_question_to_a_merged_unit_is_answered_by_its_successor(town):
    dossier = assigned(town)
    opinion = opinions.ask_opinion(
        dossier.pk, actor=town.officer, unit_id=town.other_agency.pk, question="Ý kiến?",
        due_on=timezone.localdate() + dt.timedelta(days=3),
    )  # fmt: skip
    official = make_person("official", town.commune)
    merge(town, town.other_agency, town.commune)
    assert opinions.answer_opinion(opinion.pk, actor=official, answer="Đồng ý").answered_at
    assert open_step(dossier).unit == town.division
