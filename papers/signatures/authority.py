"""A certificate authority of the demo's own: every name says that it is a sample.

The real one is Cục Chứng thực số và Bảo mật thông tin (NĐ 68/2024/NĐ-CP). Root, issuing authority,
certificates of persons and bodies, one for time stamps, lists of the revoked. Keys are written to a
folder under var/, never into the repository.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper

SAMPLE = "MẪU (DEMO)"
LONGEST = 64  # of a name in a certificate (RFC 5280 appendix A.1); the library counts bytes
SIGNS_DOCUMENTS = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
DOCUMENTS = (SIGNS_DOCUMENTS, ExtendedKeyUsageOID.EMAIL_PROTECTION)
YEARS = dt.timedelta(days=3650)
BACK = dt.timedelta(days=30)
LIST_HOLDS = dt.timedelta(days=400)
STAMPER = "time-stamps"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Identity:
    """A key with its certificate and those above it."""

    key: Key
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def chain(self) -> list[bytes]:
        """DER, its own first, without the root."""
        return [self.der, *(one.public_bytes(serialization.Encoding.DER) for one in self.above)]

    def pkcs12(self, password: str) -> bytes:
        """The key with its chain, for a folder of keys."""
        return pkcs12.serialize_key_and_certificates(
            self.certificate.subject.rfc4514_string().encode(), self.key, self.certificate,
            self.above, serialization.BestAvailableEncryption(password.encode()),
        )  # fmt: skip


def new_key(*, is_rsa: bool = False) -> Key:
    """P-256, or RSA of 2048 bits as most tokens of officials have."""
    if is_rsa:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Authority:
    """Issues and revokes, as of the day that it was made for."""

    now: dt.datetime
    root: Identity = field(init=False)
    issuing: Identity = field(init=False)
    revoked: dict[int, tuple[dt.datetime, x509.ReasonFlags]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        root_key, issuing_key = new_key(), new_key()
        top = _name(f"CA gốc {SAMPLE}")
        root = self._built(top, top, root_key, root_key, _authority(1))
        below = self._built(
            _name(f"CA cấp chữ ký {SAMPLE}"), top, issuing_key, root_key, _authority(0)
        )
        self.root, self.issuing = Identity(root_key, root), Identity(issuing_key, below)

    def issue(
        self, name: str, organization: str, *, key: Key | None = None,
        since: dt.datetime | None = None, until: dt.datetime | None = None,
        usages: tuple[ObjectIdentifier, ...] = DOCUMENTS, signs: bool = True,
    ) -> Identity:  # fmt: skip
        """A certificate for a person or a body. `signs` false: its key may not sign documents."""
        key = key or new_key()
        extensions = _leaf(usages, signs)
        certificate = self._built(
            _name(f"{_cut(name, LONGEST - len(SAMPLE.encode()) - 1)} {SAMPLE}", organization),
            self.issuing.certificate.subject, key, self.issuing.key, extensions, since, until,
        )  # fmt: skip
        return Identity(key, certificate, (self.issuing.certificate,))

    def issue_time_stamper(self) -> Identity:
        """For time stamps alone (RFC 3161 §2.3); RSA, which the library's stamper asks for."""
        usages = (ExtendedKeyUsageOID.TIME_STAMPING,)
        return self.issue("Cấp dấu thời gian", "", key=new_key(is_rsa=True), usages=usages)

    def revoke(
        self, identity: Identity, at: dt.datetime,
        reason: x509.ReasonFlags = x509.ReasonFlags.cessation_of_operation,
    ) -> None:  # fmt: skip
        """It stands in the lists made from now on."""
        self.revoked[identity.certificate.serial_number] = (at, reason)

    def lists(self) -> list[bytes]:
        """DER: what the root and what the issuing authority revoked, as of now."""
        above = self.revoked.keys() & {self.issuing.certificate.serial_number}
        rows = {serial: self.revoked[serial] for serial in above}
        return [self._list(self.root, rows), self._list(self.issuing, self.revoked)]

    def _list(
        self, by: Identity, rows: Mapping[int, tuple[dt.datetime, x509.ReasonFlags]]
    ) -> bytes:
        made = x509.CertificateRevocationListBuilder(
            by.certificate.subject, self.now - BACK, self.now + LIST_HOLDS
        )
        for serial, (at, reason) in rows.items():
            row = x509.RevokedCertificateBuilder(serial, at)
            made = made.add_revoked_certificate(
                row.add_extension(x509.CRLReason(reason), critical=False).build()
            )
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        made = made.add_extension(above, critical=False)
        made = made.add_extension(x509.CRLNumber(1 + len(rows)), critical=False)
        return made.sign(by.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _built(
        self, subject: x509.Name, issuer: x509.Name, key: Key, by: Key,
        extensions: list[tuple[x509.ExtensionType, bool]],
        since: dt.datetime | None = None, until: dt.datetime | None = None,
    ) -> x509.Certificate:  # fmt: skip
        made = (
            x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(since or self.now - BACK)
            .not_valid_after(until or self.now + YEARS)
        )
        extensions = [
            *extensions,
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False),
        ]
        for extension, is_critical in extensions:
            made = made.add_extension(extension, critical=is_critical)
        return made.sign(by, hashes.SHA256())


def write_keys(folder: Path, identities: Mapping[str, Identity], password: str) -> None:
    """Of each a PKCS#12 file, readable by its owner alone, and its certificates (PEM)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, identity in identities.items():
        path = folder / f"{name}.p12"
        path.touch(mode=0o600)
        path.write_bytes(identity.pkcs12(password))
        chain = (identity.certificate, *identity.above)
        pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
        (folder / f"{name}.pem").write_bytes(pem)


def write_authority(folder: Path, authority: Authority, password: str) -> None:
    """Its keys, the one of time stamps, and its lists of the revoked (DER)."""
    identities = {"root": authority.root, "issuing": authority.issuing}
    write_keys(folder, identities | {STAMPER: authority.issue_time_stamper()}, password)
    for name, content in zip(("root", "issuing"), authority.lists(), strict=True):
        (folder / f"{name}.crl").write_bytes(content)


def stamper_in(folder: Path, password: str) -> DummyTimeStamper:
    """The demo's service of time stamps, with the key in the authority's folder."""
    data = (folder / f"{STAMPER}.p12").read_bytes()
    signer = SimpleSigner.load_pkcs12_data(data, [], password.encode())
    if signer is None:
        raise ValueError("The key of time stamps does not open")
    return DummyTimeStamper(
        signer.signing_cert, signer.signing_key, certs_to_embed=signer.cert_registry
    )


def _name(common: str, organization: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organization, LONGEST)))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _cut(text: str, most: int) -> str:
    """The beginning of a name, of whole letters."""
    return text.encode()[:most].decode(errors="ignore").rstrip()


def _usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})


def _authority(below: int) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=True, path_length=below), True),
        (_usage(key_cert_sign=True, crl_sign=True), True),
    ]


def _leaf(
    usages: tuple[ObjectIdentifier, ...], signs: bool
) -> list[tuple[x509.ExtensionType, bool]]:
    usage = _usage(digital_signature=signs, content_commitment=signs, key_encipherment=not signs)
    is_stamper = usages == (ExtendedKeyUsageOID.TIME_STAMPING,)
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage, True),
        (x509.ExtendedKeyUsage(usages), is_stamper),
    ]
