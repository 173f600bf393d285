"""The clock under attack: other units and limits, calendar edits, old rules, many warnings."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from audit.models import OutboxEvent
from notifications.models import EmailMessage
from onestop.consumers import tell_citizen
from onestop.models import DeadlineWarning, Dossier, ProcedureChannel, Process, ProcessStep
from onestop.queries.dossiers import deadline_of_dossier, view_of
from onestop.services import clock, corrections, endings, reminders, waiting
from onestop.services.corrections import Correction
from onestop.states import Status
from organizations.models import CalendarEntry, RuleSet
from organizations.standing import forget_standing
from papers.models import PrintedForm
from papers.services import paper_context
from portal.public import public_dossier
from tests.onestop.dossiers import APPLICANT, assigned, make_dossier, open_step, the_procedure
from tests.onestop.test_life import far_off

pytestmark = pytest.mark.usefixtures("scope")
MONDAY = timezone.make_aware(dt.datetime(2026, 3, 2, 9, 0))


def a_process(town, shares, unit="hours", limit=("10", "working_days")):
    """Receive, process, approve, release with these shares; the return is not counted."""
    process = Process.objects.create(
        procedure=the_procedure(town), number=9, state="active", valid_from=dt.date(2026, 1, 1),
        limit_amount=Decimal(limit[0]), limit_unit=limit[1],
    )  # fmt: skip
    kinds = ["receive", "process", "approve", "release", "return"]
    ProcessStep.objects.bulk_create(
        ProcessStep(
            process=process, order=order, kind=kind, name=kind, role="official",
            share_amount=share, share_unit=unit if share else "",
        )
        for order, (kind, share) in enumerate(zip(kinds, [*shares, None], strict=True), 1)
    )  # fmt: skip


def ends_of(dossier):
    return [step.planned_end for step in dossier.steps.order_by("order") if step.planned_end]


def a_day_off(day):
    CalendarEntry.objects.create(date=day, kind="holiday", name="Nghỉ", confirmed=True)
    forget_standing()


def test_shares_in_hours_are_hours_and_not_days(town):
    a_process(town, [Decimal(2), Decimal(4), Decimal(1), Decimal("0.5")])
    dossier = make_dossier(town, at=MONDAY)
    first, second, *_rest, last = ends_of(dossier)
    assert timezone.localtime(first) == MONDAY + dt.timedelta(hours=2)  # 11:00 of the same day
    assert timezone.localdate(second) == MONDAY.date()
    assert last == dossier.due_at


def test_shares_in_whole_units_may_have_fractions(town):
    a_process(town, [Decimal("0.5"), Decimal("1.5"), Decimal("0.25"), Decimal("0.75")], "days")
    ends = ends_of(make_dossier(town, at=MONDAY))
    assert ends == sorted(ends)


def test_a_pause_moves_the_ends_of_shares_in_another_unit_once(town):
    a_process(town, [Decimal(2), Decimal(30), Decimal(8), Decimal(4)])
    dossier = make_dossier(town, at=MONDAY)
    before = ends_of(dossier)
    clock.stop_clock(dossier, "supplement", actor=town.officer, at=MONDAY + dt.timedelta(hours=3))
    clock.start_clock(dossier, at=MONDAY + dt.timedelta(days=1, hours=3))
    after = ends_of(dossier)
    assert after[1] == before[1] + dt.timedelta(days=3)  # from Friday over the weekend
    assert after[-1] == dossier.due_at
    assert after == sorted(after)


def test_a_shorter_limit_of_a_channel_leaves_time_for_every_step(town):
    version = the_procedure(town).current_version
    ProcedureChannel.objects.create(
        version=version, channel=2, limit_amount=5, limit_unit="working_days"
    )
    dossier = make_dossier(town, version=version, channel=2, at=MONDAY)
    ends = ends_of(dossier)
    assert ends[-1] == dossier.due_at
    assert len(set(ends)) == len(ends), "no step ends when the one before it ends"


def test_a_pause_after_a_calendar_edit_never_undercuts_the_promise(town):
    a_day_off(dt.date(2026, 3, 5))
    dossier = assigned(town, at=MONDAY)
    promised = dossier.promised_at
    clock.stop_clock(dossier, "supplement", actor=town.officer, at=MONDAY)
    CalendarEntry.objects.filter(date=dt.date(2026, 3, 5)).delete()
    forget_standing()
    clock.start_clock(dossier, at=MONDAY + dt.timedelta(minutes=1))
    assert dossier.due_at >= promised


def test_a_calendar_edit_moves_a_date_later_with_words_and_never_earlier(town):
    dossier = make_dossier(town)
    promised = dossier.promised_at
    day = timezone.localdate(dossier.accepted_at)
    found = clock.calendar_for(dossier.competent_unit_id).add_working_days(day, 1)
    a_day_off(found)
    reminders.recheck_due()
    dossier.refresh_from_db()
    assert dossier.due_at > dossier.promised_at == promised
    told = OutboxEvent.objects.get(action="dossier.due_moved")
    assert "calendar" in told.data["reason"]
    assert " " in told.data["reason"]
    later = dossier.due_at
    CalendarEntry.objects.filter(date=found).delete()
    forget_standing()
    reminders.recheck_due()
    dossier.refresh_from_db()
    assert dossier.due_at == later


def test_a_confirmed_calendar_takes_the_mark_provisional_away(town):
    dossier = make_dossier(town)
    Dossier.objects.filter(pk=dossier.pk).update(due_is_provisional=not dossier.due_is_provisional)
    reminders.recheck_due()
    fresh = Dossier.objects.get(pk=dossier.pk)
    assert fresh.due_is_provisional == dossier.due_is_provisional
    assert not OutboxEvent.objects.filter(action="dossier.due_moved").exists()


@pytest.mark.parametrize(("mode", "starts_anew"), [("restart", True), ("pause", False)])
def test_the_rule_of_the_day_of_acceptance_decides_pause_or_restart(town, mode, starts_anew):
    RuleSet.objects.create(
        kind="clock", valid_from=dt.date(2026, 1, 1), values={"supplement_mode": mode}, source="thử"
    )
    forget_standing()
    dossier = assigned(town, at=MONDAY)
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Thiếu", apply_by=far_off()
    )
    dossier = waiting.receive_supplement(dossier.pk, actor=town.clerk)
    assert (dossier.clock_from_at != dossier.accepted_at) == starts_anew
    if starts_anew:
        limit = clock.limit_of(dossier)
        calendar = clock.calendar_for(dossier.competent_unit_id)
        assert dossier.due_at == clock.due(calendar, dossier.clock_from_at, limit).at


@pytest.mark.slow
def test_warnings_beyond_one_run_are_made_up_in_the_next(town, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    dossiers = [make_dossier(town) for _ in range(12)]
    Dossier.objects.update(due_at=timezone.now() + dt.timedelta(minutes=1))
    for _ in range(3):
        reminders.warn_due()
    rung = DeadlineWarning.objects.values_list("dossier_id", "rung")
    assert len(rung) == len(set(rung))
    assert {pk for pk, _rung in rung} == {dossier.pk for dossier in dossiers}
    assert reminders.warn_due() == 0


def test_an_undecided_withdrawal_is_overdue_as_anything_else(town):
    dossier = assigned(town)
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    Dossier.objects.update(due_at=timezone.now() - dt.timedelta(days=3))
    late = view_of(Dossier.objects.all(), "qua-han", timezone.localdate())
    assert late.get().status == Status.WITHDRAWN


def test_a_lapse_is_not_hidden_behind_withdrawals(town, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    withdrawn, waited = assigned(town), assigned(town)
    for dossier in (withdrawn, waited):
        round_ = waiting.ask_supplement(
            dossier.pk, actor=town.officer, items=["Ảnh"], reason="Thiếu", apply_by=far_off()
        )
        type(round_).objects.filter(pk=round_.pk).update(apply_by=dt.date(2026, 1, 1))
    endings.request_withdrawal(withdrawn.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    assert reminders.lapse_due() == 1
    assert waited.rounds.get().lapsed_at
    assert open_step(waited).person == town.officer


def asked_for_papers(town, monkeypatch):
    """Asked for papers an hour after the reception; nothing came for 30 days, then it is now."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    dossier = assigned(town)
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + dt.timedelta(hours=1))
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Ảnh"], reason="Thiếu", apply_by=far_off()
    )
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + dt.timedelta(days=30))
    return dossier


def test_what_ends_while_the_citizen_is_waited_for_is_not_late(town, monkeypatch):
    for end in (endings.stop, endings.grant_withdrawal):
        dossier = asked_for_papers(town, monkeypatch)
        if end is endings.grant_withdrawal:
            endings.request_withdrawal(
                dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử"
            )
        dossier = end(dossier.pk, actor=town.leader, reason="Không nộp bổ sung")
        dossier = Dossier.objects.get(pk=dossier.pk)
        assert dossier.finished_at < dossier.due_at
        assert deadline_of_dossier(dossier).state == "done"


def test_a_withdrawal_asked_for_while_papers_are_awaited_is_the_agencys_turn(town, monkeypatch):
    dossier = asked_for_papers(town, monkeypatch)
    before = dossier.due_at
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.due_at > timezone.now() > before, "the month of waiting is not the agency's"
    assert not view_of(Dossier.objects.all(), "qua-han", timezone.localdate()).exists()
    due_at = dossier.due_at
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + dt.timedelta(days=33))
    dossier = endings.refuse_withdrawal(dossier.pk, actor=town.leader, reason="Đang giải quyết")
    assert dossier.due_at == due_at, "the days of deciding are the agency's"


def citizen_page(dossier_id, level):
    with translation.override("vi"):
        return public_dossier(dossier_id, level)


def test_what_the_slip_promised_stays_known_until_another_slip_is_given(town, monkeypatch):
    dossier = asked_for_papers(town, monkeypatch)
    on_slip = dossier.promised_at
    dossier = waiting.receive_supplement(dossier.pk, actor=town.clerk)
    moved = Dossier.objects.get(pk=dossier.pk)
    assert moved.due_at > moved.promised_at == on_slip
    shown = citizen_page(dossier.pk, "full")
    assert (shown.promised_at, shown.due_at) == (on_slip, moved.due_at)
    assert shown.due_why == "Không tính thời gian chờ bổ sung giấy tờ."
    right = Correction(APPLICANT, None, None, 2, "", "counter")
    corrections.correct(dossier.pk, right, actor=town.clerk, reason="Hai bộ")
    corrected = Dossier.objects.get(pk=dossier.pk)
    assert corrected.promised_at == corrected.due_at == moved.due_at
    slip = PrintedForm.objects.of(dossier).filter(form="01").latest("edition")
    local = timezone.localtime(moved.due_at)
    assert f"ngày {local:%d} tháng {local.month} năm {local.year}" in slip.data["due_at"]
    shown = citizen_page(dossier.pk, "full")
    assert (shown.promised_at, shown.due_at, shown.due_why) == (moved.due_at, None, "")


def test_a_result_that_comes_later_on_the_same_day_is_told_with_its_hour(town, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    dossier = assigned(town, at=MONDAY)
    clock.stop_clock(dossier, "supplement", actor=town.officer, at=MONDAY)
    clock.start_clock(dossier, at=MONDAY + dt.timedelta(hours=2))
    dossier.save(update_fields=clock.CLOCK_FIELDS)
    assert timezone.localdate(dossier.due_at) == timezone.localdate(dossier.promised_at)
    shown = citizen_page(dossier.pk, "summary")
    assert (shown.promised_at, shown.due_at) == (dossier.promised_at, dossier.due_at)
    assert shown.due_why == "Không tính thời gian chờ bổ sung giấy tờ."
    within = dossier.promised_at.replace(second=0)
    Dossier.objects.filter(pk=dossier.pk).update(
        promised_at=within, due_at=within + dt.timedelta(seconds=50)
    )
    assert citizen_page(dossier.pk, "summary").due_at is None  # slips name no seconds


def test_while_papers_are_awaited_no_date_is_named_and_the_request_says_so(town, monkeypatch):
    """The citizen holds a slip with a day that no longer holds."""
    dossier = asked_for_papers(town, monkeypatch)
    shown = citizen_page(dossier.pk, "summary")
    assert shown.due_at is None
    assert shown.due_why.startswith("hẹn lại sau khi bổ sung đủ giấy tờ")
    request = PrintedForm.objects.of(dossier).get(form="02")
    with translation.override("vi"):
        words = render_to_string("papers/form.html", paper_context(request))
    assert "Ngày hẹn trên Giấy tiếp nhận không còn hiệu lực" in words


@pytest.mark.parametrize(
    ("reasons", "why"),
    [
        (["payment"], "Không tính thời gian chờ nộp phí, lệ phí."),
        (
            ["supplement", "payment"],
            "Không tính thời gian chờ bổ sung giấy tờ. Không tính thời gian chờ nộp phí, lệ phí.",
        ),
        ([], "Lịch làm việc đã thay đổi."),
    ],
)
def test_a_date_that_moved_has_its_reason(town, monkeypatch, reasons, why):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    dossier = assigned(town, at=MONDAY)
    for number, reason in enumerate(reasons):
        start = MONDAY + dt.timedelta(days=number, hours=1)
        clock.stop_clock(dossier, reason, actor=town.officer, at=start)
        clock.start_clock(dossier, at=start + dt.timedelta(hours=20))
    Dossier.objects.filter(pk=dossier.pk).update(due_at=dossier.due_at + dt.timedelta(days=30))
    assert citizen_page(dossier.pk, "summary").due_why == why


def test_a_limit_that_began_anew_says_so(town):
    RuleSet.objects.create(
        kind="clock", valid_from=dt.date(2026, 1, 1), source="thử",
        values={"supplement_mode": "restart"},
    )  # fmt: skip
    forget_standing()
    dossier = assigned(town, at=MONDAY)
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Thiếu", apply_by=far_off()
    )
    waiting.receive_supplement(dossier.pk, actor=town.clerk)
    shown = citizen_page(dossier.pk, "summary")
    assert shown.due_why == "Thời hạn tính lại từ khi nộp đủ giấy tờ."


def test_a_slip_that_is_void_and_a_dossier_without_result_promise_nothing(town):
    void, stopped = make_dossier(town), assigned(town)
    corrections.void(void.pk, actor=town.clerk, reason="Nhầm")
    endings.stop(stopped.pk, actor=town.leader, reason="Trùng hồ sơ")
    for dossier in (void, stopped):
        shown = citizen_page(dossier.pk, "full")
        assert (shown.promised_at, shown.due_at, shown.due_why) == (None, None, "")


@pytest.mark.parametrize(
    ("status", "words"),
    [("supplement", "sau khi bổ sung đủ giấy tờ"), ("payment", "sau khi nộp đủ phí, lệ phí")],
)
def test_a_slip_corrected_while_the_clock_stands_still_names_no_day(
    town, monkeypatch, status, words
):
    dossier = asked_for_papers(town, monkeypatch)
    if status == "payment":
        Dossier.objects.filter(pk=dossier.pk).update(status=Status.PAYMENT)
    on_slip = Dossier.objects.get(pk=dossier.pk).promised_at
    Dossier.objects.filter(pk=dossier.pk).update(due_at=on_slip + dt.timedelta(days=1))
    right = Correction(APPLICANT, None, None, 2, "", "counter")
    corrections.correct(dossier.pk, right, actor=town.clerk, reason="Hai bộ")
    corrected = Dossier.objects.get(pk=dossier.pk)
    assert corrected.promised_at == on_slip
    slip = PrintedForm.objects.of(dossier).filter(form="01").latest("edition")
    assert words in slip.data["due_at"]
    assert "ngày" not in slip.data["due_at"]


def test_a_refused_withdrawal_ends_a_pause_that_was_left_open(town, monkeypatch):
    dossier = asked_for_papers(town, monkeypatch)
    endings.request_withdrawal(dossier.pk, actor=town.clerk, reason="Đổi ý", asked_by="Trần Thử")
    dossier = Dossier.objects.get(pk=dossier.pk)
    before = dossier.due_at
    clock.stop_clock(dossier, "supplement", actor=town.officer, at=timezone.now())
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + dt.timedelta(days=37))
    endings.refuse_withdrawal(dossier.pk, actor=town.leader, reason="Đang giải quyết")
    assert clock.is_running(dossier)
    assert Dossier.objects.get(pk=dossier.pk).due_at > before


def test_a_letter_names_no_day_while_the_clock_stands_still(town, monkeypatch):
    dossier = asked_for_papers(town, monkeypatch)
    for action in ("dossier.supplement_requested", "dossier.supplemented"):
        if action == "dossier.supplemented":
            waiting.receive_supplement(dossier.pk, actor=town.clerk)
        tell_citizen(OutboxEvent.objects.get(action=action))
    asked, goes_on = EmailMessage.objects.filter(kind="dossier.citizen").order_by("pk")
    assert "15/04/2026" in goes_on.body
    assert "16/03/2026" not in asked.body
