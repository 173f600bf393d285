"""A later date with an apology (Mẫu 04): proposed in time, signed by another, told to everybody."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError, TransitionError
from notifications.models import EmailMessage, Notification
from onestop.consumers import tell_citizen, tell_counter, tell_heads
from onestop.models import Dossier, DueChange, Extension, Pause
from onestop.queries.detail import DossierPage
from onestop.queries.timeline import timeline_of
from onestop.services import assignment, clock, endings, extensions, part_decisions, waiting
from onestop.services.extensions import ask_extension, refuse_extension, sign_extension
from organizations.models import CalendarEntry
from organizations.rulesets import change_rules
from organizations.standing import forget_standing
from papers.models import PrintedForm
from papers.services import paper_context
from portal.public import public_dossier
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind, make_dossier
from tests.onestop.linked import make_linked, part_at, receive
from tests.onestop.test_life import far_off
from tests.onestop.test_query_counts import cost
from tests.people import make_town

WHY = "Đoàn kiểm tra thực địa hoãn do bão"


def stand():
    town = make_town()
    return town, assigned(town)


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def dossier(standing, scope):
    return standing[1]


def later(dossier, days=3):
    calendar = clock.calendar_for(dossier.competent_unit_id)
    return calendar.add_working_days(timezone.localdate(dossier.due_at), days)


def proposed(dossier, town, **changes):
    told = {"actor": town.officer, "new_on": later(dossier), "reason": WHY, **changes}
    return ask_extension(dossier.pk, **told)


def extended(dossier, town):
    proposed(dossier, town)
    return sign_extension(dossier.pk, actor=town.leader)


def nothing_moved(dossier):
    fresh = Dossier.objects.get(pk=dossier.pk)
    return fresh.due_at == dossier.due_at and not Extension.objects.filter(state="granted").exists()


def due_on(dossier, day):
    """As if the dossier were due on that day."""
    at = timezone.make_aware(dt.datetime.combine(day, dt.time(16)))
    Dossier.objects.filter(pk=dossier.pk).update(due_at=at)
    return Dossier.objects.get(pk=dossier.pk)


def a_rule(town, values):
    day = dt.date(2026, 1, 1)
    change_rules("clock", actor=town.editor, valid_from=day, values=values, source="thử")


def test_the_head_signs_and_the_date_moves_while_the_slip_keeps_its_own(town, dossier):
    promised, new_on = dossier.promised_at, later(dossier)
    proposed(dossier, town)
    assert nothing_moved(dossier)
    moved = sign_extension(dossier.pk, actor=town.leader)
    assert timezone.localdate(moved.due_at) == new_on
    assert timezone.localtime(moved.due_at).time() == timezone.localtime(promised).time()
    assert moved.promised_at == promised
    last = DueChange.objects.filter(dossier=dossier).latest("pk")
    assert (last.due_at, last.reason) == (moved.due_at, "extended")
    steps = [step for step in moved.steps.order_by("order") if step.planned_end]
    assert steps[-1].planned_end == moved.due_at
    ends = [step.planned_end for step in steps]
    assert ends == sorted(ends)


def test_form_04_says_both_dates_the_reason_and_who_signs(town, dossier):
    moved = extended(dossier, town)
    form = PrintedForm.objects.get(form="04")
    assert form.unit == town.agency
    on_it = paper_context(form)
    day = f"{timezone.localtime(moved.due_at):%Y}"
    assert day in on_it["new_due_at"]
    assert on_it["old_due_at"] != on_it["new_due_at"]
    assert (on_it["reason"], on_it["signer_name"]) == (WHY, town.leader.full_name)
    assert Extension.objects.get().form == form


def test_look_up_and_letter_say_the_new_date_the_apology_and_the_reason(town, dossier):
    moved = extended(dossier, town)
    page = public_dossier(dossier.pk, "full")
    assert (page.promised_at, page.due_at) == (dossier.promised_at, moved.due_at)
    assert "apologises" in page.due_why
    assert WHY in page.due_why
    tell_citizen(OutboxEvent.objects.get(action="dossier.extended"))
    body = EmailMessage.objects.get().body
    assert WHY in body
    assert f"{timezone.localtime(moved.due_at):%d/%m/%Y}" in body


def test_head_official_and_counter_are_told(town, dossier):
    proposed(dossier, town)
    tell_heads(OutboxEvent.objects.get(action="dossier.extension_asked"))
    assert Notification.objects.get().user == town.leader
    sign_extension(dossier.pk, actor=town.leader)
    tell_counter(OutboxEvent.objects.get(action="dossier.extended"))
    assert Notification.objects.filter(user=town.clerk).count() == 1
    words = [str(event.words) for event in timeline_of(dossier)]
    assert words[:2] == [
        "Signed the apology and the new date",
        "Proposed a new date with an apology",
    ]


def test_on_the_due_date_itself_it_is_too_late(town, dossier):
    today = due_on(dossier, timezone.localdate())
    with pytest.raises(extensions.NotInTime):
        proposed(today, town)
    assert nothing_moved(today)


def test_a_day_before_is_still_in_time_and_more_notice_can_be_asked(town, dossier):
    tomorrow = due_on(dossier, timezone.localdate() + dt.timedelta(days=1))
    a_rule(town, {"late_notice_days": 2})
    with pytest.raises(extensions.NotInTime):
        proposed(tomorrow, town)
    a_rule(town, {})
    fresh = Dossier.objects.get(pk=dossier.pk)
    assert proposed(fresh, town).state == "waiting"


def test_what_was_proposed_in_time_is_not_signed_too_late(town, dossier):
    proposed(dossier, town)
    today = due_on(dossier, timezone.localdate())
    with pytest.raises(extensions.NotInTime):
        sign_extension(dossier.pk, actor=town.leader)
    assert nothing_moved(today)


def test_a_second_new_date_is_refused_unless_the_province_allows_two(town, dossier):
    moved = extended(dossier, town)
    with pytest.raises(TransitionError, match="moved once already"):
        proposed(moved, town)
    a_rule(town, {"extensions_allowed": 2})
    assert extended(moved, town).due_at > moved.due_at


def test_two_proposals_do_not_wait_at_once(town, dossier):
    proposed(dossier, town)
    with pytest.raises(AlreadyDone):
        proposed(dossier, town, actor=town.head)


def test_no_new_date_while_the_clock_stands_still(town, dossier):
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Ảnh"], reason="Thiếu", apply_by=far_off()
    )
    with pytest.raises(DomainError):
        proposed(dossier, town, actor=town.leader)
    assert nothing_moved(dossier)


def test_a_date_proposed_before_a_wait_is_not_signed_during_it(town, dossier):
    proposed(dossier, town)
    waiting.require_payment(dossier.pk, actor=town.officer, amount_vnd=5_000, note="Lệ phí")
    with pytest.raises(TransitionError, match="stands still"):
        sign_extension(dossier.pk, actor=town.leader)
    assert nothing_moved(dossier)


def test_no_new_date_after_the_finish(town, scope):
    done = at_kind(town, "return")
    with pytest.raises(DomainError, match="no longer"):
        proposed(done, town, actor=town.leader)
    stopped = endings.stop(assigned(town).pk, actor=town.leader, reason="Công dân đề nghị")
    with pytest.raises(DomainError):
        proposed(stopped, town, actor=town.leader)


def test_a_proposal_dies_with_its_dossier(town, dossier):
    proposed(dossier, town)
    endings.stop(dossier.pk, actor=town.leader, reason="Công dân đề nghị")
    with pytest.raises(AlreadyDone):
        sign_extension(dossier.pk, actor=town.leader)


def test_the_new_date_is_later_and_a_working_day(town, dossier):
    for early in (timezone.localdate(dossier.due_at), timezone.localdate()):
        with pytest.raises(DomainError, match="later"):
            proposed(dossier, town, new_on=early)
    holiday = later(dossier, 5)
    CalendarEntry.objects.create(date=holiday, kind="holiday", name="Nghỉ", confirmed=True)
    forget_standing()
    with pytest.raises(DomainError, match="day off"):
        proposed(dossier, town, new_on=holiday)
    with pytest.raises(DomainError, match="reason"):
        proposed(dossier, town, reason=" ")
    assert not Extension.objects.exists()


def test_who_proposed_it_does_not_sign_it(town, dossier):
    proposed(dossier, town, actor=town.leader)
    with pytest.raises(extensions.SignedByAnother):
        sign_extension(dossier.pk, actor=town.leader)
    offered = {act.name for act in DossierPage(Dossier.objects.get(), town.leader).acts}
    assert "sign_extension" not in offered
    assert "refuse_extension" in offered  # he may take it back


def test_only_the_head_of_the_agency_signs_and_strangers_propose_nothing(town, dossier):
    for person in (town.outsider, town.clerk, town.overseer):
        with pytest.raises(PermissionDenied):
            proposed(dossier, town, actor=person)
    proposed(dossier, town)
    for person in (town.head, town.officer, town.outsider, town.superuser):
        with pytest.raises(PermissionDenied):
            sign_extension(dossier.pk, actor=person)


def test_a_refused_proposal_moves_nothing_says_why_and_does_not_count(town, dossier):
    proposed(dossier, town)
    with pytest.raises(DomainError, match="reason"):
        refuse_extension(dossier.pk, actor=town.leader, reason=" ")
    refuse_extension(dossier.pk, actor=town.leader, reason="Vẫn kịp")
    assert nothing_moved(dossier)
    assert Extension.objects.get().answer == "Vẫn kịp"
    assert timezone.localdate(extended(dossier, town).due_at) == later(dossier)


def test_a_wait_after_the_signature_moves_the_new_date_on(town, scope):
    monday = timezone.make_aware(dt.datetime(2026, 3, 2, 9, 0))
    dossier = make_dossier(town, at=monday)
    Extension.objects.create(
        dossier=dossier, state="granted", old_due_at=dossier.due_at, reason=WHY,
        new_due_at=timezone.make_aware(dt.datetime(2026, 3, 20, 9, 0)),
        asked_at=monday, asked_by=town.officer, decided_at=monday, decided_by=town.leader,
    )  # fmt: skip
    clock.set_due(dossier)
    assert timezone.localtime(dossier.due_at).date() == dt.date(2026, 3, 20)
    at = monday + dt.timedelta(days=7)
    clock.stop_clock(dossier, "supplement", actor=town.officer, at=at)
    clock.start_clock(dossier, at=at + dt.timedelta(days=1))
    assert timezone.localtime(dossier.due_at).date() == dt.date(2026, 3, 23)  # over the weekend


@pytest.mark.parametrize(("who", "slug"), [("officer", "gia-han"), ("leader", "ky-gia-han")])
def test_the_page_offers_the_act_its_form_says_the_facts_and_it_is_done(
    client, province, town, who, slug
):
    with tenant_scope(province):
        dossier = assigned(town)
        day = later(dossier)
        if who == "leader":
            proposed(dossier, town)
    client.sign_in(getattr(town, who))
    url = reverse("onestop:dossier_act", args=[dossier.code, slug])
    page = client.get(url)
    assert page.status_code == 200
    data = {"step": dossier.step_id, "new_on": f"{day:%d/%m/%Y}", "reason": WHY}
    shown = client.post(url, data, follow=True)
    assert shown.status_code == 200
    assert WHY in shown.content.decode()


def test_a_new_date_costs_the_page_one_question_more_and_none_where_there_is_none(
    client, province, town
):
    with tenant_scope(province):
        dossier = assigned(town)
    url = reverse("onestop:dossier_detail", args=[dossier.code])
    _page, before, _asked = cost(client, town.officer, url)
    with tenant_scope(province):
        extended(dossier, town)
    _page, after, asked = cost(client, town.officer, url)
    assert after == before + 1, asked


def test_a_date_years_away_is_no_new_date(town, dossier):
    """2062 for 2026: the citizen would be promised it, and the calendar counted for long."""
    furthest = extensions.furthest_day(dossier)
    for day in (furthest + dt.timedelta(days=1), dt.date(2062, 12, 11), dt.date(9999, 12, 31)):
        with pytest.raises(DomainError, match="no later than"):
            proposed(dossier, town, new_on=day)
    a_rule(town, {"extension_most_days": 7})
    with pytest.raises(DomainError, match="no later than"):
        proposed(dossier, town, new_on=later(dossier, 6))
    assert nothing_moved(dossier)


def test_the_limit_is_for_the_date_that_a_person_chooses_and_not_for_those_of_parts(town, dossier):
    """A part that waited for the lead gets the time of its wait on top."""
    linked = make_linked(town)
    whole = receive(town, linked)
    assignment.assign(whole.pk, actor=town.leader, person_id=town.officer.pk)
    part = part_at(whole, linked.police)
    assignment.assign(part.pk, actor=linked.police_leader, person_id=linked.police_officer.pk)
    part_decisions.ask_lead(part.pk, actor=linked.police_officer, reason="Thiếu hợp đồng")
    long_ago = timezone.now() - dt.timedelta(days=30)
    due_at = long_ago + dt.timedelta(days=20)
    Dossier.objects.filter(pk=part.pk).update(clock_from_at=long_ago, due_at=due_at)
    Pause.objects.filter(dossier=part).update(started_at=long_ago)
    day = later(whole)
    most = day - timezone.localdate(whole.due_at)
    a_rule(town, {"extension_most_days": most.days})
    proposed(whole, town, new_on=day)
    sign_extension(whole.pk, actor=town.leader)
    moved = Dossier.objects.get(pk=part.pk)
    assert timezone.localdate(moved.due_at) - timezone.localdate(due_at) > most


def test_who_comes_too_late_is_told_so_and_not_that_somebody_was_faster(client, province, town):
    """The form was opened in time and sent on the due date."""
    with tenant_scope(province):
        dossier = assigned(town)
        day = later(dossier)
        due_on(dossier, timezone.localdate())
    client.sign_in(town.officer)
    url = reverse("onestop:dossier_act", args=[dossier.code, "gia-han"])
    sent = {"step": dossier.step_id, "new_on": f"{day:%d/%m/%Y}", "reason": WHY}
    told = [client.get(url, follow=True), client.post(url, sent)]
    assert [answer.status_code for answer in told] == [200, 409]
    assert all("Quá muộn" in answer.content.decode() for answer in told)


def test_who_asks_for_a_second_date_is_told_that_there_was_one(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        extended(dossier, town)
    client.sign_in(town.officer)
    url = reverse("onestop:dossier_act", args=[dossier.code, "gia-han"])
    assert "không được hẹn thêm" in client.get(url, follow=True).content.decode()
