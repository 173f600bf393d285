"""The sender mends what stands in the registers of a document that he issued."""

from __future__ import annotations

import pytest

from audit.bus import handlers_of
from audit.models import AuditEntry, OutboxEvent
from common.errors import DomainError
from documents.issuing import Stage
from documents.models import Assignment, Incoming
from documents.services import arrivals, issuing, updating
from documents.states import Status, Urgency
from notifications.models import Notification
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.drafts import brought_to
from tests.documents.test_arrivals import issued


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
