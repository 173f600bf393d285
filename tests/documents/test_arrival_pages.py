"""The pages of what arrived and of what the sender wants back, as the clerk uses them."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from documents.drafting import To
from documents.issuing import Stage
from documents.models import Incoming
from documents.receivers_told import receiver_words
from documents.services import arrivals, issuing
from documents.states import Status
from portal.queries import work
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, registry_of
from tests.documents.drafts import brought_to
from tests.documents.test_outgoing_pages import typed

LIST = "/van-ban-den/"


@pytest.fixture
def arrived(province, town):
    """Makes documents that arrived at the committee, whose registers the cast's agency keeps."""

    def make(**changes) -> Incoming:
        with tenant_scope(province):
            committee = registry_of(town, code="H32", name="UBND tỉnh", symbol="UBND")
            to = [To(registry_id=committee.pk)]
            sent = brought_to(Stage.ISSUED, town, receivers=to, **changes)
            return Incoming.objects.get(dispatches__outgoing=sent)

    return make


def page_of(incoming, act: str = "") -> str:
    name = "documents:incoming_act" if act else "documents:incoming_detail"
    return reverse(name, args=[incoming.pk, act] if act else [incoming.pk])


def offered(client, incoming) -> set[str]:
    text = client.get(page_of(incoming)).text
    return set(re.findall(r'action="/van-ban-den/\d+/([a-z-]+)/"', text))


def boxes(province, person) -> dict[str, int]:
    with tenant_scope(province):
        return {each.url.partition("?xem=")[2]: each.count for each in work.boxes(person)}


def test_the_clerk_registers_what_arrived(client, province, town, arrived):
    incoming = arrived()
    client.sign_in(town.records_clerk)
    assert boxes(province, town.records_clerk)["den"] == 1
    assert incoming.subject in client.get(f"{LIST}?xem=den").text
    assert offered(client, incoming) == {"vao-so", "tu-choi"}
    answer = client.post(page_of(incoming, "vao-so"), {}, follow=True)
    assert "Đã vào sổ, số đến 1/" in answer.text
    assert incoming.subject not in client.get(f"{LIST}?xem=den").text
    assert incoming.subject in client.get(f"{LIST}?xem=chuyen").text
    assert client.post(page_of(incoming, "vao-so"), {}).status_code == 409  # a second click


def test_the_copy_on_paper_is_shown_before_the_button(client, province, town, arrived):
    incoming = arrived()
    with tenant_scope(province):
        same = {"reference": incoming.reference, "issuer": incoming.issuer, "issued_on": None}
        paper = entered(town, registry=incoming.registry, seen=[incoming.pk], **same)
    client.sign_in(town.records_clerk)
    unseen = client.post(page_of(incoming, "vao-so"), {})
    assert unseen.status_code == 422
    for text in (client.get(page_of(incoming)).text, unseen.text):
        assert page_of(paper) in text
        [seen] = re.findall(r'name="seen" value="([0-9,]+)"', text)
    assert client.post(page_of(incoming, "vao-so"), {"seen": seen}).status_code == 302
    with tenant_scope(province):
        assert Incoming.objects.get(pk=incoming.pk).number == 2


def test_a_refusal_needs_a_reason_and_ends_it(client, province, town, arrived):
    incoming = arrived()
    client.sign_in(town.records_clerk)
    assert client.post(page_of(incoming, "tu-choi"), {"reason": " "}).status_code == 422
    answer = client.post(page_of(incoming, "tu-choi"), {"reason": "Sai nơi nhận"}, follow=True)
    assert "Sai nơi nhận" in answer.text
    assert offered(client, incoming) == set()
    client.sign_in(town.leader)
    assert offered(client, incoming) == set()
    client.sign_in(town.head)
    assert client.get(page_of(incoming)).status_code == 404


def recalled(province, town, incoming) -> None:
    with tenant_scope(province):
        [dispatch] = incoming.dispatches.all()
        arrivals.register(incoming.pk, actor=town.records_clerk)
        issuing.recall(dispatch.outgoing_id, actor=town.records_clerk, reason="Sai căn cứ pháp lý")


def test_a_recall_is_seen_answered_and_stays_in_the_register(client, province, town, arrived):
    incoming = arrived()
    recalled(province, town, incoming)
    assert boxes(province, town.records_clerk)["thu-hoi"] == 1
    client.sign_in(town.leader)  # he is warned, and may go on
    assert "Sai căn cứ pháp lý" in client.get(page_of(incoming)).text
    assert offered(client, incoming) == {"y-kien", "lien-ket"}
    client.sign_in(town.records_clerk)
    assert "Sai căn cứ pháp lý" in client.get(f"{LIST}?xem=thu-hoi").text
    assert offered(client, incoming) == {
        "dong-y-thu-hoi", "khong-thu-hoi", "trinh", "sua-so", "lien-ket",
    }  # fmt: skip
    answer = client.post(page_of(incoming, "dong-y-thu-hoi"), {"words": "Đã hủy"}, follow=True)
    assert "Đã hủy" in answer.text
    assert offered(client, incoming) == set()
    with tenant_scope(province):
        told = receiver_words(incoming.dispatches.select_related("incoming", "outgoing").get())
        assert [str(each.status) for each in told] == ["Đồng ý thu hồi"]
    assert incoming.subject not in client.get(f"{LIST}?xem=thu-hoi").text
    register = client.get(LIST, {"xem": "so", "cua": incoming.registry_id}).text
    assert incoming.subject in register


def test_what_was_taken_back_is_answered_by_nobody(client, province, town, arrived):
    incoming = arrived()
    recalled(province, town, incoming)
    with tenant_scope(province):
        directed(town, incoming=incoming)
    begin = f"{reverse('documents:outgoing_begin')}?tra-loi={incoming.pk}"
    client.sign_in(town.leader)  # who sees it afterwards, too
    assert begin in client.get(page_of(incoming)).text
    with tenant_scope(province):
        arrivals.agree_recall(incoming.pk, actor=town.records_clerk, words="")
    assert begin not in client.get(page_of(incoming)).text
    answer = client.post(begin, typed(town))
    assert answer.status_code == 422
    assert "đã bị bên gửi thu hồi" in answer.text
    assert "Nội dung báo cáo." in answer.text


def test_a_recall_that_is_refused_is_told_with_its_reason(client, province, town, arrived):
    incoming = arrived()
    recalled(province, town, incoming)
    client.sign_in(town.records_clerk)
    assert client.post(page_of(incoming, "khong-thu-hoi"), {}).status_code == 422
    kept = {"reason": "Đã ban hành quyết định"}
    assert "Đã ban hành" in client.post(page_of(incoming, "khong-thu-hoi"), kept, follow=True).text
    with tenant_scope(province):
        assert Incoming.objects.get(pk=incoming.pk).status == Status.REGISTERED


def test_old_and_new_lead_to_each_other_and_to_the_answer(client, province, town, arrived):
    old = arrived()
    with tenant_scope(province):
        sent = old.dispatches.get().outgoing_id
        arrivals.register(old.pk, actor=town.records_clerk)
        directed(town, incoming=old)
        answer = brought_to(Stage.NUMBERED, town, answers_id=old.pk, type="cong-van")
    new = arrived(replaces_id=sent)
    client.sign_in(town.records_clerk)
    assert page_of(new) in client.get(page_of(old)).text
    assert answer.reference in client.get(page_of(old)).text
    assert page_of(old) in client.get(page_of(new)).text


@pytest.mark.parametrize("view", ["den", "thu-hoi"])
@pytest.mark.parametrize("rows", [1, 4])
def test_a_list_costs_the_same_for_any_number_of_rows(
    client, province, town, arrived, view, rows, django_assert_max_num_queries
):
    for _number in range(rows):
        incoming = arrived()
        if view == "thu-hoi":
            recalled(province, town, incoming)
    client.sign_in(town.records_clerk)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        answer = client.get(LIST, {"xem": view})
    assert len(re.findall(r'<th scope="row">', answer.text)) == rows
