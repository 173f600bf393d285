"""Who opens the form of an act reads which colleague has one open; nothing is locked or stored."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from onestop import presence
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind

HERE = "đang mở hồ sơ này"


@pytest.fixture
def dossier(province, town):
    """Nobody is at it; the cache is the other workers' too and is not emptied."""
    with tenant_scope(province):
        found = assigned(town)
        cache.delete(presence._key(found.pk))
        return found


def act(dossier, slug="bo-sung"):
    return reverse("onestop:dossier_act", args=[dossier.code, slug])


def test_the_second_person_reads_who_has_it_open_and_the_first_does_not(client, town, dossier):
    assert HERE not in client.sign_in(town.officer).get(act(dossier)).text
    page = client.sign_in(town.head).get(act(dossier))
    assert f"{town.officer.full_name} {HERE}" in page.text
    assert town.head.full_name in client.sign_in(town.officer).get(act(dossier)).text


def test_after_a_minute_or_after_the_act_nobody_is_there(scope, town, dossier, monkeypatch):
    presence.others_at(dossier.pk, town.officer)
    assert presence.others_at(dossier.pk, town.head) == [town.officer.full_name]
    presence.leave(dossier.pk, town.officer)
    assert presence.others_at(dossier.pk, town.head) == []
    later = timezone.now() + dt.timedelta(seconds=presence.SECONDS + 1)
    monkeypatch.setattr(presence.timezone, "now", lambda: later)
    assert presence.others_at(dossier.pk, town.leader) == []


def test_who_has_acted_is_not_shown_any_more(client, town, dossier):
    client.sign_in(town.officer).get(act(dossier, "chuyen-buoc"))
    body = {"step": dossier.step_id, "note": ""}
    assert client.post(act(dossier, "chuyen-buoc"), body).status_code == 302
    assert (
        HERE
        not in client.sign_in(town.head)
        .get(reverse("onestop:approval_decide", args=[dossier.code]))
        .text
    )


def test_the_page_of_a_decision_shows_it_too(client, province, town):
    with tenant_scope(province):
        dossier = at_kind(town, "review")
        presence.others_at(dossier.pk, town.leader)
    page = client.sign_in(town.head).get(reverse("onestop:approval_decide", args=[dossier.code]))
    assert f"{town.leader.full_name} {HERE}" in page.text


def test_without_the_cache_nobody_is_shown_and_the_form_opens(client, town, dossier, settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "BACKEND": "tenancy.cache.ForgivingRedisCache",
                    "LOCATION": "unix:///nowhere/valkey.sock"}
    }  # fmt: skip
    page = client.sign_in(town.head).get(act(dossier))
    assert page.status_code == 200
    assert HERE not in page.text
