"""The demo's keys: for bodies with long names, too; each opens with the PIN that the page names."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from papers import certificates
from papers.models import SigningCertificate
from papers.signatures.signers import Pkcs12Signer
from portal.demo import signing
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.people import make_person, make_unit


def test_people_and_bodies_of_the_demo_can_sign(fresh_province, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(signing, "KEYS", tmp_path)
    with tenant_scope(fresh_province):
        unit = make_unit("H99.01", "commune")
        leader = make_person("leader", unit, username="lanhdao")
        chairman = make_person("body_leader", unit, username="lanhdao.tinh")
        name = "Ủy ban nhân dân phường có tên rất dài để thử giới hạn của chứng thư số, tỉnh mẫu"
        registry = registry_of(unit=unit, name=name, code="H99.01", symbol="UBND")
    signing.make(fresh_province)
    with tenant_scope(fresh_province):
        first, second = certificates.usable(certificates.of_person(leader))
        assert (first.is_remote, second.is_remote) == (False, True)  # he chooses; first his device
        assert certificates.of_person(chairman).exists()  # he decides on dossiers and signs, too
        assert certificates.of_body(registry.code).get().picture is not None
        known = set(SigningCertificate.objects.values_list("fingerprint", flat=True))
    keys = list(tmp_path.rglob("*.p12"))
    assert len(keys) == len(known) == 4
    assert all(Pkcs12Signer(key, settings.DEMO_PIN).chain for key in keys)
