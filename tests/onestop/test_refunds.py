"""A void reception gives back what was taken for it, and says how."""

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from common.errors import DomainError
from onestop.models import Dossier, FeeReceipt
from onestop.queries.timeline import timeline_of
from onestop.services import corrections
from onestop.services.reception import FeeFacts
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier

PAID = FeeFacts(due_vnd=50_000, taken_vnd=50_000, number="BL 1")
OWED = FeeFacts(due_vnd=50_000)
WHY = "Nhập nhầm thủ tục"


def void(town, dossier, **words):
    return corrections.void(dossier.pk, actor=town.clerk, reason=WHY, **words)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("refund", ["", "  "])
def test_a_reception_with_a_fee_is_not_voided_without_a_refund(town, refund):
    dossier = make_dossier(town, fee=PAID)
    with pytest.raises(DomainError, match="50,000"):
        void(town, dossier, refund=refund)
    assert not Dossier.objects.get(pk=dossier.pk).is_void


@pytest.mark.usefixtures("scope")
def test_the_refund_stands_on_the_receipt_and_in_the_log(town):
    dossier = void(town, make_dossier(town, fee=PAID), refund=" Phiếu chi 12 ")
    receipt = FeeReceipt.objects.get(dossier=dossier)
    assert (receipt.refund, receipt.refunded_at) == ("Phiếu chi 12", dossier.voided_at)
    data = AuditEntry.objects.get(action="dossier.voided").data
    assert (data["refund"], data["refunded_vnd"]) == ("Phiếu chi 12", 50_000)
    told = timeline_of(dossier)[0].detail
    assert told == f"{WHY}. Given back: 50,000 dong, Phiếu chi 12"


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("fee", [FeeFacts(), OWED])
def test_where_nothing_was_taken_nothing_is_given_back(town, fee):
    dossier = void(town, make_dossier(town, fee=fee), refund="x")
    assert not FeeReceipt.objects.exclude(refund="").exists()
    assert "refund" not in AuditEntry.objects.get(action="dossier.voided").data
    assert timeline_of(dossier)[0].detail == WHY


@pytest.mark.parametrize("fee", [PAID, OWED])
def test_the_page_asks_for_the_refund_when_a_fee_was_taken(client, province, town, fee):
    with tenant_scope(province):
        dossier = make_dossier(town, fee=fee)
    url = reverse("onestop:dossier_act", args=[dossier.code, "huy"])
    client.sign_in(town.clerk)
    page = client.get(url)
    is_paid = fee is PAID
    assert ('name="refund"' in page.text) == is_paid
    assert ("50.000 đồng" in page.text) == is_paid
    sent = {"step": dossier.step_id, "reason": WHY}
    assert client.post(url, sent).status_code == (422 if is_paid else 302)
    if is_paid:
        assert client.post(url, {**sent, "refund": "Phiếu chi 12"}).status_code == 302
        detail = reverse("onestop:dossier_detail", args=[dossier.code])
        assert "Phiếu chi 12" in client.get(detail).text
