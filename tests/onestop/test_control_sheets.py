"""Mẫu 06: one row for each hand-over, with its moment and whether it was in time."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from onestop.models import Dossier, StepRun
from onestop.services import processing
from onestop.services.control_sheets import hand_overs, make_control_sheet, outcome_of
from onestop.services.processing import HandoverFacts
from papers.models import PrintedForm
from papers.services import paper_context
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind

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
