"""A part that cannot go on, and what happens to parts when something happens to the whole."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import AuditEntry, OutboxEvent
from common.errors import DomainError, TransitionError
from common.working_time import DEFAULT_PATTERN, add_working_days
from notifications.models import Notification
from onestop.models import Dossier, DossierPerson, LinkedPart, Pause
from onestop.queries import linked as linked_queries
from onestop.queries import part_figures
from onestop.queries.timeline import timeline_of
from onestop.services import (
    assignment,
    clock,
    corrections,
    endings,
    extensions,
    part_decisions,
    parts,
    processing,
    successions,
    waiting,
)
from onestop.services.reception import PaperFacts
from organizations.calendars import calendar_for
from organizations.models import WorkPattern
from organizations.standing import forget_standing
from tenancy.scope import required_scope
from tests.onestop.acts import far
from tests.onestop.dossiers import open_step
from tests.onestop.linked import (
    Linked,
    finish,
    finish_both,
    make_linked,
    part_at,
    parts_of,
    receive,
)
from tests.people import Town, make_town, make_unit

WHY = "Chỗ ở ngoài địa bàn"


pytestmark = pytest.mark.usefixtures("scope")


@dataclass
class Stand:
    """A linked dossier whose lead and whose part of the police are in officials' hands."""

    town: Town
    linked: Linked
    whole: Dossier
    home: Dossier


def stand():
    town = make_town()
    linked = make_linked(town)
    whole = receive(town, linked)
    assignment.assign(whole.pk, actor=town.leader, person_id=town.officer.pk)
    part = part_at(whole, linked.police)
    assignment.assign(part.pk, actor=linked.police_leader, person_id=linked.police_officer.pk)
    return Stand(town, linked, whole, again(part))


@pytest.fixture
def town(standing):
    return standing.town


@pytest.fixture
def linked(standing):
    return standing.linked


@pytest.fixture
def whole(standing):
    return standing.whole


@pytest.fixture
def home(standing):
    """The part of the police."""
    return standing.home


def again(dossier):
    return Dossier.objects.get(pk=dossier.pk)


def refused(home, linked):
    return endings.refuse_part(home.pk, actor=linked.police_leader, reason=WHY)


def told(dossier):
    rows = AuditEntry.objects.filter(subject_type="onestop.dossier", subject_id=str(dossier.pk))
    return set(rows.values_list("action", flat=True))


def test_a_refused_part_ends_alone_and_the_lead_reads_why(linked, whole, home):
    part = refused(home, linked)
    assert (part.status, part.closed_at is None) == (3, False)
    assert again(whole).closed_at is None
    entry = AuditEntry.objects.get(action="dossier.part_refused")
    assert entry.subject_id == str(whole.pk)
    assert entry.data["reason"] == WHY
    with pytest.raises(parts.PartsOpen):
        parts.require_done(whole)


def test_a_refused_part_is_given_out_again_with_a_clock_of_its_own(linked, whole, home, town):
    refused(home, linked)
    part_decisions.renew_part(whole.pk, home.pk, actor=town.officer, reason="Đã xác minh lại")
    fresh = part_at(whole, linked.police)
    assert fresh.code == f"{whole.code}-1-2"
    assert (fresh.status, open_step(fresh).unit) == (2, linked.police)
    assert fresh.accepted_at > home.accepted_at
    rows = LinkedPart.objects.filter(parent=whole, order=1).order_by("round")
    assert [row.settlement for row in rows] == ["renewed", ""]
    finish(fresh, linked.police_leader, linked.police_officer)
    assert len(parts.unsettled(whole)) == 1  # the insurance


def test_the_head_goes_on_without_a_part_and_says_why(linked, whole, home, town):
    refused(home, linked)
    with pytest.raises(DomainError):
        part_decisions.waive_part(whole.pk, home.pk, actor=town.leader, reason=" ")
    part_decisions.waive_part(whole.pk, home.pk, actor=town.leader, reason="Làm riêng sau")
    card = part_at(whole, linked.insurance)
    part_decisions.waive_part(whole.pk, card.pk, actor=town.leader, reason="Đã có thẻ")
    card = again(card)
    assert (card.status, card.step_id) == (8, None)  # what was open of it is stopped
    parts.require_done(whole)
    assert "part.waived" in told(card)


def test_a_part_asks_its_lead_and_only_its_own_clock_stands_still(linked, whole, home, town):
    part_decisions.ask_lead(home.pk, actor=linked.police_officer, reason="Thiếu hợp đồng thuê nhà")
    assert again(home).status == 5
    assert not clock.is_running(home)
    assert clock.is_running(whole)
    assert clock.is_running(part_at(whole, linked.insurance))
    paper = whole.papers.get(name="Giấy ủy quyền")
    part_decisions.answer_part(
        whole.pk, home.pk, actor=town.officer, note="Có giấy ủy quyền", paper_ids=[paper.pk]
    )
    assert again(home).status == 4
    assert clock.is_running(home)
    assert home.papers.filter(name="Giấy ủy quyền").exists()


def test_papers_of_the_citizen_go_to_the_part_that_waits_and_it_goes_on(linked, whole, home, town):
    part_decisions.ask_lead(home.pk, actor=linked.police_officer, reason="Thiếu hợp đồng")
    waiting.ask_supplement(
        whole.pk, actor=town.officer, items=["Hợp đồng thuê nhà"], reason="Công an cần",
        apply_by=far(),
    )  # fmt: skip
    card = part_at(whole, linked.insurance)
    assert not clock.is_running(whole)
    assert clock.is_running(card)  # it lacks nothing
    waiting.receive_supplement(
        whole.pk, actor=town.clerk, papers=[PaperFacts("Hợp đồng thuê nhà", originals=1)]
    )
    assert again(home).status == 4
    assert home.papers.filter(name="Hợp đồng thuê nhà").exists()
    assert not card.papers.filter(name="Hợp đồng thuê nhà").exists()


@pytest.mark.parametrize(("end", "status"), [("refuse", 8), ("stop", 8)])
def test_with_the_whole_its_open_parts_end_in_the_same_commit(
    linked, whole, home, town, end, status
):
    finish(part_at(whole, linked.insurance), linked.insurance_leader, linked.insurance_officer)
    getattr(endings, end)(whole.pk, actor=town.leader, reason="Không đủ điều kiện")
    home, card = parts_of(whole)
    assert (home.status, home.closed_at) == (status, again(whole).closed_at)
    assert card.status == 10  # what was finished stays finished
    assert "part.ended" in told(home)


def test_a_withdrawal_holds_the_parts_and_ends_or_frees_them(linked, whole, home, town):
    endings.request_withdrawal(whole.pk, actor=town.clerk, reason="Chuyển nhà", asked_by="Trần Thử")
    assert {part.status for part in parts_of(whole)} == {7}
    with pytest.raises(DomainError):
        processing.forward(home.pk, actor=linked.police_officer)
    endings.refuse_withdrawal(whole.pk, actor=town.leader, reason="Đã ký")
    assert {part.status for part in parts_of(whole)} == {4}
    endings.request_withdrawal(whole.pk, actor=town.clerk, reason="Chuyển nhà", asked_by="Trần Thử")
    endings.grant_withdrawal(whole.pk, actor=town.leader, reason="Đồng ý")
    assert all(part.closed_at and part.granted_at for part in parts_of(whole))


def test_a_reception_is_void_with_its_parts_unless_a_part_was_worked_on(linked, town):
    dossier = receive(town, linked)
    corrections.void(dossier.pk, actor=town.clerk, reason="Nhầm người")
    assert all(part.is_void for part in parts_of(dossier))
    other = receive(town, linked)
    part = part_at(other, linked.police)
    assignment.assign(part.pk, actor=linked.police_leader, person_id=linked.police_officer.pk)
    with pytest.raises(TransitionError):
        corrections.void(other.pk, actor=town.clerk, reason="Nhầm người")


def test_a_new_date_gives_days_to_parts_in_time_and_none_to_a_late_one(linked, whole, home, town):
    card = part_at(whole, linked.insurance)
    yesterday = timezone.now() - dt.timedelta(days=1)
    Dossier.objects.filter(pk=card.pk).update(due_at=yesterday)
    calendar = calendar_for(whole.competent_unit_id)
    later = add_working_days(calendar, timezone.localdate(whole.due_at), 4)
    extensions.ask_extension(whole.pk, actor=town.officer, new_on=later, reason="Chờ xác minh")
    extensions.sign_extension(whole.pk, actor=town.leader)
    days = calendar.working_days_between(
        timezone.localdate(home.due_at), timezone.localdate(again(home).due_at)
    )
    assert days == 4
    assert again(card).due_at == yesterday


def test_a_correction_of_the_applicant_is_made_on_the_parts_too(linked, whole, town):
    person = DossierPerson.objects.get(dossier=whole)
    facts = corrections.Correction(
        corrections.PersonFacts(name="Trần Văn Sửa", number=person.number), None, None, 1, "",
        "counter",
    )  # fmt: skip
    corrections.correct(whole.pk, facts, actor=town.clerk, reason="Sai tên")
    assert {part.applicant_name for part in parts_of(whole)} == {"Trần Văn Sửa"}
    assert all("tran van sua" in part.search_text for part in parts_of(whole))


def test_a_merged_unit_hands_its_parts_and_its_place_in_the_group_on(linked, whole, town):
    new = make_unit("H32.29", parent=town.root, name="Bảo hiểm xã hội khu vực")
    successions.hand_over(linked.insurance, new, town.superuser)
    card = part_at(whole, new)
    assert open_step(card).unit == new
    assert linked.group.members.get(order=3).unit == new


@pytest.mark.parametrize("act", ["stop", "request_withdrawal", "correct", "ask_supplement"])
def test_what_concerns_the_citizen_is_not_done_on_a_part(linked, home, town, act):
    calls = {
        "stop": lambda: endings.stop(home.pk, actor=linked.police_leader, reason=WHY),
        "request_withdrawal": lambda: endings.request_withdrawal(
            home.pk, actor=town.clerk, reason=WHY, asked_by="Thử"
        ),
        "correct": lambda: corrections.void(home.pk, actor=town.clerk, reason=WHY),
        "ask_supplement": lambda: waiting.ask_supplement(
            home.pk, actor=linked.police_officer, items=["Ảnh"], reason=WHY, apply_by=far()
        ),
    }
    with pytest.raises(TransitionError):
        calls[act]()
    assert again(home).status == 4


def test_finished_parts_leave_nothing_unsettled(linked, whole):
    finish_both(linked, whole)
    assert parts.unsettled(whole) == []
    assert told(whole) >= {"dossier.part_done"}


def test_a_late_part_counts_against_its_own_unit(linked, whole, home, town):
    finish(home, linked.police_leader, linked.police_officer)
    card = part_at(whole, linked.insurance)
    Dossier.objects.filter(pk=card.pk).update(due_at=timezone.now() - dt.timedelta(days=1))
    today = timezone.localdate()
    found = part_figures.parts_given_out(town.overseer, today, today)
    rows = {row["unit"]: row for row in part_figures.by_unit(found, today)}
    assert set(rows) == {linked.police.name, linked.insurance.name}
    assert (rows[linked.police.name]["on_time"], rows[linked.police.name]["overdue"]) == (1, 0)
    assert (rows[linked.insurance.name]["on_time"], rows[linked.insurance.name]["overdue"]) == (
        0,
        1,
    )
    assert not part_figures.parts_given_out(town.leader, today, today).exists()  # not its parts


@pytest.mark.parametrize("late_by", [0, 1])
def test_each_part_is_in_exactly_one_column(linked, whole, home, town, late_by):
    finish(home, linked.police_leader, linked.police_officer)
    moved = timezone.now() - dt.timedelta(days=late_by)
    Dossier.objects.filter(parent=whole).update(due_at=moved)
    today = timezone.localdate()
    for row in part_figures.by_unit(
        part_figures.parts_given_out(town.overseer, today, today), today
    ):
        assert row["all"] == sum(row[kind] for kind in part_figures.KINDS if kind != "all") == 1


def test_a_part_asked_for_again_keeps_the_papers_the_lead_had_handed_on(linked, whole, home, town):
    part_decisions.ask_lead(home.pk, actor=linked.police_officer, reason="Thiếu giấy ủy quyền")
    paper = whole.papers.get(name="Giấy ủy quyền")
    part_decisions.answer_part(
        whole.pk, home.pk, actor=town.officer, note="Đây", paper_ids=[paper.pk]
    )
    had = list(home.papers.order_by("order").values_list("name", flat=True))
    refused(home, linked)
    part_decisions.renew_part(whole.pk, home.pk, actor=town.officer, reason="Đã xác minh lại")
    fresh = part_at(whole, linked.police)
    assert list(fresh.papers.order_by("order").values_list("name", flat=True)) == had


def set_week_without(unit, weekday):
    week = DEFAULT_PATTERN.as_data()
    week[weekday - 1] = []
    WorkPattern.objects.create(unit=unit, valid_from=timezone.localdate(), sessions=week)
    forget_standing()
    required_scope().memory.clear()


def test_a_part_on_its_own_calendar_gets_days_of_its_own_even_while_it_waits(
    linked, whole, home, town
):
    """The police have the lead's last day off, and the insurance waits for papers."""
    card = part_at(whole, linked.insurance)
    assignment.assign(card.pk, actor=linked.insurance_leader, person_id=linked.insurance_officer.pk)
    part_decisions.ask_lead(card.pk, actor=linked.insurance_officer, reason="Thiếu tờ khai")
    asked = again(card)
    calendar = calendar_for(whole.competent_unit_id)
    before = {part.pk: timezone.localdate(part.due_at) for part in (home, asked)}
    later = add_working_days(calendar, timezone.localdate(whole.due_at), 4)
    off = add_working_days(calendar, before[home.pk], 4)
    set_week_without(linked.police, off.isoweekday())
    extensions.ask_extension(whole.pk, actor=town.officer, new_on=later, reason="Chờ xác minh")
    extensions.sign_extension(whole.pk, actor=town.leader)
    own = calendar_for(linked.police.pk)
    days = own.working_days_between(timezone.localdate(whole.due_at), later)
    assert timezone.localdate(again(home).due_at) == own.add_working_days(before[home.pk], days)
    assert timezone.localdate(again(card).due_at) == calendar.add_working_days(before[card.pk], 4)
    part_decisions.answer_part(whole.pk, card.pk, actor=town.officer, note="Đây")
    assert timezone.localdate(again(card).due_at) == calendar.add_working_days(before[card.pk], 4)


def test_the_wait_before_a_new_date_is_not_lost_by_a_part_that_waits(linked, whole, home, town):
    part_decisions.ask_lead(home.pk, actor=linked.police_officer, reason="Thiếu hợp đồng")
    calendar = calendar_for(whole.competent_unit_id)
    days_ago = timezone.now() - dt.timedelta(days=7)
    Dossier.objects.filter(pk=home.pk).update(
        clock_from_at=days_ago, due_at=days_ago + dt.timedelta(days=3)
    )
    Pause.objects.filter(dossier=home).update(started_at=days_ago)
    with transaction.atomic():  # what it would be without a new date
        part_decisions.answer_part(whole.pk, home.pk, actor=town.officer, note="Đây")
        before = timezone.localdate(again(home).due_at)
        transaction.set_rollback(True)
    later = add_working_days(calendar, timezone.localdate(whole.due_at), 4)
    extensions.ask_extension(whole.pk, actor=town.officer, new_on=later, reason="Chờ xác minh")
    extensions.sign_extension(whole.pk, actor=town.leader)
    part_decisions.answer_part(whole.pk, home.pk, actor=town.officer, note="Đây")
    assert timezone.localdate(again(home).due_at) == calendar.add_working_days(before, 4)


def noticed(dossier, action):
    """Who is told by the last event of that kind on the dossier."""
    event = OutboxEvent.objects.filter(action=action, subject_id=str(dossier.pk)).latest("pk")
    for handler in handlers_of(action):
        handler(event)
    rows = Notification.objects.filter(subject_id=str(dossier.pk))
    people = set(rows.values_list("user", flat=True))
    rows.delete()
    return people


def test_a_part_that_asked_goes_on_asking_when_the_dossier_is_not_given_back(
    linked, whole, home, town
):
    part_decisions.ask_lead(home.pk, actor=linked.police_officer, reason="Thiếu hợp đồng")
    endings.request_withdrawal(whole.pk, actor=town.clerk, reason="Chuyển nhà", asked_by="Trần Thử")
    assert noticed(home, "part.held") == {linked.police_officer.pk}
    endings.refuse_withdrawal(whole.pk, actor=town.leader, reason="Đã ký")
    assert noticed(home, "part.resumed") == {linked.police_officer.pk}
    assert (again(home).status, clock.is_running(home)) == (5, False)
    (row,) = [row for row in linked_queries.parts_of(whole) if row.pk == home.pk]
    assert (row.state, row.reason) == ("asked", "Thiếu hợp đồng")
    assert again(part_at(whole, linked.insurance)).status == 4
    assert [event.detail for event in timeline_of(home)][:2] == ["Đã ký", "Chuyển nhà"]
    part_decisions.answer_part(whole.pk, home.pk, actor=town.officer, note="Đây")
    assert clock.is_running(home)


@pytest.mark.parametrize("end", ["whole", "waived"])
def test_who_has_a_part_in_hand_is_told_that_it_ended(linked, whole, home, town, end):
    if end == "whole":
        endings.stop(whole.pk, actor=town.leader, reason="Không đủ điều kiện")
    else:
        part_decisions.waive_part(whole.pk, home.pk, actor=town.leader, reason="Làm riêng")
        event = OutboxEvent.objects.get(action="part.waived")
        assert event.data["person"] == linked.police_officer.pk
    assert noticed(home, "part.ended") == {linked.police_officer.pk}
