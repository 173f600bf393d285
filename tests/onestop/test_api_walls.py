"""Each address for machines × each kind of client × own unit, other unit, other province.

The table of tests/access_table says that people are nobody there; this one is of machines. It is
made from the addresses themselves: one without a line fails.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onestop.models import Dossier
from tenancy.scope import tenant_scope
from tests.access_objects import make_stock
from tests.machines import ALL_SCOPES, Machine, let_in
from tests.onestop.dossiers import make_dossier
from tests.people import make_town
from tests.provinces import own_provinces
from tests.test_access import FOR_MACHINES

SCOPE = {  # the one scope that opens the address: method and name
    ("GET", "procedure_list"): "procedures:read",
    ("GET", "procedure_detail"): "procedures:read",
    ("GET", "dossier_list"): "dossiers:read",
    ("POST", "dossier_list"): "dossiers:submit",
    ("GET", "dossier_detail"): "dossiers:read",
    ("POST", "supplement"): "dossiers:supplement",
    ("POST", "file_upload"): "dossiers:submit",
    ("GET", "event_list"): "events:read",
}
OPEN = {"schema", "nothing"}  # to everybody: the description, and a 404
OF_A_DOSSIER = {"dossier_detail", "supplement"}
# what a client that may gets with an empty body: the faults of it, never the thing itself
MAY = {"GET": {200}, "POST": {400, 415}}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    media = tmp_path_factory.mktemp("media")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media),
        own_provinces(2, "M") as (home, away),
    ):
        codes, towns = {}, {}
        for number, province in enumerate((home, away), 1):
            with tenant_scope(province):
                towns[province] = make_town()
                stock = make_stock(towns[province], number)
                codes[province] = (stock.own.dossier.code, stock.other.dossier.code)
        own, other = codes[home]
        yield home, away, towns, {"own": own, "other": other, "away": codes[away][0]}
        connection.close()


@pytest.fixture(autouse=True)
def _unblocked(world, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def machine(world, *, scopes=None, where="home", unit="agency"):
    """A client let in at home, or at the other province; asked is always home."""
    home, away, towns, _codes = world
    province = home if where == "home" else away
    with tenant_scope(province):
        town = towns[province]
        _client, token = let_in(town, getattr(town, unit), scopes=scopes)
    return Machine(home, token)


def answer(who, method, name, code):
    arguments = {}
    if name in OF_A_DOSSIER:
        arguments = {"code": code}
    elif name == "procedure_detail":
        arguments = {"code": "1.000001"}
    path = reverse(f"api:{name}", kwargs=arguments)
    head = {"HTTP_IDEMPOTENCY_KEY": "walls-0001"}
    if method == "GET":
        return who.get(path, **head).status_code
    return who.post(path, "{}", content_type="application/json", **head).status_code


def test_every_address_for_machines_has_its_line():
    assert {name for _method, name in SCOPE} | OPEN == {
        name.removeprefix("api:") for name in FOR_MACHINES
    }


@pytest.mark.parametrize(("method", "name"), SCOPE)
def test_one_scope_opens_it_and_all_others_together_do_not(world, method, name):
    own, needed = world[3]["own"], SCOPE[method, name]
    assert answer(machine(world, scopes=[needed]), method, name, own) in MAY[method]
    also = {"dossiers:supplement"} if name == "file_upload" else set()  # one of two is enough
    others = [scope for scope in ALL_SCOPES if scope not in {needed, *also}]
    assert answer(machine(world, scopes=others), method, name, own) == 403


@pytest.mark.parametrize(("method", "name"), SCOPE)
def test_a_client_of_the_other_province_is_nobody(world, method, name):
    for place in ("own", "away"):
        assert answer(machine(world, where="away"), method, name, world[3][place]) == 401


@pytest.mark.parametrize("name", sorted(OF_A_DOSSIER))
@pytest.mark.parametrize(
    ("unit", "sees"),
    [
        ("agency", {"own"}),
        ("division", {"own"}),
        ("other_agency", {"other"}),
        ("commune", {"other"}),  # it is asked for an opinion
        ("counter_unit", {"own"}),
        ("root", {"own", "other"}),
    ],
)
def test_a_client_finds_dossiers_of_its_units_and_no_others(world, name, unit, sees):
    who = machine(world, unit=unit)
    method = "GET" if name == "dossier_detail" else "POST"
    for place, code in world[3].items():
        expected = MAY[method] if place in sees else {404}
        assert answer(who, method, name, code) in expected, place


def test_lists_hold_the_dossiers_that_can_be_opened(world):
    for unit in ("agency", "other_agency", "commune", "root"):
        who = machine(world, unit=unit)
        codes = {row["code"] for row in who.read("dossiers/").json()["results"]}
        assert codes & set(world[3].values()) == {code for code in world[3].values()
                         if answer(who, "GET", "dossier_detail", code) == 200}  # fmt: skip


def test_a_draft_procedure_is_not_to_be_had(world):
    who = machine(world)
    codes = {row["code"] for row in who.read("procedures/").json()["results"]}
    assert "1.000001" in codes
    assert "1.000011" not in codes
    assert who.read("procedures/1.000011/").status_code == 404


def test_pages_go_through_all_rows_once(world):
    home, _away, towns, _codes = world
    with tenant_scope(home):
        for _ in range(3):
            make_dossier(towns[home])
        everything = set(Dossier.objects.values_list("code", flat=True))
    who, seen, query = machine(world, unit="root"), [], {"limit": 2}
    while True:
        page = who.read("dossiers/", **query).json()
        seen += [row["code"] for row in page["results"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(seen) == len(set(seen))
    assert set(seen) == everything


def test_a_list_says_nothing_of_persons(world):
    text = machine(world, unit="root").read("dossiers/").content.decode()
    for word in ("Trần Văn Thử", "999012345678", "0900012345", "12 Trần Phú"):
        assert word not in text


def test_of_the_applicant_a_page_tells_the_name_and_the_end_of_the_number(world):
    text = machine(world).read(f"dossiers/{world[3]['own']}/").content.decode()
    assert "********5678" in text
    for word in ("999012345678", "0900012345", "thu@vi-du.example", "12 Trần Phú"):
        assert word not in text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor=x", "cursor"), ("cursor=MQ%3D%3D", ""), ("limit=0", "limit"),
        ("status=11", "status"), ("changed_since=heute", "changed_since"),
        ("changed_since=0001-01-01", "changed_since"),
        ("province=1", "province"), ("procedure=1", "procedure"),
    ],
)  # fmt: skip
def test_a_wrong_word_of_the_address_is_told(world, query, field):
    answered = machine(world).get(f"/api/v1/dossiers/?{query}")
    assert answered.status_code == (400 if field else 200)
    assert set(answered.json().get("fields", {})) == ({field} if field else set())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "Giá trị phải lớn hơn hoặc bằng 1."), ("limit=x", "Cần một số nguyên."),
        ("status=11", '"11" không có trong các giá trị cho phép.'),
        ("procedure=1", "Giá trị không đúng mẫu quy định."),
        ("province=1", "Không có trường này."),
    ],
)  # fmt: skip
def test_a_refusal_is_in_one_language(world, query, words):
    answered = machine(world).get(f"/api/v1/dossiers/?{query}").json()
    assert answered["error"] == "Dữ liệu không hợp lệ."
    assert list(answered["fields"].values()) == [[words]]


@pytest.mark.parametrize("path", ["dossiers/", "procedures/"])
def test_a_list_costs_the_same_for_one_and_for_many(world, path):
    who = machine(world, unit="root")
    who.read(path)
    with CaptureQueriesContext(connection) as one:
        who.read(path, limit=1)
    with CaptureQueriesContext(connection) as many:
        assert len(who.read(path, limit=50).json()["results"]) > 1
    assert len(one) == len(many)
