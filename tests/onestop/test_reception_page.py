"""The counter's page over HTTP: receive, what stays when something is wrong, who may not."""

import datetime as dt
import unicodedata

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from onestop.models import Dossier, DossierFile, FeeReceipt, Procedure
from onestop.states import Delivery
from organizations.models import Unit
from papers.models import PrintedForm
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.marks import first
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.counter import (
    CODE,
    NUMBER,
    RECEIVE,
    also_by_post,
    also_resolved_by,
    filled_in,
    send,
    shown,
)


def dossiers(province):
    with tenant_scope(province):
        return list(Dossier.objects.order_by("pk"))


# picking


def test_typing_the_code_opens_the_procedure(counter):
    response = counter.get(RECEIVE, {"q": CODE})
    assert response.status_code == 302
    assert response.url == f"{RECEIVE}?thu-tuc={CODE}"


def test_words_without_marks_and_words_in_nfd_find_it(counter, province, town):
    with tenant_scope(province):
        make_procedure("1.000002", units=[town.agency], name="Đăng ký kết hôn")
    for words in ("dang ky ket", unicodedata.normalize("NFD", "kết hôn")):
        response = counter.get(RECEIVE, {"q": words}, headers={"HX-Request": "true"})
        assert "1.000002" in response.content.decode()
        assert CODE not in response.content.decode()


def test_only_what_can_be_received_today_is_offered(counter, province, town):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with tenant_scope(province):
        make_procedure("1.000003", units=[town.agency], published=False)
        make_procedure("1.000004", units=[town.agency], valid_from=tomorrow)
        make_procedure("1.000005", units=[])
        withdrawn = make_procedure("1.000006", units=[town.agency])
        Procedure.objects.filter(pk=withdrawn.pk).update(state="withdrawn")
        online = make_procedure("1.000007", units=[town.agency])
        online.current_version.channels.update(channel=2)
    page = counter.get(RECEIVE, {"q": "1.00000"}, headers={"HX-Request": "true"})
    text = page.content.decode()
    assert CODE in text
    assert not [n for n in range(3, 8) if f"1.00000{n}" in text]


def test_the_procedure_of_another_agency_can_be_received_and_is_told_apart(counter, province, town):
    with tenant_scope(province):
        make_procedure("1.000002", units=[town.other_agency], name="Phép của sở khác")
    text = counter.get(RECEIVE, {"q": "1.00000"}).content.decode()
    assert text.index(CODE) < text.index("1.000002")
    page = counter.get(RECEIVE, {"thu-tuc": "1.000002"})
    assert page.context["page"].opened.default_competent == town.other_agency


def test_of_several_competent_units_the_own_one_is_chosen_and_another_can_be(
    counter, procedure, province, town
):
    with tenant_scope(province):
        also_resolved_by(procedure, town.other_agency)
    data = filled_in(counter)
    assert data["competent"] == str(town.agency.pk)
    send(counter, {**data, "competent": town.other_agency.pk})
    (dossier,) = dossiers(province)
    assert dossier.competent_unit_id == town.other_agency.pk
    assert dossier.code.startswith(f"{town.other_agency.code}-")
    assert dossier.receiving_unit_id == town.counter_unit.pk


# receiving


def test_a_complete_page_becomes_a_dossier_with_slip_and_fee(counter, province, town):
    data = filled_in(counter, quantity="5", fee_copies="2", receipt_number="BL-01")
    response = send(counter, data)
    (dossier,) = dossiers(province)
    assert response.status_code == 302
    assert response.url == f"/ho-so/{dossier.code}/da-nhan/"
    assert (dossier.applicant_name, dossier.applicant_number) == ("Trần Văn Thử", NUMBER)
    assert (dossier.fee_due_vnd, dossier.fee_taken_vnd) == (14_000, 14_000)
    with tenant_scope(province):
        assert [paper.name for paper in dossier.papers.all()] == ["Đơn đề nghị"]
        assert dossier.persons.get().phone == "0900012345"
        receipt = FeeReceipt.objects.get(dossier=dossier)
        assert (receipt.number, receipt.quantity) == ("BL-01", 10)
        slip = PrintedForm.objects.of(dossier).get()
        assert (slip.form, slip.edition) == ("01", 1)
    page = counter.get(response.url).content.decode()
    lookup = dossier.lookup_number
    assert f"{lookup[:3]} {lookup[3:7]} {lookup[7:]}" in page
    assert f"thu-tuc={CODE}" in page
    assert dossier.code in page


def test_the_promise_on_the_page_is_the_one_on_the_slip(counter, province):
    page = counter.get(RECEIVE, {"thu-tuc": CODE})
    promised = page.context["page"].promise.due_at
    send(counter, {**shown(page), **filled_in(counter)})
    (dossier,) = dossiers(province)
    assert abs(dossier.promised_at - promised) < dt.timedelta(minutes=5)


def test_by_post_the_limit_of_that_channel_counts(counter, procedure, province):
    with tenant_scope(province):
        also_by_post(procedure)
    send(counter, filled_in(counter, channel="3"))
    (dossier,) = dossiers(province)
    assert (dossier.channel, dossier.limit_amount) == (3, 12)


def test_names_typed_in_nfd_are_kept_in_nfc(counter, province):
    typed = unicodedata.normalize("NFD", "Nguyễn  Thưởng")
    send(counter, filled_in(counter, **{"applicant-name": typed}))
    (dossier,) = dossiers(province)
    assert dossier.applicant_name == unicodedata.normalize("NFC", "Nguyễn Thưởng")


def test_an_authorised_person_brings_the_document_that_says_so(counter, province):
    someone = {"came": "authorised", "authorised-number": "999000000001",
               "authorised-name": "Lê Thị Thay"}  # fmt: skip
    refused = send(counter, filled_in(counter, **someone))
    assert refused.status_code == 422
    assert "authorisation" in refused.context["page"].authorised.errors
    someone["authorised-authorisation"] = "Giấy ủy quyền số 12 ngày 01/11/2026"
    assert send(counter, filled_in(counter, **someone)).status_code == 302
    (dossier,) = dossiers(province)
    with tenant_scope(province):
        parts = {row.part: row.name for row in dossier.persons.all()}
    assert parts == {"applicant": "Trần Văn Thử", "authorised": "Lê Thị Thay"}


def test_facts_of_a_submitter_who_was_unticked_again_are_not_kept(counter, province):
    send(counter, filled_in(counter, **{"submitter-name": "Người Khác"}))
    (dossier,) = dossiers(province)
    with tenant_scope(province):
        assert [row.part for row in dossier.persons.all()] == ["applicant"]


def test_an_old_number_passes_and_is_said_aloud(counter, province):
    response = send(counter, filled_in(counter, **{"applicant-number": "225 123 456"}))
    page = counter.get(response.url)
    assert [str(message.level_tag) for message in page.context["messages"]] == ["warning"]
    assert dossiers(province)[0].applicant_number == "225123456"


def test_the_tax_number_of_a_branch_keeps_four_digits_at_its_end(counter, province):
    changes = {"applicant-kind": "enterprise", "applicant-number": "0101234567-001"}
    send(counter, filled_in(counter, **changes))
    assert dossiers(province)[0].second_factor == "7001"


def test_the_procedure_received_last_is_offered_first(counter):
    send(counter, filled_in(counter))
    page = counter.get(RECEIVE)
    assert [match.code for match in page.context["recent"]] == [CODE]


# what is wrong


def test_faults_are_told_in_the_order_of_the_page_and_everything_typed_stays(counter, province):
    data = filled_in(
        counter,
        **{"applicant-name": "", "applicant-phone": "12", "paper-1-got": "", "summary": "Trích yếu",
           "applicant-born_on": "31/02/1990", "free-0-name": "Giấy tờ khác"},
    )  # fmt: skip
    del data["paper-1-got"]
    response = send(counter, data)
    text = response.content.decode()
    assert response.status_code == 422
    anchors = [fault["anchor"] for fault in response.context["page"].faults]
    assert set(anchors[:3]) == {
        "id_applicant-name", "id_applicant-phone", "id_applicant-born_on",
    }  # fmt: skip
    assert anchors[3:] == ["id_paper-1-got"]
    again = shown(response)
    for name in ("applicant-phone", "applicant-born_on", "summary", "free-0-name", "form_token"):
        assert again[name] == data[name]
    assert "<title>Lỗi:" in text or "<title>Error:" in text
    assert not dossiers(province)


@pytest.mark.parametrize(
    ("changes", "field"),
    first(
        5,
        [
            ({"applicant-number": ""}, "applicant-number"),
            ({"applicant-number": "12345"}, "applicant-number"),
            ({"applicant-kind": "enterprise", "applicant-number": NUMBER}, "applicant-number"),
            ({"applicant-email": "không phải thư"}, "applicant-email"),
            ({"applicant-born_on": "01/01/2200"}, "applicant-born_on"),
            ({"delivery": Delivery.POST, "applicant-address": ""}, "applicant-address"),
            ({"fee_due": "1.000"}, "fee_reason"),
            ({"fee_taken": "2.000"}, "receipt_number"),
            ({"fee_taken": "9.000", "receipt_number": "1"}, "fee_taken"),
            ({"fee_due": "0", "fee_reason": "Miễn", "receipt_number": "1"}, "receipt_number"),
            ({"quantity": "0"}, "quantity"),
            ({"fee_due": "10.000.000.000.001", "fee_reason": "Đất"}, "fee_due"),
            ({"fee_due": "9" * 5000, "fee_reason": "Đất"}, "fee_due"),
            ({"paper-1-originals": "0"}, "paper-1-note"),
            ({"free-1-copies": "2"}, "free-1-name"),
            ({"came": "submitter"}, "submitter-name"),
            ({"channel": "2"}, "channel"),
            ({"delivery": "online"}, "delivery"),
        ],
    ),
)
def test_each_fault_is_at_its_field(counter, province, changes, field):
    response = send(counter, filled_in(counter, **changes))
    assert response.status_code == 422
    anchors = {fault["anchor"] for fault in response.context["page"].faults}
    assert anchors == {f"id_{field}"}
    assert not dossiers(province)


def test_another_fee_is_taken_with_its_reason(counter, province):
    changes = {"fee_due": "1.000", "fee_reason": "Hộ nghèo", "receipt_number": "BL-2"}
    assert send(counter, filled_in(counter, **changes)).status_code == 302
    (dossier,) = dossiers(province)
    assert (dossier.fee_due_vnd, dossier.fee_taken_vnd) == (1000, 1000)


def test_an_amount_beyond_32_bits_is_taken(counter, province):
    changes = {"fee_due": "4.200.000.000", "fee_reason": "Tiền sử dụng đất", "receipt_number": "B"}
    assert send(counter, filled_in(counter, **changes)).status_code == 302
    (dossier,) = dossiers(province)
    assert (dossier.fee_due_vnd, dossier.fee_taken_vnd) == (4_200_000_000, 4_200_000_000)


def test_a_refused_file_is_a_fault_and_the_good_one_stays(counter, province):
    data = filled_in(counter)
    good = SimpleUploadedFile("đơn.pdf", corpus.pdf())
    liar = SimpleUploadedFile("ảnh.png", b"MZ no picture")
    response = send(counter, {**data, "paper-1-scans": [good, liar]})
    assert response.status_code == 422
    again = shown(response)
    assert again["applicant-name"] == data["applicant-name"]
    assert "paper-1-scans-kept" in again
    response = send(counter, {**again, "act": "accept"})
    assert response.status_code == 302
    with tenant_scope(province):
        attached = DossierFile.objects.select_related("stored", "paper").get()
        assert (attached.stored.name, attached.paper.name) == ("đơn.pdf", "Đơn đề nghị")


def test_a_second_click_makes_nothing_and_shows_what_there_is(counter, province):
    data = filled_in(counter)
    assert send(counter, data).status_code == 302
    again = send(counter, data)
    (dossier,) = dossiers(province)
    assert again.status_code == 409
    assert dossier.code in again.content.decode()


def test_a_procedure_withdrawn_meanwhile_is_refused(counter, procedure, province):
    data = filled_in(counter)
    with tenant_scope(province):
        Procedure.objects.filter(pk=procedure.pk).update(state="withdrawn")
    assert send(counter, data).status_code == 409
    assert not dossiers(province)


def test_a_unit_closed_meanwhile_is_no_choice_any_more(counter, procedure, province, town):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    with tenant_scope(province):
        also_resolved_by(procedure, town.other_agency)
    data = filled_in(counter, competent=town.other_agency.pk)
    with tenant_scope(province):
        Unit.objects.filter(pk=town.other_agency.pk).update(valid_to=yesterday)
    response = send(counter, data)
    assert response.status_code == 422
    assert "competent" in response.context["page"].main.errors
    with tenant_scope(province):
        Unit.objects.filter(pk=town.agency.pk).update(valid_to=yesterday)
    assert send(counter, data).status_code == 409
    assert not dossiers(province)


def test_a_counter_that_was_closed_receives_nothing(counter, province, town):
    data = filled_in(counter)
    with tenant_scope(province):
        Unit.objects.filter(pk=town.counter_unit.pk).update(
            valid_to=timezone.localdate() - dt.timedelta(days=1)
        )
    assert send(counter, data).status_code == 409
    assert not dossiers(province)


# who may


@pytest.mark.parametrize("who", ["officer", "leader", "overseer", "outsider", "agency_admin"])
def test_who_does_not_receive_gets_403(client, procedure, province, town, who):
    client.sign_in(getattr(town, who))
    assert client.get(RECEIVE).status_code == 403
    assert client.post(f"{RECEIVE}?thu-tuc={CODE}", {"act": "accept"}).status_code == 403


def test_a_visitor_is_sent_to_sign_in(client, procedure):
    assert client.get(RECEIVE).status_code == 302


def test_a_page_of_the_other_province_finds_no_procedure(other_client, procedure, other_town):
    other_client.sign_in(other_town.clerk)
    page = other_client.get(RECEIVE, {"thu-tuc": CODE})
    assert page.context["not_open"] == CODE


def test_the_page_costs_the_same_for_two_papers_and_for_twelve(
    counter, procedure, province, django_assert_max_num_queries
):
    counter.get(RECEIVE, {"thu-tuc": CODE})
    with django_assert_max_num_queries(100) as few:
        counter.get(RECEIVE, {"thu-tuc": CODE})
    with tenant_scope(province):
        version = procedure.current_version
        for order in range(3, 13):
            version.components.create(order=order, name=f"Giấy {order}", originals=1)
    with django_assert_max_num_queries(len(few)) as many:
        counter.get(RECEIVE, {"thu-tuc": CODE})
    asked = [query["sql"] for query in many if query["sql"].startswith('SELECT "')]
    assert 5 <= len(asked) <= 13, "\n".join(asked)
