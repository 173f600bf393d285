"""Keys in files, and services of time stamps that do not answer."""

import pytest

from papers.signatures.authority import write_keys
from papers.signatures.fields import PERSON
from papers.signatures.lasting import NoTimeStamp, TimeStampServer
from papers.signatures.preparing import finish, prepare
from papers.signatures.signers import KeyRefused, Pkcs12Signer
from papers.signatures.verifying import verify_pdf
from tests.papers.signatures.ground import BLUE, GROUND, NOW

PIN = "246810"


@pytest.fixture
def keys(tmp_path):
    folder = tmp_path / "keys"
    write_keys(folder, {"person": GROUND.person, "seal": GROUND.seal}, PIN)
    return folder


def prepared_for(signer):
    return prepare(
        GROUND.blank(), PERSON, chain=signer.chain, appearance=BLUE, certify=True, at=NOW
    )


@pytest.mark.parametrize("name", ["person", "seal"])
def test_a_key_in_a_file_signs(keys, name):
    signer = Pkcs12Signer(keys / f"{name}.p12", PIN)
    prepared = prepared_for(signer)
    cms = signer.sign(prepared.digest, prepared.algorithm, signer.certificate)
    trust = GROUND.trust(expected={})
    assert verify_pdf(finish(prepared, cms), trust, at=NOW).accepted


def test_keys_are_for_their_owner_alone(keys):
    modes = {file.stat().st_mode & 0o777 for file in keys.glob("*.p12")}
    assert (modes, keys.stat().st_mode & 0o777) == ({0o600}, 0o700)


def test_a_wrong_pin_a_missing_file_and_another_certificate_are_refused(keys):
    with pytest.raises(KeyRefused):
        Pkcs12Signer(keys / "person.p12", "000000")
    with pytest.raises(KeyRefused):
        Pkcs12Signer(keys / "nobody.p12", PIN)
    signer = Pkcs12Signer(keys / "person.p12", PIN)
    with pytest.raises(KeyRefused):
        signer.sign(bytes(32), "sha256", GROUND.seal.der)


def test_without_an_answer_there_is_no_time_stamp_and_no_signature(keys):
    signer = Pkcs12Signer(keys / "person.p12", PIN)
    prepared = prepared_for(signer)
    cms = signer.sign(prepared.digest, prepared.algorithm, signer.certificate)
    with pytest.raises(NoTimeStamp):
        finish(prepared, cms, stamper=TimeStampServer("http://127.0.0.1:1/tsa"))
