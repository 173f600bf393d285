"""The screens of dossiers over HTTP."""

import re

import pytest
from django.urls import reverse

from onestop.models import Dossier
from onestop.queries import load
from onestop.services import assignment, endings, processing
from onestop.states import Status
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind, make_dossier, open_step
from tests.people import make_town


@pytest.fixture
def received(province, town):
    with tenant_scope(province):
        return make_dossier(town)


def stand():
    town = make_town()
    return town, assigned(town)


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def in_hand(standing):
    return standing[1]


def act(dossier: Dossier, slug: str) -> str:
    return reverse("onestop:dossier_act", args=[dossier.code, slug])


def without_token(text: str) -> str:
    return re.sub(r'"X-CSRFToken": "\w+"|name="csrfmiddlewaretoken" value="\w+"', "", text)


def fresh(province, dossier: Dossier) -> Dossier:
    with tenant_scope(province):
        return Dossier.objects.select_related("step").get(pk=dossier.pk)


def test_the_queue_shows_the_work_of_the_units(client, town, in_hand):
    page = client.sign_in(town.officer).get(reverse("onestop:dossier_list"))
    assert page.status_code == 200
    assert in_hand.code in page.text
    assert in_hand.applicant_name in page.text


def test_the_queue_says_what_waits_for_a_signature(client, province, town, in_hand):
    client.sign_in(town.leader)
    signing = '<span class="pill pill-sign">Chờ ký duyệt</span>'
    assert signing not in client.get(reverse("onestop:dossier_list")).text
    with tenant_scope(province):
        at_kind(town, "approve")
    assert client.get(reverse("onestop:dossier_list")).text.count(signing) == 1


def test_the_queue_of_another_unit_is_empty(client, town, in_hand):
    page = client.sign_in(town.outsider).get(reverse("onestop:dossier_list"))
    assert in_hand.code not in page.text


def test_the_look_up_number_is_grouped_as_on_the_slip(client, town, in_hand):
    page = client.sign_in(town.officer).get(reverse("onestop:dossier_detail", args=[in_hand.code]))
    number = in_hand.lookup_number
    assert f"{number[:3]} {number[3:7]} {number[7:]}" in page.text


def test_a_dossier_of_another_unit_looks_as_if_it_did_not_exist(client, town, in_hand):
    client.sign_in(town.outsider)
    foreign = client.get(reverse("onestop:dossier_detail", args=[in_hand.code]))
    missing = client.get(reverse("onestop:dossier_detail", args=["H32.05-260101-9999"]))
    assert foreign.status_code == missing.status_code == 404
    assert without_token(foreign.text) == without_token(missing.text)


def test_the_detail_page_names_the_next_act_first(client, town, in_hand):
    page = client.sign_in(town.officer).get(reverse("onestop:dossier_detail", args=[in_hand.code]))
    assert page.status_code == 200
    assert page.context["primary"].name == "forward"


def test_passing_on_by_the_page(client, province, town, in_hand):
    client.sign_in(town.officer)
    page = client.get(act(in_hand, "chuyen-buoc"))
    assert page.status_code == 200
    answer = client.post(act(in_hand, "chuyen-buoc"), {"step": in_hand.step_id, "note": "Trình"})
    assert answer.status_code == 302
    assert fresh(province, in_hand).step.kind == "review"


def test_a_second_click_gets_409_and_the_state_as_it_is(client, province, town, in_hand):
    client.sign_in(town.officer)
    body = {"step": in_hand.step_id, "note": ""}
    client.post(act(in_hand, "chuyen-buoc"), body)
    answer = client.post(act(in_hand, "chuyen-buoc"), body)
    assert answer.status_code == 409
    assert in_hand.code in answer.text


def test_a_form_without_its_reason_comes_back_with_what_was_typed(client, town, in_hand):
    client.sign_in(town.officer)
    body = {"step": in_hand.step_id, "items": "Bản vẽ", "apply_by": "31/02/2027"}
    answer = client.post(act(in_hand, "bo-sung"), body)
    assert answer.status_code == 422
    assert "Bản vẽ" in answer.text
    assert set(answer.context["form"].errors) >= {"reason", "apply_by"}


@pytest.mark.parametrize(
    "slug",
    ["bo-sung", "y-kien", "nghia-vu", "du-thao", "phan-cong", "nhan-xu-ly", "dung", "tu-choi"],
)
def test_every_act_of_the_head_has_a_page(client, town, in_hand, slug):
    head = client.sign_in(town.head)
    assert head.get(act(in_hand, slug)).status_code in (200, 302)


def test_a_head_decides_on_one_page(client, province, town):
    with tenant_scope(province):
        dossier = at_kind(town, "review")
    client.sign_in(town.head)
    url = reverse("onestop:approval_decide", args=[dossier.code])
    assert dossier.code in client.get(reverse("onestop:approval_list")).text
    assert client.get(url).status_code == 200
    refused = client.post(url, {"step": dossier.step_id, "decision": "return", "return-reason": ""})
    assert refused.status_code == 422
    done = client.post(url, {"step": dossier.step_id, "decision": "approve", "approve-note": ""})
    assert done.status_code == 302
    assert fresh(province, dossier).step.kind == "approve"


def test_several_of_one_procedure_are_approved_after_one_look(client, province, town):
    with tenant_scope(province):
        some = [at_kind(town, "review") for _ in range(3)]
        picks = [f"{one.pk}:{open_step(one).pk}" for one in some]
        processing.approve(some[0].pk, actor=town.head)
    client.sign_in(town.head)
    url = reverse("onestop:approval_bulk")
    look = client.post(url, {"picks": picks})
    assert (look.status_code, look.context["missing"]) == (200, 1)
    done = client.post(url, {"picks": picks, "confirmed": "1"})
    assert (done.context["good"], done.context["refused"]) == (2, 1)


def test_the_load_page_counts_what_everybody_has(client, town, in_hand):
    page = client.sign_in(town.leader).get(reverse("onestop:load_list"))
    assert page.status_code == 200
    assert town.officer.full_name in page.text
    assert client.sign_in(town.officer).get(reverse("onestop:load_list")).status_code == 403


def test_the_load_page_shows_units_where_people_would_be_too_many(
    client, province, town, in_hand, monkeypatch
):
    with tenant_scope(province):
        at_kind(town, "return")
    monkeypatch.setattr(load, "ROWS", 1)
    client.sign_in(town.leader)
    first = client.get(reverse("onestop:load_list"))
    second = client.get(reverse("onestop:load_list"), {"trang": "2"})
    assert [page.context["load"].total["open"] for page in (first, second)] == [2, 2]
    units = [row["holder_unit_id"] for page in (first, second) for row in page.context["page"]]
    assert len(set(units)) == 2
    assert town.officer.full_name not in first.text + second.text
    one = client.get(reverse("onestop:load_list"), {"don_vi": in_hand.holder_unit_id})
    assert town.officer.full_name in one.text
    assert one.context["load"].total["open"] == 1


def test_the_load_page_of_a_crowd_in_one_unit_turns_to_everybody(
    client, province, town, monkeypatch
):
    with tenant_scope(province):
        assigned(town)  # in the officer's hands
        mine = assigned(town)
        assignment.take_over_many([(mine.pk, open_step(mine).pk)], actor=town.head)
    monkeypatch.setattr(load, "ROWS", 1)
    client.sign_in(town.head)
    url, unit = reverse("onestop:load_list"), {"don_vi": mine.holder_unit_id}
    first, second = client.get(url, unit), client.get(url, {**unit, "trang": "2"})
    shown = [row["holder_name"] for page in (first, second) for row in page.context["page"]]
    assert sorted(shown) == sorted([town.officer.full_name, town.head.full_name])
    assert "trang=2" in first.text
    assert "trang=3" not in second.text
    assert f"don_vi={mine.holder_unit_id}" in second.text  # on the way back


def test_the_result_is_handed_over_with_proof(client, province, town):
    with tenant_scope(province):
        dossier = at_kind(town, "return")
    client.sign_in(town.clerk)
    body = {"step": dossier.step_id, "method": "authorised", "taken_by": "Lê Thị B", "number": "1"}
    assert client.post(act(dossier, "tra-ket-qua"), body).status_code == 422
    body["authorisation"] = "Giấy ủy quyền số 5"
    assert client.post(act(dossier, "tra-ket-qua"), body).status_code == 302
    assert fresh(province, dossier).status == Status.RETURNED


def test_search_finds_without_accents_and_only_what_is_visible(client, town, in_hand):
    url = reverse("onestop:dossier_search")
    assert in_hand.code in client.sign_in(town.officer).get(url, {"q": "tran van thu"}).text
    assert in_hand.code in client.get(url, {"q": "0900012345"}, follow=True).text
    assert in_hand.code not in client.sign_in(town.outsider).get(url, {"q": "tran van thu"}).text


def test_the_list_can_be_exported(client, town, in_hand):
    answer = client.sign_in(town.officer).get(reverse("onestop:dossier_export"))
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert (
        client.sign_in(town.agency_admin).get(reverse("onestop:dossier_export")).status_code == 403
    )


def test_rows_cost_the_same_for_one_and_for_five(
    client, province, town, in_hand, django_assert_max_num_queries
):
    client.sign_in(town.officer)
    client.get(reverse("onestop:dossier_list"))
    with django_assert_max_num_queries(100) as one:
        client.get(reverse("onestop:dossier_list"))
    with tenant_scope(province):
        for _ in range(4):
            assigned(town)
    with django_assert_max_num_queries(100) as five:
        client.get(reverse("onestop:dossier_list"))
    assert len(five) == len(one)


def test_my_work_shows_what_is_in_my_hands(client, town, in_hand):
    page = client.sign_in(town.officer).get(reverse("portal:my_work"))
    assert page.status_code == 200
    assert in_hand.code in page.text


def test_a_granted_withdrawal_no_longer_looks_as_if_somebody_waits(client, province, town, in_hand):
    with tenant_scope(province):
        endings.request_withdrawal(
            in_hand.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử"
        )
    client.sign_in(town.leader)
    detail = reverse("onestop:dossier_detail", args=[in_hand.code])
    search = f"{reverse('onestop:dossier_search')}?q={in_hand.applicant_name}"
    granted = '<span class="pill pill-refused">Đã cho rút hồ sơ</span>'
    for address in (detail, search):
        page = client.get(address).text
        assert 'pill-waiting">Công dân yêu cầu rút hồ sơ' in page
        assert granted not in page
    with tenant_scope(province):
        endings.grant_withdrawal(in_hand.pk, actor=town.leader, reason="Đồng ý")
    for address in (detail, search):
        page = client.get(address).text
        assert granted in page
        assert "pill-waiting" not in page
