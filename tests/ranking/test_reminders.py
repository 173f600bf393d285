"""Reminders before the dates of a year: once each, to who must still act, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError
from common.working_time import Calendar, CalendarEntry, EntryKind
from notifications.models import Notification
from organizations.access import RefusedError
from portal.queries import work
from ranking import consumers
from ranking.models import Cycle, Reminder
from ranking.queries import waiting
from ranking.rulesets import RankingRules
from ranking.services import answers, reminders, submission, verifications
from ranking.services.answers import AnswerFacts
from ranking.services.verifications import Seen
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 10)
OFF = Calendar(
    entries=tuple(CalendarEntry(dt.date(2027, 2, n), EntryKind.HOLIDAY) for n in range(4, 11)),
    last_known_year=2027,
)
HEAR = {
    "ranking.date_near": consumers.tell_date, "ranking.unit_reminded": consumers.tell_unit,
    "ranking.form_offered": consumers.tell_head,
    "ranking.criterion_given": consumers.tell_colleague,
}  # fmt: skip


@pytest.fixture
def year(scope, town):
    return make_year(town)  # due in three days: the rung of five


def heard():
    """Deliver the news twice, as may happen; who was told what."""
    for _again in range(2):
        for event in OutboxEvent.objects.filter(action__in=HEAR).order_by("pk"):
            HEAR[event.action](event)
    return {notice.user.full_name: notice for notice in Notification.objects.all()}


@pytest.mark.parametrize(
    ("left", "rung"), [(15, None), (14, 14), (6, 14), (5, 5), (2, 5), (1, 1), (0, 1), (-1, None)]
)
def test_the_rung_is_the_nearest_to_the_date(left, rung):
    assert RankingRules().rung_on(TODAY, TODAY + dt.timedelta(days=left), Calendar()) == rung


@pytest.mark.parametrize(
    ("due", "today", "rung"),
    [
        ("16/11/2026", "13/11/2026", 1),  # the day before is a Sunday: told on Friday
        ("16/11/2026", "12/11/2026", 5),
        ("15/11/2026", "13/11/2026", 1),
        ("15/11/2026", "14/11/2026", 1),  # nothing ran on Friday
        ("21/02/2027", "02/02/2027", None),
        ("21/02/2027", "03/02/2027", 14),  # Tết from the 4th on: on the 7th nobody would read it
        ("21/02/2027", "15/02/2027", 14),
        ("21/02/2027", "16/02/2027", 5),
    ],
)
def test_a_rung_on_a_day_off_rings_on_the_last_working_day_before(due, today, rung):
    due, today = (dt.datetime.strptime(each, "%d/%m/%Y").date() for each in (due, today))
    assert RankingRules().rung_on(today, due, OFF) == rung


def test_a_rung_that_is_switched_off_never_rings():
    off = RankingRules(remind_first_days=0, remind_second_days=0, remind_last_days=0)
    assert off.rung_on(TODAY, TODAY, Calendar()) is None


def test_each_rung_rings_once_however_often_the_clock_does(year, town):
    thursday = year.cycle.due + dt.timedelta(days=7 + (3 - year.cycle.due.weekday()) % 7)
    Cycle.objects.update(due=thursday)
    year.cycle.refresh_from_db()
    monday = thursday - dt.timedelta(days=3)
    assert reminders.remind_due(monday) == 1
    assert reminders.remind_due(monday) == 0
    told = heard()
    assert told[town.leader.full_name].subject_name == year.own.unit_name  # no number of ours
    assert year.appraiser.full_name not in told
    assert Notification.objects.filter(user=town.leader).count() == 1
    assert reminders.remind_due(year.cycle.due) == 1  # the last rung, on the day itself
    assert reminders.remind_due(year.cycle.due + dt.timedelta(days=1)) == 0  # it is over


def test_a_date_that_was_moved_begins_anew_and_old_news_is_not_told(year):
    reminders.remind_due()
    Cycle.objects.update(due=year.cycle.due + dt.timedelta(days=2))
    assert heard() == {}
    assert reminders.remind_due() == 1


def test_whoever_submitted_meanwhile_is_not_told(year, town):
    head = make_person("leader", town.other_agency, full_name="Người Chưa Nộp")
    reminders.remind_due()
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    told = heard()
    assert head.full_name in told
    assert town.leader.full_name not in told


def test_appeals_and_publication_are_reminded_of_in_their_time(year, town):
    today = timezone.localdate()
    Cycle.objects.update(appeals_due=today, publish_due=today)
    facts = AnswerFacts(year.node("1.9").pk, 0, {"a": "1", "b": "2"})
    answers.save(year.own.pk, facts, actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    Cycle.objects.update(state="provisional")
    assert reminders.remind_due() == 2  # self-assessment is over in this state
    told = heard()
    assert town.leader.full_name in told
    assert {year.runner.full_name, year.chair.full_name} <= set(told)
    judge = told[year.appraiser.full_name]  # nothing is decided yet: that is what waits for him
    assert "chờ thẩm định" in judge.text
    assert judge.url == f"/xep-hang/ky/{year.cycle.pk}/tien-do/"
    Cycle.objects.update(state="published")
    assert reminders.remind_due(today + dt.timedelta(days=1)) == 0


def test_a_department_is_reminded_of_its_cross_check_while_something_waits_for_it(year, town):
    today = timezone.localdate()
    checker = make_person("ranking_officer", town.other_agency, full_name="Người Đối Chiếu")
    node = year.node("1.9")
    verifications.give(year.cycle.pk, {node.pk: town.other_agency.pk}, actor=year.runner, due=today)
    Cycle.objects.update(due=today - dt.timedelta(days=1))
    assert reminders.remind_due() == 1
    assert checker.full_name not in heard()  # nobody has submitted: there is nothing to check
    answers.save(year.own.pk, AnswerFacts(node.pk, 0, {"a": "1", "b": "2"}), actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    told = heard()[checker.full_name]
    assert (told.url, f"{today:%d/%m/%Y}" in told.text) == ("/xep-hang/doi-chieu/", True)
    [found] = year.cycle.verifications.all()
    verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    Notification.objects.all().delete()
    assert checker.full_name not in heard()


def test_one_unit_is_reminded_by_hand_once_a_day_and_only_while_it_is_behind(year, town):
    with pytest.raises(RefusedError):
        reminders.remind_unit(year.own.pk, actor=town.leader)
    reminders.remind_unit(year.own.pk, actor=year.runner)
    with pytest.raises(AlreadyDone):
        reminders.remind_unit(year.own.pk, actor=year.runner)
    assert set(heard()) == {town.leader.full_name}
    Reminder.objects.update(made_on=timezone.localdate() - dt.timedelta(days=1))
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    with pytest.raises(DomainError, match="nothing to submit"):
        reminders.remind_unit(year.own.pk, actor=year.runner)


def boxes(person):
    return {box.words: box.count for box in work.boxes(person)}


def test_a_form_that_was_sent_to_the_head_lies_in_his_work(year, town):
    officer = make_person("ranking_officer", town.agency, full_name="Phụ Trách Thông Tin")
    with pytest.raises(RefusedError):
        submission.offer(year.own.pk, actor=town.outsider)
    submission.offer(year.own.pk, actor=officer)
    with pytest.raises(AlreadyDone):
        submission.offer(year.own.pk, actor=officer)
    assert heard()[town.leader.full_name].url.endswith(f"/{year.own.pk}/xem-lai/")
    assert boxes(town.leader)["Self-assessments to sign"] == 1
    assert "Self-assessments to sign" not in boxes(officer)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    assert not [words for words in boxes(town.leader) if "ssessment" in words]


def test_a_colleague_is_told_finds_it_in_his_work_and_loses_it_when_he_leaves(year, town):
    node = year.node("1.9").pk
    answers.give_to(year.own.pk, node, actor=town.leader, colleague_id=town.officer.pk)
    assert town.officer.full_name in heard()
    assert boxes(town.officer)["Criteria given to you"] == 1
    assert len(waiting.digest_lines(town.officer)) == 1
    town.officer.positions.update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    assert not waiting.given(town.officer).exists()
    town.officer.positions.update(valid_to=None)
    answers.save(year.own.pk, AnswerFacts(node, 0, {"a": "1", "b": "2"}), actor=town.officer)
    assert waiting.digest_lines(town.officer) == []


def test_who_loses_a_criterion_to_another_is_told_and_led_where_he_may_go(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        mate = make_person("official", town.agency, full_name="Đồng Nghiệp Khác")
        node = year.node("1.9").pk
        answers.give_to(year.own.pk, node, actor=town.leader, colleague_id=town.officer.pk)
        answers.give_to(year.own.pk, node, actor=town.leader, colleague_id=mate.pk)
        heard()
        notices = Notification.objects.filter(user=town.officer).order_by("event_id")
        assert [each.kind for each in notices] == ["todo", "info"]  # once each, heard twice
        last = notices.last()
        assert "không phải nhập" in last.text
        assert last.text.endswith(": 1.9")
        assert [each.kind for each in Notification.objects.filter(user=mate)] == ["todo"]
    client.sign_in(town.officer)
    assert client.get(last.url).status_code == 200


def test_the_digest_names_forms_that_are_near_and_not_those_far_away(year, town):
    assert len(waiting.digest_lines(town.leader)) == 1
    Cycle.objects.update(due=timezone.localdate() + dt.timedelta(days=40))
    assert waiting.digest_lines(town.leader) == []


def test_the_pages_offer_a_reminder_and_sending_to_the_head(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        officer = make_person("ranking_officer", town.agency)
    client.sign_in(year.runner)
    path = f"/xep-hang/ky/{year.cycle.pk}/nhac/{year.own.pk}/"
    assert path in client.get(f"/xep-hang/ky/{year.cycle.pk}/tien-do/").content.decode()
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 409
    own = f"/xep-hang/tu-danh-gia/{year.own.pk}"
    client.sign_in(officer)
    assert f"{own}/trinh/" in client.get(f"{own}/xem-lai/").content.decode()
    assert client.post(f"{own}/trinh/").status_code == 302
    page = client.get(f"{own}/xem-lai/").content.decode()
    assert f"{own}/trinh/" not in page
    assert "Đã trình thủ trưởng" in page
    client.sign_in(town.leader)
    page = client.get(f"{own}/xem-lai/").content.decode()
    assert "theo chức vụ" in page
    assert "Phiếu tự đánh giá chờ ký" in client.get("/viec/").content.decode()
