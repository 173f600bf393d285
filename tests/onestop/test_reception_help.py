"""What the counter's page fills in by itself, with and without script."""

from onestop.models import Dossier
from tenancy.scope import tenant_scope
from tests.onestop.counter import (
    QR,
    filled_in,
    send,
    shown,
)
from tests.onestop.dossiers import make_dossier
from tests.people import make_person, make_unit


def dossiers(province):
    with tenant_scope(province):
        return list(Dossier.objects.order_by("pk"))


def test_the_card_fills_the_applicant_and_keeps_what_else_was_typed(counter, province):
    data = filled_in(counter, act="fill", scan=QR, **{"applicant-name": "", "summary": "Trích yếu"})
    response = send(counter, data)
    again = shown(response)
    assert response.status_code == 200
    assert again["applicant-name"] == "Trần Văn Thử"
    assert again["applicant-born_on"] == "07/03/1985"
    assert again["applicant-address"] == "12 Trần Phú, Nha Trang"
    assert (again["summary"], again["scan"]) == ("Trích yếu", "")
    assert not response.context["page"].faults
    assert not dossiers(province)


def test_htmx_gets_the_applicant_alone(counter):
    response = send(counter, filled_in(counter, act="fill", scan=QR), **{"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="applicant">')


def test_a_code_that_is_no_card_is_said_and_stays(counter):
    response = send(counter, filled_in(counter, act="fill", scan="https://vi-du.example"))
    assert response.context["filled"].tone == "error"
    assert shown(response)["applicant-name"] == "Trần Văn Thử"


def test_the_number_brings_back_the_same_person(counter, province, town):
    with tenant_scope(province):
        make_dossier(town)
    empty = {"applicant-name": "", "applicant-phone": "", "applicant-address": ""}
    again = shown(send(counter, filled_in(counter, act="fill", **empty)))
    assert again["applicant-name"] == "Trần Văn Thử"
    assert again["applicant-phone"] == "0900012345"
    assert again["applicant-email"] == "thu@vi-du.example"


def test_a_person_of_dossiers_that_the_clerk_cannot_see_stays_unknown(
    client, procedure, province, town
):
    with tenant_scope(province):
        make_dossier(town)
        desk = make_unit("H32.06.01", "counter", town.other_agency)
        stranger = make_person("counter", desk)
    client.sign_in(stranger)
    empty = {"applicant-name": "", "applicant-phone": "", "applicant-address": ""}
    again = shown(send(client, filled_in(client, act="fill", **empty)))
    assert again["applicant-name"] == again["applicant-phone"] == ""


def test_more_rows_keep_what_was_typed(counter):
    response = send(counter, filled_in(counter, act="more", **{"free-0-name": "Giấy tờ khác"}))
    again = shown(response)
    assert again["free-0-name"] == "Giấy tờ khác"
    assert "free-5-name" in again
    assert "free-6-name" not in again


def test_the_fee_and_the_promise_are_told_while_typing(counter):
    data = filled_in(counter, act="price", quantity="10", fee_copies="3")
    response = send(counter, data, **{"HX-Request": "true"})
    assert "36.000" in response.content.decode()
    assert 'hx-swap-oob="true"' in response.content.decode()
