"""Signatures in the demo: an authority of its own, keys of some people and of their bodies.

The keys lie in var/keys, where the agent of the demo finds them; every name and picture says that
it is a sample.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import random
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from common.pdf import FONTS, font_folder
from documents.models import Registry
from files.services import province_code, store
from organizations.models import User
from papers import certificates, remote
from papers.models import SigningCertificate, TrustAnchor
from papers.signatures.authority import Authority, Identity, write_authority, write_keys
from tenancy.models import Province
from tenancy.scope import tenant_scope

SIGNERS = ("lanhdao", "lanhdao.tinh", "lanhdao.ubnd", "truongphong")  # their bodies have seals
CHOOSES = "lanhdao"  # between his device and the remote signing service
AGENCY = "Sở Khoa học và Công nghệ"  # whose head signs, too
SIGNED_BEFORE = dt.timedelta(days=200)  # what the demo issued earlier
BLUE, RED = (20, 50, 170, 255), (205, 20, 30, 255)
SIDE = 480  # pixels of a seal


KEYS = Path(settings.VAR_DIR) / "keys"
AUTHORITIES = Path(settings.VAR_DIR) / "authorities"  # each with the key of its time stamps


def make(province: Province) -> None:
    """Once, with the registries there."""
    with tenant_scope(province):
        known = User.objects.filter(username__in=SIGNERS)
        heads = User.objects.filter(
            positions__role="leader", positions__unit__name=AGENCY, is_active=True,
            positions__valid_to=None,
        )  # fmt: skip
        people = list((known | heads).distinct().order_by("username"))
        if not people or TrustAnchor.objects.exists():
            return
        authority = Authority(timezone.now() - SIGNED_BEFORE)
        _trust(authority)
        kept = {f"{user.username}-tu-xa": _at_service(authority, user) for user in people
                if user.username == CHOOSES}  # fmt: skip
        kept |= {user.username: _person(authority, user) for user in people}
        units = {position.unit_id for user in people for position in user.positions.all()}
        for registry in Registry.objects.filter(unit__in=units).order_by("pk"):
            kept[registry.code] = _body(authority, registry, people[0])
        SigningCertificate.objects.update(is_sample=True)
        named = {f"{province.code}-{name}": identity for name, identity in kept.items()}
        write_keys(KEYS, named, settings.DEMO_PIN)
        write_authority(AUTHORITIES / province.code, authority, settings.DEMO_PIN)


def _trust(authority: Authority) -> None:
    chain = (authority.issuing.certificate, authority.root.certificate)
    pem = b"".join(each.public_bytes(Encoding.PEM) for each in chain)
    certificates.trust_authority(
        "CA mẫu của bản dùng thử", pem, revoked=authority.lists(), is_sample=True
    )


def _person(authority: Authority, user: User) -> Identity:
    made = authority.issue(user.full_name, "")
    picture = store(ContentFile(signature_picture(user.full_name), "chu-ky.png"), actor=user)
    certificates.add(made.der, actor=user, person=user, picture_id=picture.pk)
    return made


def _at_service(authority: Authority, user: User) -> Identity:
    """A second key of his, kept by the remote signing service."""
    made, name = authority.issue(user.full_name, ""), f"{province_code()}-{user.username}-tu-xa"
    picture = store(ContentFile(signature_picture(user.full_name), "chu-ky.png"), actor=user)
    certificates.add(
        made.der, actor=user, person=user, picture_id=picture.pk, credential=remote.hidden(name)
    )
    return made


def _body(authority: Authority, registry: Registry, actor: User) -> Identity:
    made = authority.issue(registry.name, registry.name)
    picture = store(ContentFile(seal_picture(registry.name), "con-dau.png"), actor=actor)
    certificates.add(made.der, actor=actor, body_code=registry.code, picture_id=picture.pk)
    return made


def signature_picture(name: str) -> bytes:
    """A flourish that nobody writes, in blue."""
    chance = random.Random(name)
    image = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    phase, waves = chance.random() * math.tau, 3 + chance.random()
    points = []
    for step in range(400):
        share = step / 399
        wave = math.sin(phase + share * math.tau * waves) * 80 * (1 - share * 0.55)
        points.append((40 + share * 480 + 36 * math.cos(share * math.tau * 4), 120 + wave))
    draw = ImageDraw.Draw(image)
    draw.line(points, fill=BLUE, width=7, joint="curve")
    draw.line([(60, 205), (520, 175)], fill=BLUE, width=5)
    return _png(image)


def seal_picture(name: str) -> bytes:
    """Two rings, a star, the name around and "MẪU" within, in red."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    draw, middle = ImageDraw.Draw(image), SIDE / 2
    for radius, width in ((232, 8), (150, 4)):
        box = (middle - radius, middle - radius, middle + radius, middle + radius)
        draw.ellipse(box, outline=RED, width=width)
    star = [
        (middle + size * math.sin(turn), middle - 24 - size * math.cos(turn))
        for turn, size in (
            (number * math.pi / 5, 70 if number % 2 == 0 else 28) for number in range(10)
        )
    ]
    draw.polygon(star, outline=RED, width=5)
    font = ImageFont.truetype(str(font_folder() / FONTS["tinos"]), 44)
    draw.text((middle, middle + 84), "MẪU", font=font, fill=RED, anchor="mm")
    _around(image, name.upper()[:34])
    return _png(image)


def _around(image: Image.Image, text: str) -> None:
    """The letters along the upper ring."""
    font = ImageFont.truetype(str(font_folder() / FONTS["tinos"]), 40)
    step = min(0.17, 4.6 / max(len(text), 1))
    for number, letter in enumerate(text):
        turn = (number - (len(text) - 1) / 2) * step
        tile = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((40, 40), letter, font=font, fill=RED, anchor="mm")
        tile = tile.rotate(-math.degrees(turn), resample=Image.Resampling.BICUBIC)
        left = SIDE / 2 + 190 * math.sin(turn) - 40
        top = SIDE / 2 - 190 * math.cos(turn) - 40
        image.alpha_composite(tile, (round(left), round(top)))


def _png(image: Image.Image) -> bytes:
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()
