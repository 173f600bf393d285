"""Units: made, renamed, closed and merged."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from organizations import access, open_work
from organizations.forms.units import MergeForm
from organizations.models import Position, Unit
from organizations.open_work import OpenWork
from organizations.services import mergers
from organizations.services import units as services

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture(autouse=True)
def _sentences_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


def test_a_new_unit_stands_in_the_tree_and_rights_above_hold_in_it(town):
    unit = services.create_unit(
        town.agency.pk, actor=town.superuser, kind="division", code="H32.05.07", name="Phòng Biển"
    )
    assert unit.ancestor_ids == [town.root.pk, town.agency.pk, unit.pk]
    assert access.may(town.leader, "approve_dossiers", unit.pk)


def test_a_code_is_given_once_even_after_its_unit_closed(town, today):
    yesterday = today - dt.timedelta(days=1)
    services.close_unit(town.second_division.pk, actor=town.superuser, on=yesterday, reason="QĐ 1")
    with pytest.raises(DomainError, match="taken"):
        services.create_unit(
            town.agency.pk, actor=town.superuser, kind="division", code="H32.05.02", name="Mới"
        )


def test_only_a_system_administrator_changes_units(town, today):
    for actor in (town.agency_admin, town.leader, town.outsider):
        with pytest.raises(PermissionDenied):
            services.close_unit(town.division.pk, actor=actor, on=today, reason="x")
        with pytest.raises(PermissionDenied):
            services.change_unit(town.division.pk, actor=actor, name="X")


def test_a_renamed_unit_keeps_its_code_and_the_log_keeps_the_old_name(town):
    services.change_unit(town.division.pk, actor=town.superuser, name="Phòng Đất đai và Đo đạc")
    entry = AuditEntry.objects.get(action="unit.changed")
    assert entry.data["before"] == {"name": "Phòng Đất đai"}


def test_closing_ends_the_positions_in_it_and_their_rights(town, today):
    services.close_unit(
        town.division.pk, actor=town.superuser, on=today - dt.timedelta(days=1), reason="QĐ 1"
    )
    assert not access.may(town.head, "approve_dossiers", town.division.pk)
    with pytest.raises(DomainError, match="closed"):
        services.create_unit(
            town.division.pk, actor=town.superuser, kind="division", code="H32.05.01.1", name="X"
        )


@pytest.mark.parametrize("days", [0, 30])
def test_a_unit_that_still_receives_today_is_not_closed(town, today, days):
    """Whatever came until its last day would lie in a unit in which nobody has a position."""
    last = today + dt.timedelta(days=days)
    with pytest.raises(DomainError, match="before today"):
        services.close_unit(town.division.pk, actor=town.superuser, on=last, reason="x")


def test_a_unit_with_open_units_or_open_work_is_not_closed(town, today, monkeypatch):
    yesterday = today - dt.timedelta(days=1)
    with pytest.raises(DomainError, match="below it first"):
        services.close_unit(town.agency.pk, actor=town.superuser, on=yesterday, reason="x")
    monkeypatch.setattr(open_work, "_keepers", {})
    open_work.keep_for_units("thử", lambda unit: [OpenWork("Hồ sơ", 4, "")])
    with pytest.raises(DomainError, match="Hồ sơ: 4"):
        services.close_unit(town.division.pk, actor=town.superuser, on=yesterday, reason="x")


def test_a_merger_hands_everything_to_the_successor_and_keeps_the_old_code(
    town, today, monkeypatch
):
    moved = []
    monkeypatch.setattr(open_work, "_keepers", {})
    open_work.keep_for_units(
        "thử",
        lambda unit: [OpenWork("Hồ sơ", 4, "")],
        lambda old, new, actor: moved.append(old.code),
    )
    preview = mergers.preview(town.agency)
    assert {unit.code for unit in preview.units} == {"H32.05.01", "H32.05.02", "H32.05.03"}
    assert preview.work == [OpenWork("Hồ sơ", 4, "")]
    yesterday = today - dt.timedelta(days=1)
    mergers.merge_unit(
        town.agency.pk, town.other_agency.pk, actor=town.superuser, on=yesterday, reason="NQ 7"
    )
    division = Unit.objects.get(code="H32.05.01")
    assert division.ancestor_ids == [town.root.pk, town.other_agency.pk, division.pk]
    assert moved == ["H32.05"]
    assert Position.objects.get(user=town.leader, unit=town.other_agency).role == "leader"
    assert access.may(town.leader, "approve_dossiers", division.pk)
    assert not access.may(town.leader, "approve_dossiers", town.agency.pk)
    assert Unit.objects.get(code="H32.05").successions.get().successor == town.other_agency
    with pytest.raises(AlreadyDone):
        mergers.merge_unit(
            town.agency.pk, town.commune.pk, actor=town.superuser, on=today, reason="x"
        )


def test_a_unit_is_not_merged_into_itself_or_below(town, today):
    for target in (town.agency, town.division):
        with pytest.raises(DomainError):
            mergers.merge_unit(
                town.agency.pk, target.pk, actor=town.superuser, on=today, reason="x"
            )


@pytest.mark.parametrize("days", [0, 1, 30])
def test_a_merger_is_recorded_when_the_old_unit_is_over(town, today, days):
    """Else its work would move at once, and the rights of its people only later."""
    with pytest.raises(DomainError, match="first day of the successor"):
        mergers.merge_unit(
            town.division.pk, town.second_division.pk, actor=town.superuser,
            on=today + dt.timedelta(days=days), reason="Sắp xếp lại",
        )  # fmt: skip
    town.division.refresh_from_db()
    assert town.division.valid_to is None


def test_the_form_of_a_merger_begins_with_yesterday_and_says_why(town, today):
    last_day = MergeForm(user=town.superuser, unit=town.division)["on"]
    assert last_day.initial == today - dt.timedelta(days=1)
    assert "Before today" in last_day.help_text
