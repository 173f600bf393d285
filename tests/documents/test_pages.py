"""The pages of incoming documents, as the clerk, the leader, the head and the official use them."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.models import AccessNote
from documents.models import Assignment, Incoming
from documents.services import directing, handling
from documents.services.directing import Receiver
from documents.states import Part, Status
from files.models import StoredFile
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, given, registry_of
from tests.documents.test_receiving import PNG
from tests.people import make_person

LIST, ENTER = "/van-ban-den/", "/van-ban-den/vao-so/"


@pytest.fixture
def registry(province, town):
    with tenant_scope(province):
        return registry_of(town)


def page_of(incoming, act: str = "") -> str:
    name = "documents:incoming_act" if act else "documents:incoming_detail"
    return reverse(name, args=[incoming.pk, act] if act else [incoming.pk])


def typed(registry, **changes):
    return {
        "registry": registry.pk, "channel": "paper", "type": "chi-thi", "reference": "07/CT-UBND",
        "issuer": "UBND tỉnh", "subject": "Tăng cường ứng dụng", "urgency": "0",
        "form_token": "t" * 32, **changes,
    }  # fmt: skip


def test_a_clerk_enters_a_scan_and_reads_its_number(client, province, town, registry):
    client.sign_in(town.records_clerk)
    scan = SimpleUploadedFile("quet.png", PNG)
    answer = client.post(ENTER, typed(registry, scans=scan, issued_on="2/3/2026"), follow=True)
    assert answer.status_code == 200
    assert f"1/{timezone.localdate().year}" in answer.text
    assert "quet.png" in answer.text
    with tenant_scope(province):
        made = Incoming.objects.get()
        assert (made.issued_on.isoformat(), made.status) == ("2026-03-02", Status.REGISTERED)
    again = client.post(ENTER, typed(registry, seen=f"{made.pk}"), follow=True)  # a second click
    assert again.redirect_chain[-1][0] == page_of(made)
    with tenant_scope(province):
        assert Incoming.objects.count() == 1


def test_a_double_is_shown_and_entered_when_the_clerk_says_so(client, province, town, registry):
    with tenant_scope(province):
        first = entered(town, issuer="UBND tỉnh")
    client.sign_in(town.records_clerk)
    answer = client.post(ENTER, typed(registry))
    assert answer.status_code == 422
    assert page_of(first) in answer.text
    assert "Tăng cường ứng dụng" in answer.text  # what was typed is still there
    with tenant_scope(province):
        assert Incoming.objects.count() == 1
    said = re.search(r'name="seen" value="([0-9,]+)"', answer.text)
    assert client.post(ENTER, typed(registry, seen=said[1])).status_code == 302
    with tenant_scope(province):
        assert Incoming.objects.count() == 2


def test_of_a_secret_document_nothing_is_kept(client, province, town, registry):
    client.sign_in(town.records_clerk)
    scan = SimpleUploadedFile("mat.png", PNG)
    answer = client.post(ENTER, typed(registry, secrecy="secret", scans=scan))
    assert answer.status_code == 422
    assert "văn bản mật" in answer.text
    with tenant_scope(province):
        assert not Incoming.objects.exists()
        assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"issuer": " "},
        {"issued_on": "31/02/2026"},
        {"pages": "0"},
        {"pages": "1.5,2"},
        {"urgency": "9"},
        {"type": "khong-co"},
        {"channel": "exchange"},
        {"registry": "999999"},
        {"subject": "x" * 501},
        {"arrived_on": "01/01/2099"},
    ],
)
def test_bad_input_is_told_and_what_was_typed_stays(client, province, town, registry, wrong):
    client.sign_in(town.records_clerk)
    answer = client.post(ENTER, {**typed(registry), **wrong})
    assert answer.status_code == 422
    assert 'value="07/CT-UBND"' in answer.text
    with tenant_scope(province):
        assert not Incoming.objects.exists()


def test_who_has_no_register_is_told_whom_to_ask(client, town):
    client.sign_in(town.records_clerk)
    assert client.get(ENTER).status_code == 403


def test_from_the_clerk_to_the_official_and_back(client, province, town, registry):
    """One document from the register to its end, by the buttons of the page."""
    with tenant_scope(province):
        incoming = entered(town)
    client.sign_in(town.records_clerk)
    assert incoming.subject in client.get(f"{LIST}?xem=chuyen").text
    sent = {"leader": town.leader.pk, "proposal": "Kính trình"}
    assert "Trình lãnh đạo khác" not in client.get(page_of(incoming)).text
    assert client.post(page_of(incoming, "trinh"), sent).status_code == 302
    assert "Trình lãnh đạo khác" in client.get(page_of(incoming)).text
    assert incoming.subject not in client.get(f"{LIST}?xem=chuyen").text
    client.sign_in(town.leader)
    assert incoming.subject in client.get(LIST).text
    said = {
        "opinion": "Xử lý",
        "lead": f"u{town.division.pk}",
        "inform": f"p{town.records_clerk.pk}",
    }
    assert client.post(page_of(incoming, "y-kien"), said).status_code == 302
    assert not acts_of(client, incoming) & {"nhan", "xong"}  # the division takes it up
    client.sign_in(town.head)
    with tenant_scope(province):
        lead = given(incoming).pk
    to = {"assignment": lead, "person": town.officer.pk, "opinion": "Làm ngay"}
    assert client.post(page_of(incoming, "giao"), to).status_code == 302
    client.sign_in(town.officer)
    assert "Làm ngay" in client.get(page_of(incoming)).text
    assert client.post(page_of(incoming, "nhan"), {"assignment": lead}).status_code == 302
    done = {"assignment": lead, "words": "Đã trả lời", "answer_reference": "12/SNNMT"}
    assert client.post(page_of(incoming, "xong"), done).status_code == 302
    answer = client.get(page_of(incoming))
    assert "Đã trả lời" in answer.text
    assert "12/SNNMT" in answer.text
    with tenant_scope(province):
        incoming.refresh_from_db()
        assert incoming.status == Status.DONE


def acts_of(client, incoming) -> set[str]:
    """Those that the page offers."""
    page = client.get(page_of(incoming)).text
    return set(re.findall(r'action="/van-ban-den/\d+/([a-z-]+)/"', page))


def test_what_is_done_is_neither_late_nor_due(client, province, town):
    with tenant_scope(province):
        due = timezone.localdate() + dt.timedelta(days=20)
        incoming = directed(town, due_on=due)
    client.sign_in(town.records_clerk)
    register = f"{LIST}?xem=so&cua={incoming.registry_id}"
    assert 'class="deadline' in client.get(register).text
    with tenant_scope(province):
        handling.finish(given(incoming).pk, actor=town.head, words="Đã báo cáo")
    assert 'class="deadline' not in client.get(register).text


def test_the_leaders_are_named_with_their_titles_the_head_first(client, province, town):
    with tenant_scope(province):
        incoming = entered(town)
        deputy = make_person("leader", town.agency, title="Phó Giám đốc")
    client.sign_in(town.records_clerk)
    page = client.get(page_of(incoming)).text
    [choice] = re.findall(r'<select name="leader".*?</select>', page, re.DOTALL)
    offered = re.findall(r"<option[^>]*>([^<]+)</option>", choice)
    assert offered[-1] == f"{deputy.full_name} – Phó Giám đốc"
    assert offered[0].startswith(town.leader.full_name)


def test_the_page_offers_only_what_the_person_may_do(client, province, town):
    with tenant_scope(province):
        incoming = directed(town)
        directing.pass_on(given(incoming).pk, actor=town.head, person_id=town.officer.pk)

    def offered(person) -> set[str]:
        client.sign_in(person)
        return acts_of(client, incoming)

    assert offered(town.officer) == {"nhan", "xong", "tra-lai", "lien-ket"}
    assert offered(town.head) == {"giao"}
    assert offered(town.leader) == {"y-kien", "lien-ket"}
    assert offered(town.records_clerk) == {"trinh", "sua-so", "lien-ket"}


def test_what_a_service_refuses_comes_back_with_all_that_was_typed(client, province, town):
    with tenant_scope(province):
        incoming = entered(town)
    client.sign_in(town.leader)
    said = {"opinion": "Nội dung dài", "due_on": "01/01/2020", "lead": f"u{town.division.pk}"}
    answer = client.post(page_of(incoming, "y-kien"), said)
    assert answer.status_code == 422
    assert "Nội dung dài" in answer.text
    assert re.search(rf'name="lead" value="u{town.division.pk}"[^>]* checked', answer.text)


def test_a_stale_page_is_told_that_it_was_done_and_changes_nothing(client, province, town):
    with tenant_scope(province):
        incoming = directed(town)
        assignment = given(incoming).pk
    client.sign_in(town.officer)
    sent = {"assignment": assignment, "words": "Xong"}
    assert client.post(page_of(incoming, "xong"), sent).status_code == 302
    assert client.post(page_of(incoming, "xong"), sent).status_code == 409


def test_reading_leaves_a_note_that_the_register_people_see(client, province, town):
    with tenant_scope(province):
        incoming = directed(town)
    client.sign_in(town.officer)
    assert 'id="readers"' not in client.get(page_of(incoming)).text
    with tenant_scope(province):
        note = AccessNote.objects.get(subject_type="documents.incoming")
        assert (note.kind, note.actor_id) == ("document.opened", str(town.officer.pk))
    client.sign_in(town.records_clerk)
    told = client.get(page_of(incoming)).text.split('id="readers"')[1]
    assert town.officer.full_name in told


def test_the_most_urgent_comes_first_then_the_oldest(client, province, town):
    with tenant_scope(province):
        for number, urgency in enumerate((0, 3, 0, 1), start=1):
            incoming = entered(town, reference=f"{number}/BC", urgency=urgency)
            directing.submit(incoming.pk, actor=town.records_clerk, leader_id=town.leader.pk)
    client.sign_in(town.leader)
    assert re.findall(r"Chỉ thị (\d)/BC", client.get(LIST).text) == ["2", "4", "1", "3"]


def test_each_register_is_read_by_itself(client, province, town, registry):
    with tenant_scope(province):
        entered(town)
        committee = registry_of(town, code="H32", name="UBND tỉnh", symbol="UBND")
        entered(town, registry=committee, reference="9/BC")
    client.sign_in(town.records_clerk)
    own = client.get(LIST, {"xem": "so", "cua": registry.pk})
    other = client.get(LIST, {"xem": "so", "cua": committee.pk})
    assert ("07/CT-UBND" in own.text, "9/BC" in own.text) == (True, False)
    assert ("07/CT-UBND" in other.text, "9/BC" in other.text) == (False, True)
    client.sign_in(town.outsider)
    assert "9/BC" not in client.get(LIST, {"xem": "so", "cua": committee.pk}).text


def test_search_finds_what_the_person_may_see_and_nothing_else(client, province, town):
    with tenant_scope(province):
        entered(town)
        seen = directed(town, incoming=entered(town, reference="9/BC"))
    client.sign_in(town.officer)
    found = client.get(LIST, {"q": "tang cuong"})
    assert re.findall(r'href="/van-ban-den/(\d+)/"', found.text) == [str(seen.pk)]
    assert "9/BC" in client.get(LIST, {"q": "9/bc"}).text


@pytest.mark.parametrize("view", ["viec", "chuyen", "so", "x"])
@pytest.mark.parametrize("rows", [1, 5])
def test_a_list_costs_the_same_for_any_number_of_rows(
    client, province, town, registry, view, rows, django_assert_max_num_queries
):
    with tenant_scope(province):
        for number in range(rows):
            incoming = entered(town, reference=f"{number + 1}/BC")
            if view == "viec":
                directing.direct(
                    incoming.pk, actor=town.leader, opinion="",
                    receivers=[Receiver(Part.INFORM, town.agency.pk, town.records_clerk.pk)],
                )  # fmt: skip
    client.sign_in(town.records_clerk)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        answer = client.get(LIST, {"xem": view})
    assert len(re.findall(r'<th scope="row">', answer.text)) == rows  # "x": where work waits


@pytest.mark.parametrize("many", [1, 8])
def test_the_page_of_a_document_costs_the_same_for_any_number_of_receivers(
    client, province, town, many, django_assert_num_queries
):
    with tenant_scope(province):
        people = [make_person("official", town.agency) for _ in range(many)]
        incoming = directed(
            town, receivers=[Receiver(Part.INFORM, town.agency.pk, each.pk) for each in people]
        )
        assert Assignment.objects.filter(incoming=incoming).count() == many
    client.sign_in(town.leader)
    client.get(page_of(incoming))
    with django_assert_num_queries(27):
        assert client.get(page_of(incoming)).status_code == 200


def test_the_slip_is_printed_with_what_each_has_said(client, province, town):
    """Leader, unit, who works on it: each with name and day (NĐ 30/2020/NĐ-CP Phụ lục IV)."""
    with tenant_scope(province):
        incoming, clerk = entered(town), town.records_clerk
        directing.submit(
            incoming.pk, actor=clerk, leader_id=town.leader.pk, proposal="Kính trình giao Phòng"
        )
        directed(town, incoming=incoming, opinion="Giao Phòng Đất đai tham mưu")
        handling.finish(given(incoming).pk, actor=town.head, words="Đã tham mưu báo cáo")
    client.sign_in(town.leader)
    answer = client.get(reverse("documents:incoming_slip", args=[incoming.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    content = b"".join(answer if answer.streaming else [answer.content])
    text = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert f"năm {timezone.localdate().year}" in text.partition("PHIẾU GIẢI QUYẾT")[0]
    leader, worker = text.split("Ý kiến đề xuất của người giải quyết")
    assert "Giao Phòng Đất đai tham mưu" in leader
    today = f"{timezone.localdate():%d/%m/%Y}"
    said = worker.partition("Kính trình giao Phòng")[2]
    assert f"{clerk.full_name}, {today}" in said.partition("Đã tham mưu báo cáo")[0]
    assert f"{town.head.full_name}, {today}" in said.partition("Đã tham mưu báo cáo")[2]
