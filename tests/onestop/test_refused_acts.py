"""What was typed into an act that is refused is not lost."""

import datetime as dt
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from common.errors import Busy, DomainError
from onestop.models import Dossier, Extension
from onestop.services import opinions, processing
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind
from tests.onestop.test_extensions import due_on, later
from tests.onestop.test_uploads_of_acts import a_draft
from tests.people import make_town

WHY = "Đoàn kiểm tra thực địa hoãn do bão"
COPY = "Nội dung đã viết chưa được lưu"


def stand():
    town = make_town()
    return town, assigned(town)


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def dossier(standing):
    return standing[1]


def act(dossier, slug):
    return reverse("onestop:dossier_act", args=[dossier.code, slug])


def a_day_off(dossier):
    day = later(dossier)
    while day.weekday() < 5:
        day += dt.timedelta(days=1)
    return day


def test_a_refused_act_comes_back_as_it_was_filled_in(client, province, town, dossier):
    with tenant_scope(province):
        day = a_day_off(dossier)
    sent = {"step": dossier.step_id, "new_on": f"{day:%d/%m/%Y}", "reason": WHY}
    answer = client.sign_in(town.officer).post(act(dossier, "gia-han"), sent)
    assert answer.status_code == 409
    form = answer.context["form"]
    assert list(form.errors) == ["__all__"]
    assert WHY in answer.text
    assert f'value="{day:%d/%m/%Y}"' in answer.text
    assert answer.text.count(str(form.errors["__all__"][0])) == 1
    with tenant_scope(province):
        assert not Extension.objects.exists()
        right = f"{later(dossier):%d/%m/%Y}"
    assert client.post(act(dossier, "gia-han"), {**sent, "new_on": right}).status_code == 302


def test_what_is_not_possible_any_more_shows_the_dossier_and_the_words(
    client, province, town, dossier
):
    with tenant_scope(province):
        day = later(dossier)
        due_on(dossier, timezone.localdate())
    sent = {"step": dossier.step_id, "new_on": f"{day:%d/%m/%Y}", "reason": f"{WHY} <b>"}
    answer = client.sign_in(town.officer).post(act(dossier, "gia-han"), sent)
    assert answer.status_code == 409
    assert "form" not in answer.context
    assert answer.context["typed"] == [f"{WHY} <b>"]
    assert COPY in answer.text
    assert f"{WHY} &lt;b&gt;" in answer.text


def test_what_somebody_did_meanwhile_shows_the_words_and_no_form(client, town, dossier):
    client.sign_in(town.officer)
    sent = {"step": dossier.step_id, "note": "Trình duyệt gấp"}
    assert client.post(act(dossier, "chuyen-buoc"), sent).status_code == 302
    answer = client.post(act(dossier, "chuyen-buoc"), sent)
    assert answer.status_code == 409
    assert answer.context["typed"] == ["Trình duyệt gấp"]


def test_a_second_click_without_words_has_no_note(client, town, dossier):
    client.sign_in(town.officer)
    sent = {"step": dossier.step_id, "note": ""}
    answers = [client.post(act(dossier, "chuyen-buoc"), sent) for _n in range(2)]
    assert COPY not in answers[1].text


def test_files_of_a_refused_act_are_asked_for_again(client, province, town, dossier):
    body = a_draft(dossier)["uploads"]
    sent = {"step": dossier.step_id, "note": "Kèm dự thảo", "draft": body}
    with mock.patch.object(processing, "forward", side_effect=Busy):
        answer = client.sign_in(town.officer).post(act(dossier, "chuyen-buoc"), sent)
    assert answer.status_code == 409
    assert len(answer.context["form"].errors["__all__"]) == 2
    assert "Chọn lại tệp" in answer.text
    assert "Kèm dự thảo" in answer.text


@pytest.mark.parametrize(
    ("decision", "field"), [("approve", "approve-note"), ("return", "return-reason")]
)
def test_a_refused_decision_keeps_its_words(client, province, town, decision, field):
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=at_kind(town, "review").pk)
    name = {"approve": "approve", "return": "return_for_correction"}[decision]
    sent = {"step": dossier.step_id, "decision": decision, field: WHY}
    url = reverse("onestop:approval_decide", args=[dossier.code])
    client.sign_in(town.head)
    with mock.patch.object(processing, name, side_effect=DomainError("Chưa được")):
        answer = client.post(url, sent)
    assert (answer.status_code, WHY in answer.text) == (409, True)
    assert answer.text.count("Chưa được") == 1
    assert answer.templates[0].name == "onestop/approval_decide.html"


def test_a_refused_note_is_there_to_copy(client, town, dossier):
    url = reverse("onestop:dossier_note", args=[dossier.code])
    with mock.patch.object(opinions, "add_note", side_effect=DomainError("Chưa được")):
        answer = client.sign_in(town.officer).post(url, {"text": WHY})
    assert (answer.status_code, answer.context["typed"]) == (409, [WHY])
