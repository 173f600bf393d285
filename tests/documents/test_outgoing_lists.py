"""Lists of outgoing documents: their order, and what they cost."""

from __future__ import annotations

import re

import pytest

from audit.models import AccessNote
from documents.drafting import To
from documents.issuing import Stage
from documents.services import approving, issuing
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import (
    begun,
    brought_to,
)  # fmt: skip
from tests.documents.test_outgoing_pages import page_of

LIST, BEGIN = "/van-ban-di/", "/van-ban-di/soan/"


def test_the_register_shows_numbers_newest_first_and_a_cancelled_one_struck(client, province, town):
    with tenant_scope(province):
        first, second = (brought_to(Stage.NUMBERED, town) for _ in range(2))
        issuing.cancel(first.pk, actor=town.records_clerk, reason="Ký nhầm")
    client.sign_in(town.records_clerk)
    shown = client.get(f"{LIST}?xem=so").text
    assert re.findall(r"(?:<s>)?0\d/BC-\w+(?:</s>)?", shown) == [
        second.reference, f"<s>{first.reference}</s>",
    ]  # fmt: skip
    assert "Ký nhầm" in shown
    found = client.get(LIST, {"q": f"tinh hinh {first.reference}"})
    assert re.findall(r'href="/van-ban-di/(\d+)/"', found.text) == [str(first.pk)]
    client.sign_in(town.outsider)
    assert first.reference not in client.get(LIST, {"q": first.reference}).text.split("results")[1]


def test_the_most_urgent_comes_first_then_the_oldest(client, province, town):
    with tenant_scope(province):
        for number, urgency in enumerate((0, 3, 0, 1), start=1):
            begun(town, subject=f"Việc {number}", urgency=urgency)
    client.sign_in(town.officer)
    assert re.findall(r">Việc (\d)<", client.get(LIST).text) == ["2", "4", "1", "3"]


def _of_view(view: str, town) -> None:
    stage = {"viec": Stage.CONTENT, "van-thu": Stage.FORM, "so": Stage.NUMBERED}
    outgoing = brought_to(stage.get(view, Stage.CONTENT), town)
    if view == "viec":
        approving.ask(outgoing.pk, actor=town.officer, unit_ids=[town.second_division.pk])


@pytest.mark.parametrize("view", ["viec", "van-thu", "don-vi", "so"])
def test_a_list_costs_the_same_for_any_number_of_rows(
    client, province, town, view, django_assert_max_num_queries
):
    client.sign_in(town.records_clerk if view in ("van-thu", "so") else town.leader)
    for more, rows in ((1, 1), (3, 4)):
        with tenant_scope(province):
            for _ in range(more):
                _of_view(view, town)
        client.get(LIST)
        with django_assert_max_num_queries(11):
            answer = client.get(LIST, {"xem": view})
        assert len(re.findall(r'<th scope="row">', answer.text)) == rows


@pytest.mark.parametrize("many", [1, 8])
def test_the_page_of_a_document_costs_the_same_for_any_number_of_receivers(
    client, province, town, many, django_assert_num_queries
):
    with tenant_scope(province):
        bodies = [
            registry_of(unit=town.other_agency, code=f"H98.{number}", name=f"Cơ quan {number}")
            for number in range(many)
        ]
        to = [To(registry_id=each.pk) for each in bodies]
        outgoing = brought_to(Stage.ISSUED, town, receivers=to)
    client.sign_in(town.leader)
    client.get(page_of(outgoing))
    with django_assert_num_queries(27):
        answer = client.get(page_of(outgoing))
    assert len(re.findall(r'<th scope="row">', answer.text)) == many


def test_reading_leaves_a_note_that_the_register_people_see(client, province, town):
    with tenant_scope(province):
        outgoing = brought_to(Stage.FORM, town)
    client.sign_in(town.officer)
    assert 'id="readers"' not in client.get(page_of(outgoing)).text
    with tenant_scope(province):
        note = AccessNote.objects.get(subject_type="documents.outgoing")
        assert (note.kind, note.actor_id) == ("document.opened", str(town.officer.pk))
    client.sign_in(town.records_clerk)
    told = client.get(page_of(outgoing)).text.split('id="readers"')[1]
    assert town.officer.full_name in told
