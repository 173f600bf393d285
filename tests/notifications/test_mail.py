"""Mail goes out after the commit, once, and waits when the server is away."""

import datetime as dt

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils import timezone

from audit.services import record
from notifications import mail
from notifications.models import EmailMessage, MailState
from notifications.services import email, queue_mail
from organizations.models import User
from tenancy.scope import tenant_scope
from tests.people import make_person

TEMPLATE = "notifications/mail/notice.txt"


def queue(province, *addresses, key="k", subject="Đã nhận hồ sơ"):
    with tenant_scope(province):
        for address in addresses:
            queue_mail(key, "test", address, subject, TEMPLATE, {"name": "An", "text": "Chào"})


def states(province):
    with tenant_scope(province):
        return list(EmailMessage.objects.order_by("pk").values_list("state", "attempts", "error"))


def let_time_pass(province):
    with tenant_scope(province):
        EmailMessage.objects.filter(state="queued").update(due_at=timezone.now())


def test_a_mail_of_an_event_is_queued_once_per_address(event):
    for _again in range(3):
        for address in ("an@vi-du.example", "binh@vi-du.example"):
            email(event, "dossier.received", address, "Đã nhận", TEMPLATE, {"name": "An"})
    assert EmailMessage.objects.count() == 2
    assert django_mail.outbox == []  # nothing leaves inside the transaction


def test_mail_is_sent_once_and_its_text_is_forgotten(fresh_province, server):
    queue(fresh_province, "an@vi-du.example")
    assert mail.send_due(fresh_province).sent == 1
    assert mail.send_due(fresh_province) == mail.Tally()
    assert len(server.letters) == 1
    assert "To: an@vi-du.example" in server.letters[0]
    assert f"X-Province: {fresh_province.code}" in server.letters[0]
    assert states(fresh_province) == [("sent", 1, "")]
    with tenant_scope(fresh_province):
        assert EmailMessage.objects.get().body == ""


def test_with_the_server_gone_mail_waits_and_goes_out_later(fresh_province, server, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    queue(fresh_province, "an@vi-du.example", "binh@vi-du.example")
    assert mail.send_due(fresh_province).put_back == 1
    assert states(fresh_province) == [("queued", 1, "ConnectionRefusedError"), ("queued", 0, "")]
    settings.EMAIL_PORT = port
    let_time_pass(fresh_province)
    assert mail.send_due(fresh_province).sent == 2


@pytest.mark.slow
def test_a_server_that_hangs_holds_up_one_mail_and_no_transaction(fresh_province, server, settings):
    server.mood = "silent"
    settings.EMAIL_TIMEOUT = 1
    queue(fresh_province, *[f"an{number}@vi-du.example" for number in range(5)])
    assert mail.send_due(fresh_province).put_back == 1
    assert server.calls == 1
    assert states(fresh_province)[0] == ("queued", 1, "SMTPServerDisconnected")


def test_a_recipient_that_does_not_exist_is_given_up_and_the_others_get_theirs(
    fresh_province, server
):
    server.mood = "550"
    queue(fresh_province, "an@vi-du.example")
    assert mail.send_due(fresh_province).failed == 1
    assert states(fresh_province) == [("failed", 1, "recipient refused 550")]
    server.mood = "friendly"
    queue(fresh_province, "binh@vi-du.example")
    assert mail.send_due(fresh_province).sent == 1


def test_a_box_that_is_full_is_tried_again(fresh_province, server):
    server.mood = "450"
    queue(fresh_province, "an@vi-du.example")
    assert mail.send_due(fresh_province).put_back == 1
    assert states(fresh_province) == [("queued", 1, "recipient refused 450")]


def test_after_three_days_a_mail_is_given_up(fresh_province, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue(fresh_province, "an@vi-du.example")
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        assert mail.send_due(fresh_province).failed == 1
    assert states(fresh_province)[0][0] == MailState.FAILED


def test_waiting_grows_to_an_hour():
    waits = [mail.wait_after(attempts).total_seconds() for attempts in (1, 2, 3, 8, 30)]
    assert waits == [30, 60, 120, 3600, 3600]


def test_a_mail_taken_by_a_lost_worker_is_sent_when_its_lease_is_over(fresh_province, server):
    queue(fresh_province, "an@vi-du.example")
    mail._claim(fresh_province)  # and the worker dies
    assert mail.send_due(fresh_province) == mail.Tally()
    with time_machine.travel(timezone.now() + mail.LEASE + dt.timedelta(seconds=1)):
        assert mail.send_due(fresh_province).sent == 1


def test_a_repeated_mail_has_the_same_message_id(fresh_province):
    queue(fresh_province, "an@vi-du.example")
    with tenant_scope(fresh_province):
        message = EmailMessage.objects.get()
    first, second = (mail.compose(fresh_province, message).message() for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("address", ["", "an", "an@x\nBcc: b@x.vn", "a@b.example, c@d.example"])
def test_what_is_no_address_is_failed_at_once_and_seen(province, address):
    queue(province, address)
    assert states(province) == [("failed", 0, "not an e-mail address")]


def test_a_line_break_in_the_subject_begins_no_header(fresh_province, server):
    queue(fresh_province, "an@vi-du.example", subject="Chào\r\nBcc: b@vi-du.example")
    assert mail.send_due(fresh_province).sent == 1
    headers = server.letters[0].split("\n\n")[0]
    assert "\nBcc" not in headers


# --- people who need a link -----------------------------------------------------------------------


@pytest.mark.parametrize("action", ["person.invited", "person.password_reset_requested"])
def test_a_person_gets_the_link_once(post, action):
    with tenant_scope(post.province):
        person = make_person(username="moi")
        record(person, action, actor=None, data={"user": person.pk})
    post.round()
    post.round()
    with tenant_scope(post.province):
        message = EmailMessage.objects.get()
    assert message.recipient == person.email
    assert f"http://{post.province.host}" in message.body
    assert "moi" in message.body


def test_who_was_switched_off_meanwhile_gets_no_link(post):
    with tenant_scope(post.province):
        person = make_person()
        record(person, "person.invited", actor=None, data={"user": person.pk})
        User.objects.filter(pk=person.pk).update(is_active=False)
    post.round()
    with tenant_scope(post.province):
        assert not EmailMessage.objects.exists()
