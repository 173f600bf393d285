"""Whose certificates they are, and which authorities the province trusts.

A certificate is told by its owner or, for a body's seal, by who manages its registry; the key
stays where it is. What counts is that its authority is trusted on the day, and that its key has
signed what the portal asked: a certificate is public, so everybody may tell it and only who has
its key owns it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathError, ValidationError

from audit.services import record
from common.errors import AlreadyDone, DomainError
from files.services import claim
from organizations.models import User
from papers.models import SigningCertificate, TrustAnchor
from papers.signatures.trust import Trust


class NoCertificate(DomainError):
    """The file is something else."""

    code = "no_certificate"
    default_message = gettext_lazy("This is no certificate. Choose the file .cer, .crt or .pem.")


class WrongList(DomainError):
    """A list of revocations that is none, of another authority, or older than the kept one."""

    code = "wrong_revocation_list"
    default_message = gettext_lazy("This is no list of revocations of the authority.")


class NotTrusted(DomainError):
    """No authority that the province trusts has issued it."""

    code = "certificate_not_trusted"
    default_message = gettext_lazy(
        "No authority that the province trusts has issued this certificate, or it was revoked."
    )


@transaction.atomic
def add(
    content: bytes, *, actor: User, person: User | None = None, body_code: str = "",
    picture_id: int | None = None, credential: str = "",
) -> SigningCertificate:  # fmt: skip
    """A certificate (PEM or DER, its chain behind it) of a person or of a body; `credential`: the
    name of its key at the remote signing service, encrypted.

    The caller has asked whether the actor may. Raises NotTrusted, AlreadyDone.
    """
    at = timezone.now()
    chain = _chain(content)
    own = chain[0]
    if not own.not_valid_before_utc <= at <= own.not_valid_after_utc:
        raise DomainError(_("The certificate is not valid today. Ask for a new one."))
    chain = _completed(chain, at)
    fingerprint = own.fingerprint(hashes.SHA256()).hex()
    known = SigningCertificate.objects.filter(fingerprint=fingerprint)
    told_before = Q(person=person, body_code=body_code, withdrawn_at=None)
    if known.filter(told_before | Q(used_at__isnull=False)).exists():
        raise AlreadyDone(_("The portal knows this certificate already."))
    stored = claim([picture_id], actor=actor)[0] if picture_id else None
    made: SigningCertificate = SigningCertificate.objects.create(
        person=person, body_code=body_code, name=_name(own.subject), issuer=_name(own.issuer),
        fingerprint=fingerprint, picture=stored, added_at=at, credential=credential,
        pem="".join(each.public_bytes(Encoding.PEM).decode() for each in chain),
        valid_from=own.not_valid_before_utc, valid_to=own.not_valid_after_utc,
    )  # fmt: skip
    record(made, "certificate.added", actor=actor, data=_told(made))
    return made


@transaction.atomic
def withdraw(certificate_id: int, *, actor: User | None) -> SigningCertificate:
    """Nobody signs with it any more; what was signed holds. The caller has asked for the right."""
    locked = SigningCertificate.objects.select_for_update(of=("self",), no_key=True)
    certificate: SigningCertificate = locked.get(pk=certificate_id)
    if certificate.withdrawn_at is not None:
        raise AlreadyDone
    certificate.withdrawn_at = timezone.now()
    certificate.save(update_fields=["withdrawn_at"])
    record(certificate, "certificate.withdrawn", actor=actor, data=_told(certificate))
    return certificate


def note_use(certificate: SigningCertificate) -> None:
    """Its key signed what was asked, the caller has checked it: from now on the certificate is its
    owner's and nobody else's. Raises AlreadyDone when it is another's or was withdrawn unused."""
    if certificate.used_at is not None:
        return
    in_use = SigningCertificate.objects.filter(pk=certificate.pk, withdrawn_at=None)
    try:
        with transaction.atomic():
            is_noted = in_use.update(used_at=timezone.now())
    except IntegrityError as error:
        raise AlreadyDone(_("Another person or agency signs with this certificate.")) from error
    if not is_noted:
        raise AlreadyDone(_("Choose a certificate that is valid today."))


def move_body(code: str, new_code: str, *, actor: User) -> None:
    """A body has another code: its certificates go with it. The caller has asked for the right."""
    for each in of_body(code).select_for_update(of=("self",), no_key=True).order_by("pk"):
        each.body_code = new_code
        each.save(update_fields=["body_code"])
        record(each, "certificate.moved", actor=actor, data={**_told(each), "from": code})


def usable(found: Any) -> Any:
    """Of the certificates those with which one signs today, the newest first."""
    at = timezone.now()
    return found.filter(withdrawn_at=None, valid_from__lte=at, valid_to__gte=at).order_by("-pk")


def of_person(user: User) -> Any:
    return SigningCertificate.objects.filter(person=user)


def of_body(code: str) -> Any:
    return SigningCertificate.objects.filter(body_code=code)


def chain_of(certificate: SigningCertificate) -> list[bytes]:
    """DER, its own first."""
    return _ders(certificate.pem)


def trust(
    expected: Mapping[str, str] | None = None, sealed_by: str = "", day: dt.date | None = None
) -> Trust:
    """What the province believes on that day (today): authorities, revocations, owners.

    An owner is "person:<id>" or the code of a body. One query, and one for each certificate asked
    about.
    """
    anchors = list(_anchors(day or timezone.localdate()))
    chains = [_ders(each.pem) for each in anchors]
    return Trust(
        roots=[chain[-1] for chain in chains],
        intermediates=[der for chain in chains for der in chain[:-1]],
        crls=[der for each in anchors for der in _lists(each.revoked)],
        owner_of=owner_of, expected=expected or {}, sealed_by=sealed_by,
    )  # fmt: skip


def owner_of(fingerprint: str) -> str | None:
    """Whose key has signed here, withdrawn or not: what was signed with it holds."""
    found = SigningCertificate.objects.filter(fingerprint=fingerprint, used_at__isnull=False)
    row = found.values_list("person_id", "body_code").first()
    return None if row is None else owner_key(*row)


def owner_key(person_id: int | None, body_code: str = "") -> str:
    """ "person:12", or the code of a body."""
    return f"person:{person_id}" if person_id else body_code


def is_person(owner: str) -> bool:
    """Whether an owner's key is a person's, and not a body's."""
    return owner.startswith("person:")


@transaction.atomic
def trust_authority(
    name: str, certificates: bytes, *, revoked: Iterable[bytes] = (), actor: User | None = None,
    is_sample: bool = False,
) -> TrustAnchor:  # fmt: skip
    """An authority (PEM or DER) with its lists of revocations, each PEM or DER.

    A known name gets the newer lists, those not brought are kept. The caller has asked for the
    right. Raises NoCertificate, WrongList.
    """
    chain = _authorities(certificates)
    locked = TrustAnchor.objects.select_for_update(of=("self",), no_key=True)
    kept = locked.filter(name=name).first()
    brought = [_revocations(content) for content in revoked]
    if not all(brought):
        raise WrongList
    lists = _newer([each for some in brought for each in some], kept, chain)
    anchor, is_new = TrustAnchor.objects.update_or_create(
        name=name,
        defaults={
            "pem": "".join(each.public_bytes(Encoding.PEM).decode() for each in chain),
            "revoked": "".join(each.public_bytes(Encoding.PEM).decode() for each in lists),
            "revoked_at": timezone.now() if brought else kept and kept.revoked_at,
            "is_sample": is_sample,
        },
    )
    told = {
        "certificates": [each.fingerprint(hashes.SHA256()).hex() for each in chain],
        "lists": len(lists), "new": is_new,
    }  # fmt: skip
    record(anchor, "trust.set", actor=actor, data=told)
    return anchor


def _authorities(content: bytes) -> list[x509.Certificate]:
    """Of authorities alone, the root last as `trust` reads them."""
    chain = sorted(_chain(content), key=lambda each: each.issuer == each.subject)
    if sum(each.issuer == each.subject for each in chain) > 1:
        raise NoCertificate(_("There are two roots in the file. Trust each under its own name."))
    for each in chain:
        found = [one.value for one in each.extensions if one.oid == x509.BasicConstraints.oid]
        if not any(isinstance(one, x509.BasicConstraints) and one.ca for one in found):
            raise NoCertificate(_("%s is no certificate of an authority.") % _name(each.subject))
    return chain


def _newer(
    brought: list[x509.CertificateRevocationList], kept: TrustAnchor | None,
    chain: list[x509.Certificate],
) -> list[x509.CertificateRevocationList]:  # fmt: skip
    """One list of each authority: as brought, else as kept. Raises WrongList."""
    lists = {each.issuer: each for each in _revocations(kept.revoked.encode())} if kept else {}
    for each in brought:
        if not any(_is_list_of(each, authority) for authority in chain):
            raise WrongList
        before = lists.get(each.issuer)
        if before is not None and each.last_update_utc < before.last_update_utc:
            raise WrongList(_("The portal has a newer list of %s.") % _name(each.issuer))
        lists[each.issuer] = each
    return list(lists.values())


def _is_list_of(listed: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    try:
        signed = listed.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    except (TypeError, UnsupportedAlgorithm):  # a key of another kind
        return False
    return signed and listed.issuer == authority.subject


def _revocations(content: bytes) -> list[x509.CertificateRevocationList]:
    try:
        if not content or b"-----BEGIN" in content:
            return [x509.load_pem_x509_crl(each) for each in _parts(content, b"X509 CRL")]
        return [x509.load_der_x509_crl(content)]
    except ValueError as error:
        raise WrongList from error


def _anchors(day: dt.date) -> Any:
    since = Q(valid_from=None) | Q(valid_from__lte=day)
    until = Q(valid_to=None) | Q(valid_to__gte=day)
    return TrustAnchor.objects.filter(since, until).order_by("pk")


def _completed(chain: list[x509.Certificate], at: dt.datetime) -> list[x509.Certificate]:
    """The certificate and those above it below its authority, not revoked; or NotTrusted."""
    own, *above = (asn1_x509.Certificate.load(_der(each)) for each in chain)
    validator = CertificateValidator(own, above, validation_context=trust().context(at))
    try:
        path = asyncio.run(validator.async_validate_path())
    except (ValidationError, PathError) as error:
        raise NotTrusted from error
    found = [x509.load_der_x509_certificate(each.dump()) for each in path.iter_certs(False)]
    return found[::-1]


def _chain(content: bytes) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise NoCertificate from error


def _name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value if found else name.rfc4514_string())[:200]


def _ders(pem: str) -> list[bytes]:
    return [_der(each) for each in x509.load_pem_x509_certificates(pem.encode())]


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _lists(pem: str) -> list[bytes]:
    return [each.public_bytes(Encoding.DER) for each in _revocations(pem.encode())]


def _parts(pem: bytes, kind: bytes) -> list[bytes]:
    end = b"-----END " + kind + b"-----"
    return [part.strip() + end for part in pem.split(end)[:-1]]


def _told(certificate: SigningCertificate) -> dict[str, Any]:
    return {
        "name": certificate.name, "issuer": certificate.issuer,
        "fingerprint": certificate.fingerprint, "person": certificate.person_id,
        "body": certificate.body_code, "valid_to": certificate.valid_to.isoformat(),
    }  # fmt: skip
