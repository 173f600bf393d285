"""How many wrong answers are admitted: by code, by address, in all; also 32 at once."""

import datetime as dt
import random
import threading

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import AuditEntry, OutboxEvent
from common.addresses import network_of
from notifications.models import Notification
from organizations.models import RuleSet
from organizations.rulesets import LOOKUP as LOOKUP_RULES
from organizations.rulesets import rules
from papers.models import PrintedForm
from papers.services import print_form
from portal import limits
from portal.consumers import tell_administrators
from portal.limits import Limit, attempt
from portal.models import GuessCount, GuessKind
from portal.tasks import forget_guesses
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.onestop.racing import AT_ONCE, PATIENCE, Meeting, be_patient
from tests.portal.lookups import (
    DIGITS,
    LOOKUP,
    Statements,
    an_address,
    ask,
    bare,
    set_rules,
    with_check_digit,
    wrong_number,
)

CODE = "H32.05-261102-0001"


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return make_dossier(town)


@pytest.fixture
def clock(monkeypatch):
    """Moves the limits' own clock."""

    class Clock:
        passed = dt.timedelta()

        def now(self):
            return real() + self.passed

    real, moved = timezone.now, Clock()
    monkeypatch.setattr("portal.limits.timezone.now", moved.now)
    return moved


def wrong(client, number, **extra):
    """A wrong code, another one for each number."""
    return ask(client, f"H32.05-200101-{number:04d}", "0000", **extra)


def test_the_sixth_wrong_try_at_a_code_is_not_looked_at_whoever_asks(client, dossier):
    for number in range(5):
        assert ask(client, dossier.code, "0000", address=an_address(number)).status_code == 422
    answer = ask(client, dossier.code, DIGITS, address="192.0.2.77")
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600


def test_codes_of_parts_share_the_wrong_tries_of_their_whole(client, dossier):
    codes = [f"{dossier.code}{part}" for part in ("-1", "-2", "-3", "-1-2", "-99")]
    for number, code in enumerate(codes):
        assert ask(client, code, "0000", address=an_address(number)).status_code == 422
    for code in (dossier.code, f"{dossier.code}-4", codes[0]):
        assert ask(client, code, DIGITS, address="192.0.2.77").status_code == 429


def test_the_number_still_opens_what_the_code_does_not_any_more(client, dossier):
    for _ in range(6):
        ask(client, dossier.code, "0000")
    assert ask(client, dossier.code, DIGITS).status_code == 429
    assert ask(client, dossier.lookup_number).status_code == 302


def test_an_address_has_twenty_wrong_tries(client, dossier):
    found = [wrong(client, number).status_code for number in range(22)]
    assert found == [422] * 20 + [429] * 2
    assert ask(client, dossier.code, DIGITS).status_code == 429
    assert ask(client, dossier.code, DIGITS, address="192.0.2.2").status_code == 302


def test_the_look_up_number_has_twenty_wrong_tries_of_its_own(client, dossier):
    for number in range(20):
        assert ask(client, with_check_digit(number)).status_code == 422
    assert ask(client, dossier.lookup_number).status_code == 429
    assert ask(client, dossier.code, DIGITS).status_code == 302
    assert ask(client, dossier.lookup_number, address="192.0.2.2").status_code == 302


def test_right_answers_cost_nothing_and_leave_nothing(client, province, dossier):
    for _ in range(25):
        assert ask(client, dossier.code, DIGITS).status_code == 302
        assert ask(client, dossier.lookup_number).status_code == 302
    with tenant_scope(province):
        assert not GuessCount.objects.exists()


def test_a_right_answer_does_not_forgive_the_wrong_ones(client, dossier):
    for _ in range(4):
        ask(client, dossier.code, "0000")
    assert ask(client, dossier.code, DIGITS).status_code == 302
    assert ask(client, dossier.code, "0000").status_code == 422
    assert ask(client, dossier.code, DIGITS).status_code == 429


def test_no_sixty_minutes_hold_more_than_the_limit(client, dossier, clock):
    """Five from 0:00 to 0:40: the sixth is admitted at 1:00, the seventh at 1:10."""
    for _ in range(5):
        assert ask(client, dossier.code, "0000").status_code == 422
        clock.passed += dt.timedelta(minutes=10)
    assert ask(client, dossier.code, "0000").status_code == 429
    clock.passed = dt.timedelta(minutes=60, seconds=5)
    assert ask(client, dossier.code, "0000").status_code == 422
    assert ask(client, dossier.code, DIGITS).status_code == 429
    clock.passed += dt.timedelta(minutes=10)
    assert ask(client, dossier.code, DIGITS).status_code == 302


def test_tries_that_were_not_admitted_do_not_prolong_the_wait(client, dossier, clock):
    for _ in range(30):
        ask(client, dossier.code, "0000")
        clock.passed += dt.timedelta(minutes=1)
    clock.passed = dt.timedelta(minutes=65)
    assert ask(client, dossier.code, DIGITS).status_code == 302


@pytest.mark.slow
def test_three_hundred_in_all_close_the_level_and_are_told_once(client, province, dossier):
    """2,000 seeded guesses of 200 addresses through the client; the whole 100,000: tests/slow."""
    chance = random.Random(20261102)
    found = []
    for _ in range(2000):
        day = f"26{chance.randint(1, 11):02d}{chance.randint(1, 28):02d}"
        code = f"H32.05-{day}-{chance.randint(1, 9999):04d}"
        digits = f"{chance.randrange(10**4):04d}"
        answer = ask(client, code, digits, address=an_address(chance.randrange(200)))
        found.append(answer.status_code)
    assert found.count(422) == 300
    assert set(found) == {422, 429}
    assert ask(client, dossier.code, DIGITS, address="198.51.100.9").status_code == 429
    assert ask(client, dossier.lookup_number, address="198.51.100.9").status_code == 302
    with tenant_scope(province):
        told = AuditEntry.objects.filter(action="lookup.closed")
        assert [entry.data["wrong_answers"] for entry in told] == [300]


def test_administrators_hear_of_a_flood_once_an_hour_and_not_at_each_guess(client, province, clock):
    with tenant_scope(province):
        set_rules(wrong_in_all=3)
    for hour in range(2):
        for minute in range(0, 60, 5):
            clock.passed = dt.timedelta(hours=hour, minutes=minute, seconds=hour)
            wrong(client, 100 * hour + minute, address=an_address(minute))
    with tenant_scope(province):
        assert AuditEntry.objects.filter(action="lookup.closed").count() == 2


def test_the_numbers_are_settings(client, province, dossier):
    with tenant_scope(province):
        set_rules(wrong_per_code=1)
    assert ask(client, dossier.code, "0000").status_code == 422
    assert ask(client, dossier.code, "0000").status_code == 429


def test_a_limit_of_none_closes_the_level(client, province, dossier):
    with tenant_scope(province):
        set_rules(wrong_in_all=0)
    assert ask(client, dossier.code, DIGITS).status_code == 429


@pytest.fixture
def few_numbers(province):
    """Three wrong look-up numbers in all, whoever sends them."""
    with tenant_scope(province):
        set_rules(wrong_numbers_in_all=3)


def test_wrong_numbers_of_many_addresses_close_the_number_and_nothing_else(
    client, province, town, dossier, few_numbers
):
    with tenant_scope(province):
        token = print_form(PrintedForm.objects.of(dossier).get().pk, actor=town.clerk).token
    assert [wrong_number(client, number).status_code for number in range(5)] == [422] * 3 + [
        429
    ] * 2
    closed = ask(client, dossier.lookup_number, address="198.51.100.9")
    assert closed.status_code == 429
    assert 3500 < int(closed["Retry-After"]) <= 3600
    assert ask(client, dossier.code, DIGITS, address="198.51.100.9").status_code == 302
    assert client.get(f"/t/{token}/").status_code == 200
    with tenant_scope(province):
        assert AuditEntry.objects.filter(action="lookup.closed").count() == 1


def test_a_closed_number_answers_a_right_and_a_wrong_one_alike(client, dossier, few_numbers):
    for number in range(3):
        wrong_number(client, number)
    unknown = with_check_digit(77)
    limits.forget_closed()
    with Statements() as of_unknown:
        first = ask(client, unknown)
    limits.forget_closed()
    with Statements() as of_right:
        second = ask(client, dossier.lookup_number, address="192.0.2.2")
    assert first.status_code == second.status_code == 429
    assert bare(first, unknown) == bare(second, dossier.lookup_number)
    assert "4 số cuối" in first.text  # the way that is still open
    assert len(of_unknown.real) == len(of_right.real) <= 6


def test_memory_of_a_closed_level_ends_with_it_and_holds_for_seconds_only(
    client, province, dossier, clock, few_numbers
):
    for number in range(4):
        wrong_number(client, number)
    with tenant_scope(province):
        RuleSet.objects.filter(kind="lookup").update(values={"wrong_numbers_in_all": 9})
    assert ask(client, dossier.lookup_number).status_code == 429  # still from memory
    clock.passed = limits.BELIEVED
    assert ask(client, dossier.lookup_number).status_code == 302


def test_two_thousand_wrong_numbers_are_admitted_when_nobody_set_another_number(province):
    with tenant_scope(province):
        assert rules(LOOKUP_RULES, timezone.localdate()).wrong_numbers_in_all == 2000


def test_a_forged_forwarded_header_is_no_help(client):
    for number in range(20):
        answer = wrong(client, number, HTTP_X_FORWARDED_FOR=an_address(number))
        assert answer.status_code == 422
    assert wrong(client, 99, HTTP_X_FORWARDED_FOR="203.0.113.1").status_code == 429
    assert wrong(client, 99, HTTP_FORWARDED="for=203.0.113.1").status_code == 429
    assert wrong(client, 99, HTTP_X_REAL_IP="203.0.113.1").status_code == 429


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_one_proxy_the_last_hop_counts(client):
    for number in range(20):
        hops = f"{an_address(number)}, 203.0.113.7"
        assert wrong(client, number, HTTP_X_FORWARDED_FOR=hops).status_code == 422
    assert wrong(client, 98, HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.7").status_code == 429
    assert wrong(client, 99, HTTP_X_FORWARDED_FOR="203.0.113.7, 203.0.113.8").status_code == 422


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_ipv6_counts_by_its_network(address, counted):
    assert network_of(address) == counted


def test_wrong_qr_codes_are_counted_and_a_right_one_always_opens(client, province, town, dossier):
    with tenant_scope(province):
        token = print_form(PrintedForm.objects.of(dossier).get().pk, actor=town.clerk).token
    found = [client.get(f"/t/{number:027d}/").status_code for number in range(22)]
    assert found == [404] * 20 + [429] * 2
    assert client.get(f"/t/{token}/").status_code == 200
    with tenant_scope(province):
        assert [len(row.moments) for row in GuessCount.objects.all()] == [20]


def test_redis_stopped_makes_no_difference(client, dossier, settings):
    dead = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nonexistent/sock"}}
    with override_settings(CACHES=dead):
        assert caches["default"].get("x") is None
        found = [wrong(client, number).status_code for number in range(22)]
        assert ask(client, dossier.lookup_number).status_code == 302
        assert client.get(LOOKUP).status_code == 200
    assert found == [422] * 20 + [429] * 2


def test_old_counters_are_cleared_away_and_live_ones_are_not(client, province, clock):
    wrong(client, 1)
    clock.passed = dt.timedelta(minutes=50)
    wrong(client, 2)
    with tenant_scope(province):
        assert GuessCount.objects.count() == 4  # two codes, one address, all
        assert limits.forget_old(limits.timezone.now() + dt.timedelta(minutes=20)) == 1
        assert set(GuessCount.objects.values_list("kind", flat=True)) == {"code", "address", "all"}


def test_the_task_clears_every_province(client, province, clock):
    wrong(client, 1)
    with tenant_scope(province):
        GuessCount.objects.update(ends_at=timezone.now() - dt.timedelta(days=1))
    forget_guesses()
    with tenant_scope(province):
        assert not GuessCount.objects.exists()


def test_a_province_does_not_pay_for_the_guesses_at_another(client, other_client):
    for number in range(21):
        wrong(client, number)
    assert wrong(client, 99).status_code == 429
    assert wrong(other_client, 99).status_code == 422


def guess_at_once(province, limit):
    """32 threads, each five guesses at one counter; the number of them that were looked at."""
    looked, faults, start = [], [], threading.Barrier(AT_ONCE)

    def work():
        try:
            be_patient()
            start.wait(PATIENCE)
            for _ in range(5):
                with tenant_scope(province):
                    attempt([limit], lambda: looked.append(1))
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    return len(looked)


def test_32_at_once_are_admitted_no_more_than_one_after_the_other(fresh_province):
    limit = Limit(GuessKind.ALL, "", 20)
    assert guess_at_once(fresh_province, limit) == 20
    with tenant_scope(fresh_province):
        assert len(GuessCount.objects.get().moments) == 20


@pytest.mark.slow
def test_control_without_the_lock_the_same_race_admits_more(fresh_province, monkeypatch):
    meeting = Meeting(AT_ONCE)

    def unlocked(limits_):
        rows = limits._read(limits_)
        meeting.wait()  # all have read before one of them writes
        for limit, row in zip(limits_, rows, strict=True):
            row.kind, row.key = limit.kind.value, limit.key
        return rows

    with tenant_scope(fresh_province):
        GuessCount.objects.create(kind="all", key="", ends_at=timezone.now())
    monkeypatch.setattr(limits, "_lock", unlocked)
    assert guess_at_once(fresh_province, Limit(GuessKind.ALL, "", 20)) > 20


def test_administrators_find_a_notice(client, province, town):
    with tenant_scope(province):
        set_rules(wrong_in_all=2)
    for number in range(3):
        wrong(client, number)
    with tenant_scope(province):
        for _ in range(2):  # the relay delivers at least once
            tell_administrators(OutboxEvent.objects.get(action="lookup.closed"))
        (notice,) = Notification.objects.filter(user=town.superuser)
        assert notice.url == reverse("portal:health")
        others = [town.clerk, town.agency_admin]
        assert not Notification.objects.filter(user__in=others).exists()
    assert handlers_of("lookup.closed") == [tell_administrators]


def test_the_notice_says_which_level_was_closed(client, province, town, few_numbers):
    for number in range(3):
        wrong_number(client, number)
    with tenant_scope(province):
        tell_administrators(OutboxEvent.objects.get(action="lookup.closed"))
        assert "bằng số tra cứu" in Notification.objects.get(user=town.superuser).text
