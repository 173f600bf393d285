"""Originals on paper go from unit to unit by slip, and the other side confirms."""

import io
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from common.errors import AlreadyDone
from common.pdf import PaperResponse
from onestop.models import (
    DossierPaper,
    ItemState,
    OriginalsItem,
    OriginalsSlip,
    SlipState,
)
from onestop.models.originals import OriginalsSlipQuerySet
from onestop.queries.originals import checklist, handing_of, with_originals
from onestop.services import originals as services
from onestop.services.reception import PaperFacts
from onestop.services.slips import slip_paper
from organizations.access import RefusedError
from papers.models import PrintedForm
from papers.services import TEMPLATE
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, make_dossier
from tests.onestop.linked import HOME, make_linked, part_at, receive
from tests.onestop.racing import at_once
from tests.onestop.test_query_counts import cost
from tests.papers.test_forms import squeezed, words_of

TWO = (PaperFacts("Đơn đề nghị", originals=1), PaperFacts("Giấy phép cũ", originals=2))


def papers(*dossiers):
    return [
        paper.pk
        for paper in DossierPaper.objects.filter(
            dossier__in=dossiers, originals__gt=0
        ).order_by("pk")
    ]  # fmt: skip


def handed(town, *dossiers, **changes):
    facts = {
        "actor": town.clerk, "from_unit_id": town.counter_unit.pk, "to_unit_id": town.agency.pk,
        **changes,
    }  # fmt: skip
    return services.hand_over(papers(*dossiers), **facts)


def places(dossier):
    return [paper.lies.words for paper in checklist(dossier, dossier.actor)["papers"] if paper.lies]


@pytest.fixture
def dossier(scope, town):
    made = assigned(town, papers=TWO)
    made.actor = town.officer
    return made


def test_originals_lie_at_the_counter_then_on_the_way_then_where_they_were_confirmed(dossier, town):
    counter, agency = town.counter_unit.name, town.agency.name
    assert places(dossier) == [f"at {counter}"] * 2
    slip = handed(town, dossier)
    assert slip.number == f"01/PBG-{town.counter_unit.symbol}"
    assert places(dossier) == [f"on the way from {counter} to {agency}, slip {slip.number}"] * 2
    items = list(OriginalsItem.objects.order_by("pk"))
    services.confirm(slip.pk, actor=town.leader, missing={items[1].pk: "Chỉ có bản chụp"})
    assert places(dossier) == [
        f"at {agency}", f"at {counter}; missing when handed to {agency}, slip {slip.number}",
    ]  # fmt: skip


def test_what_came_back_can_go_again_and_what_is_away_cannot(dossier, town):
    slip = handed(town, dossier)
    with pytest.raises(services.OriginalsError, match="does not lie here"):
        handed(town, dossier)
    services.confirm(slip.pk, actor=town.leader, missing={})
    with pytest.raises(services.OriginalsError, match="does not lie here"):
        handed(town, dossier)
    back = handed(
        town, dossier, actor=town.leader, from_unit_id=town.agency.pk,
        to_unit_id=town.counter_unit.pk,
    )  # fmt: skip
    services.confirm(back.pk, actor=town.clerk, missing={})
    assert places(dossier) == [f"at {town.counter_unit.name}"] * 2


def test_one_slip_takes_several_dossiers_and_says_how_many(dossier, town):
    other = assigned(town, papers=TWO)
    slip = handed(town, dossier, other, note="Kèm 01 bản vẽ khổ lớn")
    data = PrintedForm.objects.get(pk=slip.form_id).data
    assert (data["dossiers"], data["originals"], len(data["items"])) == ("2", "6", 4)
    assert slip.items.count() == 4


def test_the_printed_slip_names_papers_sides_and_what_was_missing(dossier, town):
    slip = handed(town, dossier)
    items = list(slip.items.order_by("pk"))
    services.confirm(slip.pk, actor=town.leader, missing={items[1].pk: "Chỉ có bản chụp"})
    slip = OriginalsSlip.objects.select_related("form__words", "ended_by").get(pk=slip.pk)
    words = printed_words(slip_paper(slip))
    for value in (
        "Phiếu bàn giao bản gốc hồ sơ", slip.number, dossier.code, "Giấy phép cũ", "Đã nhận",
        "Thiếu", "Chỉ có bản chụp", town.clerk.full_name, town.leader.full_name, town.agency.name,
    ):  # fmt: skip
        assert squeezed(value) in words


def printed_words(data):
    response = PaperResponse(TEMPLATE, data, "x.pdf")
    response.render_paper()
    return words_of(PdfReader(io.BytesIO(response.content)))


def test_a_refused_or_taken_back_slip_leaves_the_papers_where_they_were(dossier, town):
    slip = handed(town, dossier)
    with pytest.raises(services.OriginalsError, match="Say why"):
        services.refuse(slip.pk, actor=town.leader, reason=" ")
    services.refuse(slip.pk, actor=town.leader, reason="Nhầm phòng")
    with pytest.raises(AlreadyDone):
        services.confirm(slip.pk, actor=town.leader, missing={})
    second = handed(town, dossier)
    services.take_back(second.pk, actor=town.clerk)
    third = handed(town, dossier)
    services.confirm(third.pk, actor=town.leader, missing={})
    assert list(OriginalsSlip.objects.order_by("pk").values_list("state", flat=True)) == [
        "refused", "taken_back", "received",
    ]  # fmt: skip


def test_each_side_does_its_own_act_and_nobody_else_any(dossier, town):
    with pytest.raises(RefusedError):
        handed(town, dossier, actor=town.outsider)
    slip = handed(town, dossier)
    for act in (
        lambda: services.confirm(slip.pk, actor=town.clerk, missing={}),
        lambda: services.refuse(slip.pk, actor=town.clerk, reason="x"),
        lambda: services.take_back(slip.pk, actor=town.outsider),
        lambda: services.confirm(slip.pk, actor=town.outsider, missing={}),
    ):
        with pytest.raises(RefusedError):
            act()


def test_papers_go_only_to_units_that_take_part_and_never_of_an_electronic_dossier(dossier, town):
    with pytest.raises(services.OriginalsError, match="has no part"):
        handed(town, dossier, to_unit_id=town.commune.pk)
    with pytest.raises(services.OriginalsError, match="two different units"):
        handed(town, dossier, to_unit_id=town.counter_unit.pk)
    type(dossier).objects.filter(pk=dossier.pk).update(channel=2)
    with pytest.raises(services.OriginalsError, match="electronic"):
        handed(town, dossier)
    assert with_originals([dossier.pk]) == []


def test_the_database_keeps_one_paper_on_one_way(dossier, town):
    slip = handed(town, dossier)
    item = slip.items.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        OriginalsItem.objects.create(
            slip=slip, dossier=dossier, paper=item.paper, originals=1, state=ItemState.SENT
        )


# --- pages ---------------------------------------------------------------------------------------
def test_from_the_queue_to_the_confirmed_slip(client, province, town):
    with tenant_scope(province):
        dossier = make_dossier(town, papers=TWO)
        step = dossier.step_id
    clerk = client.sign_in(town.clerk)
    assert reverse("onestop:slip_new") in clerk.get(f"/ho-so/{dossier.code}/").content.decode()
    asked = clerk.post("/ban-giao/moi/", {"picks": f"{dossier.pk}:{step}"})
    assert asked.status_code == 200
    form = {"picks": f"{dossier.pk}:{step}", "confirmed": "1", "to_unit": ""}
    assert clerk.post("/ban-giao/moi/", form).status_code == 422
    rows = asked.context["handing"].lying
    made = clerk.post(
        "/ban-giao/moi/",
        {**form, "to_unit": town.agency.pk, "paper": [row.paper.pk for row in rows]},
    )
    assert made.status_code == 302
    pdf = clerk.get(f"{made['Location']}in.pdf")
    assert pdf.content.startswith(b"%PDF")
    leader = client.sign_in(town.leader)
    page = leader.get("/ban-giao/")
    assert len(page.context["page"].rows) == 1
    with tenant_scope(province):
        item = OriginalsItem.objects.order_by("pk").last()
    done = leader.post(
        f"{made['Location']}xac-nhan/",
        {f"missing-{item.pk}": "on", f"note-{item.pk}": "Không thấy"},
    )
    assert done.status_code == 302
    with tenant_scope(province):
        states = OriginalsItem.objects.order_by("pk").values_list("state", "note")
        assert list(states) == [("got", ""), ("missing", "Không thấy")]
    again = leader.post(f"{made['Location']}xac-nhan/")
    assert again.status_code == 409


def test_a_refusal_needs_a_reason_on_the_page(client, province, town):
    with tenant_scope(province):
        slip = handed(town, assigned(town, papers=TWO))
    leader = client.sign_in(town.leader)
    url = f"/ban-giao/{slip.pk}/khong-nhan/"
    assert leader.post(url, {"reason": ""}).status_code == 422
    assert leader.post(url, {"reason": "Nhầm phòng"}).status_code == 302
    with tenant_scope(province):
        assert OriginalsSlip.objects.get().state == SlipState.REFUSED


@pytest.mark.parametrize("view", ["can-nhan", "da-nhan"])
def test_the_list_and_the_slip_cost_the_same_for_one_and_five(client, province, town, view):
    with tenant_scope(province):
        first = handed(town, assigned(town, papers=TWO))
    _page, one, _asked = cost(client, town.leader, f"/ban-giao/?xem={view}")
    _page, small, _asked = cost(client, town.leader, f"/ban-giao/{first.pk}/")
    with tenant_scope(province):
        for _turn in range(3):
            handed(town, assigned(town, papers=TWO))
        big = handed(town, assigned(town, papers=TWO), assigned(town, papers=TWO))
    _page, five, asked = cost(client, town.leader, f"/ban-giao/?xem={view}")
    assert one == five, asked
    _page, large, asked = cost(client, town.leader, f"/ban-giao/{big.pk}/")
    assert small == large, asked


# --- two at once ---------------------------------------------------------------------------------
def unlocked(self, pk):
    return self.get(pk=pk)


def ended(town, slip, number):
    if number % 2:
        return services.confirm(slip.pk, actor=town.leader, missing={})
    return services.take_back(slip.pk, actor=town.clerk)


@pytest.mark.slow
def test_of_two_who_end_a_slip_at_once_one_wins_and_without_the_lock_both_would(stage):
    province, town = stage
    with tenant_scope(province):
        slips = [handed(town, assigned(town, papers=TWO)) for _turn in range(2)]
    fair = at_once(province, lambda number: ended(town, slips[0], number), count=8)
    assert fair.faults == []
    assert (len(fair.won), len(fair.refused)) == (1, 7)
    assert all(isinstance(refusal, AlreadyDone) for refusal in fair.refused)
    with mock.patch.object(OriginalsSlipQuerySet, "lock", unlocked):
        unfair = at_once(province, lambda number: ended(town, slips[1], number), 2, is_control=True)
    assert len(unfair.won) > 1


@pytest.mark.slow
def test_of_eight_who_send_the_same_paper_at_once_one_wins(stage):
    province, town = stage
    with tenant_scope(province):
        dossier = assigned(town, papers=TWO)
    outcome = at_once(province, lambda _number: handed(town, dossier), count=8)
    assert outcome.faults == []
    assert len(outcome.won) == 1
    with tenant_scope(province):
        assert OriginalsItem.objects.filter(dossier=dossier).count() == 2
        assert PrintedForm.objects.filter(form="BG").count() == 1


def test_originals_of_a_linked_dossier_go_to_the_unit_of_a_part_and_come_back(scope, town):
    linked = make_linked(town)
    whole = receive(town, linked)
    counter, police = town.counter_unit, linked.police
    handing = handing_of([whole.pk], town.clerk)
    assert {police, linked.insurance} <= set(handing.units)
    paper = whole.papers.get(name=HOME)
    facts = {"actor": town.clerk, "from_unit_id": counter.pk, "to_unit_id": police.pk}
    slip = services.hand_over([paper.pk], **facts)
    services.confirm(slip.pk, actor=linked.police_officer, missing={})
    part = part_at(whole, police)
    assert checklist(part, linked.police_officer)["may_hand_over"]
    assert not checklist(part, linked.insurance_officer)["may_hand_over"]
    back = handing_of([part.pk], linked.police_officer)
    assert [row.paper.name for row in back.lying] == [HOME]
    assert back.elsewhere == []  # the rest of the whole's papers is none of its business
    assert counter in back.units
    services.hand_over(
        [row.paper.pk for row in back.lying], actor=linked.police_officer,
        from_unit_id=police.pk, to_unit_id=counter.pk,
    )  # fmt: skip
    assert handing_of([part.pk], linked.police_officer) is None
