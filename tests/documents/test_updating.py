"""The sender mends what stands in the registers of a document that he issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import AuditEntry, OutboxEvent
from common.errors import DomainError
from common.urgency import Urgency
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Assignment, Incoming
from documents.queries.detail import IncomingPage
from documents.services import arrivals, drafting, issuing, updating
from documents.states import Relation, Status
from exchange.edxml.incoming import take
from exchange.edxml.messages import Business, Kind, Organ, Trace
from notifications.models import Notification
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, registry_of
from tests.documents.drafts import CONTENT, begun, brought_to, heading, other_registry
from tests.documents.test_arrivals import issued
from tests.exchange.edxml.samples import message


def amended(outgoing, actor, **changes):
    wish = {"subject": "Trích yếu đã sửa", "urgency": Urgency.URGENT, "reason": "Gõ sai", **changes}
    return updating.amend(outgoing.pk, actor=actor, **wish)


def test_each_receiver_has_it_as_it_is_now_and_the_old_words_are_kept(client, province, town):
    with tenant_scope(province):
        post = issued(town)
        old = post.incoming.subject
        post.register()
        post.direct()
        amended(post.outgoing, town.records_clerk)
        line = Incoming.objects.get()
        assert (line.subject, line.urgency) == ("Trích yếu đã sửa", Urgency.URGENT)
        assert line.status == Status.ASSIGNED
        assert set(Assignment.objects.open().values_list("urgency", flat=True)) == {Urgency.URGENT}
        entry = AuditEntry.objects.get(action="document.updated")
        assert (entry.data["old"]["subject"], entry.data["reason"]) == (old, "Gõ sai")
        for event in OutboxEvent.objects.filter(action="document.updated"):
            for handler in 2 * handlers_of(event.action):
                handler(event)
        for person in (post.clerk, town.outsider):
            told = Notification.objects.filter(user=person, text__contains="Trích yếu đã sửa")
            assert told.count() == 1
    page = client.sign_in(town.outsider).get(f"/van-ban-den/{line.pk}/").text
    assert f"{old} → Trích yếu đã sửa" in page
    page = client.sign_in(town.records_clerk).get(f"/van-ban-di/{post.outgoing.pk}/").text
    assert f"{old} → Trích yếu đã sửa" in page
    assert line.arrival_words in page  # 03 and on: number and day of arrival there


def test_who_works_on_what_is_replaced_is_told_and_reads_by_what(client, province, town):
    """He does not see the new one: the number tells him that his is dead."""
    with tenant_scope(province):
        post = issued(town)
        post.register()
        post.direct()
        new = brought_to(Stage.ISSUED, town, replaces_id=post.outgoing.pk)
        old, came = Incoming.objects.order_by("pk")
        for event in OutboxEvent.objects.filter(action="document.arrived").order_by("pk"):
            for handler in 2 * handlers_of(event.action):
                handler(event)
        [told] = Notification.objects.filter(user=town.outsider)
        assert (new.reference in told.text, told.url) == (True, f"/van-ban-den/{old.pk}/")
    page = client.sign_in(town.outsider).get(f"/van-ban-den/{old.pk}/").text
    assert new.reference in page
    assert f"/van-ban-den/{came.pk}/" not in page
    page = client.sign_in(post.clerk).get(f"/van-ban-den/{old.pk}/").text
    assert f'href="/van-ban-den/{came.pk}/"' in page


@pytest.mark.parametrize("gone", [Status.REFUSED, Status.RECALLED])
def test_what_was_refused_or_taken_back_puts_nothing_in_the_place_of_another(scope, town, gone):
    post = issued(town)
    post.register()
    brought_to(Stage.ISSUED, town, replaces_id=post.outgoing.pk)
    old, new = Incoming.objects.order_by("pk")
    assert IncomingPage(old, post.clerk).related == [new]
    if gone == Status.REFUSED:
        arrivals.refuse(new.pk, actor=post.clerk, reason="Sai nơi nhận")
    else:
        issuing.recall(new.dispatches.get().outgoing_id, actor=town.records_clerk, reason="Nhầm")
    assert IncomingPage(old, post.clerk).related == []
    new.refresh_from_db()
    assert IncomingPage(new, post.clerk).related == [old]


def test_who_does_not_get_the_new_one_is_asked_for_the_old_one(client, province, town):
    with tenant_scope(province):
        post = issued(town)
        post.register()
        post.direct()
        committee = registry_of(town, code="H32", name="UBND tỉnh", symbol="UBND")
        others = [To(registry_id=committee.pk)]
        new = brought_to(Stage.ISSUED, town, replaces_id=post.outgoing.pk, receivers=others)
        [event] = OutboxEvent.objects.filter(action="document.recall_asked")
        for handler in 2 * handlers_of(event.action):
            handler(event)
        told = Notification.objects.filter(url=f"/van-ban-den/{post.incoming.pk}/")
        assert {each.user for each in told} == {post.clerk, town.outsider}
        assert told.count() == 2
        old = post.incoming
        assert (old.is_recall_open, new.reference in old.recall_reason) == (True, True)
    page = client.sign_in(town.outsider).get(f"/van-ban-den/{old.pk}/").text
    assert f"{new.reference}. " in page


def test_what_is_gone_stays_as_it_was_and_no_change_is_none(scope, town):
    post = issued(town)
    clerk, subject = town.records_clerk, post.outgoing.subject
    arrivals.refuse(post.incoming.pk, actor=post.clerk, reason="Sai nơi nhận")
    for wrong in (
        {"reason": " "}, {"subject": "  "}, {"subject": f" {subject} ", "urgency": Urgency.NORMAL},
    ):  # fmt: skip
        with pytest.raises(DomainError):
            amended(post.outgoing, clerk, **wrong)
    with pytest.raises(RefusedError):
        amended(post.outgoing, town.officer)
    amended(post.outgoing, clerk)
    assert Incoming.objects.get().subject == subject
    issuing.recall(post.outgoing.pk, actor=clerk, reason="Nhầm")
    with pytest.raises(DomainError):
        amended(post.outgoing, clerk, subject="Lần nữa")
    with pytest.raises(DomainError):
        amended(brought_to(Stage.SEALED, town), clerk)


def test_a_clerk_completes_and_corrects_a_line_of_his_register(client, province, town):
    with tenant_scope(province):
        incoming = entered(town, issuer="UBND tỉn Khánh Hòa", type="", urgency=Urgency.NORMAL)
        directed(town, incoming=incoming)
    clerk = client.sign_in(town.records_clerk)
    url = f"/van-ban-den/{incoming.pk}/sua-so/"
    sent = {
        "issuer": "UBND tỉnh Khánh Hòa", "subject": incoming.subject, "type": "chi-thi",
        "reference": incoming.reference, "issued_on": "01/03/2026", "urgency": Urgency.URGENT,
        "signer_position": incoming.signer_position, "signer_name": incoming.signer_name,
    }  # fmt: skip
    assert clerk.post(url, {**sent, "reason": " "}).status_code == 422
    assert clerk.post(url, {**sent, "issued_on": "01/01/2099", "reason": "x"}).status_code == 422
    assert clerk.post(url, {**sent, "reason": "Gõ nhầm"}).status_code == 302
    with tenant_scope(province):
        line = Incoming.objects.get()
        assert (line.issuer, line.type, line.number) == ("UBND tỉnh Khánh Hòa", "chi-thi", 1)
        assert "ubnd tinh khanh hoa" in line.search_text
        assert Assignment.objects.open().get().urgency == Urgency.URGENT
    page = clerk.get(f"/van-ban-den/{line.pk}/").text
    assert "UBND tỉn Khánh Hòa → UBND tỉnh Khánh Hòa" in page
    assert "Gõ nhầm" in page
    assert clerk.post(url, {**sent, "reason": "Gõ nhầm"}).status_code == 422  # nothing is changed
    assert client.sign_in(town.officer).post(url, sent).status_code == 409  # not his act


def test_what_came_electronically_keeps_what_its_sender_knows_it_by(scope, town):
    post = issued(town)
    with pytest.raises(DomainError):  # not in the register yet
        updating.correct(post.incoming.pk, actor=post.clerk, wanted={"note": "x"}, reason="x")
    post.register()
    wanted = {"reference": "99/BC-X", "note": "Kèm đĩa CD"}
    line = updating.correct(post.incoming.pk, actor=post.clerk, wanted=wanted, reason="Bổ sung")
    assert (line.reference, line.note) == (post.outgoing.reference, "Kèm đĩa CD")
    with pytest.raises(RefusedError):
        updating.correct(line.pk, actor=town.records_clerk, wanted=wanted, reason="x")


def test_a_correction_stands_on_both_sides_and_who_works_on_it_is_told(client, province, town):
    with tenant_scope(province):
        post = issued(town)
        post.register()
        post.direct()
        old = post.outgoing
        wish = {"relation": Relation.CORRECTS, "refers_to_id": old.pk}
        new = brought_to(Stage.ISSUED, town, type="cong-van", subject="Đính chính", **wish)
        line = Incoming.objects.get(refers_to=post.incoming)
        assert (line.relation, line.reference) == (Relation.CORRECTS, new.reference)
        old.refresh_from_db()
        assert old.stage == Stage.ISSUED  # it stands
        for event in OutboxEvent.objects.filter(action="document.arrived"):
            for handler in handlers_of(event.action):
                handler(event)
        told = Notification.objects.filter(user=town.outsider, text__contains=new.reference)
        assert told.count() == 1
        with pytest.raises(DomainError, match="dẫn chiếu"):
            brought_to(Stage.DRAFT, town, **{**wish, "refers_to_id": begun(town).pk})
        came = post.incoming.pk
    page = client.sign_in(town.outsider).get(f"/van-ban-den/{came}/").text
    assert f"Bên gửi đã đính chính văn bản này bằng: {new.type_name} {new.reference}" in page
    client.sign_in(town.records_clerk)
    for shown, named in ((old, new), (new, old)):
        page = client.get(f"/van-ban-di/{shown.pk}/").text
        assert f'/van-ban-di/{named.pk}/">{named.reference}</a>' in page
    client.sign_in(town.officer)
    form = client.get(f"/van-ban-di/soan/?dinh-chinh={old.pk}").context["form"]
    assert form.initial["subject"] == f"Đính chính {old.type_name} {old.reference}"
    assert (form.initial["type"], form.page.refers_to) == ("cong-van", old)


def test_a_draft_may_be_written_on_though_what_it_corrects_is_gone_but_gets_no_number(scope, town):
    old = issued(town).outgoing
    wish = {"relation": Relation.CORRECTS, "refers_to_id": old.pk, "type": "cong-van"}
    draft = brought_to(Stage.DRAFT, town, **wish)
    signed = brought_to(Stage.SIGNED, town, **wish)
    issuing.recall(old.pk, actor=town.records_clerk, reason="Nhầm")
    to = [To(registry_id=other_registry(town).pk)]
    revised = drafting.revise(
        draft.pk, heading(town, **wish), CONTENT, actor=town.officer, version=1, receivers=to
    )
    assert (revised.version, revised.refers_to_id) == (2, old.pk)
    with pytest.raises(DomainError):  # a link that is new
        brought_to(Stage.DRAFT, town, **wish)
    with pytest.raises(DomainError, match="it refers to is"):
        issuing.number(signed.pk, actor=town.records_clerk)


def test_what_a_clerk_corrected_stays_when_the_sender_changes_something_else(scope, town):
    post = issued(town)
    post.register()
    wanted = {"subject": "Trích yếu của văn thư", "note": "Kèm đĩa CD"}
    updating.correct(post.incoming.pk, actor=post.clerk, wanted=wanted, reason="Bổ sung")
    amended(post.outgoing, town.records_clerk, subject=post.outgoing.subject)
    line = Incoming.objects.get()
    assert (line.subject, line.note) == (wanted["subject"], wanted["note"])
    assert line.urgency == Urgency.URGENT
    amended(post.outgoing, town.records_clerk)
    line.refresh_from_db()
    assert (line.subject, line.note) == ("Trích yếu đã sửa", wanted["note"])


def test_so_it_does_of_a_sender_outside_who_says_again_what_was_corrected(scope, town):
    first = message(receivers=(Organ(registry_of(town).code, "Sở"),))
    line = take(first).taken[0].incoming
    arrivals.register(line.pk, actor=town.records_clerk)
    updating.correct(
        line.pk, actor=town.records_clerk, wanted={"subject": "Đã sửa", "type": "bao-cao"},
        reason="Sai",
    )  # fmt: skip
    deed = Business(Kind.UPDATE, "Sai", first.document_id, changes_document=True)
    for hours, subject, seen in ((1, first.subject, "Đã sửa"), (2, "Lời khác", "Lời khác")):
        at = Trace("G22", timezone.now() + dt.timedelta(hours=hours))
        take(replace(first, subject=subject, business=deed, traces=(at,), attachments=()))
        line.refresh_from_db()
        assert (line.subject, line.type) == (seen, "bao-cao")
