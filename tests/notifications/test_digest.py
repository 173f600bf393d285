"""One mail a day that says what waits."""

import datetime as dt

import pytest
import time_machine

from notifications import digest, tasks
from notifications.models import EmailMessage
from tenancy.scope import tenant_scope
from tests.people import make_person

MONDAY = dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.fixture
def waiting():
    digest.register("test", lambda user: [f"3 hồ sơ của {user.full_name}"])
    yield
    digest.unregister("test")


def digests(province):
    with tenant_scope(province):
        return {mail.recipient: mail.body for mail in EmailMessage.objects.filter(kind="digest")}


def run(moment=MONDAY):
    with time_machine.travel(moment, tick=False):
        tasks.daily_digest()


def test_each_person_gets_one_mail_a_day_with_what_waits(province, officer, head, waiting):
    run()
    run(MONDAY + dt.timedelta(minutes=10))
    assert "3 hồ sơ của Nguyễn Văn An" in digests(province)[officer.email]
    with tenant_scope(province):
        assert EmailMessage.objects.filter(recipient=officer.email).count() == 1
    run(MONDAY + dt.timedelta(days=1))
    with tenant_scope(province):
        assert EmailMessage.objects.filter(recipient=officer.email).count() == 2


def test_who_has_nothing_to_do_gets_no_mail_but_administrators_get_the_head(
    province, officer, superuser
):
    run()
    found = digests(province)
    assert officer.email not in found
    assert "verify_audit --province H32 --head" in found[superuser.email]


def test_officials_do_not_get_the_head(province, officer, waiting):
    run()
    assert "verify_audit" not in digests(province)[officer.email]


def test_who_wants_none_or_left_gets_none(province, waiting):
    with tenant_scope(province):
        people = [
            make_person(wants_digest=False),
            make_person(is_active=False),
            make_person(email=""),
        ]
    run()
    assert not {person.email for person in people} & set(digests(province))


@pytest.mark.parametrize(
    ("moment", "is_time"),
    [
        (MONDAY, True),
        (MONDAY.replace(hour=6, minute=59), False),
        (MONDAY.replace(hour=9), False),
        (MONDAY - dt.timedelta(days=1), False),
    ],
)
def test_the_digest_goes_out_on_working_mornings(moment, is_time):
    assert digest.is_time(moment) is is_time


def test_many_people_are_written_to_in_pages(province, waiting, monkeypatch):
    monkeypatch.setattr(digest, "AT_ONCE", 2)
    with tenant_scope(province):
        people = [make_person() for _ in range(5)]
    run()
    assert {person.email for person in people} <= set(digests(province))
