"""A void reception gives back what was taken for it, and says how; other endings may."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import Dossier, FeeReceipt, FeeRefund
from onestop.queries.timeline import timeline_of
from onestop.services import corrections, endings
from onestop.services.reception import FeeFacts
from onestop.services.refunds import record_refund
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.onestop.racing import at_once, without_the_lock

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


def withdrawn(town, dossier):
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason=WHY, asked_by="Trần Thử")
    return endings.grant_withdrawal(dossier.pk, actor=town.leader, reason=WHY)


ENDINGS = {
    "refused": lambda town, one: endings.refuse(one.pk, actor=town.leader, reason=WHY),
    "stopped": lambda town, one: endings.stop(one.pk, actor=town.leader, reason=WHY),
    "withdrawn": withdrawn,
}


def give_back(town, dossier, amount=50_000, actor=None, number="PC 3", reason="Chưa thẩm định"):
    return record_refund(
        dossier.pk, actor=actor or town.clerk, amount_vnd=amount, reason=reason, number=number
    )


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_given_back_after_another_ending_is_noted_with_its_receipt(town, ending):
    dossier = ENDINGS[ending](town, make_dossier(town, fee=PAID))
    assert not FeeRefund.objects.exists()  # never by itself
    refund = give_back(town, dossier)
    assert (refund.amount_vnd, refund.number, refund.by) == (50_000, "PC 3", town.clerk)
    told = timeline_of(dossier)[0]
    assert (str(told.words), told.detail) == (
        "Gave the fee back", "50,000 dong, PC 3: Chưa thẩm định"
    )  # fmt: skip


@pytest.mark.usefixtures("scope")
def test_parts_of_a_fee_are_given_back_until_nothing_is_left(town):
    dossier = ENDINGS["stopped"](town, make_dossier(town, fee=PAID))
    give_back(town, dossier, 20_000, number="PC 2")
    for amount in (30_001, 0, -1):
        with pytest.raises(DomainError, match="30,000"):
            give_back(town, dossier, amount)
    give_back(town, dossier, 30_000)
    with pytest.raises(AlreadyDone):
        give_back(town, dossier, 1)


@pytest.mark.usefixtures("scope")
def test_a_form_that_is_sent_again_notes_no_second_refund(town):
    dossier = ENDINGS["stopped"](town, make_dossier(town, fee=PAID))
    first = give_back(town, dossier, 30_000)
    for amount in (30_000, 20_000):
        with pytest.raises(AlreadyDone, match="PC 3"):
            give_back(town, dossier, amount, number=" PC 3 ")
    assert FeeRefund.objects.get() == first
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeRefund.objects.create(
            dossier=dossier, amount_vnd=1, reason=WHY, number="PC 3", at=first.at, by=town.clerk
        )
    other = ENDINGS["stopped"](town, make_dossier(town, fee=PAID))
    assert give_back(town, other).number == "PC 3"  # another book of receipts


@pytest.mark.usefixtures("scope")
def test_only_the_counter_notes_it_and_only_of_what_ended_without_a_result(town):
    dossier = make_dossier(town, fee=PAID)
    with pytest.raises(TransitionError):
        give_back(town, dossier)
    ENDINGS["refused"](town, dossier)
    for stranger in (town.outsider, town.overseer, town.officer):
        with pytest.raises(RefusedError):
            give_back(town, dossier, actor=stranger)
    for gap in ({"number": " "}, {"reason": " "}):
        with pytest.raises(DomainError, match="number of the receipt"):
            give_back(town, dossier, **gap)
    nothing = ENDINGS["refused"](town, make_dossier(town, fee=OWED))
    with pytest.raises(AlreadyDone):
        give_back(town, nothing)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeRefund.objects.filter(pk=give_back(town, dossier).pk).update(amount_vnd=0)


def test_the_page_offers_the_refund_and_shows_it(client, province, town):
    with tenant_scope(province):
        dossier = ENDINGS["refused"](town, make_dossier(town, fee=PAID))
        free = ENDINGS["refused"](town, make_dossier(town, fee=FeeFacts()))
    client.sign_in(town.clerk)
    detail = reverse("onestop:dossier_detail", args=[dossier.code])
    url = reverse("onestop:dossier_act", args=[dossier.code, "hoan-phi"])
    assert url in client.get(detail).text
    assert "hoan-phi" not in client.get(reverse("onestop:dossier_detail", args=[free.code])).text
    assert "50.000 đồng" in client.get(url).text
    sent = {"amount": "50.000", "number": "PC 3", "reason": "Chưa thẩm định"}
    assert client.post(url, sent | {"number": ""}).status_code == 422
    assert client.post(url, sent).status_code == 302
    shown = client.get(detail).text
    assert "PC 3" in shown
    assert url not in shown  # nothing is left


def _refunded_at_once(province, town, count=6, **how):
    with tenant_scope(province):
        dossier = ENDINGS["stopped"](town, make_dossier(town, fee=PAID))

    def act(number):
        return give_back(town, dossier, 30_000, number=str(number))

    at_once(province, act, count, **how)
    with tenant_scope(province):
        return sum(FeeRefund.objects.filter(dossier=dossier).values_list("amount_vnd", flat=True))


@pytest.mark.slow
def test_two_tills_at_once_do_not_give_back_more_than_was_taken(stage):
    assert _refunded_at_once(*stage) == 30_000


@pytest.mark.slow
def test_control_without_the_lock_more_is_given_back(stage):
    with without_the_lock():
        assert _refunded_at_once(*stage, 2, is_control=True) == 60_000
