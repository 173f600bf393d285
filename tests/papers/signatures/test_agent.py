"""The signing program that we play, with what it does wrong, and the whole way of a document."""

import base64
import json

import pytest
from asn1crypto import crl

from common.calls import Bounds, CutOff, TooLate, call
from papers.signatures import answers
from papers.signatures.agent import moods
from papers.signatures.agent.moods import Mood
from papers.signatures.agent.server import Agent
from papers.signatures.authority import Authority, stamper_in, write_authority, write_keys
from papers.signatures.fields import PERSON
from papers.signatures.lasting import NoTimeStamp, TimeStampServer
from papers.signatures.preparing import finish, prepare
from papers.signatures.trust import Trust
from papers.signatures.verifying import verify_pdf
from tests.papers.signatures.ground import BLUE, GROUND, NOW

PIN, PAGE = "246810", "https://portal.example"
BOUNDS = Bounds(connect_seconds=5, seconds=20, most_bytes=100_000)


@pytest.fixture
def agent(tmp_path):
    keys = tmp_path / "keys"
    write_keys(keys / "H32", {"chairman": GROUND.person, "seal": GROUND.seal}, PIN)
    (keys / "torn.p12").write_bytes(b"")
    write_authority(tmp_path / "ca", GROUND.authority, PIN)
    made = Agent(
        keys, origins=[PAGE], mood=Mood(), authority=tmp_path / "ca",
        stamper=stamper_in(tmp_path / "ca", PIN),
    ).start()  # fmt: skip
    yield made
    made.close()


def prepared_paper():
    return prepare(
        GROUND.blank(), PERSON, chain=GROUND.person.chain, appearance=BLUE, certify=True, at=NOW
    )


def ask(agent, path, data=None, *, origin=PAGE, method=None, bounds=BOUNDS):
    body = None if data is None else json.dumps(data).encode()
    headers = {"Origin": origin} if origin else {}
    method = method or ("GET" if data is None else "POST")
    status, answer = call(method, f"{agent.address}{path}", body, headers, bounds)
    return status, json.loads(answer or b"{}")


def asked(prepared, **changes):
    (fingerprint,) = (mark for mark, owner in GROUND.owners.items() if owner == "chairman")
    return {
        "digest": base64.b64encode(prepared.digest).decode(), "algorithm": prepared.algorithm,
        "pin": PIN, "fingerprint": fingerprint,
    } | changes  # fmt: skip


def signature(agent, prepared, **changes):
    status, found = ask(agent, "/sign", asked(prepared, **changes))
    assert status == 200
    return base64.b64decode(found["cms"])


def test_a_page_lists_the_certificates_and_signs(agent):
    status, found = ask(agent, "/certificates")
    assert status == 200
    chosen = next(one for one in found["certificates"] if "Ưởng" in one["name"])
    assert len(found["certificates"]) == 2
    assert [base64.b64decode(one) for one in chosen["chain"]] == GROUND.person.chain
    prepared = prepared_paper()
    cms = signature(agent, prepared, fingerprint=chosen["fingerprint"])
    assert verify_pdf(finish(prepared, cms), GROUND.trust(), at=NOW).accepted


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (moods.OTHER_DIGEST, answers.OtherDocument),
        (moods.OTHER_KEY, answers.OtherCertificate),
        (moods.GARBAGE, answers.WrongSignature),
    ],
)
def test_what_a_faulty_agent_sends_is_refused_and_the_next_one_taken(agent, fault, error):
    agent.mood.faults.append(fault)
    prepared = prepared_paper()
    with pytest.raises(error):
        finish(prepared, signature(agent, prepared))
    assert finish(prepared, signature(agent, prepared))


def test_an_agent_that_drips_or_dies_gives_no_signature(agent):
    prepared = prepared_paper()
    agent.mood.faults = [moods.DRIP, moods.DIE]
    short = Bounds(connect_seconds=5, seconds=1, most_bytes=100_000)
    with pytest.raises(TooLate):
        ask(agent, "/sign", asked(prepared), bounds=short)
    with pytest.raises(CutOff):
        ask(agent, "/sign", asked(prepared))


def test_a_wrong_pin_an_unknown_certificate_and_nonsense_are_refused(agent):
    prepared = prepared_paper()
    refused = (403, {"error": "key_refused"})
    assert ask(agent, "/sign", asked(prepared, pin="000000")) == refused
    assert ask(agent, "/sign", asked(prepared, fingerprint="00" * 32)) == refused
    agent.mood.faults.append(moods.REFUSE_PIN)
    assert ask(agent, "/sign", asked(prepared)) == refused
    assert ask(agent, "/sign", asked(prepared, digest="not base64"))[0] == 400
    assert ask(agent, "/sign", {})[0] == 400
    assert ask(agent, "/elsewhere")[0] == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "null", PAGE + ".evil.example"])
def test_a_page_from_elsewhere_neither_reads_nor_signs(agent, origin):
    assert ask(agent, "/certificates", origin=origin)[0] == 403
    assert ask(agent, "/sign", asked(prepared_paper()), origin=origin)[0] == 403
    assert ask(agent, "/sign", method="OPTIONS", origin=origin)[0] == 403
    assert ask(agent, "/sign", method="OPTIONS")[0] == 204


def test_time_stamps_and_lists_come_from_the_demo_s_authority(agent):
    prepared = prepared_paper()
    stamper = TimeStampServer(f"{agent.address}/tsa")
    signed = finish(prepared, signature(agent, prepared), stamper=stamper)
    lists = [
        call("GET", f"{agent.address}{path}", None, {}, BOUNDS)[1] for path in ("/crl", "/crl/root")
    ]
    assert all(crl.CertificateList.load(one).issuer for one in lists)
    trust = Trust(
        roots=[GROUND.authority.root.der], intermediates=[GROUND.authority.issuing.der], crls=lists
    )
    verdict = verify_pdf(signed, trust)
    assert verdict.signatures[0].is_stamped
    with pytest.raises(NoTimeStamp):
        finish(
            prepared, signature(agent, prepared), stamper=TimeStampServer(f"{agent.address}/crl")
        )


def test_an_authority_s_keys_do_not_open_without_their_password(tmp_path):
    write_authority(tmp_path, Authority(NOW), PIN)
    with pytest.raises(ValueError):
        stamper_in(tmp_path, "wrong")
