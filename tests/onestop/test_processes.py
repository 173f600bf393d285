"""Versions of internal processes, and which one a dossier follows."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEntry
from common.errors import TransitionError
from onestop.models import Process, ProcessState
from onestop.queries.catalogue import version_on
from onestop.services import processes as services
from tests.onestop.catalogue_rows import make_procedure, make_version
from tests.people import make_person, make_unit

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def editor(scope, town):
    return make_person("catalogue_editor", town.other_agency)


@pytest.fixture
def procedure(scope, town):
    return make_procedure(units=[town.agency])


def default_of(procedure, unit):
    return services.process_for(procedure.current_version, unit, TODAY)


def test_a_procedure_without_a_process_gets_the_default_once(procedure, town):
    first = default_of(procedure, town.agency)
    again = default_of(procedure, town.other_agency)
    assert first == again
    assert first.is_default
    assert sum(s.share_amount or 0 for s in first.steps.all()) == Decimal(10)
    assert AuditEntry.objects.filter(action="process.default_made").count() == 1


def test_the_units_own_process_goes_before_the_general_one(procedure, town, editor):
    general = services.draft_process(procedure.pk, actor=editor)
    services.put_in_use(general.pk, actor=editor)
    own = services.draft_process(procedure.pk, unit_id=town.agency.pk, actor=editor)
    services.put_in_use(own.pk, actor=editor)
    today = dt.date.today()
    version = procedure.current_version
    assert services.process_for(version, town.agency, today) == own
    assert services.process_for(version, town.other_agency, today) == general


def test_a_new_version_retires_the_one_before_and_leaves_it_readable(procedure, town, editor):
    first = services.put_in_use(services.draft_process(procedure.pk, actor=editor).pk, actor=editor)
    draft = services.draft_process(procedure.pk, actor=editor)
    assert draft.number == first.number + 1
    second = services.put_in_use(draft.pk, actor=editor)
    first.refresh_from_db()
    assert first.state == ProcessState.RETIRED
    assert second.state == ProcessState.ACTIVE
    assert first.steps.count() == 7


def test_a_second_draft_is_the_first_one_again(procedure, editor):
    first = services.draft_process(procedure.pk, actor=editor)
    assert services.draft_process(procedure.pk, actor=editor) == first


def test_a_process_that_does_not_add_up_may_be_saved_but_not_used(procedure, editor):
    draft = services.draft_process(procedure.pk, actor=editor)
    steps = draft.as_data()
    steps[2] = replace(steps[2], share_amount=Decimal(6))
    services.save_steps(draft.pk, steps, actor=editor)
    with pytest.raises(services.ProcessRefused, match=r"9.*10"):
        services.put_in_use(draft.pk, actor=editor)
    draft.refresh_from_db()
    assert draft.state == ProcessState.DRAFT


def test_a_step_in_a_unit_closed_yesterday_is_refused_by_name(procedure, editor, town):
    closed = make_unit(
        "H32.99", parent=town.root, name="Sở Đã Đóng",
        valid_to=dt.date.today() - dt.timedelta(days=1),
    )  # fmt: skip
    draft = services.draft_process(procedure.pk, actor=editor)
    steps = draft.as_data()
    steps[2] = replace(steps[2], unit_id=closed.pk)
    services.save_steps(draft.pk, steps, actor=editor)
    with pytest.raises(services.ProcessRefused, match="Sở Đã Đóng"):
        services.put_in_use(draft.pk, actor=editor)


def test_what_is_in_use_cannot_be_edited(procedure, editor):
    process = services.put_in_use(
        services.draft_process(procedure.pk, actor=editor).pk, actor=editor
    )
    with pytest.raises(services.NotADraft):
        services.save_steps(process.pk, [], actor=editor)
    with pytest.raises(TransitionError):
        services.put_in_use(process.pk, actor=editor)
    with pytest.raises(services.NotADraft):
        services.discard_draft(process.pk, actor=editor)


def test_a_discarded_draft_is_gone_and_leaves_its_trace(procedure, editor):
    draft = services.draft_process(procedure.pk, actor=editor)
    services.discard_draft(draft.pk, actor=editor)
    assert not Process.objects.filter(pk=draft.pk).exists()
    assert AuditEntry.objects.filter(action="process.draft_discarded").count() == 1


def test_people_without_the_right_change_no_process(procedure, editor, town):
    draft = services.draft_process(procedure.pk, actor=editor)
    for act in (
        lambda who: services.draft_process(procedure.pk, actor=who),
        lambda who: services.save_steps(draft.pk, [], actor=who),
        lambda who: services.put_in_use(draft.pk, actor=who),
        lambda who: services.discard_draft(draft.pk, actor=who),
    ):
        for who in (town.leader, town.outsider, town.overseer):
            with pytest.raises(PermissionDenied):
                act(who)


def test_a_process_made_for_another_limit_is_passed_over(procedure, editor, town):
    old = services.put_in_use(services.draft_process(procedure.pk, actor=editor).pk, actor=editor)
    version = make_version(procedure, 2, limit="5")
    found = services.process_for(version, town.agency, dt.date.today())
    assert found != old
    assert found.is_default
    assert found.limit_amount == Decimal(5)


def test_a_changed_limit_replaces_the_default(procedure, town):
    old = default_of(procedure, town.agency)
    version = make_version(procedure, 2, limit="5")
    new = services.process_for(version, town.agency, TODAY)
    old.refresh_from_db()
    assert (old.state, new.state) == (ProcessState.RETIRED, ProcessState.ACTIVE)


def test_of_two_versions_that_start_on_one_day_the_later_one_holds(procedure):
    second = make_version(procedure, 2, published_at="2026-01-01T00:00:00+07:00")
    assert version_on(procedure.pk, TODAY) == second
    assert version_on(procedure.pk, dt.date(2025, 6, 30)) is None
