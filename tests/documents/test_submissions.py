"""A Tờ trình with its dossier: from the agency to the committee and back with the decision."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError, TransitionError
from documents.drafting import Content, Heading, To
from documents.issuing import Stage
from documents.models import Assignment, Incoming, Outgoing, Submission
from documents.services import addressing, arrivals, deciding, drafting, issuing, submitting
from documents.services.drafting import set_receivers
from documents.services.submitting import Sheet
from documents.states import Ending, Part
from documents.submissions import Outcome, Role, State
from notifications.models import Notification
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.committee import (
    carried,
    committee_of,
    draft_sheet,
    drafted,
    issued,
    taken_in,
)
from tests.documents.desks import registry_of
from tests.documents.drafts import begun, brought_to, other_registry, stored
from tests.onestop.racing import at_once


@pytest.fixture
def committee(scope, town):
    return committee_of(town)


@pytest.fixture
def laid(committee, town):
    """Taken in by the committee's office: the Tờ trình, its line there, the dossier."""
    outgoing = issued(drafted(town, committee), town)
    return outgoing, taken_in(outgoing, committee)


def of(outgoing) -> Submission:
    return Submission.objects.get(outgoing=outgoing)


def test_the_dossier_lies_at_the_committee_once_the_submission_is_issued(committee, town):
    outgoing = drafted(town, committee)
    assert of(outgoing).state == State.PREPARED
    issued(outgoing, town)
    submission = of(outgoing)
    assert submission.state == State.SENT
    assert submission.incoming == Incoming.objects.get(dispatches__outgoing=outgoing)
    assert submission.due_on > timezone.localdate()


def test_what_is_missing_is_asked_for_supplemented_and_decided(laid, committee, town):
    outgoing, incoming = laid
    official, chairman = committee.official, committee.chairman
    deciding.ask_for_more(incoming.pk, actor=official, reason="Thiếu ý kiến Sở Tài chính")
    assert (of(outgoing).state, of(outgoing).words) == ("incomplete", "Thiếu ý kiến Sở Tài chính")
    opinion = Sheet(Role.OPINIONS, stored(town.officer, "y-kien.pdf"))
    submitting.add_paper(outgoing.pk, opinion, actor=town.officer)
    submitting.supplement(outgoing.pk, actor=town.officer, words="Đã bổ sung")
    assert of(outgoing).state == State.SENT
    deciding.found_complete(incoming.pk, actor=official)
    due_on = of(outgoing).due_on
    deciding.propose(incoming.pk, actor=official, leader_id=chairman.pk, words="Đề nghị ban hành")
    assert (of(outgoing).state, of(outgoing).due_on) == (State.PROPOSED, due_on)
    assert Assignment.objects.open().get(incoming=incoming, part=Part.OPINION).person == chairman
    deciding.decide(incoming.pk, actor=chairman, outcome=Outcome.AGREED)
    submission = of(outgoing)
    assert (submission.state, submission.outcome, submission.due_on) == ("decided", "agreed", None)
    assert not Assignment.objects.open().filter(incoming=incoming, part=Part.OPINION).exists()
    kinds = list(incoming.remarks.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["leader", "proposal", "leader"]


def test_asking_for_more_takes_back_what_was_proposed(laid, committee):
    _outgoing, incoming = laid
    official, chairman = committee.official, committee.chairman
    deciding.found_complete(incoming.pk, actor=official)
    deciding.propose(incoming.pk, actor=official, leader_id=chairman.pk, words="Đề nghị")
    deciding.ask_for_more(incoming.pk, actor=official, reason="Thiếu")
    asked = Assignment.objects.get(incoming=incoming, part=Part.OPINION)
    assert (asked.ending, asked.ended_by) == (Ending.WITHDRAWN, official)


def test_a_submission_without_a_draft_does_not_leave(committee, town):
    outgoing = begun(town, type="to-trinh", receivers=[To(registry_id=committee.registry.pk)])
    with pytest.raises(DomainError, match="no draft"):
        drafting.hand_in(outgoing.pk, actor=town.officer, version=1)
    paper = submitting.add_paper(outgoing.pk, draft_sheet(), actor=town.officer)
    submitting.leave_out(paper.pk, actor=town.officer)
    with pytest.raises(DomainError, match="no draft"):
        drafting.hand_in(outgoing.pk, actor=town.officer, version=1)
    with pytest.raises(AlreadyDone):
        submitting.leave_out(paper.pk, actor=town.officer)
    submitting.add_paper(outgoing.pk, draft_sheet(), actor=town.officer)
    drafting.hand_in(outgoing.pk, actor=town.officer, version=1)
    with pytest.raises(TransitionError):  # handed in: the dossier is read now
        submitting.add_paper(outgoing.pk, draft_sheet(), actor=town.officer)


def test_one_committee_decides_and_to_an_agency_no_dossier_is_needed(committee, town):
    second = registry_of(unit=town.commune, symbol="UBND-NT")
    both = [To(registry_id=each.pk) for each in (committee.registry, second)]
    with pytest.raises(DomainError, match="One committee decides"):
        drafting.hand_in(drafted(town, committee, receivers=both).pk, actor=town.officer, version=1)
    informed = [both[0], To(registry_id=second.pk, is_for_action=False)]
    issued(drafted(town, committee, receivers=informed), town)
    to_agency = begun(town, type="to-trinh", receivers=[To(registry_id=other_registry(town).pk)])
    issued(to_agency, town)
    assert not Submission.objects.filter(outgoing=to_agency).exists()


def test_receivers_chosen_after_the_number_ask_for_the_dossier_too(committee, town):
    agency, clerk = To(registry_id=other_registry(town).pk), town.records_clerk
    outgoing = brought_to(Stage.SEALED, town, type="to-trinh", receivers=[agency])
    second = registry_of(unit=town.commune, symbol="UBND-NT")
    laid_before = [To(registry_id=each.pk) for each in (committee.registry, second)]
    on_paper = [agency, To(organ_name="Công ty A")]
    for wrong, words in (
        (laid_before[:1], "no draft"), (laid_before, "One committee"), (on_paper, "on paper"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=words):
            addressing.readdress(outgoing.pk, actor=clerk, receivers=wrong)
    set_receivers(outgoing, laid_before[:1])  # as when the other became a committee since
    with pytest.raises(DomainError, match="no draft"):
        issuing.issue(outgoing.pk, actor=clerk)


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (Sheet(Role.OTHER), "Choose the file"),
        (Sheet("nonsense"), "Say what the paper is"),
        (draft_sheet(title=" "), "what it is about"),
        (draft_sheet(type="khong-co"), "what it is about"),
        (draft_sheet(type="ban-sao-y"), "what it is about"),  # nothing that is laid out
        (draft_sheet(body=" "), "Write the text"),
    ],
)
def test_a_paper_is_whole(scope, town, sheet, words):
    outgoing = begun(town, type="to-trinh")
    with pytest.raises(DomainError, match=words):
        submitting.add_paper(outgoing.pk, sheet, actor=town.officer)
    with pytest.raises(DomainError, match="Only a submission"):
        submitting.add_paper(begun(town).pk, draft_sheet(), actor=town.officer)


def test_it_is_decided_once_and_nothing_is_supplemented_then(laid, committee, town):
    outgoing, incoming = laid
    chairman, official = committee.chairman, committee.official
    with pytest.raises(TransitionError, match="dossier is"):  # not checked yet
        deciding.decide(incoming.pk, actor=chairman, outcome=Outcome.AGREED)
    with pytest.raises(TransitionError, match="nothing is to be supplemented"):
        submitting.supplement(outgoing.pk, actor=town.officer, words="Thêm")
    deciding.found_complete(incoming.pk, actor=official)
    with pytest.raises(DomainError, match="Say why"):
        deciding.decide(incoming.pk, actor=chairman, outcome=Outcome.DECLINED, words=" ")
    deciding.decide(incoming.pk, actor=chairman, outcome=Outcome.DECLINED, words="Chưa cần thiết")
    for again in (
        lambda: deciding.decide(incoming.pk, actor=chairman, outcome=Outcome.AGREED),
        lambda: deciding.found_complete(incoming.pk, actor=official),
        lambda: deciding.ask_for_more(incoming.pk, actor=official, reason="Thiếu"),
        lambda: deciding.propose(
            incoming.pk, actor=official, leader_id=chairman.pk, words="Đề nghị"
        ),
        lambda: submitting.supplement(outgoing.pk, actor=town.officer, words="Thêm"),
        lambda: submitting.add_paper(outgoing.pk, draft_sheet(), actor=town.officer),
    ):
        with pytest.raises(TransitionError):
            again()
    assert of(outgoing).outcome == Outcome.DECLINED


def test_another_opinion_is_worked_in(laid, committee, town):
    outgoing, incoming = laid
    chairman, official = committee.chairman, committee.official
    deciding.found_complete(incoming.pk, actor=official)
    deciding.decide(incoming.pk, actor=chairman, outcome=Outcome.OTHER, words="Xin ý kiến Bộ")
    deciding.ask_for_more(
        incoming.pk, actor=official, reason="Ý kiến của Bộ", due_on=timezone.localdate()
    )
    assert (of(outgoing).outcome, of(outgoing).due_on) == ("", timezone.localdate())
    submitting.supplement(outgoing.pk, actor=town.head, words="Đã có")  # the drafter is away
    deciding.found_complete(incoming.pk, actor=official)
    deciding.decide(incoming.pk, actor=chairman, outcome=Outcome.AGREED, words="Ký")
    assert of(outgoing).outcome == Outcome.AGREED


def test_who_does_not_work_on_it_does_nothing(laid, committee, town):
    outgoing, incoming = laid
    with pytest.raises(RefusedError):
        deciding.found_complete(incoming.pk, actor=committee.clerk)
    with pytest.raises(RefusedError):
        deciding.found_complete(incoming.pk, actor=town.officer)
    deciding.found_complete(incoming.pk, actor=committee.official)
    for actor in (committee.official, town.leader):
        with pytest.raises(RefusedError):
            deciding.decide(incoming.pk, actor=actor, outcome=Outcome.AGREED)
    with pytest.raises(DomainError, match="gives no opinions"):
        deciding.propose(
            incoming.pk, actor=committee.official, leader_id=town.leader.pk, words="Đề nghị"
        )
    deciding.ask_for_more(incoming.pk, actor=committee.official, reason="Thiếu")
    for actor in (town.outsider, committee.official):
        with pytest.raises(RefusedError):
            submitting.supplement(outgoing.pk, actor=actor, words="Thêm")
    with pytest.raises(DomainError, match="Say what was supplemented"):
        submitting.supplement(outgoing.pk, actor=town.officer, words=" ")


def test_what_is_taken_back_is_neither_checked_nor_supplemented(laid, committee, town):
    outgoing, incoming = laid
    deciding.ask_for_more(incoming.pk, actor=committee.official, reason="Thiếu")
    issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Trình lại")
    with pytest.raises(TransitionError, match="recalls"):
        deciding.found_complete(incoming.pk, actor=committee.official)
    with pytest.raises(TransitionError, match="any more"):
        submitting.supplement(outgoing.pk, actor=town.officer, words="Thêm")
    arrivals.agree_recall(incoming.pk, actor=committee.clerk)
    with pytest.raises(TransitionError):
        deciding.found_complete(incoming.pk, actor=committee.official)


def test_both_sides_hear_of_it(laid, committee, town):
    outgoing, incoming = laid
    official, officer = committee.official, town.officer

    def told(person) -> list[str]:
        events = OutboxEvent.objects.filter(subject_type="documents.submission")
        for event in events.order_by("pk"):
            for handler in handlers_of(event.action):
                handler(event)
        found = Notification.objects.filter(user=person).order_by("pk")
        return [each.text.split(":")[0] for each in found]

    deciding.ask_for_more(incoming.pk, actor=official, reason="Thiếu")
    assert told(officer) == ["Cần bổ sung hồ sơ trình"]
    submitting.supplement(outgoing.pk, actor=officer, words="Đủ")
    assert told(official) == ["Đã bổ sung, cần kiểm tra hồ sơ trình"]
    deciding.found_complete(incoming.pk, actor=official)
    deciding.decide(incoming.pk, actor=committee.chairman, outcome=Outcome.AGREED)
    assert told(officer)[-1] == "Hồ sơ trình đã có ý kiến (Đồng ý)"
    assert told(official)[-1] == "Lãnh đạo đã cho ý kiến về hồ sơ trình"


def url_of(page, act="") -> str:
    name = "outgoing" if isinstance(page, Outgoing) else "incoming"
    return reverse(
        f"documents:{name}_{'act' if act else 'detail'}", args=[page.pk, act] if act else [page.pk]
    )


@pytest.fixture
def sent(client, province, town):
    """Put together on the pages and issued; the committee's office has it."""
    with tenant_scope(province):
        committee = committee_of(town)
        registry_of(town)
        to = [To(registry_id=committee.registry.pk)]
        outgoing = begun(town, type="to-trinh", receivers=to)
    client.sign_in(town.officer)
    draft = {"role": "draft", "type": "quyet-dinh", "name": "Ban hành Quy chế"}
    put_in = url_of(outgoing, "them-vao-ho-so")
    assert client.post(put_in, draft).status_code == 422
    copy = {**draft, "type": "ban-sao-y", "body": "Điều 1."}
    assert client.post(put_in, copy).status_code == 422
    client.post(put_in, {**draft, "body": "Điều 1. Ban hành Quy chế."})
    shown = client.get(reverse("documents:outgoing_submitted", args=[outgoing.pk, 1]))
    assert shown.content[:5] == b"%PDF-"
    with tenant_scope(province):
        issued(outgoing, town)
        incoming = taken_in(outgoing, committee)
    assert "chờ kiểm tra" in client.get(url_of(outgoing)).text
    return committee, outgoing, incoming


def test_the_office_checks_and_the_leader_decides_on_one_page(client, sent):
    committee, outgoing, incoming = sent
    client.sign_in(committee.official)
    assert client.get(url_of(outgoing)).status_code == 404  # only its line at the committee
    shown = client.get(reverse("documents:incoming_submitted", args=[incoming.pk, 1]))
    assert shown.content[:5] == b"%PDF-"
    client.post(url_of(incoming, "ho-so-du"))
    proposal = {"leader": committee.chairman.pk, "words": "Đề nghị ban hành"}
    client.post(url_of(incoming, "de-xuat"), proposal)
    client.sign_in(committee.chairman)
    assert "Đề nghị ban hành" in client.get(url_of(incoming)).text
    decide = url_of(incoming, "quyet-dinh")
    assert client.post(decide, {"outcome": "other"}).status_code == 422
    assert client.post(decide, {"outcome": "agreed"}).status_code == 302
    assert client.post(decide, {"outcome": "agreed"}).status_code == 409


def test_both_pages_show_what_is_missing_and_what_was_declined(client, province, sent):
    committee, outgoing, incoming = sent
    client.sign_in(committee.official)
    missing = {"reason": "Thiếu báo cáo tiếp thu", "due_on": f"{timezone.localdate():%d/%m/%Y}"}
    asked = client.post(url_of(incoming, "can-bo-sung"), missing, follow=True)
    assert (asked.status_code, "Thiếu báo cáo tiếp thu" in asked.text) == (200, True)
    with tenant_scope(province):
        submitting.supplement(outgoing.pk, actor=outgoing.drafter, words="Đã có")
        deciding.found_complete(incoming.pk, actor=committee.official)
    client.sign_in(committee.chairman)
    no = {"outcome": "declined", "words": "Chưa cần thiết"}
    assert client.post(url_of(incoming, "quyet-dinh"), no, follow=True).status_code == 200
    client.sign_in(outgoing.drafter)
    assert "Chưa cần thiết" in client.get(url_of(outgoing)).text


def test_the_decision_begins_from_the_draft_and_comes_back(client, province, town, sent):
    committee, outgoing, incoming = sent
    with tenant_scope(province):
        deciding.found_complete(incoming.pk, actor=committee.official)
        deciding.decide(incoming.pk, actor=committee.chairman, outcome=Outcome.AGREED)
    client.sign_in(committee.official)
    begin = f"{reverse('documents:outgoing_begin')}?tra-loi={incoming.pk}&tu-ho-so=1"
    assert begin.replace("&", "&amp;") in client.get(url_of(incoming)).text
    form = client.get(begin).context["form"]
    values = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in values.items() if isinstance(value, str | int | list)}
    assert typed["body"] == "Điều 1. Ban hành Quy chế."
    assert client.post(begin, typed).status_code == 302
    with tenant_scope(province):
        decision = Outgoing.objects.get(answers=incoming)
        content = Content.from_json(decision.drafts.get().content)
        assert (decision.type, decision.subject) == ("quyet-dinh", "Ban hành Quy chế")
        assert content.body == "Điều 1. Ban hành Quy chế."
        assert decision.registry == committee.registry
        assert [each.organ_name for each in decision.dispatches.all()] == [outgoing.registry.name]
        people = (committee.official, committee.chairman, committee.chairman, committee.clerk)
        decision = carried(decision, *people)
        arrived = Incoming.objects.get(dispatches__outgoing=decision)
    client.sign_in(town.officer)
    page = client.get(url_of(outgoing)).text
    assert decision.reference in page
    assert f"{decision.issued_on:%d/%m/%Y}" in page
    assert url_of(arrived) not in page  # it was not given to him: number and day are all he reads
    client.sign_in(town.leader)
    assert url_of(arrived) in client.get(url_of(outgoing)).text


def test_the_decision_keeps_the_file_of_the_agencys_draft(laid, committee, town):
    outgoing, incoming = laid
    deciding.ask_for_more(incoming.pk, actor=committee.official, reason="Bản Word")
    file_id = stored(town.officer, "du-thao-2.pdf")
    newer = draft_sheet(file_id=file_id, body="")
    submitting.add_paper(outgoing.pk, newer, actor=town.officer)
    submitting.supplement(outgoing.pk, actor=town.officer, words="Đủ")
    heading = Heading(
        "quyet-dinh", "Ban hành Quy chế", committee.chairman.pk, "Chủ tịch", answers_id=incoming.pk
    )
    how = {"registry_id": committee.registry.pk, "unit_id": committee.registry.unit_id}
    made = drafting.begin(heading, Content(), actor=committee.official, keeps_draft=True, **how)
    assert made.drafts.get().uploaded_id == file_id
    with pytest.raises(DomainError, match="Write the text"):
        drafting.begin(heading, Content(), actor=committee.official, **how)


def test_two_who_decide_at_once_decide_once(stage):
    province, town = stage
    with tenant_scope(province):
        committee = committee_of(town)
        outgoing = issued(drafted(town, committee), town)
        incoming = taken_in(outgoing, committee)
        deciding.found_complete(incoming.pk, actor=committee.official)

    def act(number):
        how = {"outcome": ("agreed", "declined")[number], "words": "Ý kiến"}
        return deciding.decide(incoming.pk, actor=committee.chairman, **how)

    race = at_once(province, act, 2)
    assert (len(race.won), len(race.refused), race.faults) == (1, 1, [])
    with tenant_scope(province):
        assert of(outgoing).outcome == race.won[0].outcome
