"""The pages of outgoing documents, as the drafter, the head, the clerk and the leader use them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from documents.drafting import Content, To
from documents.issuing import Manner, Stage, Voice
from documents.models import Consultation, Incoming, Outgoing
from documents.services import approving, drafting
from organizations.rulesets import change_rules
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import (
    begun,
    blank_paper,
    brought_to,
    heading,
    other_registry,
    seal,
    sign,
    stored,
)  # fmt: skip
from tests.documents.test_receiving import PNG
from tests.files import corpus
from tests.people import make_person

LIST, BEGIN = "/van-ban-di/", "/van-ban-di/soan/"


@pytest.fixture
def registry(province, town):
    with tenant_scope(province):
        other_registry(town)
        return registry_of(town)


def page_of(outgoing, act: str = "") -> str:
    name = "documents:outgoing_act" if act else "documents:outgoing_detail"
    return reverse(name, args=[outgoing.pk, act] if act else [outgoing.pk])


def edit_of(outgoing) -> str:
    return reverse("documents:outgoing_edit", args=[outgoing.pk])


def typed(town, **changes):
    return {
        "unit": town.division.pk, "type": "bao-cao", "urgency": "0", "subject": "Báo cáo thử",
        "body": "Nội dung báo cáo.", "signer": town.leader.pk, "authority": "",
        "signer_position": "Giám đốc", "manner": "electronic", "form_token": "t" * 32, **changes,
    }  # fmt: skip


def test_a_drafter_writes_and_sees_what_he_wrote(client, province, town, registry):
    with tenant_scope(province):
        to = other_registry(town).pk
    client.sign_in(town.officer)
    assert client.get(BEGIN).status_code == 200
    answer = client.post(BEGIN, typed(town, action=to, addressees="UBND tỉnh"), follow=True)
    assert answer.status_code == 200
    assert "Báo cáo thử" in answer.text
    with tenant_scope(province):
        made = Outgoing.objects.get()
        content = made.drafts.get().content
        assert content["body"] == "Nội dung báo cáo."
        assert (made.unit, made.drafter, made.registry) == (town.division, town.officer, registry)
        assert made.dispatches.get().registry_id == to
    assert client.post(BEGIN, typed(town), follow=True).redirect_chain[-1][0] == page_of(made)
    with tenant_scope(province):
        assert Outgoing.objects.count() == 1  # a second click
    paper = client.get(reverse("documents:outgoing_paper", args=[made.pk]))
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content[:5] == b"%PDF-"


def test_what_the_register_asks_of_it_is_typed_and_reaches_the_receiver(
    client, province, town, registry
):
    asked = timezone.localdate() + dt.timedelta(days=9)
    client.sign_in(town.officer)
    wish = {"answer_by": f"{asked:%d/%m/%Y}", "note": "Gửi kèm đĩa", "copies": "3"}
    late = {**wish, "answer_by": "02/01/2020"}
    assert client.post(BEGIN, typed(town, **late)).status_code == 422
    client.post(BEGIN, typed(town, **wish))
    with tenant_scope(province):
        made = Outgoing.objects.get()
        assert (made.answer_by, made.note, made.copies) == (asked, "Gửi kèm đĩa", 3)
        assert made.language == "Tiếng Việt"
        more = {"answer_by": asked, "note": made.note, "language": "Tiếng Anh"}
        issued = brought_to(Stage.ISSUED, town, **more)
        line = Incoming.objects.get()
        assert (line.answer_by, line.note, line.language) == (asked, "Gửi kèm đĩa", "Tiếng Anh")
        assert (issued.pages, line.pages) == (1, 1)
    assert f'value="{asked:%d/%m/%Y}"' in client.get(edit_of(made)).text
    page = client.get(page_of(issued)).text
    assert all(words in page for words in (f"{asked:%d/%m/%Y}", "Tiếng Anh", "Gửi kèm đĩa"))


def test_the_form_takes_paper_or_not_from_the_type(client, province, town, registry):
    client.sign_in(town.officer)
    assert "Tờ trình; " not in client.get(BEGIN).text
    with tenant_scope(province):
        change_rules(
            "documents", valid_from=timezone.localdate(), actor=town.superuser, source="QĐ 1",
            values={"paper_types": ["to-trinh"]},
        )  # fmt: skip
    assert "Tờ trình; " in client.get(BEGIN).text  # the types that go on paper are named
    for token, kind in (("a", "to-trinh"), ("b", "bao-cao")):
        sent = typed(town, type=kind, manner="-", form_token=token * 32)
        assert client.post(BEGIN, sent).status_code == 302
    with tenant_scope(province):
        made = list(Outgoing.objects.order_by("pk").values_list("manner", flat=True))
        assert made == [Manner.PAPER, Manner.ELECTRONIC]


def test_annexes_in_the_text_come_back_as_they_were_typed(client, province, town, registry):
    client.sign_in(town.officer)
    text = "Điều 1. Ban hành.\n\nPhụ lục\nDANH MỤC\nMột\nHai"
    client.post(BEGIN, typed(town, body=text))
    with tenant_scope(province):
        made = Outgoing.objects.get()
        (annex,) = made.drafts.get().content["appendices"]
        assert (annex["title"], annex["text"]) == ("DANH MỤC", "Một\nHai")
    assert f">\n{text}</textarea>" in client.get(edit_of(made)).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"body": " "},
        {"type": "khong-co"},
        {"signer": "999999"},
        {"unit": "999999"},
        {"action": "999999"},
        {"manner": "both"},
        {"signer_position": ""},
    ],
)
def test_bad_input_is_told_and_what_was_typed_stays(client, province, town, registry, wrong):
    client.sign_in(town.officer)
    sent = {**typed(town, recipients="Sở Nội vụ", annexes=_pdf("phu-luc.pdf")), **wrong}
    answer = client.post(BEGIN, sent)
    assert answer.status_code == 422
    assert "Sở Nội vụ</textarea>" in answer.text
    assert re.search(r'name="annexes-\w+" value="[^"]+" checked', answer.text)
    with tenant_scope(province):
        assert not Outgoing.objects.exists()


def _pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, corpus.pdf())


def test_what_the_service_refuses_comes_back_too(client, province, town, registry):
    """The head signs nothing in his own right; the form offers him only by order."""
    client.sign_in(town.officer)
    answer = client.post(BEGIN, typed(town, signer=town.head.pk, authority=""))
    assert answer.status_code == 422
    assert "Nội dung báo cáo." in answer.text
    ordered = client.post(BEGIN, typed(town, signer=town.head.pk, authority="-"))
    assert ordered.status_code == 302
    with tenant_scope(province):
        assert Outgoing.objects.get().authority == "TL"


def test_only_text_or_word_or_pdf_is_taken(client, province, town, registry):
    client.sign_in(town.officer)
    picture = SimpleUploadedFile("anh.png", PNG)
    assert client.post(BEGIN, typed(town, body="", upload=picture)).status_code == 422
    answer = client.post(BEGIN, typed(town, body="", upload=_pdf("bc.pdf")), follow=True)
    assert "bc.pdf" in answer.text
    with tenant_scope(province):
        assert Outgoing.objects.get().drafts.get().uploaded.name == "bc.pdf"


def test_nobody_overwrites_a_version_that_he_has_not_read(client, province, town):
    with tenant_scope(province):
        outgoing = begun(town)
        text = Content(body="Bản khác")
        drafting.revise(outgoing.pk, heading(town), text, actor=town.officer, version=1)
    client.sign_in(town.officer)
    stale = typed(town, body="Bản của tôi", version=1)
    answer = client.post(edit_of(outgoing), stale)
    assert answer.status_code == 422
    assert "Bản của tôi</textarea>" in answer.text
    assert reverse("documents:outgoing_version", args=[outgoing.pk, 2]) in answer.text
    read = re.search(r'name="version" value="(\d+)"', answer.text)
    assert client.post(edit_of(outgoing), {**stale, "version": read[1]}).status_code == 302
    with tenant_scope(province):
        bodies = outgoing.drafts.order_by("version").values_list("content__body", flat=True)
        assert list(bodies)[1:] == ["Bản khác", "Bản của tôi"]


def test_a_file_and_annexes_stay_until_somebody_unticks_them(client, province, town, registry):
    client.sign_in(town.officer)
    client.post(BEGIN, typed(town, body="", upload=_pdf("bc.pdf"), annexes=_pdf("pl.pdf")))
    with tenant_scope(province):
        made = Outgoing.objects.get()
        annex = made.annexes.get().pk
    kept = typed(town, body="", version=1, keeps_upload="on", kept_annexes=annex)
    assert client.post(edit_of(made), kept).status_code == 302
    with tenant_scope(province):
        assert made.drafts.get(version=2).uploaded.name == "bc.pdf"
        assert made.annexes.count() == 1
    assert client.post(edit_of(made), typed(town, version=2)).status_code == 302
    with tenant_scope(province):
        assert made.drafts.get(version=3).uploaded is None
        assert made.annexes.get().until_version == 2


def test_from_the_drafter_to_the_receivers_by_the_buttons_of_the_page(client, province, town):
    with tenant_scope(province):
        outgoing = begun(town)

    def act(person, slug, **sent) -> None:
        client.sign_in(person)
        assert outgoing.subject in client.get(f"{LIST}?xem={LISTS[slug]}").text, slug
        answer = client.post(page_of(outgoing, slug), sent)
        assert answer.status_code == 302, (slug, answer.status_code)
        assert outgoing.subject not in client.get(f"{LIST}?xem=viec").text

    act(town.officer, "trinh", version=1, words="Kính trình")
    act(town.head, "duyet", version=1)
    act(town.records_clerk, "the-thuc", version=1)
    with tenant_scope(province):
        edition = outgoing.editions.get()
        assert edition.stored.content_type == "application/pdf"
        sign(outgoing.pk, town.leader)
    act(town.records_clerk, "cap-so")
    with tenant_scope(province):
        seal(outgoing.pk, town.records_clerk)
    act(town.records_clerk, "phat-hanh")
    client.sign_in(town.officer)
    shown = client.get(page_of(outgoing)).text
    assert "Kính trình" in shown
    assert f"01/BC-{registry_symbol(province, outgoing)}" in shown
    assert "Đã đến" in shown.split('id="receivers"')[1]  # the receiver's register, live


LISTS = {
    "trinh": "viec", "duyet": "viec", "the-thuc": "van-thu", "cap-so": "van-thu",
    "phat-hanh": "van-thu",
}  # fmt: skip


def registry_symbol(province, outgoing) -> str:
    with tenant_scope(province):
        return outgoing.registry.symbol


OFFERED = {
    Stage.DRAFT: {"officer": {"trinh", "xin-y-kien", "bo"}, "head": {"giao"}, "leader": {"giao"}},
    Stage.CONTENT: {
        "officer": {"xin-y-kien"}, "head": {"duyet", "tra-lai", "giao"},
        "leader": {"duyet", "tra-lai", "giao"},
    },
    Stage.FORM: {
        "records_clerk": {"the-thuc", "tra-lai", "noi-nhan"}, "head": {"giao"}, "officer": set(),
    },
    Stage.SIGNING: {
        "leader": {"tra-lai", "giao"}, "records_clerk": {"tra-lai", "noi-nhan"}, "officer": set(),
    },
    Stage.SIGNED: {"records_clerk": {"cap-so", "tra-lai", "noi-nhan"}, "leader": set()},
    Stage.NUMBERED: {"records_clerk": {"huy-so", "noi-nhan"}, "leader": set()},
    Stage.SEALED: {"records_clerk": {"phat-hanh", "huy-so", "noi-nhan"}, "officer": set()},
    Stage.ISSUED: {
        "records_clerk": {"cap-nhat", "them-noi-nhan", "thu-hoi"}, "officer": set(),
        "head": set(),
    },
}  # fmt: skip


def test_the_page_offers_only_what_the_person_may_do(client, province, town):
    with tenant_scope(province):
        at = {stage: brought_to(stage, town) for stage in OFFERED}
    for stage, people in OFFERED.items():
        for name, slugs in people.items():
            client.sign_in(getattr(town, name))
            shown = client.get(page_of(at[stage])).text
            found = set(re.findall(r'action="/van-ban-di/\d+/([a-z-]+)/"', shown))
            assert found == slugs, (stage, name)
            for slug in {"duyet", "cap-so", "thu-hoi"} - slugs:
                assert client.post(page_of(at[stage], slug), {}).status_code == 409


def test_sent_back_and_written_anew_its_old_paper_is_shown_no_more(client, province, town):
    def shown():
        answer = client.get(reverse("documents:outgoing_paper", args=[outgoing.pk]))
        return b"".join(answer) if answer.streaming else answer.content

    with tenant_scope(province):
        outgoing = brought_to(Stage.SIGNING, town)
    client.sign_in(town.officer)
    assert shown() == blank_paper()
    with tenant_scope(province):
        approving.send_back(outgoing.pk, actor=town.leader, reason="Sai")
    assert shown() != blank_paper()
    with tenant_scope(province):
        text = Content(body="Bản mới")
        drafting.revise(
            outgoing.pk, heading(town), text, actor=town.officer, version=1,
            receivers=[To(registry_id=other_registry(town).pk)],
        )  # fmt: skip
        drafting.hand_in(outgoing.pk, actor=town.officer, version=2)
    assert shown() != blank_paper()
    with tenant_scope(province):
        approving.approve_content(outgoing.pk, actor=town.head, version=2)
        paper = stored(town.records_clerk)
        approving.pass_form(outgoing.pk, actor=town.records_clerk, version=2, paper_id=paper)
    assert shown() == blank_paper()


def test_the_clerk_changes_the_receivers_on_the_page(client, province, town, registry):
    with tenant_scope(province):
        outgoing = brought_to(Stage.SEALED, town)
        old = other_registry(town)
        heir = registry_of(unit=town.other_agency, code="H99.9", name="Sở Kế thừa")
        ticked = rf'name="action" value="{old.pk}"[^>]* checked'
    client.sign_in(town.records_clerk)
    assert re.search(ticked, client.get(page_of(outgoing)).text)
    assert client.post(page_of(outgoing, "noi-nhan"), {}).status_code == 422
    sent = {"action": heir.pk, "inform": old.pk}
    assert client.post(page_of(outgoing, "noi-nhan"), sent).status_code == 302
    with tenant_scope(province):
        rows = outgoing.dispatches.order_by("order").values_list("registry_id", "is_for_action")
        assert list(rows) == [(heir.pk, True), (old.pk, False)]


def test_a_unit_is_asked_and_answers(client, province, town):
    with tenant_scope(province):
        outgoing = begun(town)
        colleague = make_person("official", town.second_division)
    client.sign_in(colleague)
    assert client.get(page_of(outgoing)).status_code == 404
    client.sign_in(town.officer)
    asked = {"units": town.second_division.pk, "due_on": "31/12/2099"}
    assert client.post(page_of(outgoing, "xin-y-kien"), asked).status_code == 302
    client.sign_in(colleague)
    assert outgoing.subject in client.get(LIST).text
    with tenant_scope(province):
        question = Consultation.objects.get().pk
    said = {"consultation": question, "agrees": "no", "words": ""}
    answer = client.post(page_of(outgoing, "gop-y"), said)
    assert answer.status_code == 422  # who objects says why
    said["words"] = "Thiếu căn cứ"
    assert client.post(page_of(outgoing, "gop-y"), said).status_code == 302
    client.sign_in(town.officer)
    assert "Thiếu căn cứ" in client.get(page_of(outgoing)).text


def test_who_sends_it_back_and_sees_it_no_more_is_led_to_the_lists(client, province, town):
    with tenant_scope(province):
        outgoing = brought_to(Stage.FORM, town)
    client.sign_in(town.records_clerk)
    empty = client.post(page_of(outgoing, "tra-lai"), {"reason": ""})
    assert empty.status_code == 422
    answer = client.post(page_of(outgoing, "tra-lai"), {"reason": "Sai thể thức"}, follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    with tenant_scope(province):
        assert outgoing.voices.get().voice == Voice.CHECKER


def test_a_stale_page_is_told_that_it_was_done_and_changes_nothing(client, province, town):
    with tenant_scope(province):
        outgoing = brought_to(Stage.CONTENT, town)
    client.sign_in(town.head)
    assert client.post(page_of(outgoing, "duyet"), {"version": 2}).status_code == 422
    assert client.post(page_of(outgoing, "duyet"), {"version": 1}).status_code == 302
    assert client.post(page_of(outgoing, "duyet"), {"version": 1}).status_code == 409
