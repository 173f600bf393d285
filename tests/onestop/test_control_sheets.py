"""Mẫu 06: one row for each hand-over, with its moment and whether it was in time."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from onestop.models import Dossier, StepRun
from onestop.services import assignment, processing
from onestop.services.control_sheets import hand_overs, make_control_sheet, outcome_of
from onestop.services.processing import HandoverFacts
from organizations.services import mergers
from papers.models import PrintedForm
from papers.services import paper_context
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind
from tests.people import make_person, make_unit

TAKEN = HandoverFacts("in_person", "Trần Văn Thử", "999012345678")


def rows_of(dossier):
    return paper_context(PrintedForm.objects.of(dossier).in_force().get(form="06"))["rows"]


@pytest.mark.usefixtures("scope")
def test_every_hand_over_is_a_row_from_the_counter_to_the_citizen(town):
    dossier = at_kind(town, "return")
    processing.hand_over(dossier.pk, actor=town.clerk, facts=TAKEN)
    make_control_sheet(dossier.pk, actor=town.clerk)
    rows = rows_of(dossier)
    closed = StepRun.objects.filter(dossier=dossier, state="closed")
    assert len(rows) == closed.count()
    assert (rows[0]["giving_unit"], rows[0]["giver"]) == (
        town.counter_unit.name, town.clerk.full_name,
    )  # fmt: skip
    for row, following in itertools.pairwise(rows):
        assert row["taking_unit"] == following["giving_unit"]
        assert row["taker"] == following["giver"]
    assert rows[-1]["taker"] == TAKEN.taken_by
    assert all(row["outcome"] in ("early", "on_time") for row in rows[:-1])


@pytest.mark.usefixtures("scope")
def test_a_return_for_correction_is_a_row_that_goes_back(town):
    dossier = at_kind(town, "approve")
    dossier = processing.return_for_correction(dossier.pk, actor=town.leader, reason="Sửa")
    back = [row for row in hand_overs(Dossier.objects.get(pk=dossier.pk)) if row.note]
    assert [(row.giver, row.taker) for row in back] == [
        (town.leader.full_name, town.officer.full_name)
    ]


@pytest.mark.usefixtures("scope")
def test_changing_hands_inside_a_step_is_a_row_of_its_own(town):
    second, third = (
        make_person("official", town.division, full_name=name)
        for name in ("Mai Thị Hai", "Ngô Văn Ba")
    )
    dossier = assigned(town)
    assignment.assign(dossier.pk, actor=town.leader, person_id=second.pk)
    assignment.take_over(dossier.pk, actor=town.head)
    assignment.assign(dossier.pk, actor=town.head, person_id=third.pk)
    while_open = hand_overs(Dossier.objects.get(pk=dossier.pk))
    processing.forward(dossier.pk, actor=third)
    rows = hand_overs(Dossier.objects.get(pk=dossier.pk))
    inside = [row for row in rows if row.note]
    assert [(row.giver, row.taker) for row in inside] == [
        (town.officer.full_name, "Mai Thị Hai"),
        ("Mai Thị Hai", town.head.full_name),
        (town.head.full_name, "Ngô Văn Ba"),
    ]
    assert inside == [row for row in while_open if row.note]
    assert {row.outcome for row in inside} == {None}, "the step goes on: not early, not late"
    for row, following in itertools.pairwise(rows):
        assert row.at <= following.at
        assert (row.taking_unit, row.taker) == (following.giving_unit, following.giver)


@pytest.mark.usefixtures("scope")
def test_taking_from_nobody_is_no_row(town):
    dossier = at_kind(town, "review")
    before = len(hand_overs(Dossier.objects.get(pk=dossier.pk)))
    assignment.take_over(dossier.pk, actor=town.head)
    assert len(hand_overs(Dossier.objects.get(pk=dossier.pk))) == before


@pytest.mark.usefixtures("scope")
def test_a_change_of_hands_goes_from_division_to_division(town):
    elsewhere = make_unit("H32.8.8", "division", town.agency, name="Phòng Thứ hai")
    second = make_person("official", elsewhere, full_name="Mai Thị Hai")
    dossier = assigned(town)
    assignment.assign(dossier.pk, actor=town.leader, person_id=second.pk)
    row = hand_overs(Dossier.objects.get(pk=dossier.pk))[-1]
    assert (row.giving_unit, row.taking_unit) == (town.division.name, "Phòng Thứ hai")


def merge(town, old, new):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    mergers.merge_unit(old.pk, new.pk, actor=town.superuser, on=yesterday, reason="Sắp xếp lại")


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("in_hand", [True, False])
def test_a_merger_hands_the_dossier_from_unit_to_unit(town, in_hand):
    old, new = town.division, town.second_division
    dossier = assigned(town) if in_hand else at_kind(town, "review")
    assert dossier.holder_unit == old
    merge(town, old, new)
    before, row = hand_overs(Dossier.objects.get(pk=dossier.pk))[-2:]
    name = town.officer.full_name if in_hand else ""  # who has it goes along
    assert (before.taking_unit, before.taker) == (old.name, name)
    assert (row.giving_unit, row.giver) == (old.name, name)
    assert (row.taking_unit, row.taker, row.outcome) == (new.name, name, None)


@pytest.mark.usefixtures("scope")
def test_a_merger_of_a_unit_where_the_dossier_does_not_lie_is_no_row(town):
    dossier = at_kind(town, "approve")  # it lies with the leader; the division did its step
    before = hand_overs(Dossier.objects.get(pk=dossier.pk))
    merge(town, town.division, town.second_division)
    assert hand_overs(Dossier.objects.get(pk=dossier.pk)) == before


@pytest.mark.parametrize(("days", "outcome"), [(-1, "early"), (0, "on_time"), (1, "late")])
def test_dates_decide_not_hours(days, outcome):
    planned = timezone.make_aware(dt.datetime(2026, 3, 4, 9, 0))
    closed = planned + dt.timedelta(days=days, hours=6)
    assert outcome_of(StepRun(planned_end=planned, closed_at=closed)) == outcome
    assert outcome_of(StepRun(planned_end=None, closed_at=closed)) is None


@pytest.mark.usefixtures("scope")
def test_the_same_sheet_is_not_made_twice_and_a_longer_one_is_a_new_edition(town):
    dossier = assigned(town)
    first = make_control_sheet(dossier.pk, actor=town.officer)
    assert make_control_sheet(dossier.pk, actor=town.clerk).pk == first.pk
    before = dict(first.data)
    processing.forward(dossier.pk, actor=town.officer)
    second = make_control_sheet(dossier.pk, actor=town.head)
    assert (second.number, second.edition, second.replaces) == (first.number, 2, first)
    assert len(second.data["rows"]) == len(before["rows"]) + 1
    first.refresh_from_db()
    assert first.data == before, "what was printed stays what it was"


@pytest.mark.usefixtures("scope")
def test_who_takes_no_part_makes_no_sheet(town):
    dossier = assigned(town)
    for person in (town.outsider, town.overseer, town.superuser):
        with pytest.raises(PermissionDenied):
            make_control_sheet(dossier.pk, actor=person)
    assert not PrintedForm.objects.filter(form="06").exists()


@pytest.mark.slow
def test_the_sheet_is_made_from_the_page_and_printed(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
    client.sign_in(town.officer)
    url = reverse("onestop:dossier_act", args=[dossier.code, "phieu-kiem-soat"])
    assert client.get(url).status_code == 200
    assert client.post(url, {"step": dossier.step_id}).status_code == 302
    with tenant_scope(province):
        sheet = PrintedForm.objects.get(form="06")
    paper = client.post(reverse("onestop:paper_print", args=[dossier.code, sheet.pk]))
    assert paper["Content-Type"] == "application/pdf"
