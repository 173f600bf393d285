"""Certificates of the standing people and body, and papers that are really signed."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.base import ContentFile
from django.utils import timezone

from documents.issuing import Stage
from documents.layouts.paper import Paper, Signer
from documents.layouts.rendering import render
from documents.models import Outgoing
from documents.services import approving, issuing, signing
from files.services import store
from papers import certificates
from papers.models import SigningCertificate
from papers.signatures.authority import Authority, Identity
from tests.documents.drafts import brought_to
from tests.papers.signatures.ground import cms_of
from tests.people import Town

MINE, SEAL = "khoa-lanh-dao", "khoa-con-dau"  # keys at the remote service


@cache
def authority() -> Authority:
    return Authority(timezone.now())


@cache
def identity(name: str) -> Identity:
    return authority().issue(name, "UBND tỉnh mẫu")


def believed() -> None:
    """The province trusts the authority of the tests."""
    made = authority()
    chain = [made.issuing.certificate, made.root.certificate]
    pem = b"".join(each.public_bytes(Encoding.PEM) for each in chain)
    certificates.trust_authority("CA mẫu", pem, revoked=made.lists(), is_sample=True)


def certificate_of(person) -> SigningCertificate:
    """Of a person, made on first need."""
    found = certificates.of_person(person).first()
    return found or certificates.add(
        identity(person.full_name).der, actor=person, person=person, picture_id=None
    )


def seal_of(registry, actor) -> SigningCertificate:
    found = certificates.of_body(registry.code).first()
    name = identity(registry.name)
    return found or certificates.add(name.der, actor=actor, body_code=registry.code)


@cache
def paper(type_code: str = "bao-cao", second: str = "") -> bytes:
    """As the portal makes it, with its fields; `second` signs beside the signer."""
    signer = Signer(position="GIÁM ĐỐC", name="Phạm Văn Hòa")
    return render(Paper(
        type_code=type_code, issuer="Sở Nông nghiệp và Môi trường", place="Nha Trang",
        symbol="BC-SNNMT", subject="Tình hình ứng dụng công nghệ thông tin",
        text="Thực hiện chỉ đạo, Sở báo cáo như sau.", signer=signer,
        beside=Signer(position="Thư ký", name=second) if second else None,
    ))  # fmt: skip


def to_be_signed(town: Town, **changes) -> Outgoing:
    """With the leader, on a paper that takes signatures."""
    believed()
    outgoing = brought_to(Stage.FORM, town, **changes)
    clerk = town.records_clerk
    second = outgoing.second.full_name if outgoing.second else ""
    stored = store(ContentFile(paper(outgoing.type, second), "van-ban.pdf"), actor=clerk)
    approving.pass_form(outgoing.pk, actor=clerk, version=1, paper_id=stored.pk)
    return outgoing


def sign_it(outgoing: Outgoing, actor, certificate: SigningCertificate, key: str) -> Outgoing:
    """Both calls, with the key of that name between them."""
    asked = signing.begin(outgoing.pk, actor=actor, certificate_id=certificate.pk)
    cms = cms_of(identity(key), bytes.fromhex(asked.state["digest"]))
    return signing.complete(asked.pk, actor=actor, cms=cms).outgoing


def sealed(town: Town, **changes) -> Outgoing:
    """Signed by the leader, numbered and sealed by the clerk."""
    outgoing, leader, clerk = to_be_signed(town, **changes), town.leader, town.records_clerk
    sign_it(outgoing, leader, certificate_of(leader), leader.full_name)
    issuing.number(outgoing.pk, actor=clerk)
    registry = outgoing.registry
    return sign_it(outgoing, clerk, seal_of(registry, clerk), registry.name)
