"""The dossiers of the demo obey the rules that the services follow."""

from __future__ import annotations

import pytest

from common.working_time import Pause
from onestop.models import Dossier, ItemState, OriginalsSlip, SlipState, StepRun
from onestop.services import clock, steps
from onestop.states import Status, StepState
from organizations import access
from organizations.calendars import calendar_for
from papers.models import FormWords
from portal.demo import loader, papers, quality
from portal.demo.history import History
from reports.models import QualitySheet, SheetState
from tenancy.scope import tenant_scope

pytestmark = pytest.mark.slow
MANY = 700


@pytest.fixture
def demo(province, settings):
    settings.GOVIT_DEMO = True
    with tenant_scope(province):
        loader._ground(province)
        History(province, loader.SEED).write(MANY, loader.RECENT_DAYS, lambda done: None)
        yield Dossier.objects.select_related("competent_unit", "process").order_by("pk")


def test_every_dossier_has_the_clock_the_steps_and_the_hands_that_services_would_give(demo):
    faults = [f"{one.code}: {fault}" for one in demo for fault in faults_of(one)]
    assert faults == []
    assert demo.count() == MANY


def faults_of(dossier: Dossier):
    runs = list(StepRun.objects.filter(dossier=dossier).select_related("unit", "process_step"))
    yield from clock_of(dossier, sorted(runs, key=lambda run: run.order))
    day = dossier.accepted_at.date()
    if dossier.handling_unit_id != steps.handling_unit_of(
        dossier.process, dossier.competent_unit, day
    ):
        yield "another division than the process says"
    for run in runs:
        if run.unit_id != steps.unit_of(run.process_step, dossier):
            yield f"step {run.order} in another unit than the process says"
    open_ = [run for run in runs if run.state == StepState.OPEN]
    if [run.pk for run in open_] != ([dossier.step_id] if dossier.step_id else []):
        yield "another open step than its own"
    for run in open_:
        yield from hands_of(dossier, run)
    if any(person.phone not in dossier.search_text for person in dossier.persons.all()):
        yield "not found by its applicant's phone"


def clock_of(dossier, runs):
    pauses = [Pause(row.started_at, row.ended_at) for row in dossier.pauses.all() if row.ended_at]
    due, dossier.due_at = dossier.due_at, None  # else it would stay where it is later
    clock.set_due(dossier)
    if dossier.due_at != due:
        yield f"due at {due}, by the clock at {dossier.due_at}"
    calendar = calendar_for(dossier.competent_unit_id)
    first = clock.due(calendar, dossier.accepted_at, clock.limit_of(dossier)).at
    if dossier.promised_at != first:
        yield "promised another day"
    process = [run.process_step for run in runs]
    ends, before = clock.plan(dossier, process), clock.plan(dossier, process, pauses=[])
    for run, moved, first in zip(runs, ends, before, strict=True):
        done_before = run.closed_at and pauses and run.closed_at <= pauses[0].start
        if run.planned_end != (first if done_before else moved):
            yield f"step {run.order} planned to end at {run.planned_end}, by the clock at {moved}"


def hands_of(dossier, run):
    if dossier.holder_id != run.person_id or dossier.holder_unit_id != run.unit_id:
        yield "lies elsewhere than its open step"
    if run.person_id is None:
        if run.kind == "process" and dossier.status != Status.RECEIVED:
            yield "worked on by nobody"
        return
    if dossier.status == Status.RECEIVED:
        yield "in somebody's hands though nobody has begun"
    if run.kind == "assign":
        yield "in somebody's hands though it is to be assigned"
    if not access.may(run.person, steps.PERMISSION[run.kind], run.unit_id):
        yield f"in the hands of {run.person}, who may not do “{run.name}”"


def test_the_papers_of_the_demo_are_words_a_template_and_two_slips(demo, province):
    papers.make(province)
    forms = FormWords.objects.in_use().values_list("form", "copied_from")
    assert set(forms) == {("02", "TT03/2025"), ("KQ", "portal")}
    sent, received = OriginalsSlip.objects.order_by("pk")
    assert (sent.state, received.state) == (SlipState.SENT, SlipState.RECEIVED)
    states = [item.state for item in received.items.all()]
    assert states.count(ItemState.MISSING) == 1
    assert len(states) > 1


def test_the_official_of_the_demo_is_classed_this_half_year(demo, province):
    for _time in range(2):  # a second load changes nothing
        quality.make(province)
    sheet = QualitySheet.objects.get(person__username="chuyenvien")
    assert sheet.state == SheetState.CLASSED
    assert sheet.pieces
