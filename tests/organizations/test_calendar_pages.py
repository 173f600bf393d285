"""The screens of the calendar and of the dated rules."""

import datetime as dt

import pytest
from django.urls import reverse

from organizations.models import CalendarEntry, RuleSet, WorkPattern
from organizations.rulesets import CLOCK, rules
from tenancy.scope import tenant_scope

ENTRY = {"date": "24/12/2030", "kind": "holiday", "name": "Nghỉ thử", "source": "QĐ 1"}


def test_an_administrator_sets_confirms_and_removes_a_date(client, province, superuser):
    client.sign_in(superuser)
    assert client.get(reverse("organizations:calendar"), {"nam": "2030"}).status_code == 200
    assert client.post(reverse("organizations:calendar_set"), ENTRY).status_code == 302
    with tenant_scope(province):
        assert CalendarEntry.objects.get(date=dt.date(2030, 12, 24)).confirmed
    remove = reverse("organizations:calendar_remove", args=["2030-12-24"])
    client.post(remove, {"reason": ""})
    with tenant_scope(province):
        assert CalendarEntry.objects.count() == 1
    client.post(remove, {"reason": "Nhầm"})
    with tenant_scope(province):
        assert not CalendarEntry.objects.exists()


def test_a_wrong_date_keeps_what_was_typed(client, superuser):
    client.sign_in(superuser)
    answer = client.post(reverse("organizations:calendar_set"), {**ENTRY, "date": "31/02/2030"})
    assert answer.status_code == 422
    assert "Nghỉ thử" in answer.text


def test_a_year_is_proposed_and_then_confirmed_by_a_notice(client, province, superuser):
    client.sign_in(superuser)
    client.post(reverse("organizations:calendar_propose"), {"nam": "2029"})
    with tenant_scope(province):
        assert CalendarEntry.objects.filter(confirmed=False).exists()
    client.post(reverse("organizations:calendar_confirm"), {"nam": "2029", "source": "TB 5"})
    with tenant_scope(province):
        assert not CalendarEntry.objects.filter(confirmed=False).exists()


def test_new_sessions_of_the_province_hold_from_their_day(client, province, superuser):
    client.sign_in(superuser)
    url = reverse("organizations:pattern_change")
    assert client.get(url).status_code == 200
    body = {f"day_{day}": "07:00-11:30, 13:30-17:00" for day in range(5)}
    body |= {"valid_from": "01/01/2030", "source": "QĐ 2"}
    assert client.post(url, {**body, "day_0": "17:00-07:00"}).status_code == 422
    assert client.post(url, body).status_code == 302
    with tenant_scope(province):
        assert WorkPattern.objects.get().sessions[0][0].startswith("07:00")


def test_rules_are_changed_from_a_day_on(client, province, superuser):
    client.sign_in(superuser)
    assert client.get(reverse("organizations:rules_list")).status_code == 200
    url = reverse("organizations:rules_change", args=["clock"])
    page = client.get(url)
    form = page.context["form"]
    body = {name: form.fields[name].initial for name in form.names}
    body |= {"due_soon_days": "5", "valid_from": "01/01/2030", "source": "QĐ 3"}
    answer = client.post(url, body)
    assert answer.status_code == 302, answer.context["form"].errors
    with tenant_scope(province):
        assert RuleSet.objects.filter(kind="clock").count() == 1
        assert rules(CLOCK, dt.date(2030, 1, 2)).due_soon_days == 5


@pytest.mark.parametrize("name", ["calendar", "rules_list", "pattern_change"])
def test_others_may_not_open_it(client, officer, name):
    assert client.sign_in(officer).get(reverse(f"organizations:{name}")).status_code == 403
