"""Receivers of an issued document: who was forgotten gets it, who has it by mistake returns it."""

from __future__ import annotations

import pytest

from common.errors import AlreadyDone, DomainError
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Incoming, Outgoing
from documents.services import arrivals, issuing, rerouting
from documents.states import Status
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to, other_registry
from tests.people import make_person

OUTSIDE = To(organ_code="G22", organ_name="Văn phòng Chính phủ")


def third(town):
    return registry_of(unit=town.other_agency, code="H32.90", name="Sở Y tế", symbol="SYT")


def changed(outgoing, town, added=(), removed=(), **how):
    told = {"actor": town.records_clerk, "reason": "Gửi sót", **how}
    return rerouting.change_receivers(outgoing.pk, added=added, removed=removed, **told)


def of(outgoing, registry=None):
    return outgoing.dispatches.get(registry=registry).pk


def test_who_is_added_has_it_and_who_is_removed_is_asked_for_it(scope, town):
    outgoing = brought_to(Stage.ISSUED, town)
    added = [To(registry_id=third(town).pk), OUTSIDE]
    changed(outgoing, town, added, [of(outgoing, other_registry(town))])
    lines = {each.registry: each for each in Incoming.objects.select_related("registry")}
    new, old = lines[third(town)], lines[other_registry(town)]
    assert (new.status, new.reference, new.files.count()) == (
        Status.ARRIVED, outgoing.reference, 1,
    )  # fmt: skip
    assert new.content_digest == old.content_digest
    assert (old.status, old.recall_reason) == (Status.RECALLED, "Gửi sót")
    assert [each.order for each in outgoing.dispatches.order_by("order")] == [1, 2, 3]
    # a recall of it all later asks nobody who gave it back already
    issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Hết hiệu lực")
    old.refresh_from_db()
    assert old.recall_reason == "Gửi sót"


def test_who_keeps_it_is_asked_again_when_it_is_recalled(scope, town):
    outgoing = brought_to(Stage.ISSUED, town, receivers=[
        To(registry_id=other_registry(town).pk), OUTSIDE])  # fmt: skip
    line = Incoming.objects.get()
    clerk = make_person("clerk", town.other_agency)
    arrivals.register(line.pk, actor=clerk)
    changed(outgoing, town, removed=[of(outgoing, other_registry(town))])
    arrivals.refuse_recall(line.pk, actor=clerk, reason="Đã xử lý")
    line.refresh_from_db()
    assert not line.is_recall_open
    issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Hết hiệu lực")
    line.refresh_from_db()
    assert (line.is_recall_open, line.recall_reason) == (True, "Hết hiệu lực")


def test_what_cannot_be_changed_is_a_sentence_and_changes_nothing(scope, town):
    other = other_registry(town)
    outgoing = brought_to(Stage.ISSUED, town, receivers=[To(registry_id=other.pk), OUTSIDE])
    both = [of(outgoing, other), of(outgoing)]
    own = [To(registry_id=outgoing.registry_id)]
    spelled = [To(organ_code="000.00.00.G22", organ_name="VPCP")]
    for wrong, words in (
        ({"reason": " "}, "Say why"), ({}, "Choose who"), ({"removed": both}, "Recall it"),
        ({"added": [To(registry_id=other.pk)]}, "already"), ({"added": spelled}, "already"),
        ({"added": own}, "issues it"), ({"added": [To(organ_name="Công ty A")]}, "on paper"),
        ({"added": [To(registry_id=third(town).pk)], "removed": [0]}, "already"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=words):
            changed(outgoing, town, **wrong)
    for person in (town.officer, town.leader, town.outsider):
        with pytest.raises(RefusedError):
            changed(outgoing, town, [To(registry_id=third(town).pk)], actor=person)
    assert outgoing.dispatches.count() == Incoming.objects.count() + 1 == 2
    changed(outgoing, town, removed=both[:1])
    with pytest.raises(AlreadyDone):
        changed(outgoing, town, removed=both[:1])
    with pytest.raises(DomainError):
        changed(brought_to(Stage.SEALED, town), town, [OUTSIDE])


def test_the_clerk_does_it_on_the_page_and_the_story_says_it(client, province, town):
    with tenant_scope(province):
        outgoing = brought_to(Stage.ISSUED, town)
        other, body = of(outgoing, other_registry(town)), third(town)
    page = f"/van-ban-di/{outgoing.pk}/"
    client.sign_in(town.records_clerk)
    sent = {"action": [body.pk], "removed": [other], "outside": "", "reason": "Gửi nhầm"}
    answer = client.post(f"{page}them-noi-nhan/", {**sent, "reason": ""})
    assert answer.status_code == 422
    assert f'value="{body.pk}" aria-label="Sở Y tế: Để thực hiện" checked' in answer.text
    assert client.post(f"{page}them-noi-nhan/", sent).status_code == 302
    text = client.get(page).text
    assert "Thêm nơi nhận: Sở Y tế; bớt nơi nhận:" in text
    assert "Gửi nhầm" in text
    with tenant_scope(province):
        assert Outgoing.objects.get().stage == Stage.ISSUED
