"""Text messages through a gateway that lies: none doubled, none lost."""

import datetime as dt
import uuid
from unittest import mock

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notifications.models import SmsMessage, SmsServer, SmsState
from notifications.rulesets import SmsRules
from notifications.sms import gateways, outbox, sending
from notifications.sms.services import NotFailed, note_report, queue_text, resend
from notifications.sms.text import fitted, mobile, plain
from organizations.access import RefusedError
from organizations.models import RuleSet
from tenancy.scope import tenant_scope

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=True):
        yield


def queue(province, count=1, **changes):
    with tenant_scope(province):
        for number in range(count):
            queue_text(f"event {number}", "test", f"09000000{number:02d}", "Đã nhận hồ sơ")
        SmsMessage.objects.update(**changes) if changes else None


def go_on(province):
    """Let the waiting time pass and send what is due."""
    with tenant_scope(province):
        SmsMessage.objects.filter(state="queued").update(due_at=timezone.now())
        SmsServer.objects.update(quiet_until=None)
    return sending.send_due(province)


def states(province):
    with tenant_scope(province):
        return list(SmsMessage.objects.order_by("pk").values_list("state", flat=True))


MOODS = [
    ["drop"], ["late"], ["fail"], ["deaf"], ["fail", "drop"], ["late", "late"],
    ["drop", "fail", "late", "deaf", "fail"],
]  # fmt: skip


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("moods", MOODS, ids=" ".join)
def test_whatever_the_gateway_does_each_message_arrives_once(fresh_province, liar, moods):
    liar.moods = list(moods)
    queue(fresh_province, 3)
    for _again in range(8):
        go_on(fresh_province)
    assert states(fresh_province) == ["sent"] * 3
    references = liar.references()
    assert len(references) == len(set(references)) == 3
    assert set(liar.keys) == set(references)  # every attempt carries the message's own key


def test_control_a_portal_that_does_not_ask_first_doubles_what_was_dropped(fresh_province, liar):
    liar.moods = ["drop"]
    queue(fresh_province)
    with mock.patch.object(gateways.HttpGateway, "find", return_value=None):
        go_on(fresh_province)
        go_on(fresh_province)
    assert len(liar.taken) == 2
    assert len(set(liar.references())) == 1  # a gateway that looks at the key would drop one


def test_nothing_is_sent_again_while_the_gateway_cannot_say_whether_it_has_it(fresh_province, liar):
    liar.moods, liar.finds = ["drop"], False
    queue(fresh_province)
    for _again in range(3):
        go_on(fresh_province)
    assert (len(liar.taken), states(fresh_province)) == (1, ["queued"])
    liar.finds = True
    go_on(fresh_province)
    assert (len(liar.taken), states(fresh_province)) == (1, ["sent"])


def test_a_worker_that_dies_between_sending_and_marking_does_not_double(fresh_province, liar):
    queue(fresh_province)
    with (
        mock.patch.object(sending, "_mark", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        sending.send_due(fresh_province)
    assert states(fresh_province) == ["queued"]
    assert sending.send_due(fresh_province) == sending.Tally()  # another worker: still claimed
    with time_machine.travel(NOON + sending.LEASE + dt.timedelta(minutes=1)):
        assert sending.send_due(fresh_province).sent == 1
    assert (len(liar.taken), states(fresh_province)) == (1, ["sent"])


def test_a_message_that_is_refused_again_fails_and_the_others_go_out(fresh_province, liar):
    liar.moods = ["refuse", "", "refuse"]
    queue(fresh_province, 2)
    assert sending.send_due(fresh_province) == sending.Tally(sent=1, put_back=1)
    assert states(fresh_province) == ["queued", "sent"]
    assert go_on(fresh_province) == sending.Tally(failed=1)
    assert states(fresh_province) == ["failed", "sent"]


def test_a_message_that_may_have_arrived_is_given_up_after_a_day_of_no_answer(fresh_province, liar):
    queue(fresh_province, created_at=timezone.now() - dt.timedelta(hours=25), attempts=1)
    liar.finds = False
    go_on(fresh_province)
    with tenant_scope(fresh_province):
        message = SmsMessage.objects.get()
        assert (message.state, message.error[:8]) == ("failed", "given up")


def test_what_waited_for_a_gateway_longer_than_a_day_is_not_sent(fresh_province, liar):
    queue(fresh_province, 2, created_at=timezone.now() - dt.timedelta(hours=25))
    with tenant_scope(fresh_province):
        queue_text("young", "test", "0900000009", "Đã nhận hồ sơ")
    assert sending.send_due(fresh_province) == sending.Tally(sent=1, expired=2)
    assert states(fresh_province) == ["expired", "expired", "sent"]
    assert len(liar.taken) == 1


def test_what_nobody_can_send_expires_too_and_its_text_is_emptied_in_the_end(fresh_province):
    queue(fresh_province, created_at=timezone.now() - dt.timedelta(days=31))
    assert sending.send_due(fresh_province) == sending.Tally(expired=1)
    with tenant_scope(fresh_province):
        assert sending.forget_texts(timezone.now()) == 1


def test_an_old_message_that_was_tried_is_asked_about_before_it_expires(fresh_province, liar):
    liar.moods = ["drop", "fail"]  # one arrives without an answer, one does not arrive
    queue(fresh_province, 2)
    for _each in range(2):  # a run ends where the gateway is away
        with tenant_scope(fresh_province):
            SmsServer.objects.update(quiet_until=None)
        sending.send_due(fresh_province)
    with tenant_scope(fresh_province):
        assert set(SmsMessage.objects.values_list("attempts", flat=True)) == {1}
        SmsMessage.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    go_on(fresh_province)
    assert states(fresh_province) == ["sent", "expired"]
    assert len(liar.taken) == 1


def test_the_hours_are_a_dated_setting(fresh_province, liar):
    queue(fresh_province, created_at=timezone.now() - dt.timedelta(hours=25))
    with tenant_scope(fresh_province):
        RuleSet.objects.create(
            kind="sms", valid_from=timezone.localdate(), values={"sms_hours": 48}, source="test"
        )
    assert sending.send_due(fresh_province).sent == 1


@pytest.mark.usefixtures("scope")
def test_an_expired_message_is_sent_anew_by_a_person(town):
    message = queue_text("e", "test", "0900000001", "Chào")
    SmsMessage.objects.update(state="expired", created_at=NOON - dt.timedelta(days=3))
    assert message in SmsMessage.objects.visible_to(town.superuser).unsent()
    again = resend(message.pk, actor=town.superuser)
    assert (again.state, again.created_at >= NOON) == ("queued", True)


def test_at_night_nothing_is_sent_and_in_the_morning_it_is(fresh_province, liar):
    queue(fresh_province)
    with time_machine.travel(NOON + dt.timedelta(hours=10)):  # 22:00
        assert sending.send_due(fresh_province) == sending.Tally()
    with time_machine.travel(NOON + dt.timedelta(hours=19, minutes=1)):  # 07:01
        assert sending.send_due(fresh_province).sent == 1


@pytest.mark.parametrize(
    ("at", "quiet"), [((19, 59), False), ((20, 0), True), ((6, 59), True), ((7, 0), False)]
)
def test_the_night_spans_midnight(at, quiet):
    assert SmsRules().is_quiet(dt.time(*at)) is quiet


# --- reports -----------------------------------------------------------------------------------
ORDERS = [
    (["sent", "delivered"], "delivered"), (["delivered", "sent"], "delivered"),
    (["delivered", "delivered"], "delivered"), (["failed", "failed"], "failed"),
    (["failed", "sent"], "failed"), (["failed", "delivered"], "delivered"),
    (["delivered", "failed"], "delivered"),
]  # fmt: skip


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize(("told", "known"), ORDERS)
@pytest.mark.usefixtures("scope")
def test_reports_in_any_order_and_twice_end_in_one_state(told, known, early):
    message = queue_text("e", "test", "0900000001", "Chào")
    if not early:  # the first report may come before our own mark
        SmsMessage.objects.update(state="sent", sent_at=timezone.now())
    for state in told:
        assert note_report(message.reference, state, at=timezone.now())
    message.refresh_from_db()
    assert message.state == known
    assert note_report(uuid.uuid4(), "delivered", at=timezone.now()) is False


def test_a_report_that_comes_before_our_mark_is_not_undone_by_it(fresh_province, liar):
    queue(fresh_province)
    mark = sending._mark

    def reported_first(province, message, **changes):
        with tenant_scope(province):
            note_report(message.reference, "delivered", at=timezone.now())
        mark(province, message, **changes)

    with mock.patch.object(sending, "_mark", reported_first):
        sending.send_due(fresh_province)
    assert states(fresh_province) == ["delivered"]


# --- queue -------------------------------------------------------------------------------------
@pytest.mark.usefixtures("scope")
def test_a_message_of_an_event_is_queued_once_and_a_landline_says_why_nothing_came():
    for _again in range(3):
        queue_text("e", "test", "0900 000 001", "Đã nhận hồ sơ")
    assert SmsMessage.objects.get().text == "Da nhan ho so"
    assert queue_text("e", "test", "0258 3822 222", "Chào").state == SmsState.FAILED


@pytest.mark.usefixtures("scope")
def test_only_an_administrator_sends_again_and_only_what_failed(town):
    message = queue_text("e", "test", "0900000001", "Chào")
    first = message.reference
    with pytest.raises(NotFailed):
        resend(message.pk, actor=town.superuser)
    SmsMessage.objects.update(state="failed", error="HTTP 422", attempts=4)
    for stranger in (town.clerk, town.agency_admin):
        with pytest.raises(RefusedError):
            resend(message.pk, actor=stranger)
    again = resend(message.pk, actor=town.superuser)
    assert (again.state, again.attempts, again.reference == first) == ("queued", 0, False)


@pytest.mark.usefixtures("scope")
def test_old_texts_are_emptied_and_those_that_wait_are_kept():
    for number in range(2):
        queue_text(f"e{number}", "test", f"090000000{number}", "Chào")
    old = timezone.now() - dt.timedelta(days=31)
    SmsMessage.objects.update(created_at=old)
    SmsMessage.objects.filter(key="e0").update(state="failed")
    assert sending.forget_texts(timezone.now()) == 1
    assert list(SmsMessage.objects.order_by("key").values_list("text", flat=True)) == ["", "Chao"]


def test_the_demo_writes_files_and_shows_them(fresh_province, settings, tmp_path):
    settings.SMS_DIR, settings.GOVIT_DEMO = tmp_path, True
    queue(fresh_province)
    assert sending.send_due(fresh_province).sent == 1
    assert states(fresh_province) == ["delivered"]
    assert [(text.to, text.text) for text in outbox.texts(fresh_province.code)] == [
        ("+84900000000", "Da nhan ho so")
    ]
    assert outbox.texts("H99") == []


def test_the_page_of_the_demo_is_closed_elsewhere(client, settings, tmp_path):
    settings.SMS_DIR = tmp_path
    settings.GOVIT_DEMO = False
    assert client.get(reverse("notifications:texts")).status_code == 404
    settings.GOVIT_DEMO = True
    assert "Chưa có tin nhắn" in client.get(reverse("notifications:texts")).text


def test_only_administrators_of_the_whole_province_read_texts_and_no_full_number(
    client, province, town
):
    queue(province, 1, state="failed", error="HTTP 422")
    page = client.sign_in(town.superuser).get(reverse("portal:sms_list")).text
    assert "********0000" in page
    assert "900000000" not in page
    client.sign_in(town.agency_admin)
    assert client.get(reverse("portal:sms_list")).status_code == 403
    assert reverse("portal:sms_list") not in client.get(reverse("portal:health")).text
    with tenant_scope(province):
        assert not SmsMessage.objects.visible_to(town.agency_admin).exists()
        message = SmsMessage.objects.get()
    assert client.post(reverse("portal:sms_resend", args=[message.pk])).status_code == 404


def test_the_list_costs_the_same_for_one_message_and_for_five(client, province, town):
    client.sign_in(town.superuser)
    client.get(reverse("portal:sms_list"))
    costs = []
    for count in (1, 5):
        queue(province, count, state="failed", error="HTTP 422")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("portal:sms_list")).text.count("Gửi lại") == count
        costs.append(len(queries))
    assert costs[0] == costs[1]


# --- letters and numbers -----------------------------------------------------------------------
def test_a_text_without_marks_fits_one_part_and_one_with_marks_three():
    long = "Hồ sơ đã được tiếp nhận, mời ông bà đến nhận kết quả. " * 10
    assert len(fitted(long, accented=False)) <= 160
    assert fitted(long, accented=False).endswith("...")
    assert len(fitted(long, accented=True)) <= 201
    assert plain("Đường “số 5” – Nguyễn Ư… \U0001f600") == 'Duong "so 5" - Nguyen U...'


@pytest.mark.parametrize(
    ("written", "texted"),
    [
        ("0900 000 001", "+84900000001"), ("+84 900.000.001", "+84900000001"),
        ("84900000001", "+84900000001"), ("02583822222", ""), ("09000000011", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_mobile_numbers_are_texted(written, texted):
    assert mobile(written) == texted


def test_a_gateway_that_sends_us_elsewhere_is_not_followed(fresh_province, liar):
    liar.moods = ["elsewhere"]
    queue(fresh_province)
    go_on(fresh_province)
    assert (states(fresh_province), liar.taken, liar.asked) == (["queued"], [], [])
