"""Which gateway a province has, and what is done when it is none or makes no sense."""

import datetime as dt
import logging
import os
import uuid
from types import SimpleNamespace
from unittest import mock

import pytest
import time_machine
from django.utils import timezone

from exchange.tasks import send_national
from notifications import mail, tasks
from notifications.models import SmsMessage, SmsServer
from notifications.sms import gateways, outbox, sending, servers
from notifications.sms.gateways import Away, FileGateway, HttpGateway, Outgoing, gateway_of
from notifications.sms.services import queue_text
from portal.queries import health
from tenancy import periodic
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.exchange.conftest import in_thread
from tests.notifications.test_sms import NOON, go_on, queue, states
from tests.onestop.racing import PATIENCE

MESSAGE = Outgoing("a-reference", "+84900000001", "Chao")


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=True):
        yield


# --- faults ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("task", "part"), [("send_sms", sending), ("send_mail", mail)])
def test_a_fault_in_one_province_does_not_keep_the_next_waiting(
    province, other_province, caplog, task, part
):
    asked = []

    def breaks(one, *_seconds):
        asked.append(one.pk)
        if len(asked) == 1:
            raise RuntimeError("broken")
        return part.Tally()

    with mock.patch.object(part, "send_due", breaks), caplog.at_level(logging.ERROR):
        getattr(tasks, task)()
    assert {province.pk, other_province.pk} <= set(asked)
    assert "failed" in caplog.text


ADDRESSES = ["sms.example.vn", "ftp://sms.example.vn", "file:///etc", "http://[", "https://a b",
             "https://sms.example.vn/\n", "", "javascript:1"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_none_is_a_gateway_that_is_away(settings, address):
    settings.GOVIT_DEMO = True
    with pytest.raises(Away):
        HttpGateway(address, "a-token").send(MESSAGE)
    with pytest.raises(Away):
        HttpGateway(address, "a-token").find("a-reference")


def test_a_token_that_no_header_takes_is_a_gateway_that_is_away(liar):
    with pytest.raises(Away):
        HttpGateway(liar.url, "a\nb").send(MESSAGE)


def test_an_answer_nested_without_end_is_no_answer(fresh_province, liar):
    liar.moods = ["nested"]
    queue(fresh_province)
    go_on(fresh_province)
    assert states(fresh_province) == ["queued"]
    go_on(fresh_province)
    assert (states(fresh_province), len(liar.taken)) == (["sent"], 1)


@pytest.mark.parametrize("status", ["404", "410"])
def test_a_path_that_is_gone_is_no_word_about_the_message(fresh_province, liar, status):
    """An address that was moved must not fail every message for good."""
    liar.moods = [status]
    queue(fresh_province)
    go_on(fresh_province)
    assert states(fresh_province) == ["queued"]
    go_on(fresh_province)
    assert states(fresh_province) == ["sent"]


@pytest.mark.parametrize("page", [b"<html>404</html>", b"", b"[]"])
def test_unknown_is_believed_of_the_gateway_only_and_not_of_a_page(fresh_province, liar, page):
    liar.moods, liar.unknown = ["fail"], page
    queue(fresh_province)
    go_on(fresh_province)
    go_on(fresh_province)
    assert (states(fresh_province), liar.taken) == (["queued"], [])
    liar.unknown = b'{"error": "unknown"}'
    go_on(fresh_province)
    assert states(fresh_province) == ["sent"]


def test_after_three_refusals_in_a_row_the_others_wait_for_the_next_run(fresh_province, liar):
    liar.moods = ["refuse", "refuse", "", "refuse", "refuse", "refuse"]
    queue(fresh_province, 8)
    assert sending.send_due(fresh_province) == sending.Tally(sent=1, put_back=5)
    with tenant_scope(fresh_province):
        attempts = SmsMessage.objects.order_by("pk").values_list("attempts", flat=True)
        assert list(attempts) == [1] * 6 + [0] * 2
    assert go_on(fresh_province).sent == 7


def test_a_gateway_that_refuses_everything_loses_no_text(fresh_province, liar):
    """As a backlog and one by one: it is the gateway that is wrong, as nothing else was taken."""
    liar.moods = ["refuse"] * 60
    queue(fresh_province, 12)
    for _run in range(5):
        go_on(fresh_province)
    for number in range(20, 24):
        with tenant_scope(fresh_province):
            SmsMessage.objects.update(due_at=timezone.now() + dt.timedelta(hours=1))
            queue_text(f"late {number}", "test", f"09000000{number}", "Đã nhận hồ sơ")
            SmsServer.objects.update(quiet_until=None)
        assert sending.send_due(fresh_province) == sending.Tally(put_back=1)
    assert states(fresh_province) == ["queued"] * 16
    liar.moods = []
    for _run in range(3):
        go_on(fresh_province)
    assert (states(fresh_province), len(liar.taken)) == (["sent"] * 16, 16)


@pytest.mark.parametrize(
    "moods", [["refuse", "drop", "refuse", "refuse"], ["refuse", "has it", "refuse"]], ids=" ".join
)
def test_what_a_gateway_knew_already_does_not_make_its_refusals_final(fresh_province, liar, moods):
    """It took nothing since it began to refuse."""
    liar.moods = moods
    queue(fresh_province, 2)
    while liar.moods:
        go_on(fresh_province)
    assert states(fresh_province) == ["queued", "sent"]
    with tenant_scope(fresh_province):
        server = SmsServer.objects.get()
    assert (server.failures, server.good_at) == (0, None)
    liar.moods = ["refuse", "", "refuse"]
    queue(fresh_province, 3)
    for _run in range(2):
        go_on(fresh_province)
    assert states(fresh_province) == ["failed", "sent", "sent"]


def test_a_gateway_that_refuses_for_a_day_is_named_as_the_reason(fresh_province, liar):
    liar.moods = ["refuse"]
    queue(fresh_province)
    go_on(fresh_province)
    with tenant_scope(fresh_province):
        SmsMessage.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    go_on(fresh_province)
    with tenant_scope(fresh_province):
        message = SmsMessage.objects.get()
    assert (message.state, message.error) == ("failed", "given up: HTTP 422")


@pytest.mark.parametrize(("mood", "sent"), [("conflict", False), ("has it", True)])
def test_a_conflict_counts_as_taken_only_when_the_gateway_says_it_itself(
    fresh_province, liar, mood, sent
):
    """Anybody on the way may answer 409 with a page."""
    liar.moods = [mood]
    queue(fresh_province)
    go_on(fresh_province)
    assert states(fresh_province) == ["sent" if sent else "queued"]


# --- one sender, and patience ------------------------------------------------------------------
def test_a_slow_gateway_holds_one_sender_and_no_second_one(fresh_province, liar):
    queue(fresh_province, 3)
    with tenant_scope(fresh_province):
        assert servers.take_turn(uuid.uuid4())
    assert sending.send_due(fresh_province) == sending.Tally()
    with time_machine.travel(timezone.now() + servers.TURN + dt.timedelta(seconds=1)):
        assert sending.send_due(fresh_province).sent == 3  # the first one died
    queue(fresh_province, 4)
    assert sending.send_due(fresh_province).sent == 1  # the turn was given back


def test_a_gateway_that_is_away_is_left_alone_for_longer_and_longer(fresh_province, liar):
    liar.moods = ["fail"] * 20
    queue(fresh_province, 20)
    waits = []
    for _run in range(9):
        go_on(fresh_province)
        asked = len(liar.keys)
        assert sending.send_due(fresh_province) == sending.Tally()
        assert len(liar.keys) == asked
        with tenant_scope(fresh_province):
            quiet = SmsServer.objects.get().quiet_until - timezone.now()
        waits.append(5 * round(quiet.total_seconds() / 5))
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    liar.moods = []
    go_on(fresh_province)
    with tenant_scope(fresh_province):
        server = SmsServer.objects.get()
    assert (server.failures, server.quiet_until) == (0, None)


def test_the_time_of_a_run_is_shared_and_no_slow_province_is_always_the_first(
    province, other_province, monkeypatch
):
    clock, asked, first = [1000.0], [], set()
    monkeypatch.setattr(periodic, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    count = Province.objects.filter(is_active=True).count()

    def slow(one, seconds):
        asked.append((one.pk, seconds))
        clock[0] += 20
        return sending.Tally()

    monkeypatch.setattr(sending, "send_due", slow)
    for _run in range(40):
        asked.clear()
        tasks.send_sms()
        shares = [round(seconds, 3) for _pk, seconds in asked]
        assert shares == [round(30 / count, 3), round(10 / (count - 1), 3)]  # then it is over
        first.add(asked[0][0])
    assert len(first) > 1


@pytest.mark.parametrize("task", [tasks.send_sms, tasks.send_mail, send_national])
def test_a_task_that_speaks_with_servers_of_others_has_an_end(task):
    assert task.soft_time_limit < task.time_limit <= 180


def test_a_gateway_that_drips_is_left_in_time_and_asked_later(fresh_province, liar):
    liar.moods = ["drip"]
    queue(fresh_province)
    with mock.patch.object(gateways, "TIMEOUT_SECONDS", 0.3):
        sender = in_thread(lambda: go_on(fresh_province))
        sender.join(PATIENCE)
        is_over = not sender.is_alive()
        liar.server.release.set()
        sender.join(PATIENCE)
    assert (is_over, states(fresh_province)) == (True, ["queued"])
    go_on(fresh_province)
    assert (states(fresh_province), len(liar.taken)) == (["sent"], 1)


# --- which gateway -----------------------------------------------------------------------------
@pytest.fixture
def variables(monkeypatch):
    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def test_a_province_s_own_gateway_never_gets_the_token_of_the_common_one(variables):
    variables(SMS_GATEWAY_URL="https://all.example.vn", SMS_GATEWAY_TOKEN="common", SMS_SENDER="VN")
    assert gateway_of("H32") == HttpGateway("https://all.example.vn", "common", "VN")
    variables(SMS_GATEWAY_URL_H32="https://own.example.vn")
    assert gateway_of("H32") == HttpGateway("https://own.example.vn", "", "")
    variables(SMS_GATEWAY_TOKEN_H32="own", SMS_SENDER_H32="KHANHHOA")
    assert gateway_of("H32") == HttpGateway("https://own.example.vn", "own", "KHANHHOA")
    assert gateway_of("H44") == HttpGateway("https://all.example.vn", "common", "VN")


def test_the_token_is_not_shown(variables):
    variables(SMS_GATEWAY_URL="https://all.example.vn", SMS_GATEWAY_TOKEN="a-secret")
    assert "a-secret" not in repr(gateway_of("H32"))


@pytest.mark.parametrize("demo", [True, False])
def test_outside_the_demo_only_https_is_spoken_and_nothing_is_written(settings, variables, demo):
    settings.GOVIT_DEMO = demo
    assert isinstance(gateway_of("H32"), FileGateway) is demo
    assert (gateway_of("H32") is None) is not demo
    variables(SMS_GATEWAY_URL="http://sms.example.vn")
    assert (gateway_of("H32") is None) is not demo


def test_without_a_gateway_messages_wait_and_the_health_page_says_so(
    fresh_province, settings, tmp_path, variables
):
    settings.GOVIT_DEMO, settings.SMS_DIR = False, tmp_path
    with tenant_scope(fresh_province):
        assert health._texts().state == "unknown"
    queue(fresh_province, 2)
    assert sending.send_due(fresh_province) == sending.Tally()
    assert states(fresh_province) == ["queued"] * 2
    assert list(tmp_path.iterdir()) == []
    with tenant_scope(fresh_province):
        assert (health._texts().state, "2" in health._texts().words) == ("warning", True)
    variables(SMS_GATEWAY_URL="https://sms.example.vn")
    with tenant_scope(fresh_province):
        assert health._texts().state == "good"


def test_the_texts_of_the_demo_are_swept_after_thirty_days(settings, tmp_path):
    settings.SMS_DIR = tmp_path
    gateway = FileGateway(tmp_path / "H32")
    for name in ("old", "new"):
        gateway.send(Outgoing(name, "+84900000001", "Chao"))
    (tmp_path / "H32" / ".half").write_text("{}")
    month = timezone.now().timestamp() - 31 * 24 * 3600
    for name in ("old.json", ".half"):
        os.utime(tmp_path / "H32" / name, (month, month))
    os.utime(tmp_path / "H32" / "new.json", (timezone.now().timestamp(),) * 2)
    assert outbox.forget_old(timezone.now()) == 2
    assert [path.name for path in (tmp_path / "H32").iterdir()] == ["new.json"]
