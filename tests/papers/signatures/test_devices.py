"""A key on a PKCS#11 device signs as one in a file does; what the device refuses is said."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import subprocess
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from pkcs11 import Attribute, CertificateType, ObjectClass, exceptions

from common.calls import Bounds, call
from papers.signatures.agent.devices import Module
from papers.signatures.agent.server import Agent
from papers.signatures.fields import PERSON
from papers.signatures.preparing import finish, prepare
from papers.signatures.reasons import Reason
from papers.signatures.verifying import verify_pdf
from tests.papers.signatures.ground import BLUE, GROUND, NOW

PIN = "246810"
UNPACKED = settings.BASE_DIR / "var" / "sysroot"
LIBRARIES = [  # where Debian and Fedora put it, or bin/test
    Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    UNPACKED / "usr/lib/softhsm/libsofthsm2.so",
]  # fmt: skip
BOUNDS = Bounds(connect_seconds=5, seconds=20, most_bytes=100_000)


@pytest.fixture(scope="module")
def library() -> Path:
    found = next((each for each in LIBRARIES if each.exists()), None)
    if found is None or not shutil.which("softhsm2-util"):
        pytest.skip("SoftHSM is not installed (Debian: apt install softhsm2)")
    return found


@pytest.fixture
def module(library, tmp_path, monkeypatch):
    """Two tokens in SoftHSM: the chairman's, with the authority above him, and the seal."""
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    for label, identity in (("chairman", GROUND.person), ("seal", GROUND.seal)):
        load(library, tmp_path, label, identity)
    return Module(library)


def load(library, folder, label, identity):
    """A token with the key and the certificates, as who gives tokens out loads one."""
    officer, mark = secrets.token_hex(8), b"\x01"
    util = ["softhsm2-util", "--module", str(library), "--pin", PIN, "--label", label]
    run([*util, "--init-token", "--free", "--so-pin", officer])
    key = folder / f"{label}.pem"
    key.write_bytes(identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    run([*util, "--import", str(key), "--token", label, "--id", mark.hex()])
    loaded = pkcs11.lib(str(library))
    loaded.reinitialize()
    with loaded.get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
        for place, der in enumerate(identity.chain):
            session.create_object({
                Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.TOKEN: True,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509, Attribute.VALUE: der,
                Attribute.SUBJECT: str(place).encode(), Attribute.PRIVATE: False,
                Attribute.ID: mark if place == 0 else b"",
            })  # fmt: skip


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def of(module, identity):
    return next(one for one in module.tokens() if one.chain[0] == identity.certificate)


def prepared_for(identity):
    return prepare(
        GROUND.blank(), PERSON, chain=identity.chain, appearance=BLUE, certify=True, at=NOW
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("person", ()), ("seal", (Reason.OWNER,))],  # a curve; RSA, of another than who signs here
)
def test_a_device_signs_as_a_file_does(module, name, wrong):
    identity = getattr(GROUND, name)
    token = of(module, identity)
    prepared = prepared_for(identity)
    cms = token.sign(prepared.digest, prepared.algorithm, PIN)
    assert verify_pdf(finish(prepared, cms), GROUND.trust(), at=NOW).reasons == wrong


def test_the_agent_offers_what_is_plugged_in_and_says_what_is_wrong(module, tmp_path):
    agent = Agent(tmp_path / "no-files", devices=[module]).start()
    try:
        listed = ask(agent, "/certificates")[1]["certificates"]
        token = of(module, GROUND.person)
        offered = {one["fingerprint"]: one["chain"] for one in listed}
        assert len(offered) == 2
        assert [base64.b64decode(one) for one in offered[token.fingerprint]] == GROUND.person.chain
        prepared = prepared_for(GROUND.person)
        wanted = {
            "digest": base64.b64encode(prepared.digest).decode(), "algorithm": prepared.algorithm,
            "fingerprint": token.fingerprint,
        }  # fmt: skip
        assert ask(agent, "/sign", wanted | {"pin": "000000"}) == (403, {"error": "key_refused"})
        status, found = ask(agent, "/sign", wanted | {"pin": PIN})
        assert status == 200
        assert finish(prepared, base64.b64decode(found["cms"]))
        shutil.rmtree(tmp_path / "tokens")
        (tmp_path / "tokens").mkdir()  # both are pulled out
        assert ask(agent, "/sign", wanted | {"pin": PIN})[0] == 403
    finally:
        agent.close()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (exceptions.PinLenRange, "key_refused"),
        (exceptions.PinLocked, "device_locked"),
        (exceptions.DeviceRemoved, "device_gone"),
        (exceptions.TokenNotPresent, "device_gone"),
        (exceptions.GeneralError, "device_gone"),
    ],
)
def test_each_answer_of_a_device_has_its_sentence(fault, code, monkeypatch):
    def fails(_module):
        raise fault

    monkeypatch.setattr(Module, "_plugged_in", fails)
    agent = Agent(Path("/nonexistent"), devices=[Module(Path("/nonexistent.so"))]).start()
    try:
        assert ask(agent, "/certificates") == (403, {"error": code})
    finally:
        agent.close()


def ask(agent, path, data=None):
    body = None if data is None else json.dumps(data).encode()
    status, answer = call(
        "GET" if data is None else "POST", f"{agent.address}{path}", body, {}, BOUNDS
    )
    return status, json.loads(answer)
