"""What waits on a document ends when the one that replaces it is in the register."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from common.errors import DomainError
from documents import sources
from documents.drafting import To
from documents.forms.acts import DirectForm
from documents.issuing import Stage
from documents.models import Assignment, Incoming, Submission
from documents.queries.detail import IncomingPage
from documents.queries.submissions import of_incoming
from documents.services import arrivals, directing, issuing
from documents.services.directing import Receiver
from documents.services.reminders import remind_due
from documents.states import Ending, Part, Status, Wish
from exchange.edxml.incoming import take
from exchange.edxml.messages import Business, Kind, Organ, Replacement
from exchange.models import BusMessage
from notifications.models import Notification
from tenancy.scope import tenant_scope
from tests.documents.committee import committee_of, drafted, issued
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to
from tests.documents.test_arrivals import issued as post_of
from tests.exchange.edxml.samples import message
from tests.people import make_person

MONDAY = dt.datetime(2027, 3, 1, 2, tzinfo=dt.UTC)


def hear(action):
    """Deliver the news twice, as may happen."""
    for event in OutboxEvent.objects.filter(action=action).order_by("pk"):
        for handler in 2 * handlers_of(event.action):
            handler(event)


def test_the_work_ends_with_the_number_of_the_new_one_and_is_proposed_for_it(
    client, province, town
):
    with tenant_scope(province):
        post = post_of(town)
        agency, due_on = town.other_agency, timezone.localdate() + dt.timedelta(days=9)
        post.register()
        helper, follower = (make_person("official", agency) for _each in range(2))
        wish = [Receiver(Part.LEAD, agency.pk, town.outsider.pk),
                Receiver(Part.COOPERATE, agency.pk, helper.pk)]  # fmt: skip
        directing.direct(
            post.incoming.pk, actor=post.leader, opinion="Xử lý", receivers=wish, due_on=due_on,
            follower_id=follower.pk,
        )  # fmt: skip
        new = brought_to(Stage.ISSUED, town, replaces_id=post.outgoing.pk)
        old, came = Incoming.objects.order_by("pk")
        assert Assignment.objects.open().filter(incoming=old).count() == 2  # it may be refused yet
        arrivals.register(came.pk, actor=post.clerk)
        old.refresh_from_db()
        assert (old.status, new.reference in old.closing_words) == (Status.DONE, True)
        assert {each.ending for each in old.assignments.all()} == {Ending.ENDED}
        assert remind_due(MONDAY) == 1  # the new one lies with nobody; nobody is late with the old
        hear("document.replaced")
        told = Notification.objects.filter(text__startswith="Đã có văn bản thay thế")
        assert {each.user for each in told} == {town.outsider, helper, follower}
        assert told.count() == 3
        came.refresh_from_db()
        form = DirectForm(page=IncomingPage(came, post.leader))
        ticked = {line["label"]: line["ticked"] for line in form.lines()}
        assert ticked[town.outsider.full_name] == {Part.LEAD}
        assert ticked[helper.full_name] == {Part.COOPERATE}
        assert (form["due_on"].initial, form["follower"].initial) == (due_on, follower.pk)
        wish = [Receiver(Part.LEAD, agency.pk, helper.pk)]
        with pytest.raises(DomainError, match=came.arrival_words):
            directing.direct(old.pk, actor=post.leader, opinion="Làm tiếp", receivers=wish)
        assert sources.incoming_facts(post.leader, old.pk) is None
        old.refresh_from_db()
        facts = IncomingPage(old, post.leader)
        assert not facts.may_direct
        assert not facts._subject.is_in_force
        new_page = IncomingPage(came, post.leader)
        assert (new_page.may_direct, new_page._subject.is_in_force) == (True, True)
    page = client.sign_in(post.leader).get(f"/van-ban-den/{came.pk}/").text
    assert "Đề xuất theo phân công của văn bản bị thay thế" in page
    assert old.closing_words in client.get(f"/van-ban-den/{old.pk}/").text


def test_what_nobody_has_registered_is_taken_away_and_what_it_had_replaced_ends(scope, town):
    post = post_of(town)
    post.register()
    post.direct()
    second = brought_to(Stage.ISSUED, town, replaces_id=post.outgoing.pk)
    brought_to(Stage.ISSUED, town, replaces_id=second.pk)
    _first, second, third = Incoming.objects.order_by("pk")
    arrivals.register(third.pk, actor=post.clerk)
    states = list(Incoming.objects.order_by("pk").values_list("status", flat=True))
    assert states == [Status.DONE, Status.RECALLED, Status.REGISTERED]
    assert not Assignment.objects.open().exists()
    second.refresh_from_db()
    assert third.reference in second.recall_reason
    with pytest.raises(DomainError, match=third.reference):  # though what replaced it is gone
        directing.direct(_first.pk, actor=post.leader, opinion="Làm tiếp", receivers=[])


def test_a_bus_that_mixes_messages_brings_the_old_one_to_no_desk(scope, town):
    registry = registry_of(town)
    to = (Organ(registry.code, registry.name),)
    business = Business(Kind.REPLACE, replacements=(Replacement("G22,1"),))
    new = message(receivers=to, business=business, document_id="G22,2")
    taken = take(new).taken[0].incoming
    arrivals.register(taken.pk, actor=town.records_clerk)
    old = take(message(receivers=to, document_id="G22,1")).taken[0].incoming
    old.refresh_from_db()
    taken.refresh_from_db()
    assert (old.status, taken.replaces_id) == (Status.RECALLED, old.pk)
    hear("document.replaced")
    assert BusMessage.objects.get(incoming=old).content["code"] == Status.RECALLED


def test_a_chain_that_comes_mixed_ends_to_its_oldest(scope, town):
    registry = registry_of(town)
    to = (Organ(registry.code, registry.name),)

    def came(number: int, replaces: int = 0) -> Incoming:
        old = (Replacement(f"G22,{replaces}"),)
        more = {"business": Business(Kind.REPLACE, replacements=old)} if replaces else {}
        new = message(receivers=to, document_id=f"G22,{number}", number=str(number), **more)
        return take(new).taken[0].incoming

    arrivals.register(came(3, replaces=2).pk, actor=town.records_clerk)
    first = came(1)
    arrivals.register(first.pk, actor=town.records_clerk)
    second = came(2, replaces=1)
    for each in (first, second):
        each.refresh_from_db()
    assert (first.status, second.status) == (Status.DONE, Status.RECALLED)


def test_who_is_outside_and_does_not_get_the_new_one_is_asked_over_the_bus(scope, town):
    outside = [To(organ_code=code, organ_name=f"Bộ {code}") for code in ("G22", "G05")]
    old = brought_to(Stage.ISSUED, town, receivers=outside)
    old.dispatches.update(sent_at=MONDAY)
    new = brought_to(Stage.ISSUED, town, receivers=outside[:1], replaces_id=old.pk)
    wishes = dict(old.dispatches.values_list("organ_code", "wish"))
    assert wishes == {"G22": "", "G05": Wish.RECALL}
    hear("outgoing.receivers_changed")
    asked = BusMessage.objects.get(outgoing=old)
    assert (asked.content["removed"], asked.partner) == (["G05"], "Bộ G05")
    assert new.reference in asked.content["reason"]


def test_the_day_of_a_dossier_ends_when_its_submission_is_replaced_or_recalled(scope, town):
    committee = committee_of(town)
    for ends in ("replaced", "recalled"):
        outgoing = issued(drafted(town, committee), town)
        line = Submission.objects.get(outgoing=outgoing).incoming
        assert of_incoming(line, committee.clerk).context()["deadline"]
        if ends == "replaced":
            issued(drafted(town, committee, replaces_id=outgoing.pk), town)
            Submission.objects.exclude(outgoing=outgoing).update(due_on=None)
        else:
            issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Sai")
        assert of_incoming(line, committee.clerk).context()["deadline"] is None
        Submission.objects.filter(outgoing=outgoing).update(due_on=MONDAY.date())
        Incoming.objects.update(arrived_at=MONDAY)
        assert remind_due(MONDAY) == 0
