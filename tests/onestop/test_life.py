"""A dossier from the counter to its result, through services."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import Dossier, Result, StepRun
from onestop.services import assignment, processing, waiting
from onestop.services.processing import HandoverFacts, NeedsAnotherPerson
from onestop.states import Status
from tests.onestop.dossiers import assigned, at_kind, make_dossier, open_step

pytestmark = pytest.mark.usefixtures("scope")
IN_PERSON = HandoverFacts(method="in_person", taken_by="Trần Văn Thử", number="999012345678")


def test_a_received_dossier_has_code_clock_steps_slip_and_events(town):
    dossier = make_dossier(town)
    day = timezone.localdate()
    assert dossier.code == f"{town.agency.code}-{day:%y%m%d}-0001"
    assert dossier.status == Status.RECEIVED
    assert dossier.due_at == dossier.promised_at
    steps = list(StepRun.objects.filter(dossier=dossier).order_by("order"))
    assert [step.state for step in steps][:3] == ["closed", "open", "planned"]
    ends = [step.planned_end for step in steps if step.planned_end]
    assert ends == sorted(ends)
    assert ends[-1] == dossier.due_at
    assert AuditEntry.objects.filter(action="dossier.accepted").count() == 1
    assert OutboxEvent.objects.filter(action="dossier.accepted").count() == 1


def test_the_main_way_ends_with_the_result_in_the_citizens_hands(town):
    dossier = at_kind(town, "return")
    assert dossier.status == Status.COMPLETED
    assert dossier.finished_at is not None
    result = Result.objects.get(dossier=dossier)
    assert (result.drafted_by, result.approved_by) == (town.officer, town.leader)
    assert result.number == f"01/KQ-{town.agency.symbol}"
    dossier = processing.hand_over(dossier.pk, actor=town.clerk, facts=IN_PERSON)
    assert dossier.status == Status.RETURNED
    assert dossier.closed_at == dossier.returned_at
    states = list(dossier.status_changes.order_by("at", "pk").values_list("to_status", flat=True))
    assert states == [2, 4, 9, 10]


def test_the_outsider_cannot_touch_it(town):
    dossier = assigned(town)
    with pytest.raises(PermissionDenied):
        processing.forward(dossier.pk, actor=town.outsider)
    with pytest.raises(PermissionDenied):
        assignment.take_over(dossier.pk, actor=town.outsider)
    assert not Dossier.objects.visible_to(town.outsider, "view_dossiers").exists()
    assert Dossier.objects.visible_to(town.overseer, "view_dossiers").count() == 1


def test_a_stale_page_is_told_that_somebody_already_did_it(town):
    dossier = assigned(town)
    stale = open_step(dossier).pk
    processing.forward(dossier.pk, actor=town.officer, step_id=stale)
    with pytest.raises(AlreadyDone):
        processing.forward(dossier.pk, actor=town.officer, step_id=stale)


def test_who_prepared_the_result_cannot_approve_it(town):
    dossier = make_dossier(town)
    dossier = assignment.assign(dossier.pk, actor=town.leader, person_id=town.head.pk)
    dossier = processing.forward(dossier.pk, actor=town.head)
    assert open_step(dossier).kind == "review"
    with pytest.raises(NeedsAnotherPerson):
        processing.approve(dossier.pk, actor=town.head)


def test_a_returned_draft_goes_back_to_its_author_and_keeps_its_planned_end(town):
    dossier = at_kind(town, "approve")
    planned = {run.order: run.planned_end for run in dossier.steps.all()}
    dossier = processing.return_for_correction(
        dossier.pk, actor=town.leader, reason="Ghi rõ diện tích"
    )
    step = open_step(dossier)
    assert (step.kind, step.round, dossier.holder) == ("process", 2, town.officer)
    assert step.planned_end == planned[step.order]
    dossier = processing.forward(dossier.pk, actor=town.officer)
    dossier = processing.approve(dossier.pk, actor=town.head)
    dossier = processing.approve(dossier.pk, actor=town.leader)
    assert open_step(dossier).kind == "release"


def test_a_return_without_a_reason_is_refused(town):
    dossier = at_kind(town, "review")
    with pytest.raises(DomainError, match="reason"):
        processing.return_for_correction(dossier.pk, actor=town.head, reason="  ")


def test_a_supplement_stops_the_clock_for_its_own_length(town):
    monday = timezone.make_aware(dt.datetime(2026, 3, 2, 9, 0))
    dossier = assigned(town, at=monday)
    due = dossier.due_at
    round_ = waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Thiếu", apply_by=far_off()
    )
    assert round_.form.form == "02"
    dossier.refresh_from_db()
    assert dossier.status == Status.SUPPLEMENT
    with pytest.raises(DomainError):
        processing.forward(dossier.pk, actor=town.officer)
    pause = dossier.pauses.get()
    dossier = waiting.receive_supplement(dossier.pk, actor=town.clerk, note="Đã nhận")
    pause.refresh_from_db()
    assert pause.ended_at is not None
    assert dossier.status == Status.IN_PROGRESS
    assert dossier.due_at >= due


def test_a_second_round_needs_the_head_and_his_reason(town):
    dossier = assigned(town)
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Thiếu", apply_by=far_off()
    )
    waiting.receive_supplement(dossier.pk, actor=town.clerk)
    with pytest.raises(waiting.NeedsConsent):
        waiting.ask_supplement(
            dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Sai", apply_by=far_off()
        )
    with pytest.raises(waiting.NeedsConsent):
        waiting.ask_supplement(
            dossier.pk, actor=town.head, items=["Bản vẽ"], reason="Sai", apply_by=far_off()
        )
    round_ = waiting.ask_supplement(
        dossier.pk, actor=town.head, items=["Bản vẽ"], reason="Sai", apply_by=far_off(),
        consent_reason="Quy định mới",
    )  # fmt: skip
    assert (round_.number, round_.consent_by) == (2, town.head)


def test_a_payment_stops_the_clock_until_the_receipt_is_seen(town):
    dossier = assigned(town)
    dossier = waiting.require_payment(
        dossier.pk, actor=town.officer, amount_vnd=150_000, note="Lệ phí trước bạ"
    )
    assert dossier.status == Status.PAYMENT
    with pytest.raises(DomainError):
        waiting.confirm_payment(dossier.pk, actor=town.clerk, amount_vnd=100, number="BL1")
    dossier = waiting.confirm_payment(
        dossier.pk, actor=town.clerk, amount_vnd=150_000, number="BL1"
    )
    assert (dossier.status, dossier.fee_taken_vnd) == (Status.IN_PROGRESS, 150_000)


def test_a_duty_of_billions_is_owed_and_paid(town):
    dossier, owed = assigned(town), 35_000_000_000
    with pytest.raises(DomainError, match="zeros"):
        waiting.require_payment(
            dossier.pk, actor=town.officer, amount_vnd=10**14, note="Tiền sử dụng đất"
        )
    waiting.require_payment(
        dossier.pk, actor=town.officer, amount_vnd=owed, note="Tiền sử dụng đất"
    )
    dossier = waiting.confirm_payment(dossier.pk, actor=town.clerk, amount_vnd=owed, number="BL1")
    assert (dossier.fee_due_vnd, dossier.fee_taken_vnd) == (owed, owed)


def test_a_batch_approves_each_for_itself_and_says_why_not(town):
    good = at_kind(town, "review")
    stale = at_kind(town, "review")
    stale_step = open_step(stale).pk
    processing.approve(stale.pk, actor=town.head)
    picks = [(good.pk, open_step(good).pk), (stale.pk, stale_step)]
    outcomes = {one.dossier_id: one for one in processing.approve_many(picks, actor=town.head)}
    assert outcomes[good.pk].refusal == ""
    assert outcomes[stale.pk].refusal
    good.refresh_from_db()
    assert open_step(good).kind == "approve"


def test_a_final_dossier_moves_no_more(town):
    dossier = at_kind(town, "return")
    processing.hand_over(dossier.pk, actor=town.clerk, facts=IN_PERSON)
    with pytest.raises(AlreadyDone):
        processing.hand_over(dossier.pk, actor=town.clerk, facts=IN_PERSON)
    dossier.refresh_from_db()
    with pytest.raises(TransitionError):
        dossier.move_to(Status.STOPPED)


def far_off() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=20)
