"""What the receiver does with an electronic document, and what the sender is told of it."""

from __future__ import annotations

import dataclasses

import pytest

from audit.bus import handlers_of
from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError, TransitionError
from documents import consumers_arrivals
from documents.issuing import Stage
from documents.models import Assignment, Incoming
from documents.services import arrivals, directing, handling, issuing
from documents.services.directing import Receiver
from documents.services.receiving import DuplicateError
from documents.states import Ending, Part, Recall, Status
from documents.words import told_status
from notifications.models import Kind, Notification
from organizations.access import RefusedError
from tests.documents.desks import entered
from tests.documents.drafts import brought_to, other_registry
from tests.people import Town, make_person

HEAR = {
    "document.arrived": consumers_arrivals.tell_clerks_of_arrival,
    "document.recall_asked": consumers_arrivals.tell_receiver,
    "document.recall_agreed": consumers_arrivals.tell_who_had_it,
    "document.refused": consumers_arrivals.tell_sender,
    "document.recall_refused": consumers_arrivals.tell_sender,
}


@dataclasses.dataclass
class Post:
    """A document that one agency issued to the other, and who is there to take it in."""

    town: Town
    clerk: object
    leader: object
    outgoing: object

    @property
    def incoming(self) -> Incoming:
        return Incoming.objects.get(dispatches__outgoing=self.outgoing)

    @property
    def told(self) -> tuple[str, str]:
        """What the sender reads of it."""
        return told_status(self.incoming)

    def recall(self, reason: str = "Sai thẩm quyền") -> None:
        issuing.recall(self.outgoing.pk, actor=self.town.records_clerk, reason=reason)

    def register(self) -> Incoming:
        return arrivals.register(self.incoming.pk, actor=self.clerk)

    def direct(self) -> Assignment:
        """The leader gives it to the official of his agency."""
        lead = Receiver(Part.LEAD, self.town.other_agency.pk, self.town.outsider.pk)
        directing.direct(self.incoming.pk, actor=self.leader, opinion="Xử lý", receivers=[lead])
        return Assignment.objects.open().get(incoming=self.incoming, part=Part.LEAD)


@pytest.fixture
def post(scope, town):
    return issued(town)


def issued(town, **changes) -> Post:
    outgoing = brought_to(Stage.ISSUED, town, **changes)
    people = (make_person(role, town.other_agency) for role in ("clerk", "leader"))
    return Post(town, *people, outgoing)


def heard(person) -> list[tuple[str, str]]:
    """Deliver the news twice, as may happen; what the person was told in all."""
    for _again in range(2):
        for event in OutboxEvent.objects.filter(action__in=HEAR).order_by("pk"):
            HEAR[event.action](event)
    told = Notification.objects.filter(user=person).order_by("pk")
    return [(each.kind, each.text) for each in told]


def test_what_is_told_is_listened_to():
    assert all(handler in handlers_of(action) for action, handler in HEAR.items())
    assert consumers_arrivals.tell_sender in handlers_of("document.recall_agreed")


def test_the_sender_reads_each_step_of_the_receiver(post):
    assert post.told[0] == "01"
    assert post.register().number == 1
    assert post.told[0] == "03"
    lead = post.direct()
    assert post.told[0] == "04"
    handling.take_up(lead.pk, actor=post.town.outsider)
    assert post.told[0] == "05"
    handling.finish(lead.pk, actor=post.town.outsider, words="Đã làm")
    assert post.told[0] == "06"


def test_paper_and_electronic_documents_share_one_series(post, town):
    registry = other_registry(town)
    first = entered(
        dataclasses.replace(town, records_clerk=post.clerk), registry=registry, reference="1/X"
    )
    assert (first.number, post.register().number) == (1, 2)
    with pytest.raises(TransitionError):
        post.register()
    entry = AuditEntry.objects.get(action="document.registered", subject_id=str(post.incoming.pk))
    assert (entry.actor_id, entry.data["number"]) == (
        str(post.clerk.pk), post.incoming.arrival_words,
    )  # fmt: skip


def test_the_copy_that_came_on_paper_is_named_until_the_clerk_has_seen_it(post, town):
    there, outgoing = dataclasses.replace(town, records_clerk=post.clerk), post.outgoing
    paper = entered(
        there, registry=other_registry(town), reference=outgoing.reference,
        issuer=outgoing.registry.name, issued_on=None, seen=[post.incoming.pk],
    )  # fmt: skip
    with pytest.raises(DuplicateError, match=f"on paper.*{paper.arrival_words}"):
        post.register()
    assert post.incoming.status == Status.ARRIVED
    made = arrivals.register(post.incoming.pk, actor=post.clerk, seen=[paper.pk])
    assert made.number == 2


def test_refused_it_has_no_number_and_the_sender_reads_why(post, town):
    with pytest.raises(DomainError, match="Say why"):
        arrivals.refuse(post.incoming.pk, actor=post.clerk, reason=" ")
    arrivals.refuse(post.incoming.pk, actor=post.clerk, reason="Sai nơi nhận")
    assert (post.incoming.status, post.incoming.number) == (Status.REFUSED, None)
    code, words = post.told
    assert code == "02"
    assert "Sai nơi nhận" in words
    for act in (post.register, lambda: arrivals.refuse(
        post.incoming.pk, actor=post.clerk, reason="Lần nữa"
    )):  # fmt: skip
        with pytest.raises(TransitionError):
            act()
    post.recall()  # nothing is asked of who has not kept it
    assert post.incoming.recall_asked_at is None


def test_only_the_clerk_of_the_receiver_answers(post, town):
    pk = post.incoming.pk
    for person in (town.records_clerk, post.leader, town.outsider, town.superuser):
        for act in (
            lambda: arrivals.register(pk, actor=person),  # noqa: B023
            lambda: arrivals.refuse(pk, actor=person, reason="x"),  # noqa: B023
            lambda: arrivals.agree_recall(pk, actor=person),  # noqa: B023
            lambda: arrivals.refuse_recall(pk, actor=person, reason="x"),  # noqa: B023
        ):
            with pytest.raises(RefusedError):
                act()
    with pytest.raises(TransitionError, match="does not ask"):
        arrivals.agree_recall(pk, actor=post.clerk)


def test_agreed_the_work_ends_and_only_the_register_still_reads_it(post, town):
    post.register()
    lead = post.direct()
    post.recall()
    assert post.told[0] == Recall.ASKED
    arrivals.agree_recall(post.incoming.pk, actor=post.clerk, words="Đã hủy")
    incoming = post.incoming
    assert (incoming.status, incoming.number, post.told[0]) == (Status.RECALLED, 1, "15")
    lead.refresh_from_db()
    assert (lead.ending, lead.ended_by) == (Ending.ENDED, post.clerk)
    assert incoming.remarks.exists()  # what was said to it stays
    seen_by = {
        person: Incoming.objects.visible_to(person, "view_documents").exists()
        for person in (post.clerk, post.leader, town.outsider)
    }
    assert seen_by == {post.clerk: True, post.leader: True, town.outsider: False}
    with pytest.raises(AlreadyDone):
        arrivals.refuse_recall(incoming.pk, actor=post.clerk, reason="Lần nữa")


def test_a_recall_that_is_refused_leaves_the_work_going_on(post):
    post.register()
    lead = post.direct()
    post.recall()
    with pytest.raises(DomainError, match="Say why"):
        arrivals.refuse_recall(post.incoming.pk, actor=post.clerk, reason="")
    arrivals.refuse_recall(post.incoming.pk, actor=post.clerk, reason="Đã ban hành quyết định")
    code, words = post.told
    assert code == Recall.REFUSED
    assert "Đã ban hành quyết định" in words
    handling.finish(lead.pk, actor=post.town.outsider, words="Đã làm")
    assert (post.incoming.status, post.told[0]) == (Status.DONE, Recall.REFUSED)
    with pytest.raises(AlreadyDone):
        arrivals.agree_recall(post.incoming.pk, actor=post.clerk)


def test_work_goes_on_while_the_recall_waits_and_what_is_done_can_be_given_back(post):
    post.register()
    lead = post.direct()
    post.recall()
    handling.finish(lead.pk, actor=post.town.outsider, words="Đã làm")
    assert post.told[0] == Recall.ASKED
    arrivals.agree_recall(post.incoming.pk, actor=post.clerk)
    assert (post.incoming.status, post.incoming.closing_words) == (Status.RECALLED, "Đã làm")


def test_what_arrived_is_seen_by_the_register_people_alone(post, town):
    colleague = make_person("official", town.other_agency)
    found = {
        person: Incoming.objects.visible_to(person, "view_documents").exists()
        for person in (post.clerk, post.leader, colleague, town.records_clerk)
    }
    assert list(found.values()) == [True, True, False, False]


@pytest.mark.parametrize(
    ("urgency", "kind"), [(0, Kind.INFORMATION), (1, Kind.TO_DO), (3, Kind.TO_DO)]
)
def test_the_clerks_hear_of_an_arrival_once(scope, town, urgency, kind):
    post = issued(town, urgency=urgency)
    [(told, words)] = heard(post.clerk)
    assert told == kind
    assert post.incoming.subject in words
    assert heard(post.leader) == heard(town.records_clerk) == []


def test_a_refusal_is_told_to_who_drafted_and_who_issued_it(post, town):
    arrivals.refuse(post.incoming.pk, actor=post.clerk, reason="Chữ ký số không hợp lệ")
    for person in (town.officer, town.records_clerk):
        [(kind, words)] = heard(person)
        assert kind == Kind.TO_DO
        assert "Chữ ký số không hợp lệ" in words
        assert other_registry(town).name in words
    assert heard(town.head) == []
    page = f"/van-ban-di/{post.outgoing.pk}/"
    assert Notification.objects.get(user=town.officer).url == page


def test_a_recall_is_told_to_the_clerk_and_to_who_works_on_it(post, town):
    post.register()
    post.direct()
    post.recall()
    assert [kind for kind, _words in heard(post.clerk)] == [Kind.TO_DO]
    assert [kind for kind, _words in heard(town.outsider)] == [Kind.INFORMATION]
    arrivals.agree_recall(post.incoming.pk, actor=post.clerk)
    assert len(heard(town.outsider)) == 2
    assert Notification.objects.filter(user=town.outsider).latest("pk").url == "/van-ban-den/"


def test_recalled_before_it_was_registered_the_clerk_only_reads_so(post):
    post.recall()
    assert post.told[0] == "15"
    assert [kind for kind, _words in heard(post.clerk)] == [Kind.INFORMATION]
    with pytest.raises(TransitionError):
        post.register()
    assert post.incoming.number is None


def test_a_refused_recall_is_told_to_the_sender(post, town):
    post.register()
    post.recall()
    arrivals.refuse_recall(post.incoming.pk, actor=post.clerk, reason="Đã ban hành quyết định")
    assert "Đã ban hành quyết định" in heard(town.officer)[-1][1]
