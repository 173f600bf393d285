"""A server that hangs, fails, forgets to answer, and says too much: nothing is lost or doubled."""

import datetime as dt
import ipaddress
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.utils import timezone

from exchange import sender
from exchange.models import SendableQuerySet, SyncProgress, SyncState
from exchange.services import claims, servers
from exchange.states import Fault, Sending
from exchange.stub.moods import (
    DROP,
    ELSEWHERE,
    ERROR,
    FORBID,
    GARBAGE,
    HANG,
    HUGE,
    SIGNED_OUT,
    Mood,
)
from exchange.stub.server import Stub
from tenancy.scope import tenant_scope
from tests.exchange.conftest import in_thread
from tests.marks import first
from tests.onestop.dossiers import at_kind, make_dossier
from tests.onestop.racing import PATIENCE

HOUR = dt.timedelta(hours=1)
ALL = {ERROR: 0.12, DROP: 0.12, GARBAGE: 0.08, HUGE: 0.05, HANG: 0.03}


def dossiers_of(post, plain=8, worked=4):
    with tenant_scope(post.province):
        found = [make_dossier(post.town) for _ in range(plain)]
        kinds = ["process", "review", "approve", "return"]
        return found + [at_kind(post.town, kinds[n % len(kinds)]) for n in range(worked)]


def same_on_both_sides(post):
    dossiers, progress = post.facts()
    assert post.stub.kept.dossiers == dossiers
    assert post.stub.kept.progress == progress  # in order, and no line twice
    assert set(post.stub.kept.creates.values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("names_items", [True, False])
def test_after_the_chaos_both_sides_know_the_same(post, seed, names_items):
    post.be_hasty()
    post.stub.mood = Mood(shares=ALL, names_items=names_items, seed=seed)
    dice = random.Random(seed)
    waiting = dossiers_of(post)
    post.hear()
    for _ in range(4):
        post.send()
        post.hurry()
        with tenant_scope(post.province):
            make_dossier(post.town)
            SyncState.objects.filter(dossier=dice.choice(waiting)).update(digest="")
        post.hear()
    post.until_sent(most=200)
    assert len(post.stub.kept.dossiers) == len(waiting) + 4
    same_on_both_sides(post)


@pytest.mark.parametrize(
    ("mood", "fault"),
    [(ERROR, Fault.SERVER), (DROP, Fault.CUT_OFF), (GARBAGE, Fault.GARBAGE), (HUGE, Fault.GARBAGE),
     (HANG, Fault.TIMEOUT)],
)  # fmt: skip
def test_each_fault_is_named_and_the_repeat_makes_no_second_dossier(post, mood, fault):
    (dossier,) = dossiers_of(post, plain=1, worked=0)
    post.hear()
    post.stub.mood = Mood(shares={mood: 1.0}, late_share=1.0)
    if mood == HANG:
        post.be_hasty()
    post.send()
    row = post.row(dossier)
    assert (row.state, row.fault) == (Sending.TROUBLE, fault)
    assert dossier.code in post.stub.kept.dossiers  # it was taken; only the answer was lost
    post.stub.mood = Mood()
    post.hurry()
    post.until_sent()
    same_on_both_sides(post)


def test_one_poisonous_dossier_does_not_hold_up_its_batch(post):
    dossiers = dossiers_of(post, plain=5, worked=0)
    post.hear()
    bad = dossiers[1].code
    take = post.stub.kept.take

    def breaks(service, updating, items, mood):
        if any(item["MaHoSo"] == bad for item in items):
            raise RuntimeError  # the server's thread dies and the connection with it
        return take(service, updating, items, mood)

    post.stub.kept.take = breaks
    for _ in range(4):
        post.send()
        post.hurry()
    states = {one.code: post.row(one).state for one in dossiers}
    assert states.pop(bad) == Sending.TROUBLE
    assert set(states.values()) == {Sending.SENT}


@pytest.mark.parametrize(
    ("how", "fault"),
    first(1, [(FORBID, Fault.LOGIN), (ELSEWHERE, Fault.REDIRECT), (SIGNED_OUT, Fault.LOGIN)]),
)
def test_a_dossier_that_the_server_forbids_does_not_hold_up_the_other_nine(post, how, fault):
    """A firewall that answers 403 or sends elsewhere, or words that speak of a session."""
    dossiers = dossiers_of(post, plain=10, worked=0)
    post.hear()
    bad = dossiers[4]
    post.stub.mood = Mood(poison={bad.code: how})
    for _ in range(4):
        post.send()
        post.hurry()
    states = {one.code: post.row(one).state for one in dossiers}
    assert (states.pop(bad.code), post.row(bad).fault) == (Sending.TROUBLE, fault)
    assert set(states.values()) == {Sending.SENT}


@pytest.mark.slow
def test_a_night_full_of_poisoned_dossiers_does_not_hold_up_the_first_of_the_morning(post):
    bad = dossiers_of(post, plain=12, worked=0)
    post.hear()
    post.stub.mood = Mood(poison={one.code: FORBID for one in bad})
    with tenant_scope(post.province):
        SyncState.objects.update(
            alone=True, attempts=8, state=Sending.TROUBLE, due_at=timezone.now() - HOUR
        )
    good = dossiers_of(post, plain=2, worked=0)
    post.hear()
    tally = post.send()
    assert {post.row(one).state for one in good} == {Sending.SENT}
    assert tally.trouble == sender.MOST_FAULTS  # and then the server is left alone


@pytest.mark.slow
def test_poisoned_batches_are_taken_apart_after_the_others_were_sent(post):
    """Thirty come first; each of their batches ends a run, and their single rows wait behind."""
    dossiers = dossiers_of(post, plain=40, worked=0)
    post.hear()
    post.stub.mood = Mood(poison={one.code: FORBID for one in dossiers[:30]})
    for _ in range(4):
        post.send()
        post.hurry()
    assert {post.row(one).state for one in dossiers[30:]} == {Sending.SENT}
    assert all(post.row(one).alone for one in dossiers[:30])


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_login_that_is_refused_blames_no_dossier(post, status):
    dossiers = dossiers_of(post, plain=2, worked=0)
    post.hear()
    post.stub.RequestHandlerClass = type(
        "Shut", (post.stub.RequestHandlerClass,),
        {"_log_in": lambda self, body: self._send(b"", status, Location="/")},
    )  # fmt: skip
    post.send()
    assert not any(post.row(one).alone for one in dossiers)


@pytest.mark.parametrize("where", ["body", "head"])
def test_an_answer_that_drips_is_cut_off(post, where):
    """Each piece comes in time, the whole never does."""
    post.be_hasty()
    (dossier,) = dossiers_of(post, plain=1, worked=0)
    post.hear()
    stop = threading.Event()

    def drip(handler):
        head = b"Content-Length: 100000\r\n\r\n" if where == "body" else b"X-A: "
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head)
        while not stop.wait(0.3):
            handler.wfile.write(b" ")

    post.stub.RequestHandlerClass = type(
        "Dripping", (post.stub.RequestHandlerClass,), {"_service": lambda self, body: drip(self)}
    )
    sender = in_thread(post.send)
    sender.join(PATIENCE)
    is_over = not sender.is_alive()
    stop.set()
    sender.join(PATIENCE)
    assert is_over
    assert post.row(dossier).fault == Fault.TIMEOUT


def test_redirects_are_not_followed(post):
    (dossier,) = dossiers_of(post, plain=1, worked=0)
    post.hear()

    def elsewhere(handler, body):
        handler.send_response(307)
        handler.send_header("Location", f"{post.stub.address}/login")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    post.stub.RequestHandlerClass = type(
        "Elsewhere", (post.stub.RequestHandlerClass,), {"_service": elsewhere}
    )
    logins = post.stub.logins
    post.send()
    assert post.row(dossier).fault == Fault.REDIRECT
    assert post.stub.logins == logins + 1  # to get a session, and never by the redirect


@pytest.mark.slow
def test_two_senders_at_once_send_each_dossier_once(post):
    dossiers_of(post, plain=20, worked=0)
    post.hear()
    threads = [in_thread(post.send) for _ in range(4)]
    for thread in threads:
        thread.join(PATIENCE)
    post.until_sent()
    assert sum(len(codes) for kind, _, codes in post.stub.calls if kind == "DongBoHoSoMC") == 20
    same_on_both_sides(post)


@pytest.mark.parametrize("locked", first(1, [True, False]))
def test_two_claims_at_once_take_different_rows(post, monkeypatch, locked):
    """Even when both believe that it is their turn. Without the lock both take the same."""
    dossiers_of(post, plain=20, worked=0)
    post.hear()
    barrier, first, facts = threading.Barrier(2), threading.local(), claims.dossier_facts

    def together(ids):
        if ids and not getattr(first, "done", False):
            first.done = True
            barrier.wait(PATIENCE)
        return facts(ids)

    monkeypatch.setattr(claims, "dossier_facts", together)
    monkeypatch.setattr(servers, "take_turn", lambda token: True)
    if not locked:
        monkeypatch.setattr(SendableQuerySet, "select_for_update", lambda self, **_: self)
    threads = [in_thread(post.send) for _ in range(2)]
    for thread in threads:
        thread.join(PATIENCE)
    post.until_sent()
    sent = sum(len(codes) for kind, _, codes in post.stub.calls if kind == "DongBoHoSoMC")
    assert (sent == 20) is locked
    same_on_both_sides(post)  # a double is harmless all the same


def test_a_certificate_that_nobody_vouches_for_is_refused(post, settings, tmp_path):
    """And the authority that the account names is believed."""
    (dossier,) = dossiers_of(post, plain=1, worked=0)
    post.hear()
    certificate = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    safe = Stub()
    safe.socket = context.wrap_socket(safe.socket, server_side=True)
    safe.start()
    address = f"https://127.0.0.1:{safe.server_address[1]}"
    settings.GOVIT_DEMO = False
    account = settings.NATIONAL_SYNC[post.province.code]
    account |= {"URL": f"{address}/service", "LOGIN_URL": f"{address}/login", "OTHER": "ignored"}
    try:
        post.send()
        assert post.row(dossier).fault == Fault.CERTIFICATE
        account["CA_FILE"] = str(certificate)
        post.hurry()
        post.until_sent()
    finally:
        safe.close()
    assert list(safe.kept.dossiers) == [dossier.code]


def self_signed(folder):
    """Key and certificate of 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
        ) + certificate.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    return path


def test_no_transaction_is_open_while_the_server_is_asked(post):
    dossiers_of(post, plain=1, worked=0)
    post.hear()
    seen = []
    call = sender.Client.send

    def look(self, *args, **kwargs):
        seen.append(connection.in_atomic_block)
        return call(self, *args, **kwargs)

    sender.Client.send = look
    try:
        post.send()
    finally:
        sender.Client.send = call
    assert seen
    assert not any(seen)


PROGRAM = """
import json, os
import django; django.setup()
from django.conf import settings
from exchange import sender
from tenancy.models import Province
settings.GOVIT_DEMO, settings.NATIONAL_SYNC = True, json.loads(os.environ["ACCOUNTS"])
sender.send_due(Province.objects.get(code={code!r}))
"""


@pytest.mark.slow
def test_a_sender_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(post, settings):
    dossiers_of(post, plain=12, worked=2)
    post.hear()
    for late in (False, True, True):
        reached, process = kill_in_mid_batch(post, settings, late=late)
        assert reached
        assert process.returncode == -signal.SIGKILL
    with tenant_scope(post.province):
        assert SyncState.objects.filter(claim__isnull=False).exists()
        assert not SyncState.objects.filter(state=Sending.SENT, claim__isnull=False).exists()
    assert post.send().sent == 0  # the turn of the dead one is not over
    post.hurry(leases=True)
    post.until_sent()
    same_on_both_sides(post)
    with tenant_scope(post.province):
        assert not SyncProgress.objects.exclude(state=Sending.SENT).exists()


def kill_in_mid_batch(post, settings, *, late):
    """A real process, ended while the server has its batch; `late`: after the batch was kept."""
    post.hurry(leases=True)
    arrived, go_on = threading.Event(), threading.Event()
    take = post.stub.kept.take

    def hold(*args):
        said = take(*args) if late else None
        arrived.set()
        go_on.wait(PATIENCE)
        if said is None:
            raise ConnectionError
        return said

    post.stub.kept.take = hold
    variables = {
        "ACCOUNTS": json.dumps(settings.NATIONAL_SYNC),
        "DJANGO_SETTINGS_MODULE": "tests.audit.worker_settings",
        "GOVIT_WORKER_DB": str(connection.settings_dict["NAME"]),
    }
    program = PROGRAM.format(code=post.province.code)
    process = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, **variables})
    reached = arrived.wait(60)
    process.kill()
    process.wait(PATIENCE)
    go_on.set()
    post.stub.kept.take = take
    return reached, process
