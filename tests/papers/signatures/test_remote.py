"""A key at a signing service: what it signs is what was prepared, in pyHanko's conversation."""

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import x509

from papers.signatures import remote
from papers.signatures.answers import BrokenSignature, checked
from papers.signatures.authority import Authority, new_key, write_keys
from papers.signatures.remote import (
    Allowed,
    NotConfirmed,
    Pending,
    RemoteAccount,
    RemoteAway,
    RemoteLocked,
    RemoteRefused,
    RemoteService,
)
from papers.signatures.remote_stub import moods
from papers.signatures.remote_stub.server import RemoteStub
from tests.papers.signatures.ground import NOW

PIN, CLIENT = "123456", ("portal", "stub-secret")
DIGESTS = [hashlib.sha256(each).digest() for each in (b"one", b"two", b"three")]


@pytest.fixture
def stub(tmp_path):
    authority = Authority(NOW)
    keys = {
        "curve": authority.issue("Đường cong", ""),
        "rsa": authority.issue("RSA", "", key=new_key(is_rsa=True)),
    }
    write_keys(tmp_path, keys, PIN)
    made = RemoteStub(tmp_path, PIN, CLIENT).start()
    yield made
    made.close()


def service_of(stub, secret=CLIENT[1]):
    return RemoteService(RemoteAccount(stub.address, CLIENT[0], secret))


def confirmed(service, name, hashes):
    answer = service.authorize(name, hashes, "sha256")
    while isinstance(answer, Pending):
        answer = service.check(answer.handle)
    return answer


def signed(service, name):
    """All digests with one confirmation, as CMS."""
    found = service.credential(name)
    made = [remote.attributes(one, "sha256", found.chain[0], found.mechanisms) for one in DIGESTS]
    allowed = confirmed(service, name, remote.hashes_of(made, "sha256"))
    return found, service.sign(name, allowed, made, "sha256", found.chain, found.mechanisms)


@pytest.mark.parametrize(("name", "is_plain"), [("curve", False), ("rsa", False), ("rsa", True)])
def test_several_digests_are_signed_with_one_confirmation(stub, name, is_plain):
    stub.mood.plain = is_plain
    found, made = signed(service_of(stub), name)
    for digest, cms in zip(DIGESTS, made, strict=True):
        content = checked(cms, digest, "sha256", found.chain[0])
        names = {each.chosen.subject.native["common_name"]
                 for each in content["content"]["certificates"]}  # fmt: skip
        assert len(names) == 2  # the authority's, too; the root stays away
        assert isinstance(content["content"]["certificates"][0].chosen, x509.Certificate)
    assert stub.calls.count("authorize") == stub.calls.count("signHash") == 1
    assert stub.calls.count("token") == 1


@pytest.mark.parametrize("fault", [moods.OTHER_KEY, moods.OTHER_HASH])
def test_what_another_key_or_another_digest_gave_is_found_out(stub, fault):
    stub.mood.faults = {fault}
    found, made = signed(service_of(stub), "rsa" if fault == moods.OTHER_HASH else "curve")
    with pytest.raises(BrokenSignature):
        checked(made[0], DIGESTS[0], "sha256", found.chain[0])


@pytest.mark.parametrize("call", ["token", "info", "authorize", "authorizeCheck", "signHash"])
@pytest.mark.parametrize("fault", [moods.GARBAGE, moods.NO_OBJECT, moods.ERROR, moods.LOST_TOKEN])
def test_whatever_the_service_sends_is_told_as_its_fault(stub, call, fault):
    stub.mood.faults = {f"{call} {fault}"}
    with pytest.raises(RemoteLocked if fault == moods.LOST_TOKEN else RemoteAway):
        signed(service_of(stub), "curve")


def test_no_is_told_apart_from_silence(stub):
    service = service_of(stub)
    stub.mood.faults = {moods.REFUSED}
    with pytest.raises(NotConfirmed):
        signed(service, "curve")
    stub.mood.faults = {moods.EXPIRED}
    with pytest.raises(RemoteRefused):
        signed(service, "curve")
    stub.mood.faults = {moods.ONE_MISSING}
    with pytest.raises(RemoteAway):
        signed(service, "curve")
    with pytest.raises(RemoteRefused):
        service.credential("nobody")
    with pytest.raises(RemoteLocked):
        service_of(stub, "wrong").credential("curve")
    stub.close()
    with pytest.raises(RemoteAway):
        service.credential("curve")


def test_a_token_that_was_taken_back_is_asked_for_anew(stub):
    service = service_of(stub)
    service.credential("curve")
    stub.tokens.clear()
    assert service.credential("curve").most == stub.mood.most
    assert stub.calls.count("token") == 2


def test_a_code_is_given_at_once_and_a_wrong_one_refused(stub):
    stub.mood.code = "471100"
    service = service_of(stub)
    assert service.credential("curve").needs_code
    hashes = remote.hashes_of(DIGESTS, "sha256")
    with pytest.raises(NotConfirmed):
        service.authorize("curve", hashes, "sha256", code="000000")
    assert isinstance(service.authorize("curve", hashes, "sha256", code="471100"), Allowed)


def test_secrets_stand_in_no_words_of_the_account():
    told = repr((RemoteAccount("https://a.vn", "portal", "s3cret"), Allowed("sad1"), Pending("h1")))
    assert not any(secret in told for secret in ("s3cret", "sad1", "h1"))
