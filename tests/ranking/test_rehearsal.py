"""In a demo the day of a year is moved: forward to what comes, and back; elsewhere it never is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError
from notifications.models import Notification
from organizations.access import RefusedError
from ranking import consumers
from ranking.models import Assessment, Cycle, Preview, Reminder
from ranking.queries import waiting
from ranking.queries.measured import month_of
from ranking.queries.rehearsal import coming_days
from ranking.services import appeals, cycles, evidence, previews, rehearsal, reminders, submission
from ranking.services.cycles import CycleFacts
from ranking.services.evidence import DocumentFacts
from ranking.totals import Side, table_of
from tenancy.scope import tenant_scope
from tests.ranking.years import FORM, make_year

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DUE = dt.date(2026, 11, 19)  # a Thursday


@pytest.fixture
def demo(settings):
    settings.GOVIT_DEMO = True


@pytest.fixture
def year(scope, town):
    return make_year(
        town, data_from=DUE.replace(month=1, day=1), data_to=DUE - 4 * DAY, due=DUE,
        appeals_due=DUE + 20 * DAY, publish_due=DUE + 45 * DAY,
    )  # fmt: skip


def go(year, day):
    """Move the day and do what the worker does when it hears of it."""
    year.cycle = rehearsal.rehearse(year.cycle.pk, actor=year.runner, day=day)
    work()


def work():
    for event in OutboxEvent.objects.order_by("pk"):
        if event.action == "ranking.day_rehearsed":
            consumers.do_the_day(event)
    for event in OutboxEvent.objects.filter(action="ranking.date_near").order_by("pk"):
        consumers.tell_date(event)


def test_outside_a_demo_no_day_is_moved_and_a_stored_one_counts_for_nothing(year, settings):
    with pytest.raises(RefusedError):
        rehearsal.rehearse(year.cycle.pk, actor=year.runner, day=DUE)
    Cycle.objects.update(rehearsed_on=DUE, rehearsed_since=timezone.now())
    year.cycle.refresh_from_db()
    assert year.cycle.today == timezone.localdate()
    assert not year.cycle.is_rehearsed
    with pytest.raises(RefusedError):
        rehearsal.end(year.cycle.pk, actor=year.runner)
    settings.GOVIT_DEMO = True
    assert year.cycle.today == DUE


def test_only_who_runs_the_year_moves_its_day_and_only_about_that_year(year, town, demo):
    with pytest.raises(RefusedError):
        rehearsal.rehearse(year.cycle.pk, actor=town.leader, day=DUE)
    with pytest.raises(DomainError, match="01/01/2026"):
        rehearsal.rehearse(year.cycle.pk, actor=year.runner, day=dt.date(2025, 12, 31))
    with pytest.raises(AlreadyDone):
        rehearsal.end(year.cycle.pk, actor=year.runner)
    go(year, DUE)
    entry = AuditEntry.objects.get(action="ranking.day_rehearsed")
    assert entry.data == {"before": "", "day": "2026-11-19"}
    assert timezone.localdate(entry.at) == timezone.localdate()
    with pytest.raises(RefusedError):
        rehearsal.end(year.cycle.pk, actor=town.leader)
    rehearsal.end(year.cycle.pk, actor=year.runner)
    year.cycle.refresh_from_db()
    assert year.cycle.rehearsed_on is None
    assert year.cycle.rehearsed_since  # is kept for good


@pytest.mark.parametrize(("days", "deduction"), [(0, 0), (5, 10), (6, None)])
def test_a_form_counts_by_the_day_of_the_rehearsal_and_is_stamped_by_the_real_moment(
    year, town, demo, days, deduction
):
    before = timezone.now()
    go(year, DUE + days * DAY)
    form = submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    assert form.counted_on == DUE + days * DAY
    assert before < form.submitted_at < timezone.now()
    assert form.proof == "Day of a rehearsal"
    lines = {unit.pk: line for unit, line in table_of(year.cycle, Side.OWN)}
    late = lines[year.own.pk]
    assert (None if late.is_forced else late.deduction) == deduction
    rehearsal.end(year.cycle.pk, actor=year.runner)
    form.refresh_from_db()
    assert form.counted_on == DUE + days * DAY


def test_a_form_outside_a_rehearsal_has_no_proof(year, town, demo):
    form = submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    assert (form.counted_on, form.proof) == (timezone.localdate(form.submitted_at), "")


def test_reminders_come_on_their_days_and_again_when_the_days_come_again(year, town, demo):
    def told():
        return Notification.objects.filter(user=town.leader).count()

    go(year, DUE - 15 * DAY)
    assert told() == 0
    go(year, DUE - 14 * DAY)
    assert told() == 1
    go(year, DUE - 13 * DAY)
    assert told() == 1
    go(year, DUE - DAY)
    assert told() == 2
    assert not {each.made_on for each in Reminder.objects.all()} - {DUE - 14 * DAY, DUE - DAY}
    go(year, DUE - 10 * DAY)  # the last one is to come again
    assert [each.made_on for each in Reminder.objects.all()] == [DUE - 14 * DAY]
    OutboxEvent.objects.all().delete()
    go(year, DUE - DAY)
    assert told() == 3


def test_the_next_real_run_of_the_worker_asks_the_years_own_day(year, demo):
    go(year, DUE - 40 * DAY)
    assert reminders.remind_due() == 0
    other = Cycle.objects.exclude(pk=year.cycle.pk)
    assert not other.exists()
    Cycle.objects.update(rehearsed_on=DUE - 2 * DAY)
    assert reminders.remind_due() == 1


def test_each_month_of_a_rehearsal_has_its_preview_and_none_is_left_of_months_to_come(year, demo):
    go(year, dt.date(2026, 10, 2))
    go(year, dt.date(2026, 11, 1))
    Preview.objects.all().delete()
    months = [dt.date(2026, 10, 1), dt.date(2026, 11, 1)]
    node = year.node("2.1.1")
    for month in months:
        Preview.objects.create(
            assessment=year.own, criterion=node, month=month, input={}, cut_at=timezone.now()
        )
    go(year, dt.date(2026, 10, 20))
    assert [each.month for each in Preview.objects.all()] == months[:1]
    year.own.refresh_from_db()
    assert month_of(Assessment.objects.select_related("cycle").get(pk=year.own.pk))


def test_a_preview_is_made_in_the_month_of_the_rehearsal(year, demo, monkeypatch):
    made = []
    monkeypatch.setattr(previews, "make", lambda cycle, month: made.append(month) or 1)
    go(year, dt.date(2026, 12, 1))
    assert made == [dt.date(2026, 12, 1)]


def test_appeals_end_and_the_council_decides_by_the_day_of_the_rehearsal(year, town, demo):
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    last = year.cycle.appeals_due
    go(year, last)
    assert cycles.faults_before(year.cycle, "provisional") == []
    Cycle.objects.update(state="provisional")
    node = year.node("1.9").pk
    go(year, last + DAY)
    with pytest.raises(DomainError, match="last day for appeals"):
        appeals.file_appeal(year.own.pk, actor=town.leader, criterion_id=node, text="Xem lại")
    year.cycle.refresh_from_db()
    assert "may still appeal" not in " ".join(cycles.faults_before(year.cycle, "decided"))
    go(year, last)
    assert appeals.file_appeal(
        year.own.pk, actor=town.leader, criterion_id=node, text="Xem lại"
    ).filed_at
    year.cycle.refresh_from_db()
    assert "may still appeal" in " ".join(cycles.faults_before(year.cycle, "decided"))


def test_a_document_may_be_of_the_day_of_the_rehearsal_and_not_of_the_next(year, town, demo):
    day, node = dt.date(2027, 1, 5), year.node("1.10").pk
    go(year, day)
    facts = DocumentFacts("12/BC-SNV", day, "Sở Nội vụ", "Báo cáo")
    assert evidence.cite(year.own.pk, facts, actor=town.leader, criterion_ids=[node])
    later = DocumentFacts("13/BC-SNV", day + DAY, "Sở Nội vụ", "Báo cáo")
    with pytest.raises(DomainError, match="proves nothing"):
        evidence.cite(year.own.pk, later, actor=town.leader, criterion_ids=[node])


def test_the_daily_mail_names_the_form_by_the_day_of_its_own_year(year, town, demo):
    go(year, DUE - 30 * DAY)
    assert waiting.digest_lines(town.leader) == []
    go(year, DUE - 10 * DAY)
    assert len(waiting.digest_lines(town.leader)) == 1


def below(year, town, **changes):
    """A year of an agency for its own units, drawn up below it."""
    facts = CycleFacts(
        year=2026, name="Kỳ của đơn vị", owner_id=town.agency.pk, parent_id=year.cycle.pk,
        standing_unit_id=town.other_agency.pk, framework_id=year.framework.pk,
        data_from=dt.date(2026, 1, 1), data_to=DUE, due=DUE - 20 * DAY,
    )  # fmt: skip
    return cycles.prepare(dataclasses.replace(facts, **changes), actor=year.runner)


def day_in(cycle):
    return Cycle.objects.get(pk=cycle.pk).rehearsed_on


def log_of(cycle):
    rows = AuditEntry.objects.filter(action="ranking.day_rehearsed", subject_id=cycle.pk)
    return [(each.data["before"], each.data["day"]) for each in rows.order_by("pk")]


def test_years_below_go_along_and_a_new_one_begins_on_the_same_day(year, town, demo):
    lower = below(year, town)
    assert lower.rehearsed_on is None
    go(year, DUE)
    lower.refresh_from_db()
    assert lower.today == DUE
    lower.delete()
    assert below(year, town).today == DUE
    rehearsal.end(year.cycle.pk, actor=year.runner)
    assert not Cycle.objects.filter(rehearsed_on__isnull=False).exists()


def test_each_year_that_goes_along_has_its_own_lines_in_the_log(year, town, demo):
    lower, first, second = below(year, town), DUE, DUE + DAY
    go(year, first)
    go(year, second)
    rehearsal.end(year.cycle.pk, actor=year.runner)
    days = ["", first.isoformat(), second.isoformat(), ""]
    assert log_of(lower) == log_of(year.cycle) == list(pairwise(days))
    units = AuditEntry.objects.filter(action="ranking.day_rehearsed", subject_id=lower.pk)
    assert {each.unit_name for each in units} == {town.agency.name}


def test_a_published_year_below_is_not_rehearsed_by_the_year_above(year, town, demo):
    lower = below(year, town)
    Cycle.objects.filter(pk=lower.pk).update(state="published")
    go(year, DUE)
    lower.refresh_from_db()
    assert (lower.rehearsed_on, lower.rehearsed_since, log_of(lower)) == (None, None, [])


def test_a_year_below_that_was_published_on_a_day_goes_back_with_the_year_above(year, town, demo):
    lower = below(year, town)
    go(year, DUE)
    Cycle.objects.filter(pk=lower.pk).update(state="published")
    rehearsal.end(year.cycle.pk, actor=year.runner)
    assert day_in(lower) is None


def test_a_year_below_that_rehearses_by_itself_stays_on_its_own_day(year, town, demo):
    own, along = below(year, town), below(year, town, owner_id=town.other_agency.pk)
    rehearsal.rehearse(own.pk, actor=year.runner, day=DUE - DAY)
    go(year, DUE)
    go(year, DUE + DAY)
    assert (day_in(own), day_in(along)) == (DUE - DAY, DUE + DAY)
    rehearsal.end(year.cycle.pk, actor=year.runner)
    assert (day_in(own), day_in(along)) == (DUE - DAY, None)
    assert len(log_of(own)) == 1


def test_the_next_days_are_those_on_which_something_comes(year, demo):
    go(year, DUE - 10 * DAY)
    days = {each.day: each.words for each in coming_days(year.cycle)}
    assert list(days) == sorted(days)
    assert {DUE - 6 * DAY, DUE - DAY, DUE, DUE + DAY, DUE + 6 * DAY} <= set(days)
    assert "5 days before" in days[DUE - 6 * DAY]  # the fifth is a Saturday
    assert "Yếu" in days[DUE + 6 * DAY]
    assert FORM["lateness"]["grace_days"] == "5"
    assert dt.date(2026, 12, 1) in days  # the next preview
    year.cycle.state = "provisional"
    assert not any("preview" in each.words for each in coming_days(year.cycle))


def test_the_pages_move_the_day_say_so_everywhere_and_put_it_back(client, province, town, demo):
    with tenant_scope(province):
        year = make_year(town, due=DUE)
    client.sign_in(year.runner)
    page = reverse("ranking:day_rehearse", args=[year.cycle.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"day": "31/02/2026"}).status_code == 422
    assert client.post(page, {"day": "10/11/2026"}).status_code == 302
    pages = [
        page, *(reverse(f"ranking:{name}", args=[year.cycle.pk])
                for name in ("cycle_detail", "cycle_progress", "cycle_results", "cycle_checks",
                             "cycle_edit", "cycle_units", "cycle_firmness", "appraisal_open")),
        reverse("ranking:appraisal_unit", args=[year.cycle.pk, year.own.pk]),
        reverse("ranking:assessment_day", args=[year.cycle.pk, year.own.pk]),
    ]  # fmt: skip
    own = [
        reverse("ranking:assessment_overview", args=[year.own.pk]),
        reverse("ranking:assessment_area", args=[year.own.pk, "1"]),
        reverse("ranking:assessment_submit", args=[year.own.pk]),
        reverse("ranking:assessment_outlook", args=[year.own.pk]),
    ]
    for person, seen in ((town.leader, own), (year.runner, pages)):
        client.sign_in(person)
        for each in seen:
            assert 'id="rehearsed"' in client.get(each).content.decode(), each
    assert "10/11/2026" in client.get(pages[1]).content.decode()
    end = reverse("ranking:rehearsal_end", args=[year.cycle.pk])
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 409
    assert 'id="rehearsed"' not in client.get(pages[1]).content.decode()
    client.sign_in(town.leader)
    assert client.get(page).status_code == 403
    assert client.post(page, {"day": "10/11/2026"}).status_code == 403


def test_nothing_in_a_year_asks_another_day_than_the_years_own():
    """Real days are those on which people hold positions or seats, of a draft's comments, of a
    cut-off, of the daily mail, of a task's deadline; in whatever is added here the year's `today`
    is meant."""
    asks = re.compile(r"(?<!valid_on\()(timezone\.localdate|date\.today)\(")
    found = {
        str(path): len(hits)
        for path in sorted(Path("ranking").rglob("*.py"))
        if (hits := asks.findall(path.read_text()))
    }
    assert found == {
        "ranking/clock.py": 2, "ranking/measures.py": 1, "ranking/queries/waiting.py": 1,
        "ranking/services/council.py": 1, "ranking/services/frameworks.py": 2,
        "ranking/views/frameworks.py": 1, "ranking/views/measured.py": 1,
    }  # fmt: skip
