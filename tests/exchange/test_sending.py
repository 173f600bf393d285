"""The sender and a server on a real socket: everything arrives, in order, whatever goes wrong."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from exchange import bell
from exchange.models import SyncProgress, SyncServer, SyncState
from exchange.services.noting import note
from exchange.states import Fault, Sending
from exchange.tasks import send_national
from onestop.services import corrections, processing
from onestop.services.processing import HandoverFacts
from tenancy.scope import tenant_scope
from tests.exchange.conftest import in_thread
from tests.onestop.dossiers import assigned, at_kind, make_dossier
from tests.onestop.linked import make_linked, parts_of, receive
from tests.onestop.racing import PATIENCE


def received(post, count=1):
    with tenant_scope(post.province):
        return [make_dossier(post.town) for _ in range(count)]


def test_a_received_dossier_is_made_at_the_server_with_its_first_step(post):
    (dossier,) = received(post)
    post.hear()
    assert post.send().sent == 2
    dossiers, progress = post.facts()
    assert post.stub.kept.dossiers == dossiers
    assert post.stub.kept.progress == progress
    assert [len(lines) for lines in progress.values()] == [1]
    assert post.stub.calls[0] == ("DongBoHoSoMC", False, [dossier.code])
    assert post.row(dossier).state == Sending.SENT


def test_a_change_is_sent_as_an_update_and_one_that_changes_nothing_is_not_sent(post):
    with tenant_scope(post.province):
        dossier = at_kind(post.town, "return")
    post.hear()
    post.until_sent()
    before = len(post.stub.calls)
    with tenant_scope(post.province):
        note([dossier.pk])
    post.send()
    assert len(post.stub.calls) == before
    assert post.row(dossier).state == Sending.SENT
    with tenant_scope(post.province):
        processing.hand_over(
            dossier.pk, actor=post.town.clerk,
            facts=HandoverFacts("in_person", "Trần Văn Thử", "999012345678"),
        )  # fmt: skip
    post.hear()
    post.until_sent()
    assert ("DongBoHoSoMC", True, [dossier.code]) in post.stub.calls[before:]
    assert post.stub.kept.dossiers[dossier.code]["TrangThaiHoSo"] == "10"
    assert (post.stub.kept.dossiers, post.stub.kept.progress) == post.facts()


def test_ten_at_most_go_in_one_call(post):
    received(post, 23)
    post.hear()
    post.until_sent()
    sizes = [len(codes) for service, _, codes in post.stub.calls if service == "DongBoHoSoMC"]
    assert sizes == [10, 10, 3]


def test_the_steps_of_a_dossier_arrive_one_after_the_other(post):
    with tenant_scope(post.province):
        dossier = at_kind(post.town, "return")
    post.hear()
    post.until_sent()
    moments = [line["ThoiDiemXuLy"] for line in post.stub.kept.progress[dossier.code]]
    assert len(moments) > 3
    assert post.stub.kept.progress == post.facts()[1]
    assert all(
        len(set(codes)) == len(codes)
        for service, _, codes in post.stub.calls if service == "CapNhatTienDoHoSoMC"
    )  # fmt: skip


def test_events_that_come_twice_or_in_the_wrong_order_change_nothing(post):
    with tenant_scope(post.province):
        dossier = at_kind(post.town, "approve")
    post.hear()
    with tenant_scope(post.province):
        note([dossier.pk, dossier.pk])
        note([dossier.pk])
        assert SyncState.objects.count() == 1
        SyncProgress.objects.order_by("at").first().delete()  # the first event comes last
        note([dossier.pk])
    post.until_sent()
    assert (post.stub.kept.dossiers, post.stub.kept.progress) == post.facts()


def test_what_exists_already_is_sent_again_as_an_update(post):
    first, second = received(post, 2)
    post.stub.kept.dossiers[first.code] = {"MaHoSo": first.code}
    post.hear()
    post.until_sent()
    assert post.stub.kept.dossiers == post.facts()[0]
    assert ("DongBoHoSoMC", True, [first.code]) in post.stub.calls
    assert post.row(second).attempts == 0


def test_what_the_server_lost_is_made_anew(post):
    (dossier,) = received(post)
    post.hear()
    post.until_sent()
    post.stub.kept.dossiers.clear()
    with tenant_scope(post.province):
        note([dossier.pk], again=True)
    post.until_sent()
    assert dossier.code in post.stub.kept.dossiers


def test_a_refusal_keeps_the_servers_words_and_the_others_of_the_batch_are_sent(post):
    bad, good = received(post, 2)
    post.stub.mood.refuse[bad.code] = "MaLinhVuc: không được để trống"
    post.hear()
    post.send()
    row = post.row(bad)
    assert (row.state, row.words) == (Sending.REFUSED, "MaLinhVuc: không được để trống")
    assert post.row(good).state == Sending.SENT
    with tenant_scope(post.province):
        lines = SyncProgress.objects.filter(dossier=bad)
        assert {line.state for line in lines} == {Sending.WAITING}  # no step without its dossier


def test_a_refused_batch_without_names_is_taken_apart(post):
    dossiers = received(post, 4)
    post.stub.mood.names_items = False
    post.stub.mood.refuse[dossiers[2].code] = "TenTTHC: sai"
    post.hear()
    post.send()
    assert [post.row(one).state for one in dossiers] == ["sent", "sent", "refused", "sent"]
    assert post.row(dossiers[2]).words == "TenTTHC: sai"
    assert sorted(post.stub.kept.dossiers) == sorted(
        one.code for one in dossiers if one != dossiers[2]
    )


def test_a_refused_dossier_that_changes_is_tried_again(post):
    (dossier,) = received(post)
    post.stub.mood.refuse[dossier.code] = "ChuHoSo: sai"
    post.hear()
    post.send()
    post.stub.mood.refuse.clear()
    with tenant_scope(post.province):
        note([dossier.pk])
    post.until_sent()
    assert post.row(dossier).state == Sending.SENT
    assert post.row(dossier).words == ""


def test_a_session_that_ended_is_renewed_and_one_that_lives_is_used_again(post):
    received(post)
    post.hear()
    post.send()
    received(post)
    post.hear()
    post.send()
    assert post.stub.logins == 1
    post.stub.sessions.clear()
    received(post)
    post.hear()
    assert post.send().sent == 2
    assert post.stub.logins == 2


@pytest.mark.parametrize("how", [302, 303, 307])
def test_a_session_that_ended_is_renewed_when_the_server_says_so_by_a_redirect(post, how):
    received(post)
    post.hear()
    post.send()
    dossiers = received(post, 4)
    post.hear()
    serve = post.stub.RequestHandlerClass._service

    def to_the_login(handler, body):
        if body["session"] not in post.stub.sessions:
            return handler._send(b"", how, Location="/login")
        return serve(handler, body)

    post.stub.RequestHandlerClass = type(
        "Elsewhere", (post.stub.RequestHandlerClass,), {"_service": to_the_login}
    )
    post.stub.sessions.clear()
    post.send()
    assert {(post.row(one).state, post.row(one).alone) for one in dossiers} == {("sent", False)}
    assert post.stub.logins == 2


def test_a_wrong_password_waits_and_says_so(post, settings):
    settings.NATIONAL_SYNC[post.province.code]["PASSWORD"] = "wrong"
    (dossier,) = received(post)
    post.hear()
    post.send()
    row = post.row(dossier)
    assert (row.state, row.fault) == (Sending.TROUBLE, Fault.LOGIN)
    assert post.stub.kept.dossiers == {}


def test_without_an_account_everything_waits(post, settings):
    settings.NATIONAL_SYNC = {}
    (dossier,) = received(post)
    post.hear()
    assert post.send() is None
    assert post.row(dossier).state == Sending.WAITING


@pytest.mark.parametrize("url", ["http://dvc.example/api", "https://me:word@dvc.example/api", "x"])
def test_only_https_is_spoken_outside_the_demo(post, settings, url):
    settings.GOVIT_DEMO = False
    settings.NATIONAL_SYNC[post.province.code] |= {"URL": url, "LOGIN_URL": url}
    received(post)
    post.hear()
    assert post.send() is None


def test_a_void_reception_that_was_never_sent_is_left_out(post):
    (dossier,) = received(post)
    void(post, dossier)
    post.hear()
    post.send()
    assert post.row(dossier).state == Sending.LEFT_OUT
    assert post.stub.kept.dossiers == {}
    with tenant_scope(post.province):
        assert not SyncProgress.objects.unsettled().exists()


def test_a_void_reception_that_was_sent_is_reported_as_stopped(post):
    (dossier,) = received(post)
    post.hear()
    post.send()
    void(post, dossier)
    post.hear()
    post.until_sent()
    item = post.stub.kept.dossiers[dossier.code]
    assert (item["TrangThaiHoSo"], item["GhiChu"]) == ("8", "Tiếp nhận nhầm, đã hủy: Nhầm thủ tục")
    assert item["NgayKetThucXuLy"]


def void(post, dossier):
    with tenant_scope(post.province):
        corrections.void(dossier.pk, actor=post.town.clerk, reason="Nhầm thủ tục", refund="")


def test_a_change_while_the_server_is_asked_is_not_lost(post):
    (dossier,) = received(post)
    post.hear()

    def meanwhile():
        post.stub.before = lambda: None
        with tenant_scope(post.province):
            type(dossier).objects.filter(pk=dossier.pk).update(summary="Mới")
            note([dossier.pk])

    post.stub.before = lambda: in_thread(meanwhile).join()
    post.send()
    row = post.row(dossier)
    assert (row.state, row.version) == (Sending.SENT, 2)
    assert post.stub.kept.dossiers[dossier.code]["TrichYeuHoSo"] == "Mới"


def test_a_server_that_is_away_is_left_alone_for_longer_and_longer(post):
    (dossier,) = received(post)
    post.hear()
    post.stub.close()
    waits = []
    for _ in range(3):
        post.hurry()
        post.send()
        with tenant_scope(post.province):
            server = SyncServer.objects.get()
        waits.append(server.quiet_until - server.fault_at)
        assert post.send().trouble == 0  # too early
    assert [round(wait.total_seconds()) for wait in waits] == [5, 10, 20]
    row = post.row(dossier)
    assert (row.state, row.fault, row.alone) == (Sending.TROUBLE, Fault.UNREACHABLE, False)
    assert row.due_at - timezone.now() < dt.timedelta(minutes=1)


def test_the_parts_of_a_linked_dossier_are_not_sent_and_the_whole_is(post):
    with tenant_scope(post.province):
        linked = make_linked(post.town)
        whole = receive(post.town, linked)
        parts = parts_of(whole)
        assert len(parts) == 2
        note([part.pk for part in parts])  # what is heard of a part is of the whole
        assert list(SyncState.objects.values_list("dossier", flat=True)) == [whole.pk]
        assert not SyncProgress.objects.filter(dossier__in=parts).exists()
    post.hear()
    post.until_sent()
    assert list(post.stub.kept.dossiers) == [whole.code]
    assert list(post.stub.kept.progress) == [whole.code]


def test_an_act_of_an_official_asks_for_nothing_of_this_and_does_not_wait(post):
    """The server hangs while a sender is with it; the act writes its event and is done."""
    received(post)
    post.hear()
    asked, go_on = threading.Event(), threading.Event()
    post.stub.before = lambda: (asked.set(), go_on.wait(PATIENCE))
    sender = in_thread(post.send)
    assert asked.wait(PATIENCE)
    try:
        with tenant_scope(post.province), CaptureQueriesContext(connection) as captured:
            dossier = assigned(post.town)
            processing.forward(dossier.pk, actor=post.town.officer)
        assert not go_on.is_set()
        assert sender.is_alive()
    finally:
        go_on.set()
        sender.join(PATIENCE)
    assert len(captured) > 10
    assert [query["sql"] for query in captured if "exchange_" in query["sql"]] == []


def test_the_bell_rings_after_the_commit_and_not_for_each_event(post, settings, monkeypatch):
    rung = []
    monkeypatch.setattr(bell.current_app, "send_task", lambda name, **_: rung.append(name))
    monkeypatch.setattr(bell, "_quiet_until", 0.0)
    settings.RING_THE_BELL = True
    received(post, 3)
    post.hear()
    assert rung.count(bell.SEND) == 1


def test_a_broker_that_is_away_does_not_keep_the_row_from_waiting(post, settings, monkeypatch):
    def away(*_, **__):
        raise BrokerError

    monkeypatch.setattr(bell.current_app, "send_task", away)
    monkeypatch.setattr(bell, "_quiet_until", 0.0)
    settings.RING_THE_BELL = True
    (dossier,) = received(post)
    post.hear()
    assert post.row(dossier).state == Sending.WAITING


def test_the_task_goes_through_the_provinces(post):
    received(post)
    post.hear()
    send_national()
    assert post.stub.kept.dossiers == post.facts()[0]
