"""An outgoing document from its first draft to its receivers, and back again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from documents.document_types import document_types
from documents.drafting import Content, To
from documents.issuing import NEXT_STAGE, STAGE_CLOSED, Manner, Numbering, Stage, Voice
from documents.models import Dispatch, Incoming, Outgoing, Registry
from documents.papers_of import paper_of
from documents.services import approving, drafting, issuing
from documents.services.drafting import DraftMovedError
from documents.states import Status
from organizations import access
from organizations.access import RefusedError
from organizations.rulesets import change_rules
from tests.documents.desks import registry_of
from tests.documents.drafts import BODY, begun, brought_to, heading, other_registry, sign, stored
from tests.people import make_person

TOGETHER = [["quyet-dinh", "bao-cao"]]
YESTERDAY = dt.timedelta(days=-1)


def test_it_passes_every_hand_in_the_order_of_the_decree(scope, town):
    outgoing = brought_to(Stage.ISSUED, town)
    assert outgoing.reference == f"01/BC-{outgoing.registry.symbol}"
    assert outgoing.document_id.startswith(f"{outgoing.registry.code},{outgoing.year}/")
    told = AuditEntry.objects.filter(
        subject_type="documents.outgoing", subject_id=str(outgoing.pk)
    ).order_by("pk")
    assert list(told.values_list("action", flat=True)) == [
        "outgoing.begun", "outgoing.handed_in", "outgoing.content_approved", "outgoing.form_passed",
        "outgoing.signed", "outgoing.numbered", "outgoing.sealed", "outgoing.issued",
    ]  # fmt: skip
    editions = outgoing.editions.order_by("order").values_list("stage", flat=True)
    assert list(editions) == [Stage.SIGNING, Stage.SIGNED, Stage.SEALED]


def test_its_receiver_has_it_at_once_as_arrived(scope, town):
    outgoing = brought_to(Stage.ISSUED, town)
    incoming = Incoming.objects.get(registry=other_registry(town))
    assert (incoming.status, incoming.reference) == (Status.ARRIVED, outgoing.reference)
    assert incoming.document_id == outgoing.document_id
    assert incoming.number is None
    sealed = outgoing.editions.get(stage=Stage.SEALED)
    assert [each.stored_id for each in incoming.files.all()] == [sealed.stored_id]
    assert Dispatch.objects.get(outgoing=outgoing).incoming == incoming


def test_the_statements_of_issuing_do_not_grow_with_the_receivers(
    scope, town, django_assert_num_queries
):
    few, many = (_to_bodies(town, count, series) for count, series in ((2, "a"), (60, "b")))
    with django_assert_num_queries(15) as first:
        issuing.issue(few.pk, actor=town.records_clerk)
    with django_assert_num_queries(len(first)):
        issuing.issue(many.pk, actor=town.records_clerk)
    assert Incoming.objects.filter(dispatches__outgoing=many).count() == 60


def _to_bodies(town, count, series):
    bodies = [
        registry_of(
            unit=town.other_agency, code=f"H99.{series.upper()}{number}", name=f"Cơ quan {number}"
        )
        for number in range(count)
    ]
    return brought_to(Stage.SEALED, town, receivers=[To(registry_id=each.pk) for each in bodies])


def test_what_a_head_drafts_goes_to_the_check_of_its_form(scope, town):
    mine = drafting.begin(
        heading(town), Content(body="x"), registry_id=registry_of(town).pk,
        unit_id=town.division.pk, actor=town.head,
    )  # fmt: skip
    assert drafting.hand_in(mine.pk, actor=town.head, version=1).stage == Stage.FORM


@pytest.mark.parametrize(
    ("stage", "who", "voice"),
    [
        (Stage.CONTENT, "head", Voice.UNIT),
        (Stage.FORM, "records_clerk", Voice.CHECKER),
        (Stage.SIGNING, "leader", Voice.SIGNER),
        (Stage.SIGNED, "records_clerk", Voice.REGISTRY),
    ],
)
def test_whoever_reads_it_sends_it_back_with_a_reason(scope, town, stage, who, voice):
    outgoing = brought_to(stage, town)
    may = {who, "leader"} | ({"records_clerk"} if stage == Stage.SIGNING else set())
    for stranger in {"head", "records_clerk", "leader"} - may:
        with pytest.raises(RefusedError):
            approving.send_back(outgoing.pk, actor=getattr(town, stranger), reason="Sai")
    with pytest.raises(DomainError, match="Say why"):
        approving.send_back(outgoing.pk, actor=getattr(town, who), reason=" ")
    back = approving.send_back(outgoing.pk, actor=getattr(town, who), reason="Thiếu số liệu")
    assert (back.stage, back.signed_at) == (Stage.DRAFT, None)
    said = back.voices.get()
    assert (said.voice, said.text, said.version) == (voice, "Thiếu số liệu", 1)


def test_each_act_is_of_its_own_people(scope, town):
    pk = begun(town).pk
    colleague = make_person("official", town.division)
    with pytest.raises(DomainError, match="drafts this document"):
        drafting.hand_in(pk, actor=colleague, version=1)
    drafting.hand_in(pk, actor=town.officer, version=1)
    for person in (town.officer, town.records_clerk):
        with pytest.raises(RefusedError):
            approving.approve_content(pk, actor=person, version=1)
    approving.approve_content(pk, actor=town.head, version=1)
    with pytest.raises(RefusedError):
        approving.pass_form(pk, actor=town.head, version=1, paper_id=stored(town.head))
    sealed = brought_to(Stage.SEALED, town)
    for person in (town.officer, town.leader):
        with pytest.raises(RefusedError):
            issuing.issue(sealed.pk, actor=person)


def test_nobody_overwrites_or_passes_a_version_that_he_has_not_read(scope, town):
    pk = begun(town).pk

    def revise(body):
        text = Content(body=body)
        return drafting.revise(pk, heading(town), text, actor=town.officer, version=1)

    revise("B")
    for act in (
        lambda: revise("C"),
        lambda: drafting.hand_in(pk, actor=town.officer, version=1),
    ):
        with pytest.raises(DraftMovedError, match="version 2"):
            act()
    outgoing = drafting.hand_in(pk, actor=town.officer, version=2)
    bodies = [each.content["body"] for each in outgoing.drafts.order_by("version")]
    assert bodies == [BODY, "B"]
    with pytest.raises(AlreadyDone):
        revise("D")


def test_a_form_sent_twice_makes_one_draft(scope, town):
    assert begun(town, form_token="a" * 32) == begun(town, form_token="a" * 32)


def test_only_who_may_sign_for_the_body_is_named(scope, town):
    with pytest.raises(DomainError, match="does not sign"):
        begun(town, signer_id=town.outsider.pk)
    with pytest.raises(DomainError, match="does not sign"):
        begun(town, signer_id=town.head.pk)
    by_order = begun(town, signer_id=town.head.pk, authority="TL")
    assert by_order.signer == town.head


def test_paper_needs_a_reason(scope, town):
    with pytest.raises(DomainError, match="Say why"):
        begun(town, manner=Manner.BOTH)
    assert begun(town, manner=Manner.BOTH, paper_reason="Người nhận không có mạng")


def test_paper_needs_no_reason_where_the_type_goes_on_paper_today(scope, town):
    with pytest.raises(DomainError, match="Say why"):  # no type does unless the province says so
        begun(town, type="to-trinh", manner=Manner.PAPER)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    types = {"paper_types": ["to-trinh"], "both_types": ["bao-cao"]}
    wish = {"actor": town.superuser, "values": types, "source": "QĐ 1"}
    change_rules("documents", valid_from=tomorrow, **wish)
    with pytest.raises(DomainError, match="Say why"):
        begun(town, manner=Manner.BOTH)
    change_rules("documents", valid_from=timezone.localdate(), **wish)
    assert begun(town, manner=Manner.BOTH)
    assert begun(town, type="to-trinh", manner=Manner.PAPER)
    assert begun(town, type="to-trinh")  # nor does its going without


@pytest.mark.parametrize(
    ("numbering", "groups", "expected"),
    [
        (Numbering.BY_TYPE, [], ["01/QĐ-S", "02/QĐ-S", "01/BC-S", "01/S-P", "02/S-P"]),
        (Numbering.COMMON, [], ["01/QĐ-S", "02/QĐ-S", "03/BC-S", "04/S-P", "05/S-P"]),
        (
            Numbering.GROUPS,
            [["quyet-dinh", "bao-cao"]],
            ["01/QĐ-S", "02/QĐ-S", "03/BC-S", "01/S-P", "02/S-P"],
        ),
    ],
)
def test_numbers_are_counted_as_the_body_has_decided(scope, town, numbering, groups, expected):
    registry = registry_of(town)
    registry.symbol, registry.numbering, registry.number_groups = "S", numbering, groups
    registry.save()
    type(town.division).objects.filter(pk=town.division.pk).update(symbol="P")
    types = ("quyet-dinh", "quyet-dinh", "bao-cao", "cong-van", "thu-cong")
    numbered = [brought_to(Stage.NUMBERED, town, type=each).reference for each in types]
    assert numbered == expected


@pytest.mark.parametrize("numbering", Numbering)
def test_legal_documents_have_a_series_of_their_own_whatever_the_body_has_decided(numbering):
    groups = [["quyet-dinh", "quyet-dinh-qppl"]]  # as older settings may say
    registry, types = Registry(pk=1, numbering=numbering, number_groups=groups), document_types()
    series = [registry.issue_series(types[each]) for each in types if types[each].kind == "law"]
    assert len(set(series)) == len(series) > 1
    assert registry.issue_series(types["quyet-dinh"]) not in series


def test_a_letter_that_the_body_itself_drafts_has_the_number_that_its_paper_leaves_room_for(
    scope, town
):
    outgoing = brought_to(Stage.SIGNED, town, type="cong-van")
    Outgoing.objects.filter(pk=outgoing.pk).update(unit=town.agency)
    done = issuing.number(outgoing.pk, actor=town.records_clerk)
    paper = paper_of(done, done.drafts.get(version=1))
    assert done.reference == f"01/{paper.symbol}" == f"01/{done.registry.symbol}"


def test_a_cancelled_number_stays_in_the_register_and_is_not_given_again(scope, town):
    first = brought_to(Stage.NUMBERED, town)
    with pytest.raises(DomainError, match="Say why"):
        issuing.cancel(first.pk, actor=town.records_clerk, reason="")
    cancelled = issuing.cancel(first.pk, actor=town.records_clerk, reason="Ký nhầm")
    assert (cancelled.stage, cancelled.number) == (Stage.CANCELLED, 1)
    assert brought_to(Stage.NUMBERED, town).number == 2
    assert first in Outgoing.objects.registered()


def test_it_is_not_issued_to_a_body_that_closed_yesterday(scope, town):
    outgoing = brought_to(Stage.SEALED, town)
    body = other_registry(town)
    body.valid_to = timezone.localdate() + YESTERDAY
    body.save()
    with pytest.raises(DomainError, match=body.name):
        issuing.issue(outgoing.pk, actor=town.records_clerk)
    assert not Incoming.objects.filter(registry=body).exists()


def test_recalled_it_is_frozen_and_leaves_who_has_not_registered_it(scope, town):
    outgoing = brought_to(Stage.ISSUED, town)
    incoming = Incoming.objects.get(dispatches__outgoing=outgoing)
    recalled = issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Sai thẩm quyền")
    incoming.refresh_from_db()
    assert (recalled.stage, recalled.closing_words) == (Stage.RECALLED, "Sai thẩm quyền")
    assert (incoming.status, incoming.recall_reason) == (Status.RECALLED, "Sai thẩm quyền")
    with pytest.raises(AlreadyDone):
        issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Lần nữa")


def test_the_sealed_successor_of_what_is_recalled_is_issued_all_the_same(scope, town):
    old = brought_to(Stage.ISSUED, town)
    new = brought_to(Stage.SEALED, town, replaces_id=old.pk)
    issuing.recall(old.pk, actor=town.records_clerk, reason="Sai số liệu")
    issuing.issue(new.pk, actor=town.records_clerk)
    old.refresh_from_db()
    assert old.stage == Stage.RECALLED


def test_the_new_one_closes_what_it_replaces_and_names_it_to_the_receiver(scope, town):
    old = brought_to(Stage.ISSUED, town)
    with pytest.raises(DomainError, match="Only an issued document"):
        begun(town, replaces_id=begun(town).pk)
    new = brought_to(Stage.ISSUED, town, replaces_id=old.pk)
    old.refresh_from_db()
    assert (old.stage, new.replaces) == (Stage.REPLACED, old)
    first, second = Incoming.objects.filter(registry=other_registry(town)).order_by("pk")
    assert second.replaces == first


def test_a_draft_given_up_has_no_number(scope, town):
    gone = drafting.give_up(begun(town).pk, actor=town.officer, reason="")
    assert (gone.stage, gone.number) == (Stage.DROPPED, None)


def test_units_are_asked_and_answer_once(scope, town):
    outgoing = begun(town)
    (asked,) = approving.ask(outgoing.pk, actor=town.officer, unit_ids=[town.second_division.pk])
    with pytest.raises(DomainError, match="not asked yet"):
        approving.ask(outgoing.pk, actor=town.officer, unit_ids=[town.second_division.pk])
    answerer = make_person("head", town.second_division)
    with pytest.raises(RefusedError):
        approving.answer(asked.pk, actor=town.outsider, agrees=True)
    with pytest.raises(DomainError, match="otherwise"):
        approving.answer(asked.pk, actor=answerer, agrees=False)
    approving.answer(asked.pk, actor=answerer, agrees=False, words="Bổ sung số liệu")
    with pytest.raises(AlreadyDone):
        approving.answer(asked.pk, actor=answerer, agrees=True)
    assert Outgoing.objects.visible_to(answerer, "view_documents").filter(pk=outgoing.pk).exists()


def test_who_sees_it_at_which_stage(scope, town):
    stranger = make_person("leader", town.other_agency)
    colleague = make_person("official", town.division)

    def seen_by(outgoing):
        people = {
            "officer": town.officer, "head": town.head, "clerk": town.records_clerk,
            "leader": town.leader, "colleague": colleague, "stranger": stranger,
        }  # fmt: skip
        return {
            name for name, person in people.items()
            if Outgoing.objects.visible_to(person, "view_documents").filter(pk=outgoing.pk).exists()
        }  # fmt: skip

    assert seen_by(begun(town)) == {"officer", "head", "leader"}
    assert seen_by(brought_to(Stage.FORM, town)) == {"officer", "head", "leader", "clerk"}


def test_the_database_holds_what_the_services_promise(scope, town):
    outgoing = brought_to(Stage.NUMBERED, town)
    for change in (
        {"number": None}, {"stage": "draft"}, {"signed_at": None},
        {"stage": "cancelled", "closed_at": timezone.now()},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Outgoing.objects.filter(pk=outgoing.pk).update(**change)


def test_every_stage_goes_somewhere_or_is_an_end():
    assert {stage for stage, after in NEXT_STAGE.items() if not after} == set(STAGE_CLOSED)
    assert set(NEXT_STAGE) == set(Stage.values)


def test_a_leader_who_may_sign_no_more_stops_the_check(scope, town):
    outgoing = brought_to(Stage.FORM, town)
    town.leader.positions.all().delete()
    access.recompile([town.leader.pk])
    with pytest.raises(DomainError, match="Choose another signer"):
        approving.pass_form(
            outgoing.pk, actor=town.records_clerk, version=1,
            paper_id=stored(town.records_clerk),
        )  # fmt: skip


def test_a_signature_counts_only_while_it_is_asked_for(scope, town):
    outgoing = brought_to(Stage.FORM, town)
    with pytest.raises(AlreadyDone):
        sign(outgoing.pk, town.leader)
