"""`HS <code> <4 digits>`: signed, fresh, answered once, and never more than /tra-cuu/ tells."""

import datetime as dt
import json
import time
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.models import SmsMessage, SmsReceived
from notifications.sms.services import queue_text
from notifications.sms.signature import secrets_of, sign
from organizations.models import RuleSet
from portal import sms
from portal.models import GuessCount
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.onestop.racing import PATIENCE, be_patient

PHONE = "+84900000009"
URL = "/sms/nhan/"


@pytest.fixture(autouse=True)
def secret(settings):
    settings.SMS_SECRETS = {"H32": ["new-secret", "old-secret"], "H44": ["another"]}


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return make_dossier(town)


def call(client, body, *, url=URL, secret="new-secret", at=None, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(at or time.time()))
    signed = {"X-Timestamp": stamp, "X-Signature": sign(secret, stamp, raw)}
    return client.post(url, raw, content_type="application/json", headers=signed | headers)


def ask(client, text, message_id="m1", number=PHONE, **how):
    return call(client, {"id": message_id, "from": number, "text": text}, **how)


def set_lookup_rules(province, **values):
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="lookup", valid_from=dt.date(2026, 1, 1), values=values, source="test"
        )


def last4(dossier):
    return dossier.applicant_number[-4:]


def bare(code):
    return code.replace(".", "").replace("-", "")


def test_a_citizen_reads_where_the_dossier_is(client, dossier):
    answer = ask(client, f"HS {dossier.code} {last4(dossier)}").json()
    assert answer["to"] == PHONE
    assert answer["text"].startswith(f"{dossier.code}: Da nhan ho so.")
    assert f"Hen tra: {timezone.localtime(dossier.due_at):%d/%m/%Y}" in answer["text"]
    assert answer["text"].isascii()
    assert len(answer["text"]) <= 160


WRITTEN = ["hs {code} {last}", "  Hs   {code}   {last} ", "HS{code} {last}", "HS {bare} {last}",
           "hs {small} {last}", "HS: {code}, {last}.", "Hs {spaced} {last}",
           "HS {code} {apart}"]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_it_is_understood_however_it_is_typed(client, dossier, written):
    text = written.format(
        code=dossier.code, last=last4(dossier), bare=bare(dossier.code),
        small=dossier.code.lower(), spaced=dossier.code.replace("-", " - "),
        apart=" ".join(last4(dossier)),
    )  # fmt: skip
    assert "Da nhan ho so" in ask(client, text).json()["text"]


STRANGE = ["", "HS", "HS 1234", "hello", "HS H32 1234", "\U0001f600" * 50, "HS ' OR 1=1 -- 1234",
           "HS H32.05-261102-0007", "HS H99991301019999 1234"]  # fmt: skip


@pytest.mark.parametrize("text", [*STRANGE, "x" * 10_000, "HS " + "9" * 10_000 + " 1234"])
def test_what_is_not_understood_gets_the_form_and_costs_nothing(client, province, text):
    answer = ask(client, text).json()["text"]
    assert answer.startswith("Tin chua dung mau. Soan: HS <ma ho so> <4 so cuoi")
    assert len(answer) <= 160
    with tenant_scope(province):
        assert not GuessCount.objects.exists()
        row = SmsReceived.objects.get()
        assert len(text) < 200 or not any(text in str(value) for value in vars(row).values())


def test_no_name_no_procedure_and_no_reason_is_told(client, province, dossier):
    set_lookup_rules(province, code_level="full")
    answer = ask(client, f"HS {dossier.code} {last4(dossier)}").json()["text"]
    for told in (dossier.applicant_name, dossier.applicant_number, "T*** V"):
        assert told not in answer


def test_an_unknown_code_and_wrong_digits_get_the_same_answer(client, dossier):
    unknown = ask(client, f"HS {dossier.code[:-4]}9999 1234", "m1").json()["text"]
    wrong = ask(client, f"HS {dossier.code} 0000", "m2").json()["text"]
    assert unknown == wrong
    assert unknown.startswith("Khong tim thay ho so.")


def test_after_five_wrong_answers_a_phone_waits_and_another_does_not(client, dossier):
    for number in range(5):
        ask(client, f"HS {dossier.code[:-4]}{number + 5000} 1234", f"m{number}")
    right = f"HS {dossier.code} {last4(dossier)}"
    assert ask(client, right, "m6").json()["text"].startswith("Tra cuu sai qua nhieu lan.")
    assert "Da nhan ho so" in ask(client, right, "m7", number="0900000008").json()["text"]


def test_wrong_texts_about_one_code_close_it_on_the_web_too(client, dossier):
    for number in range(5):
        ask(client, f"HS {dossier.code} 0000", f"m{number}", number=f"09000001{number:02d}")
    page = client.post(reverse("portal:lookup"), {"code": dossier.code, "digits": last4(dossier)})
    assert page.status_code == 429


def test_with_the_first_level_off_nothing_is_found(client, province, dossier):
    set_lookup_rules(province, code_level="off")
    answer = ask(client, f"HS {dossier.code} {last4(dossier)}").json()["text"]
    assert answer.startswith("Khong tim thay")


# --- once --------------------------------------------------------------------------------------
def test_the_same_message_again_gets_the_same_answer_and_counts_once(client, province, dossier):
    text = f"HS {dossier.code} 0000"
    answers = {ask(client, text).content for _again in range(3)}
    assert len(answers) == 1
    with tenant_scope(province):
        assert {len(row.moments) for row in GuessCount.objects.all()} == {1}
    other = ask(client, f"HS {dossier.code} {last4(dossier)}")
    assert (other.status_code, other.json()["code"]) == (409, "another_message")


@pytest.mark.slow
def test_one_message_brought_8_times_at_once_counts_one_wrong_answer(fresh_province, settings):
    settings.SMS_SECRETS = {fresh_province.code: ["s"]}
    host = {"HTTP_HOST": fresh_province.host, "SERVER_NAME": fresh_province.host}
    body = {"id": "m", "from": PHONE, "text": "HS H32.05-261102-0007 1234"}

    barrier, found = Barrier(8), []

    def run():
        be_patient()
        barrier.wait(PATIENCE)
        found.append(call(Client(**host), body, secret="s"))
        connection.close()

    threads = [Thread(target=run) for _n in range(8)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert {answer.status_code for answer in found} == {200}
    assert len({answer.content for answer in found}) == 1
    with tenant_scope(fresh_province):
        assert {len(row.moments) for row in GuessCount.objects.all()} == {1}


# --- signature ---------------------------------------------------------------------------------
def test_the_old_secret_holds_while_it_is_replaced_and_a_stranger_s_never(client):
    assert ask(client, "x", secret="old-secret").status_code == 200
    assert ask(client, "x", "m2", secret="another").status_code == 401  # of another province
    assert client.post(URL, b"{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize("header", ["X-Timestamp", "X-Signature"])
@pytest.mark.parametrize("value", ["", "0", "é", "9" * 40, "1795420800 ", "-1"])
def test_a_forged_header_is_a_401(client, header, value):
    headers = {header: value}
    assert ask(client, "x", **headers).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
def test_a_call_is_good_for_five_minutes(client, seconds, status):
    assert ask(client, "x", at=time.time() + seconds).status_code == status


def test_each_flipped_bit_breaks_the_signature(client):
    body = json.dumps({"id": "m", "from": PHONE, "text": "HS"}).encode()
    stamp = str(int(time.time()))
    signed = {"X-Timestamp": stamp, "X-Signature": sign("new-secret", stamp, body)}
    for place in range(len(body)):
        flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        answer = client.post(URL, flipped, content_type="application/json", headers=signed)
        assert answer.status_code == 401


def test_a_province_without_a_secret_hears_nobody(client, settings):
    settings.SMS_SECRETS, settings.GOVIT_DEMO = {}, False
    assert secrets_of("H32") == []
    assert ask(client, "x", secret="").status_code == 401
    settings.GOVIT_DEMO = True
    assert ask(client, "x", secret=secrets_of("H32")[0]).status_code == 200
    assert secrets_of("H32") != secrets_of("H44")


BODIES = [b"", b"[]", b"{", b"null", b'{"id": 1}', b"[" * 30_000, b'{"id":"a","from":"1","text":5}',
          b'{"id":"","from":"1","text":"x"}', b'{"id":"a\\u0000","from":"1","text":"x"}',
          b'{"id":"a","from":"1","text":"\\ud800"}', b'{"id":"a","from":"111111111111111111111"}',
          b"\xff\xfe"]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_none_is_a_400(client, body):
    answer = call(client, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_flood_is_refused_before_it_is_read(client):
    assert call(client, b"x" * 70_000).status_code == 413


def test_reports_of_the_gateway_reach_the_message(client, province):
    with tenant_scope(province):
        message = queue_text("e", "test", "0900000001", "Chào")
    body = {"reference": str(message.reference), "state": "delivered"}
    for _again in range(2):
        assert call(client, body, url="/sms/bao-cao/").status_code == 200
    with tenant_scope(province):
        assert SmsMessage.objects.get().state == "delivered"
    strange = body | {"reference": "0" * 32}
    assert call(client, strange, url="/sms/bao-cao/").status_code == 404
    assert call(client, body | {"state": "eaten"}, url="/sms/bao-cao/").status_code == 400
    assert client.post("/sms/bao-cao/", body).status_code == 401


@time_machine.travel(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC))
@pytest.mark.usefixtures("scope")
def test_a_code_without_marks_is_put_together_from_the_codes_of_units(town):
    assert sms.understood("hs h3205 261102 00071 9 9 9 9") == ("H32.05-261102-00071", "9999")
    assert sms.understood("HS H32052613020007 1234") is None  # no month 13
