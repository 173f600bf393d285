"""What a page costs is a number here, the same for 1 row and for 5.

Counted are questions to the tables: not transaction control, not `set_config`. Each page is asked
for once before, as every page of a signed-in person is but the first: session in the cache,
province known by its host.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onestop.queries import load
from onestop.services import assignment
from onestop.services.reception import PaperFacts
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind, make_dossier

CONTROL = (
    "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "BEGIN", "COMMIT", "SET ", "SELECT set_config",
)  # fmt: skip
QUEUE, MOST_FOR_A_QUEUE = 7, 8
LOAD = 6


def questions(ask):
    """What the tables were asked while `ask()` ran."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    asked = [query["sql"] for query in captured if not query["sql"].startswith(CONTROL)]
    return answer, asked


def cost(client, person, url, **data):
    client.sign_in(person)
    client.get(url, data)
    page, asked = questions(lambda: client.get(url, data))
    assert page.status_code == 200
    return page, len(asked), "\n".join(asked)


def several(province, make, count):
    with tenant_scope(province):
        return [make() for _ in range(count)]


@pytest.mark.parametrize("size", [25, 250])
@pytest.mark.parametrize("person", ["officer", "overseer"])
def test_the_queue(client, province, town, size, person):
    url, who = reverse("onestop:dossier_list"), getattr(town, person)
    several(province, lambda: assigned(town), 1)
    _page, one, _asked = cost(client, who, url, dong=size)
    several(province, lambda: assigned(town), 4)
    page, five, asked = cost(client, who, url, dong=size)
    assert len(page.context["page"].rows) == 5
    assert (one, five) == (QUEUE, QUEUE), asked
    assert five <= MOST_FOR_A_QUEUE


@pytest.mark.slow
def test_the_queue_of_somebody_of_three_units_with_a_full_page(client, province, town):
    several(province, lambda: make_dossier(town), 30)
    page, count, asked = cost(client, town.leader, reverse("onestop:dossier_list"))
    assert len(page.context["page"].rows) == 25
    assert count == QUEUE, asked


@pytest.mark.parametrize("view", ["sap-den-han", "qua-han", "cho-bo-sung", "da-xong", "tat-ca"])
def test_every_view_of_the_queue(client, province, town, view):
    several(province, lambda: assigned(town), 2)
    _page, count, asked = cost(client, town.officer, reverse("onestop:dossier_list"), xem=view)
    assert count == QUEUE, asked


@pytest.mark.parametrize(("rows", "most"), [(100, LOAD), (1, LOAD), (0, LOAD + 2)])
def test_the_load_of_people_of_units_and_of_a_crowd(
    client, province, town, monkeypatch, rows, most
):
    monkeypatch.setattr(load, "ROWS", max(1, rows))
    url, unit = reverse("onestop:load_list"), {}
    first, *_rest = several(province, lambda: assigned(town), 3)
    several(province, lambda: make_dossier(town), 2)
    if not rows:  # two people of one unit
        unit = {"don_vi": first.holder_unit_id}
        with tenant_scope(province):
            assignment.take_over_many([(first.pk, first.step_id)], actor=town.head)
    _page, count, asked = cost(client, town.leader, url, **unit)
    assert count == most, asked


@pytest.mark.parametrize("papers", [1, 5])
def test_one_dossier(client, province, town, papers):
    listed = [PaperFacts(f"Giấy tờ {number}") for number in range(papers)]
    (dossier,) = several(province, lambda: assigned(town, papers=listed), 1)
    url = reverse("onestop:dossier_detail", args=[dossier.code])
    _page, count, asked = cost(client, town.officer, url)
    assert count == 15, asked


@pytest.mark.parametrize("rows", [1, 5])
def test_my_work(client, province, town, rows):
    several(province, lambda: assigned(town), rows)
    page, count, asked = cost(client, town.officer, reverse("portal:my_work"))
    assert len(page.context["rows"]) == rows
    assert count == 6, asked


@pytest.mark.parametrize("rows", [1, 5])
def test_approvals(client, province, town, rows):
    several(province, lambda: at_kind(town, "review"), rows)
    page, count, asked = cost(client, town.head, reverse("onestop:approval_list"))
    assert len(page.context["page"].rows) == rows
    assert count == 5, asked


@pytest.mark.parametrize("rows", [1, 5])
def test_search(client, province, town, rows):
    several(province, lambda: assigned(town), rows)
    url = reverse("onestop:dossier_search")
    page, count, asked = cost(client, town.officer, url, q="tran van thu")
    assert len(page.context["page"].rows) == rows
    assert count == 6, asked


@pytest.mark.parametrize("others", [0, 4])
def test_passing_on(client, province, town, others):
    """The POST alone, without the page after it."""
    dossier, *_rest = several(province, lambda: assigned(town), 1 + others)
    client.sign_in(town.officer)
    client.get(reverse("onestop:dossier_list"))
    url = reverse("onestop:dossier_act", args=[dossier.code, "chuyen-buoc"])
    answer, asked = questions(lambda: client.post(url, {"step": dossier.step_id, "note": "Trình"}))
    assert answer.status_code == 302
    assert len(asked) == 9, "\n".join(asked)


def test_receiving_the_same_again_costs_the_same(province, town):
    several(province, lambda: make_dossier(town), 2)  # the process of the unit is there
    with tenant_scope(province):
        _dossier, first = questions(lambda: make_dossier(town))
    with tenant_scope(province):
        _dossier, second = questions(lambda: make_dossier(town))
    assert len(first) == len(second), "\n".join(second)
