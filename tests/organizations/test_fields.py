"""Standing fields of leaders: no date that passes widens what a person may do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from organizations import access, fields, queries
from organizations.models import FieldAssignment, Unit
from organizations.services import mergers
from organizations.services import positions as services
from tests.people import give_role, make_person

pytestmark = pytest.mark.usefixtures("scope")
LAND, FORESTS = "Đất đai", "Lâm nghiệp"
ONE_DAY = dt.timedelta(days=1)
LENT = {"role": "leader", "reason": "sudden", "note": "Giấy ủy quyền"}


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def deputy(town):
    return make_person("leader", town.agency, title="Phó Giám đốc")


def give(town, person, field=LAND, unit=None, **dates):
    dates.setdefault("valid_from", timezone.localdate() - 30 * ONE_DAY)
    where = unit or town.agency
    return services.assign_field(
        person.pk, where.pk, actor=town.superuser, field=field, **dates
    )  # fmt: skip


def decides(person, unit, field=LAND):
    access._forget({person.pk})  # as the next request does
    return fields.may(person, "approve_dossiers", unit, field=field)


def test_who_was_narrowed_stays_narrowed_when_the_last_field_has_ended(town, deputy, today):
    give(town, deputy, valid_to=today - ONE_DAY)
    assert not decides(deputy, town.agency, LAND)
    assert not decides(deputy, town.agency, FORESTS)
    with pytest.raises(PermissionDenied, match="None of the fields assigned to you is in force"):
        fields.require(deputy, "approve_dossiers", town.agency, field=LAND)


def test_ending_a_field_takes_it_and_gives_no_other(town, deputy, today):
    row = give(town, deputy)
    assert decides(deputy, town.agency, LAND)
    services.end_field_assignment(row.pk, actor=town.agency_admin, on=today - ONE_DAY)
    assert not decides(deputy, town.agency, LAND)
    assert not decides(deputy, town.agency, FORESTS)


@pytest.mark.parametrize("ended", [None, 20])
def test_a_last_day_before_the_first_gives_no_other_field(town, deputy, today, ended):
    row = give(town, deputy, valid_to=ended and today - ended * ONE_DAY)
    services.end_field_assignment(row.pk, actor=town.agency_admin, on=today - 60 * ONE_DAY)
    assert not decides(deputy, town.agency, LAND)
    assert not decides(deputy, town.agency, FORESTS)


def test_a_field_that_begins_later_narrows_nothing_yet(town, deputy, today):
    row = give(town, deputy, valid_from=today + ONE_DAY)
    assert decides(deputy, town.agency, FORESTS)
    services.end_field_assignment(row.pk, actor=town.agency_admin, on=today)
    assert not FieldAssignment.objects.counting_on(today + 9 * ONE_DAY).filter(user=deputy).exists()


def test_a_row_made_in_error_counts_no_more_and_is_in_the_log(town, deputy, today):
    row = give(town, deputy)
    services.annul_field_assignment(row.pk, actor=town.agency_admin, reason="Nhầm người")
    assert decides(deputy, town.agency, FORESTS)
    entry = AuditEntry.objects.get(action="field.annulled", subject_id=str(deputy.pk))
    assert (entry.data["field"], entry.data["reason"]) == (LAND, "Nhầm người")
    for again in (services.annul_field_assignment, services.end_field_assignment):
        with pytest.raises(AlreadyDone):
            again(row.pk, actor=town.agency_admin, **(
                {"on": today} if again is services.end_field_assignment else {"reason": "x"}
            ))  # fmt: skip
    assert give(town, deputy).pk != row.pk  # the same may be assigned anew


def test_one_row_in_error_leaves_the_narrowing_of_the_others(town, deputy, today):
    give(town, deputy, FORESTS, valid_to=today - ONE_DAY)
    row = give(town, deputy)
    services.annul_field_assignment(row.pk, actor=town.agency_admin, reason="Nhầm")
    assert not decides(deputy, town.agency, LAND)


def test_the_administrator_lifts_the_narrowing_on_purpose(town, deputy, today):
    give(town, deputy, FORESTS, valid_to=today - ONE_DAY)
    give(town, deputy, valid_from=today + ONE_DAY)
    with pytest.raises(DomainError, match="reason"):
        services.lift_fields(deputy.pk, actor=town.agency_admin, reason=" ")
    services.lift_fields(deputy.pk, actor=town.agency_admin, reason="Quyết định số 12")
    assert decides(deputy, town.agency, "Y tế")
    entry = AuditEntry.objects.get(action="field.lifted", subject_id=str(deputy.pk))
    assert entry.data["field"] == f"{LAND}, {FORESTS}"
    assert entry.data["reason"] == "Quyết định số 12"
    with pytest.raises(AlreadyDone):
        services.lift_fields(deputy.pk, actor=town.agency_admin, reason="Quyết định số 12")


@pytest.mark.parametrize("who", ["deputy", "leader", "outsider", "overseer"])
def test_nobody_else_lifts_it(town, deputy, who):
    row = give(town, deputy)
    actor = deputy if who == "deputy" else getattr(town, who)
    for act in (
        lambda: services.lift_fields(deputy.pk, actor=actor, reason="x"),
        lambda: services.annul_field_assignment(row.pk, actor=actor, reason="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_administrator_lifts_only_what_lies_in_his_units(town, deputy, today):
    give_role(deputy, "leader", town.other_agency)
    give(town, deputy, unit=town.other_agency, valid_to=today - ONE_DAY)
    give(town, deputy, valid_to=today - ONE_DAY)
    services.lift_fields(deputy.pk, actor=town.agency_admin, reason="x")
    assert decides(deputy, town.agency)
    assert not decides(deputy, town.other_agency)


def test_a_merger_does_not_widen_what_a_deputy_may_do(town, deputy, today):
    give(town, deputy, valid_to=today - ONE_DAY)
    mergers.merge_unit(
        town.agency.pk, town.other_agency.pk, actor=town.superuser, on=today - ONE_DAY, reason="NQ"
    )
    new = Unit.objects.get(pk=town.other_agency.pk)
    assert access.may(deputy, "approve_dossiers", new.pk)
    assert not decides(deputy, new)


def test_a_merger_of_a_division_leaves_the_narrowing_of_who_leads_the_agency(town, deputy, today):
    give(town, deputy, unit=town.division)
    mergers.merge_unit(
        town.division.pk, town.other_agency.pk, actor=town.superuser, on=today - ONE_DAY,
        reason="NQ",
    )  # fmt: skip
    agency = Unit.objects.get(pk=town.agency.pk)
    assert decides(deputy, agency, LAND)
    assert not decides(deputy, agency, FORESTS)


def test_who_leads_agency_and_division_stays_narrowed_in_both_after_a_merger(town, deputy, today):
    give(town, deputy, unit=town.division)
    give_role(deputy, "leader", town.division)
    mergers.merge_unit(
        town.division.pk, town.other_agency.pk, actor=town.superuser, on=today - ONE_DAY,
        reason="NQ",
    )  # fmt: skip
    for pk in (town.agency.pk, town.other_agency.pk):
        unit = Unit.objects.get(pk=pk)
        assert decides(deputy, unit, LAND)
        assert not decides(deputy, unit, FORESTS)


def test_nobody_lends_for_the_days_on_which_he_decides_in_some_fields(town, deputy, today):
    coming = make_person("leader", town.agency, valid_from=today + ONE_DAY)
    for person in (deputy, coming):
        give(town, person, valid_from=today + 3 * ONE_DAY)
        for first, last in ((1, 3), (3, 9)):
            with pytest.raises(PermissionDenied, match="all fields"):
                services.delegate(
                    person.pk, town.officer.pk, town.agency.pk, **LENT, actor=town.agency_admin,
                    valid_from=today + first * ONE_DAY, valid_to=today + last * ONE_DAY,
                )  # fmt: skip
        assert services.delegate(
            person.pk, town.officer.pk, town.agency.pk, **LENT, actor=town.agency_admin,
            valid_from=today + ONE_DAY, valid_to=today + 2 * ONE_DAY,
        )  # fmt: skip


def test_what_was_lent_for_all_fields_is_revoked_before_one_is_given(town, deputy, today):
    until = today + 9 * ONE_DAY
    lent = services.delegate(
        deputy.pk, town.officer.pk, town.agency.pk, **LENT, actor=deputy,
        valid_from=today, valid_to=until,
    )  # fmt: skip
    with pytest.raises(DomainError, match="Revoke that delegation first"):
        give(town, deputy)
    assert give(town, deputy, FORESTS, valid_from=until + ONE_DAY)  # when it is over
    services.revoke_delegation(lent.pk, actor=town.agency_admin)
    assert give(town, deputy)
    assert not decides(town.officer, town.agency, FORESTS)


def test_who_decides_in_some_fields_lends_not_more_than_he_has(town, deputy, today):
    lent = {**LENT, "actor": deputy, "valid_from": today, "valid_to": today}
    ids = deputy.pk, town.officer.pk, town.agency.pk
    give(town, deputy, valid_to=today - ONE_DAY)
    with pytest.raises(PermissionDenied, match="all fields"):
        services.delegate(*ids, **lent)
    services.lift_fields(deputy.pk, actor=town.agency_admin, reason="x")
    access._forget({deputy.pk})
    assert services.delegate(*ids, **lent)


def test_the_reasons_of_his_rights_say_what_he_decides(town, deputy, today):
    def words():
        access._forget({deputy.pk})
        rights = {right.name: right.reasons for right in queries.rights_in_words(deputy)}
        return rights[access.permission_name("approve_dossiers")][0]

    assert "field" not in words()
    row = give(town, deputy)
    give(town, deputy, FORESTS, valid_to=today - ONE_DAY)
    assert f"Only in the fields: {LAND}." in words()
    services.end_field_assignment(row.pk, actor=town.agency_admin, on=today - ONE_DAY)
    assert "Fields have ended: no dossier can be approved" in words()


def test_the_positions_of_a_leader_tell_that_no_field_is_in_force(town, deputy, today):
    def told():
        return [row.has_no_field for row in queries.positions_of(deputy)]

    assert told() == [False]
    row = give(town, deputy, unit=town.division)
    assert told() == [False]
    services.end_field_assignment(row.pk, actor=town.agency_admin, on=today - ONE_DAY)
    assert told() == [True]
    give_role(deputy, "official", town.division)
    assert sorted(told()) == [False, True]
