"""An official is away: a colleague stands in with the rights of his own positions."""

import datetime as dt
import threading

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError
from notifications.models import Notification
from onestop import consumers
from onestop.models import Dossier
from onestop.services import assignment, processing
from organizations.access import RefusedError
from organizations.models import Absence, User
from organizations.services.absences import end_absence, record_absence
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind
from tests.onestop.racing import at_once
from tests.people import make_person

TODAY = timezone.localdate
DAY = dt.timedelta(days=1)


@pytest.fixture
def colleague(province, town):
    with tenant_scope(province):
        return make_person("official", town.division, full_name="Mai Thị Thay")


def away(person, substitute=None, *, actor=None, first=0, last=5):
    return record_absence(
        person.pk, actor=actor or person, reason="leave",
        substitute_id=substitute.pk if substitute else None,
        valid_from=TODAY() + first * DAY, valid_to=TODAY() + last * DAY,
    )  # fmt: skip


def test_the_substitute_takes_over_and_the_log_says_for_whom(scope, town, colleague):
    dossier = assigned(town)
    with pytest.raises(RefusedError):
        assignment.take_over(dossier.pk, actor=colleague)
    absence = away(town.officer, colleague)
    assert assignment.take_over(dossier.pk, actor=colleague).holder == colleague
    entry = AuditEntry.objects.filter(action="dossier.taken_over").latest("pk")
    assert entry.data["stands_in"] is True
    assert entry.data["from_name"] == town.officer.full_name
    end_absence(absence.pk, actor=town.officer)
    processing.forward(dossier.pk, actor=colleague)  # what was taken over stays


@pytest.mark.parametrize(("first", "last"), [(1, 5), (-5, 0)])
def test_standing_in_begins_and_ends_with_its_days(scope, town, colleague, first, last):
    dossier = assigned(town)
    away(town.officer, colleague, first=first, last=last)
    if first > 0:
        with pytest.raises(RefusedError):
            assignment.take_over(dossier.pk, actor=colleague)
    with time_machine.travel(timezone.now() + max(first, 0) * DAY, tick=False):
        assignment.take_over(dossier.pk, actor=colleague)


def test_the_day_after_the_last_nobody_stands_in(scope, town, colleague):
    dossier = assigned(town)
    away(town.officer, colleague, last=1)
    later = timezone.now() + 2 * DAY
    with time_machine.travel(later, tick=False), pytest.raises(RefusedError):
        assignment.take_over(dossier.pk, actor=colleague)


def test_standing_in_lends_no_right(scope, town, colleague):
    dossier = at_kind(town, "review")
    Dossier.objects.filter(pk=dossier.pk).update(holder=town.head)
    away(town.head, colleague)
    with pytest.raises(RefusedError):
        assignment.take_over(dossier.pk, actor=colleague)


def test_what_is_told_to_the_absent_is_told_to_the_substitute(scope, town, colleague):
    away(town.officer, colleague)
    assigned(town)
    event = OutboxEvent.objects.filter(action="dossier.assigned").latest("pk")
    consumers.tell_holder(event)
    told = {notice.user for notice in Notification.objects.filter(event_id=event.pk)}
    assert told == {town.officer, colleague}
    assert len(consumers.digest_lines(colleague)) == 1


def test_days_that_overlap_or_lie_in_the_past_are_refused(scope, town, colleague):
    away(town.officer, colleague)
    with pytest.raises(AlreadyDone):
        away(town.officer, first=5, last=9)
    with pytest.raises(DomainError, match="over"):
        away(colleague, first=-9, last=-1)
    with pytest.raises(DomainError, match="away on some of these days too"):
        away(town.head, town.officer, first=3, last=4)


def test_only_a_colleague_of_the_agency_stands_in(scope, town):
    for stranger in (town.outsider, town.officer):
        with pytest.raises(DomainError, match="same agency"):
            away(town.officer, stranger)


def test_a_head_records_it_and_a_colleague_does_not(scope, town, colleague):
    with pytest.raises(RefusedError):
        away(town.officer, actor=colleague)
    absence = away(town.officer, actor=town.head)
    with pytest.raises(RefusedError):
        end_absence(absence.pk, actor=colleague)
    end_absence(absence.pk, actor=town.head)
    with pytest.raises(AlreadyDone):
        end_absence(absence.pk, actor=town.head)


def test_two_at_once_leave_one_absence(stage):
    province, town = stage
    race = at_once(province, lambda number: away(town.officer, actor=town.head), count=8)
    assert not race.faults
    assert len(race.won) == 1
    with tenant_scope(province):
        assert Absence.objects.count() == 1


def test_without_the_lock_two_would_be_recorded(stage, monkeypatch):
    """The control: the lock of the person is what the race above stands on. Without it both pass
    the check before either writes, which the meeting just before the write makes sure of."""
    province, town = stage
    meeting, create = threading.Barrier(2), Absence.objects.create

    def meet_and_create(**values):
        meeting.wait(timeout=60)
        return create(**values)

    monkeypatch.setattr(type(User.objects.all()), "select_for_update", lambda self, **_how: self)
    monkeypatch.setattr(Absence.objects, "create", meet_and_create)
    race = at_once(province, lambda number: away(town.officer, actor=town.head), count=2)
    assert len(race.won) == 2


def test_the_queue_and_the_first_page_show_the_work_of_the_absent(
    client, province, town, colleague
):
    with tenant_scope(province):
        dossier = assigned(town)
        away(town.officer, colleague)
    browser = client.sign_in(colleague)
    page = browser.get(reverse("onestop:dossier_list"), {"nguoi": "vang"})
    assert dossier.code in page.text
    assert "nguoi=vang" in browser.get(reverse("portal:my_work")).text
    detail = browser.get(reverse("onestop:dossier_detail", args=[dossier.code])).text
    assert f"{colleague.full_name} làm thay" in detail
    assert reverse("onestop:dossier_act", args=[dossier.code, "nhan-xu-ly"]) in detail
    other = client.sign_in(town.head)
    assert dossier.code not in other.get(reverse("onestop:dossier_list"), {"nguoi": "vang"}).text


def test_who_assigns_reads_who_is_away(client, province, town, colleague):
    with tenant_scope(province):
        dossier = assigned(town)
        away(town.officer, colleague)
    browser = client.sign_in(town.head)
    assert f"{colleague.full_name} làm thay" in browser.get(reverse("onestop:load_list")).text
    form = browser.get(reverse("onestop:dossier_act", args=[dossier.code, "phan-cong"])).text
    assert "vắng đến" in form
    assert form.index(colleague.full_name) < form.index(f"{town.officer.full_name} –")


def test_one_records_and_ends_an_absence_of_ones_own(client, province, town, colleague):
    browser = client.sign_in(town.officer)
    url = reverse("organizations:absence_own")
    day = f"{TODAY() + DAY:%d/%m/%Y}"
    facts = {"valid_from": day, "valid_to": day, "reason": "leave", "substitute": colleague.pk}
    wrong = browser.post(url, {**facts, "valid_to": f"{TODAY():%d/%m/%Y}"})
    assert wrong.status_code == 422
    assert "Ngày cuối trước ngày đầu" in wrong.text
    assert browser.post(url, facts).status_code == 302
    page = browser.get(url).text
    assert f"{colleague.full_name} làm thay" in page
    with tenant_scope(province):
        absence = Absence.objects.get()
    end = reverse("organizations:absence_end", args=[absence.pk])
    assert client.sign_in(town.outsider).post(end).status_code == 404
    assert client.sign_in(town.officer).post(end).status_code == 302
    assert f"{colleague.full_name} làm thay" not in client.get(url).text


def test_why_somebody_is_away_is_told_to_those_who_may_record_it(client, province, town, colleague):
    with tenant_scope(province):
        away(town.officer, colleague)
    own = reverse("organizations:absence_own")
    assert "Nghỉ phép." in client.sign_in(town.officer).get(own).text
    page = client.sign_in(colleague).get(own).text
    assert town.officer.full_name in page
    assert "Nghỉ phép." not in page
    of_him = reverse("organizations:absence_record", args=[town.officer.pk])
    assert "Nghỉ phép." in client.sign_in(town.head).get(of_him).text
