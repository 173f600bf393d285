"""Deadlines in one's own calendar: a secret address, shown once, of one person and province."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from directives.models import CalendarAddress, Task
from directives.services import calendars, steering
from directives.views.calendars import READ, WRONG
from organizations.models import RateBucket, User
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, accepted, given, reported

PAGE = "/nhiem-vu/lich/"
WRONG_ONE = "/lich/khong-co.ics"


@pytest.fixture
def feed(client, office):
    """The path of the official's address, as the page shows it once."""
    client.sign_in(office.town.officer)
    shown = client.post(PAGE).text
    path = re.search(r"https?://[^/]+(/lich/[\w-]+\.ics)", shown)[1]
    assert path not in client.get(PAGE).text
    client.cookies.clear()
    return path


def events(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    read = Calendar.from_ical(answer.content)
    assert (read["VERSION"], bool(read["PRODID"])) == ("2.0", True)
    return {str(each["UID"]): each for each in read.walk("VEVENT")}


def test_a_calendar_reads_deadlines_without_signing_in(client, province, office, feed):
    town = office.town
    with tenant_scope(province):
        mine = accepted(office, content="Báo cáo; kết quả,\nrà soát " + "x" * 200)
        given(office, lead_id=town.other_agency.pk)
        reported(office, due_on=None)
    with CaptureQueriesContext(connection) as one:
        found = events(client.get(feed))
    [(uid, event)] = found.items()
    assert uid == f"task-{mine.pk}@{province.host}"
    assert event["DTSTART"].dt == mine.due_on
    assert event["DTEND"].dt == mine.due_on + DAY
    assert event["SUMMARY"].startswith("07/CT-UBND: Báo cáo; kết quả, rà soát xx")
    assert len(event["SUMMARY"]) < 140
    assert event["URL"].endswith(f"/nhiem-vu/{mine.pk}/")
    assert set(event) == {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "URL", "TRANSP", "STATUS"
    }  # fmt: skip
    with tenant_scope(province):
        for _more in range(3):
            accepted(office)
        Task.objects.filter(pk=mine.pk).update(due_on=TODAY() - DAY)
    with CaptureQueriesContext(connection) as many:
        found = events(client.get(feed))
    assert len(found) == 4
    assert found[uid]["DTSTART"].dt == TODAY() - DAY  # the same event, moved
    assert len(one) == len(many)


def test_what_is_withdrawn_is_cancelled_and_what_is_done_is_gone(client, province, office, feed):
    with tenant_scope(province):
        task, done = accepted(office), accepted(office)
        steering.withdraw(task.pk, actor=office.chairman, reason="Thôi")
        at = dt.datetime.now(dt.UTC)
        Task.objects.filter(pk=done.pk).update(
            status="closed", closed_at=at, completed_on=TODAY(), judged_due_on=done.due_on
        )
    [event] = events(client.get(feed)).values()
    assert (event["STATUS"], str(event["UID"]).partition("@")[0]) == (
        "CANCELLED", f"task-{task.pk}",
    )  # fmt: skip


def test_an_address_ends_when_it_is_withdrawn_made_anew_or_its_owner_leaves(
    client, province, office, feed
):
    with tenant_scope(province):
        accepted(office)
        User.objects.filter(pk=office.town.officer.pk).update(is_active=False)
    assert client.get(feed).status_code == 404
    with tenant_scope(province):
        User.objects.filter(pk=office.town.officer.pk).update(is_active=True)
        assert CalendarAddress.objects.get().digest not in feed
    assert client.get(feed).status_code == 200
    client.sign_in(office.town.officer)
    client.post(PAGE)
    assert client.get(feed).status_code == 404
    with tenant_scope(province):
        assert CalendarAddress.objects.count() == 1
    assert client.post(f"{PAGE}huy/").status_code == 302
    assert client.post(f"{PAGE}huy/").status_code == 409
    with tenant_scope(province):
        assert not CalendarAddress.objects.exists()


def test_an_address_opens_nothing_in_another_province(client, other_client, other_province, feed):
    assert client.get(feed).status_code == 200
    assert other_client.get(feed).status_code == 404
    with tenant_scope(other_province):
        assert calendars.owner_of(feed.removeprefix("/lich/").removesuffix(".ics")) is None


def test_guessing_and_reading_too_often_are_told_to_wait(client, province, feed):
    assert {client.get(WRONG_ONE).status_code for _each in range(WRONG)} == {404}
    late = client.get(WRONG_ONE)
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= 3600
    assert {client.get(feed).status_code for _each in range(READ)} == {200}  # a right one passes
    assert client.get(feed).status_code == 429
    with tenant_scope(province):
        assert RateBucket.objects.filter(key__startswith="calendar").count() == 2
