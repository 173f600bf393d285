"""/quan-tri/dong-bo/ as the administrators see it, and what they have sent again."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import DomainError
from exchange.consumers import note_day
from exchange.models import SyncProgress, SyncServer, SyncState
from exchange.services import resending
from exchange.services.noting import note
from exchange.states import Fault, Sending
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.onestop.dossiers import make_dossier
from tests.onestop.test_query_counts import cost

PAGE = "/quan-tri/dong-bo/"
WORDS = "MaLinhVuc: không được để trống"


def refused(town, **changes):
    dossier = make_dossier(town, **changes)
    note([dossier.pk])
    SyncState.objects.filter(dossier=dossier).update(state=Sending.REFUSED, words=WORDS)
    SyncProgress.objects.filter(dossier=dossier).update(state=Sending.REFUSED, words=WORDS)
    return dossier


@pytest.fixture
def stuck(province, town):
    with tenant_scope(province):
        return refused(town)


def test_an_administrator_reads_the_servers_words_and_sends_one_again(
    client, province, town, stuck
):
    page = client.sign_in(town.superuser).get(PAGE)
    assert WORDS in page.text
    assert f"/ho-so/{stuck.code}/" in page.text
    client.post(f"{PAGE}{stuck.code}/gui-lai/")
    with tenant_scope(province):
        row = SyncState.objects.get(dossier=stuck)
        assert (row.state, row.digest) == (Sending.WAITING, "")
        assert set(SyncProgress.objects.values_list("state", flat=True)) == {Sending.WAITING}
        assert AuditEntry.objects.filter(action="national.resent").count() == 1
    assert WORDS not in client.get(PAGE).text


def test_an_agency_administrator_sees_his_agency_only_and_no_link_to_what_he_may_not_open(
    client, province, town, stuck
):
    with tenant_scope(province):
        SyncState.objects.update(words="Của cơ quan khác")
        type(stuck).objects.filter(pk=stuck.pk).update(competent_unit=town.other_agency)
        mine = refused(town)
    page = client.sign_in(town.agency_admin).get(PAGE)
    assert mine.code in page.text
    assert f"/ho-so/{mine.code}/" not in page.text
    assert stuck.code not in page.text
    assert "Của cơ quan khác" not in page.text
    assert client.post(f"{PAGE}{stuck.code}/gui-lai/").status_code == 404
    client.post(f"{PAGE}gui-lai/")
    with tenant_scope(province):
        states = dict(SyncState.objects.values_list("dossier", "state"))
    assert states == {mine.pk: Sending.WAITING, stuck.pk: Sending.REFUSED}


def test_the_lists_and_their_counts_agree(client, province, town, stuck):
    with tenant_scope(province):
        for state in (Sending.WAITING, Sending.TROUBLE):
            dossier = make_dossier(town)
            note([dossier.pk])
            SyncState.objects.filter(dossier=dossier).update(state=state)
        done = make_dossier(town)
        note([done.pk])
        SyncState.objects.filter(dossier=done).update(
            state=Sending.SENT, is_known=True, was_tried=True, sent_at=timezone.now()
        )
    client.sign_in(town.superuser)
    for tab in client.get(PAGE).context["tabs"]:
        page = client.get(f"{PAGE}{tab['url']}")
        rows = len(page.context["page"].rows)
        assert tab["count"] in (rows, None), tab
    assert done.code in client.get(f"{PAGE}?xem=da-gui").text
    assert client.get(PAGE).context["found"].sent == 1


def test_the_page_says_why_nothing_is_sent(client, province, town, settings):
    client.sign_in(town.superuser)
    assert "note-warning" in client.get(PAGE).text  # no account
    account = dict.fromkeys(("URL", "LOGIN_URL"), "https://dvc.example/api")
    settings.NATIONAL_SYNC = {province.code: {**account, "USER": "a", "PASSWORD": "secret-word"}}
    page = client.get(PAGE).text
    assert "note-warning" not in page
    assert "dvc.example" in page
    assert "secret-word" not in page
    with tenant_scope(province):
        SyncServer.objects.create(fault=Fault.TIMEOUT, fault_at=timezone.now(), failures=3)
        refused(town)
        SyncState.objects.update(state=Sending.TROUBLE, fault=Fault.GARBAGE)
    page = client.get(f"{PAGE}?xem=cho").text
    assert "note-error" in page
    assert WORDS not in page  # of an earlier answer; what went wrong now is said


def test_days_are_sent_again_by_the_worker_and_only_these_days(client, province, town):
    today = timezone.localdate()
    with tenant_scope(province):
        old = make_dossier(town, at=timezone.now() - dt.timedelta(days=8))
        new = make_dossier(town)
        note([new.pk])
        SyncState.objects.update(
            state=Sending.SENT, is_known=True, was_tried=True, sent_at=timezone.now(), digest="x"
        )
    client.sign_in(town.superuser)
    wish = {"first": f"{today:%d/%m/%Y}", "last": f"{today:%d/%m/%Y}"}
    assert client.post(f"{PAGE}theo-ngay/", wish).status_code == 302
    with tenant_scope(province):
        for event in OutboxEvent.objects.filter(action="national.day_wished"):
            note_day(event)
        row = SyncState.objects.get()
        assert (row.dossier_id, row.state, row.digest) == (new.pk, Sending.WAITING, "")
        assert old.pk != new.pk


@pytest.mark.parametrize("days", [(0, -1), (0, 92)])
def test_a_range_that_is_no_range_or_too_long_is_refused(scope, town, days):
    today = timezone.localdate()
    first, last = (today + dt.timedelta(days=day) for day in days)
    with pytest.raises(DomainError):
        resending.resend_days(first, last, actor=town.superuser)


def test_a_wrong_day_is_said_beside_the_field(client, town):
    page = client.sign_in(town.superuser).post(f"{PAGE}theo-ngay/", {"first": "31/02/2026"})
    assert page.status_code == 422


def test_officials_cannot_send_again(scope, town):
    dossier = refused(town)
    with pytest.raises(RefusedError):
        resending.resend(dossier.pk, actor=town.officer)
    with pytest.raises(RefusedError):
        resending.resend_refused(actor=town.leader)
    with pytest.raises(RefusedError):
        resending.resend_days(timezone.localdate(), timezone.localdate(), actor=town.clerk)


def test_what_is_with_the_server_now_is_not_sent_beside_it(scope, town):
    dossier = refused(town)
    SyncState.objects.update(
        state=Sending.WAITING, claim="00000000-0000-0000-0000-000000000001",
        due_at=timezone.now() + dt.timedelta(seconds=60),
    )  # fmt: skip
    with pytest.raises(DomainError):
        resending.resend(dossier.pk, actor=town.superuser)


def test_the_page_costs_the_same_for_one_row_and_for_five(client, province, town, stuck):
    _page, one, _asked = cost(client, town.superuser, PAGE)
    with tenant_scope(province):
        for _ in range(4):
            refused(town)
    page, five, asked = cost(client, town.superuser, PAGE)
    assert len(page.context["page"].rows) == 5
    assert (one, five) == (13, 13), asked


def test_another_province_sees_nothing_of_it(other_client, other_province, stuck):
    from tests.people import make_town

    with tenant_scope(other_province):
        town = make_town()
    assert isinstance(other_client, HostClient)
    assert stuck.code not in other_client.sign_in(town.superuser).get(PAGE).text
