"""Who is told of an outgoing document, step by step."""

from __future__ import annotations

import pytest

from audit.bus import handlers_of
from audit.models import OutboxEvent
from documents.issuing import Stage
from documents.services import approving, issuing
from documents.wiring import held_by
from notifications.models import Kind, Notification
from tests.documents.drafts import begun, brought_to
from tests.people import make_person


def told(person, outgoing) -> list[tuple[str, str]]:
    """Deliver all news of it twice, as may happen; what the person was told in all."""
    events = OutboxEvent.objects.filter(
        subject_type="documents.outgoing", subject_id=str(outgoing.pk)
    )
    for _again in range(2):
        for event in events.order_by("pk"):
            for handler in handlers_of(event.action):
                handler(event)
    found = Notification.objects.filter(user=person, subject_type="documents.outgoing")
    return [(each.kind, each.text.split(":")[0]) for each in found.order_by("pk")]


@pytest.mark.parametrize(
    ("stage", "who", "words"),
    [
        (Stage.CONTENT, "head", "Chờ duyệt nội dung"),
        (Stage.FORM, "records_clerk", "Chờ kiểm tra thể thức"),
        (Stage.SIGNING, "leader", "Chờ ký"),
        (Stage.SIGNED, "records_clerk", "Đã ký, chờ cấp số"),
    ],
)
def test_who_has_it_next_is_told_and_nobody_of_what_is_over(scope, town, stage, who, words):
    outgoing = brought_to(stage, town)
    assert told(getattr(town, who), outgoing) == [(Kind.TO_DO, words)]
    assert told(town.outsider, outgoing) == []


def test_the_drafter_hears_how_it_went_on(scope, town):
    outgoing = brought_to(Stage.FORM, town)
    approving.send_back(outgoing.pk, actor=town.records_clerk, reason="Sai thể thức")
    assert told(town.officer, outgoing) == [(Kind.TO_DO, "Dự thảo bị trả lại")]
    issued = brought_to(Stage.ISSUED, town)
    issuing.recall(issued.pk, actor=town.records_clerk, reason="Sai thẩm quyền")
    assert [words for _kind, words in told(town.officer, issued)][1:] == [
        "Đã phát hành", "Đã thu hồi",
    ]  # fmt: skip


def test_asked_units_are_told_by_who_directs_them_else_by_all(scope, town):
    outgoing = begun(town)
    colleague = make_person("official", town.second_division)
    asked = [town.second_division.pk]
    approving.ask(outgoing.pk, actor=town.officer, unit_ids=asked)
    assert told(colleague, outgoing) == [(Kind.TO_DO, "Xin ý kiến góp ý dự thảo")]
    assert told(town.head, outgoing) == []


def test_a_leaver_has_his_drafts_in_hand(scope, town):
    begun(town)
    brought_to(Stage.CONTENT, town)
    assert [row.count for row in held_by(town.officer)] == [0, 1]
