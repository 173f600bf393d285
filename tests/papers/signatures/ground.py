"""The keys and papers of these tests: made once for all of them, without a database."""

import asyncio
import datetime as dt
import io
from dataclasses import dataclass
from functools import cache, cached_property

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image, ImageDraw
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from common.pdf import Place, render_pdf
from documents.layouts.fields import add_fields, seal_beside
from papers.signatures.authority import Authority, Identity, new_key
from papers.signatures.drawing import VIETNAM, Appearance
from papers.signatures.fields import DATE, NUMBER, PERSON, SEAL
from papers.signatures.preparing import fill, finish, prepare
from papers.signatures.trust import Trust

NOW = dt.datetime(2026, 11, 22, 9, 30, 15, tzinfo=VIETNAM)
DAY = dt.timedelta(days=1)
BOX = Place(0, 330, 200, 500, 270)
PLACES = {
    NUMBER: Place(0, 110, 690, 160, 707), DATE: Place(0, 350, 690, 520, 707),
    PERSON: BOX, SEAL: seal_beside(BOX),
}  # fmt: skip
VALUES = {NUMBER: "1234", DATE: "22 tháng 11 năm 2026"}
PROVINCE = "UBND tỉnh mẫu"


def signer_of(identity: Identity) -> SimpleSigner:
    """The key as the library takes it: no file between."""
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(one) for one in identity.chain])
    return SimpleSigner(x509.Certificate.load(identity.der), key_of(identity), store)


def key_of(identity: Identity) -> keys.PrivateKeyInfo:
    plain = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return keys.PrivateKeyInfo.load(plain)


def cms_of(identity: Identity, digest: bytes, algorithm: str = "sha256", *, pades=True) -> bytes:
    signing = signer_of(identity).async_sign(digest, algorithm, use_pades=pades)
    return asyncio.run(signing).dump()


def stamper_of(identity: Identity, at: dt.datetime = NOW) -> DummyTimeStamper:
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(one) for one in identity.chain])
    return DummyTimeStamper(
        x509.Certificate.load(identity.der), key_of(identity), certs_to_embed=store,
        fixed_dt=at.astimezone(dt.UTC),
    )  # fmt: skip


@dataclass
class Ground:
    """One authority, a chairman, the seal of his body, and a seal of another."""

    @cached_property
    def authority(self) -> Authority:
        return Authority(NOW)

    @cached_property
    def person(self) -> Identity:
        return self.authority.issue("Nguyễn Văn Ưởng", PROVINCE)

    @cached_property
    def seal(self) -> Identity:
        return self.authority.issue(PROVINCE, PROVINCE, key=new_key(is_rsa=True))

    @cached_property
    def other_seal(self) -> Identity:
        return self.authority.issue("Sở khác", "Sở khác")

    @cached_property
    def stamper(self) -> Identity:
        return self.authority.issue_time_stamper()

    @cached_property
    def owners(self) -> dict[str, str]:
        named = {"chairman": self.person, "H32": self.seal, "H99": self.other_seal}
        return {
            x509.Certificate.load(identity.der).sha256.hex(): name
            for name, identity in named.items()
        }

    def trust(self, **changes) -> Trust:
        found = {
            "roots": [self.authority.root.der],
            "intermediates": [self.authority.issuing.der],
            "crls": self.authority.lists(),
            "owner_of": self.owners.get,
            "expected": {PERSON: "chairman", SEAL: "H32"},
        } | changes  # fmt: skip
        return Trust(**found)

    @cache  # noqa: B019  one ground for a run
    def blank(self, pages: int = 1) -> bytes:
        return add_fields(written(pages), PLACES)

    @cache  # noqa: B019
    def signed(self, pages: int = 1) -> bytes:
        return sign(self.blank(pages), PERSON, self.person, certify=True, picture=BLUE)

    @cache  # noqa: B019
    def numbered(self, pages: int = 1) -> bytes:
        return fill(self.signed(pages), VALUES)

    @cache  # noqa: B019
    def sealed(self, pages: int = 1) -> bytes:
        return sign(self.numbered(pages), SEAL, self.seal, picture=RED)

    def seal_it(self, pdf: bytes) -> bytes:
        """What an honest clerk would do with whatever lies before him."""
        return sign(pdf, SEAL, self.seal, picture=RED)

    def __hash__(self):
        return id(self)


GROUND = Ground()


@cache
def written(pages: int = 1, words: str = "Nội dung văn bản thử nghiệm.") -> bytes:
    """A paper of so many pages, not signed."""
    leaf = f"<h1>Quyết định mẫu</h1>{f'<p>{words}</p>' * 8}"
    breaks = '<div style="break-after:page"></div>'
    return render_pdf(f'<html lang="vi"><title>Mẫu</title><body>{breaks.join([leaf] * pages)}')


@cache
def picture(colour: tuple[int, int, int]) -> bytes:
    image = Image.new("RGBA", (240, 160), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 230, 150), outline=(*colour, 255), width=8)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


BLUE, RED = Appearance(picture((0, 0, 190))), Appearance(picture((215, 0, 0)))


def sign(
    pdf, field, identity, *, certify=False, picture=None, at=NOW, place=None, by=None, stamper=None,
    pades=True,
):  # fmt: skip
    """Both acts at once. `by`: whose key really signs."""
    prepared = prepare(
        pdf, field, chain=identity.chain, appearance=picture, certify=certify, at=at, place=place
    )
    cms = cms_of(by or identity, prepared.digest, pades=pades)
    return finish(prepared, cms, stamper=stamper)
