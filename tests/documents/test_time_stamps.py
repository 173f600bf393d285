"""A signature with a time stamp outlives its certificate; a bad service loses no signature."""

from __future__ import annotations

import copy
import datetime as dt
import io
import threading
from contextlib import contextmanager

import pytest
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from django.db import connection
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from common.errors import AlreadyDone
from documents.issuing import Stage
from documents.queries.public import judged
from documents.services import issuing, signing
from files.services import content_of
from organizations.rulesets import change_rules
from papers import certificates, stamping
from papers.signatures.agent.server import Agent
from papers.signatures.authority import Authority, new_key
from papers.signatures.lasting import NoTimeStamp
from papers.signatures.reasons import Reason
from papers.signatures.verifying import verify_pdf
from papers.stamping import WRONG, WrongTimeStamp
from tenancy.scope import current_scope
from tests.documents.annexed import numbered, sheet
from tests.documents.seals import authority, certificate_of, identity, seal_of, to_be_signed
from tests.papers.signatures import ground
from tests.papers.signatures.ground import cms_of, stamper_of

DAY = dt.timedelta(days=1)


@contextmanager
def service(settings, province, stamper, tmp_path, path="/tsa"):
    """A server of time stamps that the province uses."""
    agent = Agent(tmp_path, stamper=stamper).start()
    settings.TIME_STAMPS = {province.code: {"URL": agent.address + path}}
    try:
        yield agent
    finally:
        agent.close()


def sign(outgoing, actor, certificate, key, annex_id=None):
    """As the page does it; what is said of the signature."""
    asked = signing.begin(
        outgoing.pk, actor=actor, certificate_id=certificate.pk, annex_id=annex_id
    )
    cms = cms_of(identity(key), bytes.fromhex(asked.state["digest"]))
    stamp = signing.time_stamped(asked.pk, actor=actor, cms=cms)
    return signing.complete(asked.pk, actor=actor, cms=cms, stamp=stamp)


def by_leader(outgoing, town):
    return sign(outgoing, town.leader, certificate_of(town.leader), town.leader.full_name)


def newest(outgoing):
    return outgoing.editions.select_related("stored").order_by("-order").first()


def needs_stamp(town):
    change_rules(
        "signatures", actor=town.superuser, valid_from=timezone.localdate(),
        values={"needs_stamp": True}, source="thử",
    )  # fmt: skip


def our_stamper():
    return stamper_of(authority().issue_time_stamper(), timezone.now())


def test_stamped_and_sealed_the_paper_and_its_annexes_carry_what_their_check_needs(
    scope, province, town, settings, tmp_path
):
    outgoing = numbered(town, ("phu-luc.pdf", sheet(1)))
    clerk, seal = town.records_clerk, seal_of(outgoing.registry, town.records_clerk)
    annex = outgoing.annexes.get()
    with service(settings, province, our_stamper(), tmp_path):
        for part in (annex.pk, None):
            done = sign(outgoing, clerk, seal, outgoing.registry.name, annex_id=part)
            assert not done.note
    issuing.issue(outgoing.pk, actor=clerk)
    annex.refresh_from_db()
    for stored, is_annex in ((newest(outgoing).stored, False), (annex.sealed, True)):
        pdf = content_of(stored)
        store = PdfFileReader(io.BytesIO(pdf)).root["/DSS"]
        assert len(store["/Certs"]) == 2
        assert len(store["/CRLs"]) == 2
        found = judged(pdf)
        assert found.verdict.accepted, found.verdict.reasons
        assert found.verdict.signatures[-1].is_stamped
        assert found.verdict.shown != pdf
        assert (found.issued.reference, found.issued.is_annex) == (outgoing.reference, is_annex)


def test_lists_that_nobody_would_believe_stay_out_of_the_paper(
    scope, province, town, settings, tmp_path, monkeypatch
):
    outgoing = numbered(town)
    clerk, seal = town.records_clerk, seal_of(outgoing.registry, town.records_clerk)
    monkeypatch.setattr(signing.lasting, "kept", lambda pdf, _trust: pdf + b"more")
    with service(settings, province, our_stamper(), tmp_path):
        sign(outgoing, clerk, seal, outgoing.registry.name)
    verdict = verify_pdf(content_of(newest(outgoing).stored), certificates.trust())
    assert verdict.accepted
    assert verdict.signatures[-1].is_whole


def test_no_transaction_is_open_while_the_service_is_asked(
    scope, province, town, settings, tmp_path, monkeypatch
):
    outgoing, seen = to_be_signed(town), []
    depth = len(connection.atomic_blocks)

    def watched(content, server):
        seen.append((current_scope(), len(connection.atomic_blocks) < depth))
        return real(content, server)

    real = stamping.stamped
    monkeypatch.setattr(stamping, "stamped", watched)
    with service(settings, province, our_stamper(), tmp_path):
        assert by_leader(outgoing, town).outgoing.stage == Stage.SIGNED
    assert seen == [(None, True)]


class Replaying:
    """Answers to another question, as one that repeats an older answer."""

    def request_tsa_response(self, asked):
        imprint = asked["message_imprint"]
        other = {"version": 1, "message_imprint": imprint, "cert_req": True, "nonce": 5}
        return our_stamper().request_tsa_response(tsp.TimeStampReq(other))


class Empty:
    """Grants a stamp and sends none."""

    def request_tsa_response(self, _asked):
        return tsp.TimeStampResp({"status": {"status": "granted"}})


def talkative():
    """Sends along so many certificates that no signature has room for its stamps."""
    stamper, key = our_stamper(), new_key(is_rsa=True)
    more = [authority().issue(f"CA {number}", "", key=key) for number in range(60)]
    stamper.certs_to_embed += [asn1_x509.Certificate.load(each.der) for each in more]
    return stamper


def stranger():
    return stamper_of(Authority(timezone.now()).issue_time_stamper(), timezone.now())


def slow():
    return stamper_of(authority().issue_time_stamper(), timezone.now() - 3 * DAY)


BAD_SERVICES = {
    "down": lambda: None, "an older answer": Replaying, "no stamp": Empty, "a stranger": stranger,
    "another time": slow, "too long": talkative,
}  # fmt: skip
SILENT = {"down", "an older answer", "no stamp"}  # what comes is no stamp at all


@pytest.mark.parametrize(
    ("fault", "needed"),
    [
        *((each, False) for each in BAD_SERVICES),
        *((each, True) for each in ("down", "a stranger", "too long")),
    ],
)
def test_a_bad_service_loses_no_signature(scope, province, town, settings, tmp_path, fault, needed):
    outgoing = to_be_signed(town)
    stamper, path = BAD_SERVICES[fault](), "/nobody" if fault == "down" else "/tsa"
    if needed:
        needs_stamp(town)
    with service(settings, province, stamper, tmp_path, path):
        if needed:
            with pytest.raises(NoTimeStamp if fault in SILENT else WrongTimeStamp):
                by_leader(outgoing, town)
            outgoing.refresh_from_db()
            assert outgoing.stage == Stage.SIGNING
        else:
            done = by_leader(outgoing, town)
            assert done.outgoing.stage == Stage.SIGNED
            assert str(done.note).startswith("Signed without a time stamp")
            assert (done.note == WRONG) == (fault not in SILENT)
    if needed:  # the service is mended, and it is signed once more
        with service(settings, province, our_stamper(), tmp_path):
            assert by_leader(outgoing, town).outgoing.stage == Stage.SIGNED


def test_an_answer_that_nobody_waits_for_buys_no_stamp(
    scope, province, town, settings, tmp_path, monkeypatch
):
    outgoing, bought = to_be_signed(town), []
    leader, certificate = town.leader, certificate_of(town.leader)
    real = stamping.stamped
    monkeypatch.setattr(stamping, "stamped", lambda *a: (bought.append(1), real(*a))[1])

    def answer(to):
        cms = cms_of(identity(leader.full_name), bytes.fromhex(to.state["digest"]))
        stamp = signing.time_stamped(to.pk, actor=leader, cms=cms)
        signing.complete(to.pk, actor=leader, cms=cms, stamp=stamp)

    def asked():
        return signing.begin(outgoing.pk, actor=leader, certificate_id=certificate.pk)

    with service(settings, province, our_stamper(), tmp_path):
        given_up, late = asked(), asked()
        outgoing.signings.filter(pk=late.pk).update(asked_at=late.asked_at - DAY)
        for each in (given_up, late):
            with pytest.raises(AlreadyDone):
                answer(each)
        assert bought == []
        last = asked()
        answer(last)
        with pytest.raises(AlreadyDone):
            answer(last)
    assert bought == [1]


def test_a_service_that_hangs_is_left_in_time(
    scope, province, town, settings, tmp_path, monkeypatch
):
    released = threading.Event()

    class Hanging:
        def request_tsa_response(self, _asked):
            released.wait(60)
            raise ValueError

    monkeypatch.setattr(
        "papers.signatures.lasting.BOUNDS",
        type(signing.lasting.BOUNDS)(connect_seconds=1, seconds=1, most_bytes=65_536),
    )
    outgoing = to_be_signed(town)
    try:
        with service(settings, province, Hanging(), tmp_path):
            assert "without a time stamp" in str(by_leader(outgoing, town).note)
    finally:
        released.set()


def test_where_a_stamp_is_asked_for_and_there_is_no_service_nothing_is_signed(scope, town):
    outgoing = to_be_signed(town)
    needs_stamp(town)
    with pytest.raises(NoTimeStamp, match="no time-stamping service"):
        by_leader(outgoing, town)
    asked = outgoing.signings.get()
    cms = cms_of(identity(town.leader.full_name), bytes.fromhex(asked.state["digest"]))
    with pytest.raises(NoTimeStamp):  # nor by who leaves the stamp out
        signing.complete(asked.pk, actor=town.leader, cms=cms)


FATES = {  # what becomes of the certificate: why refused with a stamp, and without
    "ended later": (None, Reason.OUT_OF_TIME),
    "revoked later": (None, Reason.REVOKED),
    "revoked before": (Reason.REVOKED, Reason.REVOKED),
}


@pytest.mark.parametrize("stamped", [True, False])
@pytest.mark.parametrize("fate", sorted(FATES))
def test_what_becomes_of_a_certificate_later(fate, stamped):
    now = timezone.now()
    made = copy.copy(authority())
    made.revoked = {}
    end = now + DAY if fate == "ended later" else None
    person = made.issue("Người ký", "", until=end)
    stamper = stamper_of(made.issue_time_stamper(), now) if stamped else None
    pdf = ground.sign(
        ground.GROUND.blank(), "nguoi_ky", person, certify=True, at=now, stamper=stamper
    )
    if fate.startswith("revoked"):
        made.revoke(person, now + DAY if fate == "revoked later" else now - DAY)
    trust = ground.Trust(roots=[made.root.der], intermediates=[made.issuing.der], crls=made.lists())
    verdict = verify_pdf(pdf, trust, at=now + 5 * DAY)
    (one,) = verdict.signatures
    with_stamp, without = FATES[fate]  # then only the signer's clock says which was first
    why = with_stamp if stamped else without
    assert verdict.reasons == ((why,) if why else ())
    if verdict.accepted:
        assert one.since is without
        assert str(one.note)


@pytest.mark.parametrize(
    ("reason", "good"),
    [(x509.ReasonFlags.key_compromise, False), (x509.ReasonFlags.superseded, True)],
)
def test_a_key_of_time_stamps_that_was_stolen_is_believed_of_nothing(reason, good):
    """RFC 3161 §4: its thief dates back as he likes."""
    now = timezone.now()
    made = Authority(now)
    stamper = made.issue_time_stamper()
    person = made.issue("Người ký", "")
    pdf = ground.sign(
        ground.GROUND.blank(), "nguoi_ky", person, at=now, stamper=stamper_of(stamper, now)
    )
    made.revoke(stamper, now + DAY, reason)
    trust = ground.Trust(roots=[made.root.der], intermediates=[made.issuing.der], crls=made.lists())
    assert verify_pdf(pdf, trust, at=now).accepted
    later = verify_pdf(pdf, trust, at=now + 2 * DAY)
    assert later.reasons == (() if good else (Reason.STAMP,))


def test_an_authority_that_is_stolen_or_silent_after_the_stamp_of_another_is_believed():
    """The stamp shows that it was signed before; so does a list that was made since."""
    now = timezone.now()
    made, other = Authority(now), Authority(now)
    stamper = stamper_of(other.issue_time_stamper(), now)
    person = made.issue("Người ký", "")
    pdf = ground.sign(ground.GROUND.blank(), "nguoi_ky", person, at=now, stamper=stamper)
    made.revoke(made.issuing, now + DAY, x509.ReasonFlags.ca_compromise)
    for each in (made, other):
        each.now = now + 40 * DAY  # lists of ten days after it
    trust = ground.Trust(
        roots=[made.root.der, other.root.der], intermediates=[made.issuing.der, other.issuing.der],
        crls=[*made.lists(), *other.lists()],
    )  # fmt: skip
    for at in (now + 5 * DAY, now + 500 * DAY):
        assert verify_pdf(pdf, trust, at=at).reasons == ()
