"""What waits for a leader, on one page: decided in two clicks, read in one."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from common.urgency import Urgency
from documents.issuing import Stage
from documents.models import Assignment, Incoming
from documents.queries.desk import desk_of, units_for
from documents.services import directing, handling
from documents.services.directing import Receiver
from documents.states import Part, Status
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, given
from tests.documents.drafts import brought_to

DESK, READ = "/van-ban/cho-toi/", "/van-ban/cho-toi/da-xem/"


def submitted(town, **changes) -> Incoming:
    """The registry asks the leader for his opinion."""
    made = entered(town, **changes)
    return directing.submit(made.pk, actor=town.records_clerk, leader_id=town.leader.pk)


def subjects(heap) -> list[str]:
    return [row["subject"] for row in heap.rows]


def test_each_heap_holds_what_is_the_leaders_the_most_urgent_and_oldest_first(scope, town):
    for n, urgency in enumerate([Urgency.NORMAL, Urgency.URGENT, Urgency.URGENT]):
        submitted(town, reference=f"{n}/CT", subject=f"Xin ý kiến {n}", urgency=urgency)
    own = Receiver(Part.INFORM, town.agency.pk, town.leader.pk)
    directed(town, incoming=entered(town, reference="9/CT", subject="Để biết"), receivers=[own])
    directed(town, incoming=entered(town, reference="8/CT", subject="Của phòng"))
    brought_to(Stage.SIGNING, town, subject="Chờ ký")
    brought_to(Stage.CONTENT, town, subject="Phòng duyệt")
    desk = desk_of(town.leader)
    assert subjects(desk.decide) == ["Xin ý kiến 1", "Xin ý kiến 2", "Xin ý kiến 0"]
    assert (subjects(desk.sign), subjects(desk.read)) == (["Chờ ký"], ["Để biết"])
    assert desk.approve.rows == []  # the head of the division approves it
    head = desk_of(town.head)
    assert (subjects(head.approve), subjects(head.decide)) == (["Phòng duyệt"], ["Của phòng"])
    assert (desk.decide.count, desk.decide.is_cut) == ("3", False)


def test_the_units_used_most_come_first(scope, town):
    root = town.agency.path
    first = units_for(town.leader, {root})[root]
    assert town.second_division in first
    lead = [Receiver(Part.LEAD, town.second_division.pk)]
    for n in range(2):
        directed(town, incoming=entered(town, reference=f"{n}/CT"), receivers=lead)
    directed(town, incoming=entered(town, reference="7/CT"))
    ordered = units_for(town.leader, {root})[root]
    assert ordered[:2] == [town.second_division, town.division]
    assert sorted(each.pk for each in ordered) == sorted(each.pk for each in first)


def test_a_unit_and_a_button_are_all_it_takes(client, province, town):
    today = timezone.localdate()
    with tenant_scope(province):
        made = submitted(town)
        Incoming.objects.filter(pk=made.pk).update(answer_by=today)
    client.sign_in(town.leader)
    page = client.get(DESK)
    assert reverse("documents:desk_give", args=[made.pk]) in page.text
    answer = client.post(
        reverse("documents:desk_give", args=[made.pk]), {"lead": town.division.pk}, follow=True
    )
    assert answer.redirect_chain == [(DESK, 302)]
    assert answer.context["desk"].decide.rows == []
    with tenant_scope(province):
        lead = given(made)
        assert (lead.unit_id, lead.due_on) == (town.division.pk, today)
        assert Incoming.objects.get().status == Status.ASSIGNED
    again = client.post(reverse("documents:desk_give", args=[made.pk]), {"lead": 1})
    assert again.status_code == 409


def test_what_others_have_already_is_not_taken_from_them_by_the_short_way(client, province, town):
    """The lead gave it back and another leader is asked; who co-operates goes on."""
    both = [
        Receiver(Part.LEAD, town.division.pk),
        Receiver(Part.COOPERATE, town.second_division.pk),
    ]
    with tenant_scope(province):
        made = directed(town, receivers=both)
        handling.give_back(given(made).pk, actor=town.head, reason="Không thuộc lĩnh vực")
        assert given(made, Part.OPINION).person == town.leader
    client.sign_in(town.leader)
    (row,) = client.get(DESK).context["desk"].decide.rows
    assert "form" not in row
    url = reverse("documents:desk_give", args=[made.pk])
    assert client.post(url, {"lead": town.division.pk}).status_code == 409
    with tenant_scope(province):
        assert given(made, Part.COOPERATE).unit == town.second_division


def test_without_a_unit_it_says_so_at_that_document(client, province, town):
    with tenant_scope(province):
        made = submitted(town)
    client.sign_in(town.leader)
    answer = client.post(reverse("documents:desk_give", args=[made.pk]), {"opinion": "Xử lý sớm"})
    assert answer.status_code == 422
    (row,) = answer.context["desk"].decide.rows
    assert row["form"].errors
    assert "Xử lý sớm" in answer.text


def test_a_unit_of_another_agency_is_none_to_choose(client, province, town):
    with tenant_scope(province):
        made = submitted(town)
    client.sign_in(town.leader)
    url = reverse("documents:desk_give", args=[made.pk])
    assert client.post(url, {"lead": town.other_agency.pk}).status_code == 422
    with tenant_scope(province):
        assert not Assignment.objects.filter(part=Part.LEAD).exists()


def test_what_is_ticked_is_read_and_nothing_else(client, province, town):
    own = [Receiver(Part.INFORM, town.agency.pk, town.leader.pk)]
    with tenant_scope(province):
        rows = [given(directed(town, incoming=entered(town, reference=f"{n}/CT"), receivers=own),
                      Part.INFORM) for n in range(3)]  # fmt: skip
        foreign = given(directed(town, incoming=entered(town, reference="7/CT")))
        handling.finish(rows[1].pk, actor=town.leader, words="")  # in another window
    client.sign_in(town.leader)
    ticked = [rows[0].pk, rows[1].pk, foreign.pk, "٣", "x"]
    page = client.post(READ, {"da-xem": ticked}, follow=True)
    assert [row["id"] for row in page.context["desk"].read.rows] == [rows[2].pk]
    with tenant_scope(province):
        foreign.refresh_from_db()
        assert foreign.ended_at is None


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_for_one_document_and_for_three(
    client, province, town, many, django_assert_max_num_queries
):
    with tenant_scope(province):
        for n in range(many):
            submitted(town, reference=f"{n}/CT")
            brought_to(Stage.SIGNING, town)
    client.sign_in(town.leader)
    client.get(DESK)
    with django_assert_max_num_queries(17):
        page = client.get(DESK)
    assert len(page.context["desk"].decide.rows) == many
