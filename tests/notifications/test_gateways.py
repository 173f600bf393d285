"""Which gateway a province has, and what is done when it is none or makes no sense."""

import logging
import os
from unittest import mock

import pytest
import time_machine
from django.utils import timezone

from notifications import mail, tasks
from notifications.models import SmsMessage
from notifications.sms import outbox, sending
from notifications.sms.gateways import Away, FileGateway, HttpGateway, Outgoing, gateway_of
from portal.queries import health
from tenancy.scope import tenant_scope
from tests.exchange.conftest import in_thread
from tests.notifications.test_sms import NOON, go_on, queue, states

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

    def breaks(one):
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
    assert sending.send_due(fresh_province) == sending.Tally(sent=1, failed=5)
    assert states(fresh_province)[6:] == ["queued"] * 2
    with tenant_scope(fresh_province):
        waiting = SmsMessage.objects.filter(state="queued")
        assert set(waiting.values_list("attempts", flat=True)) == {0}
    assert sending.send_due(fresh_province).sent == 2


def test_a_gateway_that_drips_is_left_in_time_and_asked_later(fresh_province, liar):
    liar.moods = ["drip"]
    queue(fresh_province)
    sender = in_thread(lambda: go_on(fresh_province))
    sender.join(5)
    is_over = not sender.is_alive()
    liar.is_over.set()
    sender.join(5)
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
