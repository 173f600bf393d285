"""What the services themselves leave behind for a person's month, and when sheets are opened."""

import datetime as dt

import pytest
from django.utils import timezone

from onestop.services import assignment, processing
from reports.models import EvaluationRow
from reports.services import evaluations
from tests.onestop.dossiers import assigned
from tests.people import make_person
from tests.reports.evaluated import MARCH, set_rules

pytestmark = pytest.mark.usefixtures("scope")


def test_the_log_of_real_acts_says_in_whose_hands_each_step_was(town):
    """Assigned, given on, sent back, done again, reviewed, signed: as the services write it."""
    colleague = make_person("official", town.division)
    dossier = assigned(town)  # the leader assigns to the official
    assignment.assign(dossier.pk, actor=town.head, person_id=colleague.pk)
    processing.forward(dossier.pk, actor=colleague)
    processing.return_for_correction(dossier.pk, actor=town.head, reason="Thiếu số liệu")
    processing.forward(dossier.pk, actor=colleague)
    for who in (town.head, town.leader):
        processing.approve(dossier.pk, actor=who)
    evaluations.open_month(town.agency.pk, timezone.localdate().replace(day=1))
    found = {row.person_id: row.figures for row in EvaluationRow.objects.all()}
    keys = ("given", "done", "on_time", "moved", "open", "returned", "approved")
    told = {person.pk: [found[person.pk][key] for key in keys] for person in (
        town.clerk, town.officer, colleague, town.head, town.leader,
    )}  # fmt: skip
    assert told == {
        town.clerk.pk: [1, 1, 1, 0, 0, 0, 0],
        town.officer.pk: [1, 0, 0, 1, 0, 0, 0],
        colleague.pk: [2, 2, 2, 0, 0, 1, 0],
        town.head.pk: [2, 2, 2, 0, 0, 0, 0],
        town.leader.pk: [2, 2, 2, 0, 0, 0, 1],
    }


def test_who_takes_a_step_over_from_a_colleague_has_it_since_then(town):
    dossier = assigned(town)
    assignment.take_over(dossier.pk, actor=town.head)
    evaluations.open_month(town.agency.pk, timezone.localdate().replace(day=1))
    found = {row.person_id: row.items["steps"] for row in EvaluationRow.objects.all()}
    (left,), (taken,) = found[town.officer.pk], found[town.head.pk]
    assert (left["outcome"], taken["outcome"]) == ("moved", "open")
    assert taken["since"] == left["left"] >= left["since"]


def test_sheets_are_opened_on_the_day_and_a_missed_day_is_made_up(town):
    april = dt.date(2026, 4, 1)
    assert evaluations.due(april) == []  # nobody has set a day
    set_rules(evaluation_day=3)
    assert evaluations.due(april.replace(day=2)) == []
    waiting = evaluations.due(april.replace(day=9))
    assert set(waiting) == {
        (unit.pk, MARCH) for unit in (town.agency, town.other_agency, town.commune)
    }
