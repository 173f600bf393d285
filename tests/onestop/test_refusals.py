"""What the one-stop refuses, and with which sentence."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError, TransitionError
from notifications.models import EmailMessage
from onestop.models import CounterVisit, Dossier, Participant
from onestop.services import (
    arrivals,
    assignment,
    corrections,
    endings,
    intake,
    opinions,
    processing,
    reception,
    visits,
    waiting,
)
from onestop.services.corrections import Correction
from onestop.services.reception import PersonFacts
from onestop.states import Status
from organizations import access
from organizations.models import User
from papers.models import PrintedForm
from tests.onestop.dossiers import (
    APPLICANT,
    assigned,
    at_kind,
    facts,
    make_dossier,
    open_step,
    the_procedure,
)
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")


def yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


def test_a_unit_closed_yesterday_receives_nothing(town):
    town.agency.valid_to = yesterday()
    town.agency.save(update_fields=["valid_to"])
    with pytest.raises(reception.UnitClosed, match=town.agency.name):
        make_dossier(town)
    assert not Dossier.objects.exists()


def test_a_withdrawn_procedure_is_not_received(town):
    procedure = the_procedure(town)
    procedure.state = "withdrawn"
    procedure.save(update_fields=["state"])
    with pytest.raises(reception.ProcedureNotOpen):
        make_dossier(town, version=procedure.current_version)


def test_a_unit_that_is_not_competent_is_refused(town):
    with pytest.raises(reception.ProcedureNotOpen, match=town.other_agency.name):
        make_dossier(town, competent_unit_id=town.other_agency.pk)


def test_who_is_not_at_the_counter_receives_nothing(town):
    version = the_procedure(town).current_version
    with pytest.raises(PermissionDenied):
        reception.accept(facts(version, town), actor=town.officer)


def test_the_same_page_submitted_twice_makes_one_dossier(town):
    make_dossier(town, form_token="once")
    with pytest.raises(AlreadyDone):
        make_dossier(town, form_token="once")
    assert Dossier.objects.count() == 1


def test_an_official_who_left_is_given_nothing(town):
    dossier = make_dossier(town)
    User.objects.filter(pk=town.officer.pk).update(is_active=False)
    access.recompile([town.officer.pk])
    with pytest.raises(assignment.NotSuitable, match="left"):
        assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)


def test_an_official_of_another_agency_is_given_nothing(town):
    dossier = make_dossier(town)
    with pytest.raises(assignment.NotSuitable):
        assignment.assign(dossier.pk, actor=town.leader, person_id=town.outsider.pk)


def test_a_colleague_takes_over_only_through_the_head(town):
    dossier = assigned(town)
    colleague = make_person("official", town.division)
    with pytest.raises(PermissionDenied):
        assignment.take_over(dossier.pk, actor=colleague)
    with pytest.raises(DomainError, match=town.officer.full_name):
        processing.forward(dossier.pk, actor=colleague)
    dossier = assignment.take_over(dossier.pk, actor=town.head)
    assert dossier.holder == town.head


def test_consecutive_steps_of_one_person_never_include_an_approval(town):
    dossier = assigned(town)
    last = dossier.steps.order_by("-order").first().order
    with pytest.raises(processing.NeedsAnotherPerson):
        processing.forward(dossier.pk, actor=town.officer, through=last)
    dossier.refresh_from_db()
    assert open_step(dossier).kind == "process"


def test_a_result_is_not_handed_over_while_a_fee_is_owed(town):
    dossier = at_kind(town, "return")
    Dossier.objects.filter(pk=dossier.pk).update(fee_due_vnd=5_000)
    given = processing.HandoverFacts("in_person", "Trần Văn Thử", "999012345678")
    with pytest.raises(DomainError, match="fee"):
        processing.hand_over(dossier.pk, actor=town.clerk, facts=given)
    waiting.take_fee(dossier.pk, actor=town.clerk, amount_vnd=5_000, number="BL 7")
    assert processing.hand_over(dossier.pk, actor=town.clerk, facts=given).closed_at


@pytest.mark.parametrize("act", [endings.refuse, endings.stop])
def test_ends_need_a_head_and_a_reason(town, act):
    dossier = assigned(town)
    with pytest.raises(PermissionDenied):
        act(dossier.pk, actor=town.officer, reason="Không đủ điều kiện")
    with pytest.raises(DomainError, match="reason"):
        act(dossier.pk, actor=town.leader, reason=" ")
    dossier = act(dossier.pk, actor=town.leader, reason="Không đủ điều kiện")
    assert dossier.closed_at == dossier.finished_at
    assert not dossier.steps.filter(state__in=("open", "planned")).exists()


def test_a_refusal_after_acceptance_issues_form_03(town):
    dossier = endings.refuse(assigned(town).pk, actor=town.leader, reason="Không đủ điều kiện")
    assert PrintedForm.objects.of(dossier).filter(form="03").count() == 1


def test_a_withdrawal_is_asked_for_decided_and_final(town):
    dossier = assigned(town)
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    with pytest.raises(DomainError):
        processing.forward(dossier.pk, actor=town.officer)
    dossier = endings.refuse_withdrawal(dossier.pk, actor=town.leader, reason="Đã có kết quả")
    assert dossier.status == Status.IN_PROGRESS
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    dossier = endings.grant_withdrawal(dossier.pk, actor=town.leader, reason="Đồng ý")
    assert dossier.granted_at == dossier.closed_at
    with pytest.raises(TransitionError):
        endings.stop(dossier.pk, actor=town.leader, reason="x")


def test_a_withdrawal_refused_while_papers_were_awaited_starts_the_clock_again(town):
    dossier = assigned(town)
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Thiếu",
        apply_by=timezone.localdate() + dt.timedelta(days=9),
    )  # fmt: skip
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    endings.refuse_withdrawal(dossier.pk, actor=town.leader, reason="Đang giải quyết")
    assert not dossier.pauses.filter(ended_at=None).exists()
    assert not dossier.rounds.filter(answered_at=None).exists()


def test_a_citizen_reads_what_became_of_the_wish_to_withdraw(town):
    dossier = assigned(town)
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    endings.refuse_withdrawal(dossier.pk, actor=town.leader, reason="Đã có kết quả")
    for action in ("dossier.withdrawal_requested", "dossier.withdrawal_refused"):
        for handler in handlers_of(action):
            handler(OutboxEvent.objects.get(action=action))
    asked, refused = EmailMessage.objects.filter(kind="dossier.citizen").order_by("pk")
    assert asked.recipient == refused.recipient == "thu@vi-du.example"
    assert "Đã có kết quả" in refused.body


def test_a_void_reception_keeps_its_code_and_leaves_every_list(town):
    dossier = make_dossier(town)
    voided = corrections.void(dossier.pk, actor=town.clerk, reason="Nhập nhầm thủ tục")
    assert voided.status == Status.RECEIVED
    assert not Dossier.objects.open().exists()
    assert PrintedForm.objects.of(dossier).get(form="01").voided_at
    again = make_dossier(town)
    assert again.code.endswith("-0002")
    with pytest.raises(DomainError, match="voided"):
        endings.stop(dossier.pk, actor=town.leader, reason="x")


def test_a_reception_that_was_worked_on_is_not_voided(town):
    dossier = assigned(town)
    with pytest.raises(TransitionError):
        corrections.void(dossier.pk, actor=town.clerk, reason="Nhập nhầm")


def test_a_correction_says_what_changed_and_prints_a_new_edition(town):
    dossier = make_dossier(town)
    right = PersonFacts(**{**vars(APPLICANT), "name": "Trần Văn Đúng"})
    wanted = Correction(right, None, None, copies=1, summary="", delivery="counter")
    with pytest.raises(DomainError, match="wrong"):
        corrections.correct(dossier.pk, wanted, actor=town.clerk, reason="")
    corrections.correct(dossier.pk, wanted, actor=town.clerk, reason="Sai tên")
    dossier.refresh_from_db()
    assert dossier.applicant_name == "Trần Văn Đúng"
    assert PrintedForm.objects.of(dossier).in_force().get(form="01").edition == 2
    with pytest.raises(DomainError, match="Nothing"):
        corrections.correct(dossier.pk, wanted, actor=town.clerk, reason="Sai tên")


def test_an_opinion_shows_the_dossier_to_the_unit_that_was_asked(town):
    dossier = assigned(town)
    due = timezone.localdate() + dt.timedelta(days=3)
    opinion = opinions.ask_opinion(
        dossier.pk, actor=town.officer, unit_id=town.other_agency.pk, question="Ý kiến?", due_on=due
    )
    assert Dossier.objects.visible_to(town.outsider, "view_dossiers").get() == dossier
    with pytest.raises(PermissionDenied):
        opinions.answer_opinion(opinion.pk, actor=town.officer, answer="Đồng ý")
    opinions.answer_opinion(opinion.pk, actor=town.outsider, answer="Đồng ý")
    with pytest.raises(AlreadyDone):
        opinions.answer_opinion(opinion.pk, actor=town.outsider, answer="Không")
    assert Participant.objects.filter(dossier=dossier, part="consulted").count() == 1


def test_a_visit_without_a_dossier_has_a_form_and_no_code(town):
    version = the_procedure(town).current_version
    known = {"actor": town.clerk, "unit_id": town.counter_unit.pk, "version_id": version.pk,
             "person": APPLICANT, "reason": "Thiếu giấy tờ"}  # fmt: skip
    with pytest.raises(DomainError, match="all at once"):
        visits.turn_away(kind="supplement", **known)
    visit = visits.turn_away(kind="supplement", items=["Bản vẽ"], **known)
    assert visit.form.form == "02"
    assert visits.turn_away(kind="refusal", **known).form.form == "03"
    assert (CounterVisit.objects.count(), Dossier.objects.count()) == (2, 0)


def test_an_online_arrival_has_no_clock_until_the_counter_accepts(town):
    version = the_procedure(town).current_version
    dossier = intake.submit(facts(version, town), actor=None, at=timezone.now())
    assert (dossier.status, dossier.due_at) == (Status.NEW, None)
    with pytest.raises(PermissionDenied):
        arrivals.accept_arrival(dossier.pk, actor=town.officer)
    arrivals.ask_arrival(
        dossier.pk, actor=town.clerk, items=["Ảnh"], reason="Thiếu",
        apply_by=timezone.localdate() + dt.timedelta(days=5),
    )  # fmt: skip
    dossier = arrivals.accept_arrival(dossier.pk, actor=town.clerk)
    assert dossier.status == Status.RECEIVED
    assert dossier.due_at == dossier.promised_at
    assert open_step(dossier).order == 2


def test_an_online_arrival_may_be_refused_with_form_03(town):
    version = the_procedure(town).current_version
    dossier = intake.submit(facts(version, town), actor=None, at=timezone.now())
    dossier = arrivals.refuse_arrival(dossier.pk, actor=town.clerk, reason="Sai thẩm quyền")
    assert (dossier.status, dossier.accepted_at) == (Status.NOT_ACCEPTED, None)
    assert PrintedForm.objects.of(dossier).get().form == "03"
