"""Families of signatures that are right, by somebody who is not to be believed."""

import dataclasses

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from papers.signatures import lasting, preparing
from papers.signatures.authority import DOCUMENTS, Authority, new_key
from papers.signatures.fields import PERSON, SEAL
from papers.signatures.preparing import fill
from papers.signatures.reasons import Reason
from papers.signatures.trust import Trust
from tests.papers.signatures.forging.tools import (
    Forged,
)
from tests.papers.signatures.genuine import foreign, last, whole
from tests.papers.signatures.ground import (
    BLUE,
    DAY,
    GROUND,
    NOW,
    VALUES,
    cms_of,
    sign,
    stamper_of,
    written,
)

REASONS = {
    "of another authority": Reason.UNTRUSTED, "an authority of the same name": Reason.UNTRUSTED,
    "expired": Reason.OUT_OF_TIME, "not valid yet": Reason.OUT_OF_TIME,
    "for servers": Reason.USAGE, "for programs": Reason.USAGE, "for time stamps": Reason.USAGE,
    "for keys, not for signing": Reason.USAGE, "the authority itself": Reason.USAGE,
    "the root itself": Reason.USAGE, "a weak key": Reason.WEAK,
    "no word on revocation": Reason.UNKNOWN, "a list of long ago": Reason.UNKNOWN,
    "signed tomorrow": Reason.TIME, "signed with an older hash": Reason.WEAK,
}  # fmt: skip


def by(identity, **more):
    return sign(GROUND.blank(), PERSON, identity, certify=True, picture=BLUE, **more)


def certificates():
    """The numbers are right; who signs is not to be believed."""
    ours, anyone = GROUND.authority, GROUND.trust(expected={})
    apart = Authority(NOW)
    unlisted = dataclasses.replace(anyone, crls=[])
    server, program = (ExtendedKeyUsageOID.SERVER_AUTH,), (ExtendedKeyUsageOID.CODE_SIGNING,)
    weak = rsa.generate_private_key(65537, 1024)
    found = {
        "of another authority": Forged(by(apart.issue("Nguyễn Văn Ưởng", "")), anyone),
        "an authority of the same name": Forged(whole(GROUND.blank()), apart_trust(apart)),
        "expired": Forged(by(ours.issue("A", "", until=NOW - DAY)), anyone),
        "not valid yet": Forged(by(ours.issue("B", "", since=NOW + DAY)), anyone),
        "for servers": Forged(by(ours.issue("C", "", usages=server)), anyone),
        "for programs": Forged(by(ours.issue("D", "", usages=program)), anyone),
        "for time stamps": Forged(by(GROUND.stamper), anyone),
        "for keys, not for signing": Forged(by(ours.issue("E", "", signs=False)), anyone),
        "the authority itself": Forged(by(ours.issuing), anyone),
        "the root itself": Forged(by(ours.root), anyone),
        "a weak key": Forged(by(ours.issue("F", "", key=weak)), anyone),
        "no word on revocation": Forged(GROUND.signed(), unlisted),
        "a list of long ago": Forged(GROUND.signed(), anyone, NOW + 500 * DAY),
        "signed tomorrow": Forged(GROUND.signed(), anyone, NOW - DAY),
        "signed with an older hash": Forged(old_hash(), anyone),
    }  # fmt: skip
    for name, reason in REASONS.items():
        found[name].reason = reason
    return found | revoked() | above() | bad_stamps()


def apart_trust(apart):
    return Trust(roots=[apart.root.der], intermediates=[apart.issuing.der], crls=apart.lists())


def revoked():
    """Before the signature; and after it, where only the signer's clock says which was first."""
    found = {}
    for days, reason in (
        (-3, x509.ReasonFlags.key_compromise), (-3, x509.ReasonFlags.cessation_of_operation),
        (2, x509.ReasonFlags.key_compromise), (2, x509.ReasonFlags.affiliation_changed),
    ):  # fmt: skip
        authority = Authority(NOW)
        person = authority.issue("Bị thu hồi", "")
        authority.revoke(person, NOW + days * DAY, reason)
        found[f"revoked {days:+} days, {reason.name}"] = Forged(
            by(person), apart_trust(authority), NOW + 5 * DAY
        )
    authority = Authority(NOW)
    person = authority.issue("Bị thu hồi", "")
    stamped = by(person, stamper=stamper_of(authority.issue_time_stamper(), NOW))
    authority.revoke(person, NOW - DAY)
    found["revoked before its time stamp"] = Forged(stamped, apart_trust(authority))
    return found


def above():
    """The authority is not believed any more; or nobody knows whether it still is."""
    authority = Authority(NOW)
    person, stamper = authority.issue("Kẻ gian", ""), stamper_of(authority.issue_time_stamper())
    ended = authority.issue("Hết hạn", "", until=NOW + DAY)
    claimed, stamped = by(person), by(person, stamper=stamper)
    good = apart_trust(authority)
    authority.revoke(authority.issuing, NOW + DAY, x509.ReasonFlags.ca_compromise)
    stolen = apart_trust(authority)
    later, long_after = NOW + 5 * DAY, NOW + 500 * DAY  # when the lists have run out
    return {
        "a stolen authority, no stamp": Forged(claimed, stolen, later, Reason.REVOKED),
        "a stolen authority, stamped by itself": Forged(stamped, stolen, later, Reason.STAMP),
        "a list of before the stamp": Forged(stamped, good, long_after, Reason.UNKNOWN),
        "ended, no stamp, not in the lists any more": Forged(
            by(ended), good, later, Reason.OUT_OF_TIME
        ),
    }


def bad_stamps():
    """Time stamps that prove nothing."""
    apart = Authority(NOW)
    anyone = GROUND.trust(expected={})
    expired = GROUND.authority.issue("Hết hạn", "", until=NOW - DAY)
    early = stamper_of(GROUND.stamper, NOW - 2 * DAY)
    usages = (ExtendedKeyUsageOID.TIME_STAMPING, *DOCUMENTS)
    both = GROUND.authority.issue("Cả hai", "", key=new_key(is_rsa=True), usages=usages)
    return {
        "stamp of a stranger": Forged(
            by(GROUND.person, stamper=stamper_of(apart.issue_time_stamper())), anyone
        ),
        "expired, with the stamp of a stranger from before": Forged(
            by(expired, stamper=stamper_of(apart.issue_time_stamper(), NOW - 2 * DAY)), anyone
        ),
        "stamp by a certificate for documents": Forged(
            by(GROUND.person, stamper=stamper_of(GROUND.seal, NOW)), anyone
        ),
        "stamp by a certificate for documents and stamps": Forged(
            by(GROUND.person, stamper=stamper_of(both)), anyone, reason=Reason.STAMP
        ),
        "stamp of another signature": Forged(other_stamp(early), anyone),
        "stamp of tomorrow": Forged(
            by(GROUND.person, stamper=stamper_of(GROUND.stamper, NOW + DAY)), anyone
        ),
        "stamp of a stranger on the whole": Forged(
            last(GROUND.sealed(), stamper_of(apart.issue_time_stamper()))
        ),
    }


def other_stamp(stamper):
    """A stamp that was given to something else, in a signature that has none."""

    class Elsewhere(type(stamper)):
        async def async_timestamp(self, message_digest, md_algorithm):
            token = await super().async_timestamp(bytes(32), md_algorithm)
            return token

    twin = Elsewhere.__new__(Elsewhere)
    twin.__dict__.update(stamper.__dict__)
    checked_digest = lasting.hashlib
    try:
        lasting.hashlib = type("Zeros", (), {"sha256": staticmethod(lambda _data: Zeros)})
        return by(GROUND.person, stamper=twin)
    finally:
        lasting.hashlib = checked_digest


class Zeros:
    @staticmethod
    def digest():
        return bytes(32)


def old_hash():
    """SHA-1, which the library still can make when it is asked."""
    kept = preparing.ALGORITHM
    preparing.ALGORITHM = "sha1"
    try:
        prepared = preparing.prepare(
            GROUND.blank(), PERSON, chain=GROUND.person.chain, appearance=None, certify=True, at=NOW
        )
    finally:
        preparing.ALGORITHM = kept
    return preparing.finish(prepared, cms_of(GROUND.person, prepared.digest, "sha1"))


def owners():
    """Valid signatures of people and bodies other than the expected ones."""
    seal, other, person = GROUND.seal, GROUND.other_seal, GROUND.person
    unknown = GROUND.authority.issue("Chưa đăng ký", "")
    found = {
        f"{who} instead of the person": Forged(sign(fill(by(one), VALUES), SEAL, seal))
        for who, one in (("the seal", seal), ("another seal", other), ("one unknown", unknown))
    }
    found |= {
        f"{who} instead of the seal": Forged(sign(GROUND.numbered(), SEAL, one))
        for who, one in (("the person", person), ("another seal", other), ("one unknown", unknown))
    }
    found |= {
        f"a document from elsewhere, {count} signatures": Forged(
            foreign(written(), count=count), GROUND.trust(expected={}, sealed_by="H99")
        )
        for count in (1, 2)
    }
    found["nobody's table"] = Forged(
        GROUND.sealed(), dataclasses.replace(GROUND.trust(), owner_of=lambda _print: None)
    )
    found["the seal of the other body, as if from here"] = Forged(
        GROUND.sealed(), GROUND.trust(sealed_by="H99")
    )
    return found
