"""Several dossiers change hands: first what would happen to each, then what did."""

import pytest
from django.urls import reverse

from audit.models import AuditEntry, OutboxEvent
from onestop.models import Dossier
from onestop.services import assignment, processing
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind, make_dossier, open_step
from tests.onestop.test_query_counts import questions
from tests.people import make_person

BULK = reverse("onestop:dossier_bulk")


def picks_of(*dossiers):
    return [f"{one.pk}:{open_step(one).pk}" for one in dossiers]


def codes(rows):
    return [row["code"] for row in rows]


@pytest.fixture
def second(province, town):
    with tenant_scope(province):
        return make_person("official", town.division, full_name="Đinh Thị Hai")


@pytest.fixture
def mixed(province, town):
    """In the officer's hands; at the step of assigning; at a step that only a head does."""
    with tenant_scope(province):
        rows = assigned(town), make_dossier(town), at_kind(town, "review")
        return rows, picks_of(*rows)


def test_a_look_says_what_can_be_assigned_and_why_the_rest_cannot(
    client, province, town, second, mixed
):
    (held, new, review), picks = mixed
    with tenant_scope(province):
        before = AuditEntry.objects.count(), OutboxEvent.objects.count()
    body = {"act": "assign", "picks": picks, "person": second.pk}
    page = client.sign_in(town.leader).post(BULK, body)
    assert page.status_code == 200
    assert codes(page.context["good"]) == [held.code, new.code]
    assert codes(page.context["refused"]) == [review.code]
    assert page.context["refused"][0]["refusal"] in page.text
    assert second.full_name in page.text
    with tenant_scope(province):
        assert (AuditEntry.objects.count(), OutboxEvent.objects.count()) == before
        assert list(Dossier.objects.order_by("pk").values_list("holder", flat=True)) == [
            town.officer.pk, None, None,
        ]  # fmt: skip


def test_after_one_confirmation_each_is_done_or_says_why_not(client, province, town, second, mixed):
    (held, new, review), picks = mixed
    body = {"act": "assign", "picks": picks, "person": second.pk, "confirmed": "1"}
    page = client.sign_in(town.leader).post(BULK, body)
    assert codes(page.context["good"]) == [held.code, new.code]
    assert codes(page.context["refused"]) == [review.code]
    with tenant_scope(province):
        mine = Dossier.objects.filter(holder=second)
        assert {one.pk for one in mine} == {held.pk, new.pk}
        told = AuditEntry.objects.filter(action="dossier.assigned", actor_id=str(town.leader.pk))
        assert told.filter(subject_id=str(new.pk)).count() == 1


def test_who_moved_on_between_look_and_confirmation_is_told(client, province, town, second):
    with tenant_scope(province):
        dossier = assigned(town)
        body = {"act": "assign", "picks": picks_of(dossier), "person": second.pk}
    client.sign_in(town.leader)
    assert len(client.post(BULK, body).context["good"]) == 1
    with tenant_scope(province):
        processing.forward(dossier.pk, actor=town.officer)
    page = client.post(BULK, {**body, "confirmed": "1"})
    assert codes(page.context["refused"]) == [dossier.code]
    with tenant_scope(province):
        assert not Dossier.objects.filter(holder=second).exists()


def test_taking_over_is_looked_at_and_confirmed_too(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        body = {"act": "take_over", "picks": picks_of(dossier)}
    client.sign_in(town.head)
    assert codes(client.post(BULK, body).context["good"]) == [dossier.code]
    with tenant_scope(province):
        assert Dossier.objects.get().holder_id == town.officer.pk
    client.post(BULK, {**body, "confirmed": "1"})
    with tenant_scope(province):
        assert Dossier.objects.get().holder_id == town.head.pk


def test_an_official_is_told_that_he_may_not_assign(client, province, town, second):
    with tenant_scope(province):
        body = {"act": "assign", "picks": picks_of(assigned(town)), "person": second.pk}
    page = client.sign_in(town.officer).post(BULK, body)
    assert (page.context["good"], len(page.context["refused"])) == ([], 1)
    assert 'name="confirmed"' not in page.text


def test_rows_of_another_agency_are_counted_and_not_named(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        body = {"act": "take_over", "picks": picks_of(dossier), "confirmed": "1"}
    page = client.sign_in(town.outsider).post(BULK, body)
    assert page.context["missing"] == 1
    assert dossier.code not in page.text
    with tenant_scope(province):
        assert Dossier.objects.get().holder_id == town.officer.pk


def test_who_can_do_most_of_the_steps_stands_first(client, province, town, second, mixed):
    _rows, picks = mixed
    page = client.sign_in(town.leader).post(BULK, {"act": "assign", "picks": picks})
    able = {one.person.pk: (one.can, one.open) for one in page.context["people"]}
    assert (able[second.pk], able[town.officer.pk]) == ((2, 0), (2, 1))
    assert [one.can for one in page.context["people"]] == sorted(
        (one.can for one in page.context["people"]), reverse=True
    )


@pytest.mark.parametrize("rows", [1, 4])
def test_choosing_the_person_costs_the_same_for_all_rows_of_one_kind(client, province, town, rows):
    with tenant_scope(province):
        picks = picks_of(*(assigned(town) for _ in range(rows)))
    client.sign_in(town.leader)
    client.get(reverse("onestop:dossier_list"))
    _page, asked = questions(lambda: client.post(BULK, {"act": "assign", "picks": picks}))
    assert len(asked) == 9, "\n".join(asked)


def test_more_than_a_batch_takes_is_said(client, province, town, monkeypatch):
    monkeypatch.setattr("onestop.views.bulk.most_at_once", lambda: 1)
    with tenant_scope(province):
        body = {"act": "take_over", "picks": picks_of(assigned(town), assigned(town))}
    page = client.sign_in(town.head).post(BULK, body)
    assert (len(page.context["good"]), page.context["most"]) == (1, 1)
    assert str(page.context["most"]) in page.text


def test_all_that_lies_in_the_hands_of_somebody_is_given_to_another(client, province, town, second):
    with tenant_scope(province):
        mine, other = assigned(town), assigned(town)
        assignment.take_over(other.pk, actor=town.head)
        unit = mine.holder_unit_id
    client.sign_in(town.leader)
    assert f'value="{town.officer.pk}:{unit}"' in client.get(reverse("onestop:load_list")).text
    url, body = reverse("onestop:load_reassign"), {"picks": f"{town.officer.pk}:{unit}"}
    page = client.post(url, body)
    assert codes(page.context["rows"]) == [mine.code]
    assert second.pk in [one.person.pk for one in page.context["people"]]


def test_what_nobody_has_in_hand_yet_can_be_chosen_in_the_load(client, province, town):
    with tenant_scope(province):
        dossier = make_dossier(town)
    body = {"picks": f"0:{dossier.holder_unit_id}"}
    page = client.sign_in(town.leader).post(reverse("onestop:load_reassign"), body)
    assert codes(page.context["rows"]) == [dossier.code]


def test_nothing_ticked_leads_back_with_a_word(client, town):
    client.sign_in(town.leader)
    for url in (BULK, reverse("onestop:load_reassign")):
        assert "Đánh dấu" in client.post(url, follow=True).text
