"""A dossier that is stopped because the applicant asked for it: Mẫu 05, fees and papers."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from common.errors import DomainError, TransitionError
from onestop.models import Dossier
from onestop.queries.timeline import timeline_of
from onestop.services import endings
from onestop.services.papers_of import StopRequest
from onestop.services.reception import FeeFacts
from onestop.states import Status
from papers.models import PrintedForm
from papers.services import paper_context
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind

WHY = "Đổi địa điểm kinh doanh"
PAID = FeeFacts(due_vnd=70_000, taken_vnd=70_000, number="BL 1")


def asked(**changes):
    return StopRequest(**{"asked_on": timezone.localdate(), "how": "Đơn tại Một cửa", **changes})


def stopped(town, dossier, **changes):
    return endings.stop(dossier.pk, actor=town.leader, reason=WHY, request=asked(**changes))


@pytest.mark.usefixtures("scope")
def test_a_stop_on_request_issues_form_05_and_ends_the_dossier(town):
    dossier = assigned(town, fee=PAID)
    stopped(town, dossier, fees="Hoàn trả 70.000 đồng", returned=("Đơn đề nghị",))
    dossier.refresh_from_db()
    assert (dossier.status, dossier.holder) == (Status.STOPPED, None)
    on_it = paper_context(PrintedForm.objects.get(form="05"))
    assert on_it["request_reason"] == WHY
    assert on_it["fees"] == "Hoàn trả 70.000 đồng"
    assert on_it["returned_papers"] == ["Đơn đề nghị"]
    assert on_it["stage"] == "Thụ lý hồ sơ"
    assert WHY in timeline_of(dossier)[0].detail
    assert "As the applicant asked" in timeline_of(dossier)[0].detail


@pytest.mark.usefixtures("scope")
def test_a_stop_of_the_agencys_own_accord_issues_no_form(town):
    endings.stop(assigned(town).pk, actor=town.leader, reason=WHY)
    assert not PrintedForm.objects.filter(form="05").exists()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    "wrong",
    [{"asked_on": dt.date(2099, 1, 1)}, {"how": " "}, {"fees": " "}],
)
def test_an_incomplete_request_changes_nothing(town, wrong):
    dossier = assigned(town, fee=PAID)
    with pytest.raises(DomainError):
        stopped(town, dossier, **{"fees": "Hoàn trả", **wrong})
    assert Dossier.objects.get(pk=dossier.pk).closed_at is None
    assert not PrintedForm.objects.filter(form="05").exists()


@pytest.mark.usefixtures("scope")
def test_what_is_signed_is_not_stopped_any_more(town):
    dossier = at_kind(town, "release")
    with pytest.raises(TransitionError, match="signed"):
        stopped(town, dossier)
    with pytest.raises(DomainError):
        stopped(town, at_kind(town, "return"))


def test_the_page_asks_when_and_how_and_offers_the_papers_handed_in(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town, fee=PAID)
    client.sign_in(town.leader)
    url = reverse("onestop:dossier_act", args=[dossier.code, "dung"])
    page = client.get(url)
    assert page.context["form"].fields["returned"].initial == "Đơn đề nghị"
    facts = {"step": dossier.step_id, "reason": WHY, "returned": "Đơn đề nghị\n\n"}
    day = f"{timezone.localdate():%d/%m/%Y}"
    answer = client.post(url, {**facts, "asked_on": day, "how": "", "fees": ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"how", "fees"}
    full = {**facts, "asked_on": day, "how": "written", "fees": "Hoàn trả 70.000 đồng"}
    assert client.post(url, full).status_code == 302
    with tenant_scope(province):
        form = PrintedForm.objects.get(form="05")
        assert form.data["request_form"] == "Đơn nộp tại Một cửa"
