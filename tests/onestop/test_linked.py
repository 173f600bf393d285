"""One receipt for several procedures: parts are handed out, worked on, and gathered."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import TransitionError
from exchange.queries.facts import dossier_facts
from files.models import StoredFile
from onestop.models import Dossier, DossierFile
from onestop.queries.detail import DossierPage
from onestop.services import assignment, endings, gathering, part_decisions, parts, processing
from onestop.services.processing import HandoverFacts
from onestop.services.reception import ProcedureNotOpen
from papers.models import PrintedForm
from tests.onestop.dossiers import open_step
from tests.onestop.linked import (
    BIRTH,
    HOME,
    finish,
    finish_both,
    make_linked,
    one_step,
    papers,
    part_at,
    parts_of,
    receive,
)

TAKEN = HandoverFacts(method="in_person", taken_by="Trần Văn Thử", number="999012345678")


@pytest.fixture
def linked(scope, town):
    return make_linked(town)


@pytest.fixture
def relay(scope, town):
    return make_linked(town, "levels")


def go_on(town, dossier):
    """The lead's own way, up to the step that signs."""
    assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)
    processing.forward(dossier.pk, actor=town.officer)
    if open_step(dossier).kind == "review":
        processing.approve(dossier.pk, actor=town.head)
    return open_step(dossier)


def test_one_receipt_hands_out_every_part_at_once_with_a_limit_of_its_own(linked, town):
    dossier = receive(town, linked)
    home, card = parts_of(dossier)
    assert [home.code, card.code] == [f"{dossier.code}-1", f"{dossier.code}-2"]
    assert [home.competent_unit, card.competent_unit] == [linked.police, linked.insurance]
    assert [home.limit_amount, card.limit_amount, dossier.limit_amount] == [3, 5, 10]
    assert home.due_at < card.due_at < dossier.due_at
    assert PrintedForm.objects.of(dossier).count() == 1
    assert not PrintedForm.objects.of(home).exists()
    assert home.lookup_number is None
    assert open_step(home).unit == linked.police


def test_a_part_gets_the_papers_of_its_own_procedure_and_no_others(linked, town):
    home, card = parts_of(receive(town, linked))
    assert list(home.papers.order_by("order").values_list("name", flat=True)) == [BIRTH, HOME]
    assert card.papers.count() == 1


def test_each_unit_sees_its_part_and_the_lead_sees_all(linked, town):
    dossier = receive(town, linked)
    home, card = parts_of(dossier)
    everything = {dossier.pk, home.pk, card.pk}

    def seen(user):
        rows = Dossier.objects.visible_to(user, "view_dossiers").filter(pk__in=everything)
        return set(rows.values_list("pk", flat=True))

    assert seen(linked.police_officer) == {home.pk}
    assert seen(linked.insurance_leader) == {card.pk}
    assert seen(town.leader) == seen(town.clerk) == everything
    assert seen(town.outsider) == set()


def test_the_division_that_is_given_the_leads_work_sees_the_parts(linked, town):
    dossier = receive(town, linked)
    assert not Dossier.objects.visible_to(town.officer, "view_dossiers").filter(parent=dossier)
    assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)
    assert (
        Dossier.objects.visible_to(town.officer, "view_dossiers").filter(parent=dossier).count()
        == 2
    )


def test_the_lead_signs_when_every_part_is_in(linked, town):
    dossier = receive(town, linked)
    assert go_on(town, dossier).kind == "approve"
    with pytest.raises(parts.PartsOpen, match="Công an phường"):
        processing.approve(dossier.pk, actor=town.leader)
    finish_both(linked, dossier)
    processing.approve(dossier.pk, actor=town.leader)
    dossier = processing.forward(dossier.pk, actor=town.records_clerk)
    assert dossier.status == 9
    assert processing.hand_over(dossier.pk, actor=town.clerk, facts=TAKEN).status == 10


def test_a_finished_part_is_handed_to_the_lead_and_to_no_citizen(linked, town):
    dossier = receive(town, linked)
    part = finish(part_at(dossier, linked.police), linked.police_leader, linked.police_officer)
    assert (part.status, part.step_id) == (10, None)
    assert part.closed_at == part.finished_at == part.returned_at
    assert not part.handovers.exists()


def test_the_counter_follows_a_relayed_dossier_and_gets_its_result_back(relay, town):
    dossier = receive(town, relay)
    assert open_step(dossier).kind == "follow"
    assert dossier.holder_unit == town.counter_unit
    lead_part, _home, _card = parts_of(dossier)
    assert lead_part.competent_unit == town.agency
    finish_both(relay, dossier)
    assert not gathering.gather(dossier.pk)
    lead_part = finish(lead_part, town.leader, town.officer, town.head)
    assert gathering.gather(dossier.pk)
    assert not gathering.gather(dossier.pk)
    dossier.refresh_from_db()
    assert dossier.status == 9
    assert dossier.finished_at == lead_part.finished_at
    assert dossier.results.get().number == lead_part.results.get().number
    assert open_step(dossier).kind == "return"
    assert dossier.holder_unit == town.counter_unit
    assert processing.hand_over(dossier.pk, actor=town.clerk, facts=TAKEN).closed_at


def test_the_files_of_the_results_are_the_dossiers_own_the_leads_first(relay, town):
    dossier = receive(town, relay)
    lead_part, home, _card = parts_of(dossier)
    now = timezone.now()
    for part, name in ((home, "thuong-tru.pdf"), (lead_part, "khai-sinh.pdf")):
        stored = StoredFile.objects.create(
            name=name, size=1, sha256="0" * 64, content_type="application/pdf",
            storage_key=name, uploaded_by=town.officer, uploaded_at=now, scan_state="not_needed",
        )  # fmt: skip
        for replaced_at in (None, now):
            DossierFile.objects.create(
                dossier=part, kind="result", stored=stored, added_by=town.officer, added_at=now,
                replaced_at=replaced_at,
            )  # fmt: skip
    finish_both(relay, dossier)
    finish(lead_part, town.leader, town.officer, town.head)
    assert gathering.gather(dossier.pk)
    (result,) = dossier_facts([dossier.pk])[dossier.pk].results
    assert [file.name for file in result.files] == ["khai-sinh.pdf", "thuong-tru.pdf"]
    files = DossierFile.objects.filter(dossier=dossier, kind="result")
    assert {file.added_by for file in files} == {town.officer}


def up_to(kind, part, people):
    """Worked through until a step of that kind is open."""
    while open_step(part).kind != kind:
        one_step(part, *people)
        part.refresh_from_db()


def offered(dossier, person):
    return {act.name for act in DossierPage(Dossier.objects.get(pk=dossier.pk), person).acts}


def test_what_is_signed_in_the_leads_part_stops_no_relayed_dossier(relay, town):
    dossier = receive(town, relay)
    lead_part = parts_of(dossier)[0]
    people = (town.leader, town.officer, town.head)
    up_to("approve", lead_part, people)
    assert "stop" in offered(dossier, town.leader)
    up_to("release", lead_part, people)
    assert "stop" not in offered(dossier, town.leader)
    with pytest.raises(TransitionError, match="signed"):
        endings.stop(dossier.pk, actor=town.leader, reason="Thử")
    with pytest.raises(TransitionError, match="signed"):
        part_decisions.waive_part(dossier.pk, lead_part.pk, actor=town.leader, reason="Thử")
    finish(lead_part, *people)
    with pytest.raises(TransitionError, match="signed"):
        endings.stop(dossier.pk, actor=town.leader, reason="Thử")


def test_a_group_that_names_nobody_competent_is_not_received(linked, town):
    linked.group.members.filter(order=2).update(unit=linked.insurance)
    with pytest.raises(ProcedureNotOpen):
        receive(town, linked)
    assert not Dossier.objects.exists()


def test_a_group_that_has_ended_is_not_received(linked, town):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    type(linked.group).objects.update(valid_to=yesterday)
    with pytest.raises(ProcedureNotOpen):
        receive(town, linked)


@pytest.mark.parametrize(
    "faulty", [{"fee_due_vnd": 1}, {"lookup_number": "12345678903"}, {"form_token": "x"}]
)
def test_the_database_keeps_citizens_affairs_out_of_a_part(linked, town, faulty):
    part = parts_of(receive(town, linked))[0]
    with pytest.raises(IntegrityError, match="dossier_part_faces_no_citizen"), transaction.atomic():
        Dossier.objects.filter(pk=part.pk).update(**faulty)


def test_a_part_whose_papers_the_catalogue_does_not_list_gets_what_was_added_by_hand(linked, town):
    linked.group.members.get(order=2).procedure.current_version.components.all().delete()
    part = part_at(receive(town, linked), linked.police)
    names = set(part.papers.values_list("name", flat=True))
    assert names == {paper.name for paper in papers()}  # none of these names a component
