"""A signature in two calls: what comes back is checked, and what fails changes nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import re
import subprocess

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes
from django.core.management import call_command
from django.utils import timezone
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from documents.issuing import Stage
from documents.models import Outgoing, Signing
from documents.services import approving, drafting, issuing, signing
from documents.services.signing import SignatureRefused
from files.services import content_of
from organizations import access
from organizations.access import RefusedError
from organizations.rulesets import change_rules
from papers import certificates
from papers.certificates import NoCertificate, NotTrusted
from papers.signatures.authority import Authority
from papers.signatures.verifying import verify_pdf
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.seals import (
    authority,
    believed,
    certificate_of,
    identity,
    seal_of,
    sealed,
    sign_it,
    to_be_signed,
)  # fmt: skip
from tests.papers.signatures.ground import cms_of, signer_of


def newest(outgoing):
    edition = outgoing.editions.select_related("stored").order_by("-order").first()
    return content_of(edition.stored)


def test_person_number_and_seal_make_a_document_that_every_receiver_accepts(scope, town, tmp_path):
    outgoing = sealed(town)
    assert outgoing.stage == Stage.SEALED
    pdf = newest(outgoing)
    expected = {"nguoi_ky": f"person:{town.leader.pk}", "con_dau": outgoing.registry.code}
    verdict = verify_pdf(pdf, certificates.trust(expected))
    assert verdict.accepted, verdict.reasons
    assert [each.owner for each in verdict.signatures] == list(expected.values())
    path = tmp_path / "van-ban.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature is Valid.") == 2
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    day = timezone.localdate()
    assert re.search(r"Số:\s+01\s*/", text), text
    assert f"năm {day.year}" in text


@pytest.mark.parametrize("wanted", [False, True])
def test_the_name_and_the_time_stand_beside_the_seal_where_the_province_wants_them(
    scope, town, wanted
):
    change_rules(
        "signatures", actor=town.superuser, valid_from=timezone.localdate(),
        values={"seal_words": wanted}, source="thử",
    )  # fmt: skip
    outgoing = sealed(town)
    with pikepdf.open(io.BytesIO(newest(outgoing))) as paper:
        fields = {str(one.T): one for page in paper.pages for one in page.get("/Annots", [])}
        assert ("/AP" in fields["con_dau"]) == wanted  # this seal has no picture
        if wanted:
            assert "/Font" in fields["con_dau"].AP.N.Resources
        assert "/AP" not in fields["nguoi_ky"]


@pytest.mark.parametrize("type_code", ["bien-ban", "thu-cong"])
def test_a_paper_without_a_date_or_a_number_is_sealed_as_it_is(scope, town, type_code):
    outgoing = sealed(town, type=type_code)
    assert verify_pdf(newest(outgoing), certificates.trust()).accepted


def test_only_the_signer_signs_and_only_with_a_certificate_of_his(scope, town):
    outgoing = to_be_signed(town)
    mine, clerks = certificate_of(town.leader), certificate_of(town.records_clerk)
    for person in (town.head, town.records_clerk):
        with pytest.raises(RefusedError):
            signing.begin(outgoing.pk, actor=person, certificate_id=clerks.pk)
    with pytest.raises(DomainError, match="Choose a certificate"):
        signing.begin(outgoing.pk, actor=town.leader, certificate_id=clerks.pk)
    certificates.withdraw(mine.pk, actor=town.leader)
    with pytest.raises(DomainError, match="Choose a certificate"):
        signing.begin(outgoing.pk, actor=town.leader, certificate_id=mine.pk)


def test_what_the_signer_sends_wrongly_changes_nothing(scope, town):
    outgoing = to_be_signed(town)
    certificate = certificate_of(town.leader)
    asked = signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
    digest = bytes.fromhex(asked.state["digest"])
    own, other = identity(town.leader.full_name), identity(town.head.full_name)
    good = cms_of(own, digest)
    for cms in (b"", b"rubbish", cms_of(other, digest), cms_of(own, bytes(32)), good[:-9]):
        with pytest.raises(DomainError):
            signing.complete(asked.pk, actor=town.leader, cms=cms)
    outgoing.refresh_from_db()
    assert outgoing.stage == Stage.SIGNING
    assert outgoing.editions.count() == 1
    done = signing.complete(asked.pk, actor=town.leader, cms=good)
    assert done.outgoing.stage == Stage.SIGNED


def test_a_signature_comes_once_and_only_to_the_newest_call(scope, town):
    outgoing = to_be_signed(town)
    certificate, own = certificate_of(town.leader), identity(town.leader.full_name)
    first, second = (
        signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
        for _time in range(2)
    )
    cms = cms_of(own, bytes.fromhex(first.state["digest"]))
    with pytest.raises(AlreadyDone):
        signing.complete(first.pk, actor=town.leader, cms=cms)
    cms = cms_of(own, bytes.fromhex(second.state["digest"]))
    signing.complete(second.pk, actor=town.leader, cms=cms)
    with pytest.raises(AlreadyDone):
        signing.complete(second.pk, actor=town.leader, cms=cms)
    with pytest.raises(Signing.DoesNotExist):
        signing.complete(second.pk, actor=town.head, cms=cms)


def test_sent_back_while_it_is_signed_the_signature_is_too_late(scope, town):
    outgoing = to_be_signed(town)
    certificate = certificate_of(town.leader)
    asked = signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
    approving.send_back(outgoing.pk, actor=town.leader, reason="Sửa lại")
    cms = cms_of(identity(town.leader.full_name), bytes.fromhex(asked.state["digest"]))
    with pytest.raises(AlreadyDone):
        signing.complete(asked.pk, actor=town.leader, cms=cms)
    assert Outgoing.objects.get(pk=outgoing.pk).stage == Stage.DRAFT


def test_signed_and_sent_back_it_is_signed_anew(scope, town):
    outgoing = to_be_signed(town)
    certificate = certificate_of(town.leader)
    sign_it(outgoing, town.leader, certificate, town.leader.full_name)
    back = approving.send_back(outgoing.pk, actor=town.records_clerk, reason="Sai ngày")
    assert back.signed_at is None
    drafting.hand_in(outgoing.pk, actor=town.officer, version=1)
    assert Outgoing.objects.get(pk=outgoing.pk).stage == Stage.CONTENT


def test_a_certificate_revoked_meanwhile_is_refused_when_the_signature_comes(scope, town):
    outgoing = to_be_signed(town)
    own = identity(town.leader.full_name)
    certificate = certificate_of(town.leader)
    asked = signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
    cms = cms_of(own, bytes.fromhex(asked.state["digest"]))
    authority().revoke(own, timezone.now())
    try:
        believed()  # the newer list
        with pytest.raises(SignatureRefused):
            signing.complete(asked.pk, actor=town.leader, cms=cms)
    finally:
        authority().revoked.clear()


def test_the_seal_is_the_bodys(scope, town):
    outgoing = to_be_signed(town)
    sign_it(outgoing, town.leader, certificate_of(town.leader), town.leader.full_name)
    issuing.number(outgoing.pk, actor=town.records_clerk)
    foreign = seal_of(registry_of(unit=town.other_agency, symbol="STP"), town.records_clerk)
    with pytest.raises(DomainError, match="Choose a certificate"):
        signing.begin(outgoing.pk, actor=town.records_clerk, certificate_id=foreign.pk)
    with pytest.raises(RefusedError):
        signing.begin(outgoing.pk, actor=town.leader, certificate_id=foreign.pk)


def test_only_certificates_of_a_trusted_authority_are_taken(scope, town):
    believed()
    stranger = Authority(timezone.now()).issue("Người lạ", "")
    with pytest.raises(NotTrusted):
        certificates.add(stranger.der, actor=town.leader, person=town.leader)
    with pytest.raises(NoCertificate):
        certificates.add(b"%PDF-1.7", actor=town.leader, person=town.leader)
    certificate_of(town.leader)
    own = identity(town.leader.full_name).der
    with pytest.raises(AlreadyDone):
        certificates.add(own, actor=town.leader, person=town.leader)


def test_a_certificate_is_the_one_whose_key_has_signed_whoever_told_it_first(scope, town):
    outgoing, public = to_be_signed(town), identity(town.leader.full_name)
    fingerprint = public.certificate.fingerprint(hashes.SHA256()).hex()
    taken = certificates.add(public.der, actor=town.head, person=town.head)
    assert certificates.owner_of(fingerprint) is None
    own = certificates.add(public.der, actor=town.leader, person=town.leader)
    sign_it(outgoing, town.leader, own, town.leader.full_name)
    assert certificates.owner_of(fingerprint) == f"person:{town.leader.pk}"
    with pytest.raises(AlreadyDone, match="Another person"):
        certificates.note_use(taken)
    certificates.withdraw(own.pk, actor=town.leader)
    assert certificates.owner_of(fingerprint) == f"person:{town.leader.pk}"
    with pytest.raises(AlreadyDone):
        certificates.add(public.der, actor=town.records_clerk, person=town.records_clerk)


def test_a_certificate_withdrawn_before_its_first_signature_is_never_proved(scope, town):
    outgoing, own = to_be_signed(town), identity(town.leader.full_name)
    certificate = certificate_of(town.leader)
    asked = signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
    certificates.withdraw(certificate.pk, actor=town.leader)
    cms = cms_of(own, bytes.fromhex(asked.state["digest"]))
    with pytest.raises(AlreadyDone, match="Choose a certificate"):
        signing.complete(asked.pk, actor=town.leader, cms=cms)
    again = certificates.add(own.der, actor=town.leader, person=town.leader)
    sign_it(outgoing, town.leader, again, town.leader.full_name)


def test_an_administrator_takes_a_certificate_away_from_all_who_told_it(province, town, capsys):
    with tenant_scope(province):
        believed()
        mine = certificate_of(town.leader)
        certificates.add(mine.pem.encode(), actor=town.head, person=town.head)
    arguments = ("withdraw_certificate", mine.fingerprint.upper(), "--province", province.code)
    call_command(*arguments)
    of = [f"person:{town.leader.pk}", f"person:{town.head.pk}"]
    assert json.loads(capsys.readouterr().out) == {"withdrawn": of}
    with tenant_scope(province):
        assert not certificates.usable(certificates.of_person(town.leader)).exists()
        assert AuditEntry.objects.filter(action="certificate.withdrawn").count() == 2
    with pytest.raises(SystemExit):
        call_command(*arguments)


def test_the_agent_of_the_page_is_the_only_address_beside_the_portal(client, town, settings):
    client.sign_in(town.leader)
    policy = client.get("/van-ban-di/ky/").headers["Content-Security-Policy"]
    (connect,) = [part for part in policy.split(";") if "connect-src" in part]
    assert settings.SIGNING_AGENT_URL in connect
    elsewhere = client.get("/van-ban-den/").headers["Content-Security-Policy"]
    assert settings.SIGNING_AGENT_URL not in elsewhere


def test_who_may_sign_for_the_body_no_more_signs_nothing(scope, town):
    outgoing = to_be_signed(town)
    certificate = certificate_of(town.leader)
    asked = signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
    town.leader.positions.all().delete()
    access.recompile([town.leader.pk])
    with pytest.raises(DomainError, match="Choose another signer"):
        signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
    cms = cms_of(identity(town.leader.full_name), bytes.fromhex(asked.state["digest"]))
    with pytest.raises(DomainError, match="Choose another signer"):
        signing.complete(asked.pk, actor=town.leader, cms=cms)
    back = approving.send_back(
        outgoing.pk, actor=town.records_clerk, reason="Người ký thôi giữ chức"
    )
    assert back.stage == Stage.DRAFT


def test_what_was_read_is_what_is_signed(scope, town):
    outgoing = to_be_signed(town)
    certificate = certificate_of(town.leader)
    with pytest.raises(AlreadyDone, match="newer paper"):
        signing.begin(
            outgoing.pk, actor=town.leader, certificate_id=certificate.pk, edition=0
        )  # fmt: skip


def test_a_wrong_clock_a_slow_device_and_a_withdrawn_certificate_are_refused(
    scope, town, monkeypatch
):
    outgoing = to_be_signed(town)
    certificate, own = certificate_of(town.leader), identity(town.leader.full_name)
    asked = signing.begin(outgoing.pk, actor=town.leader, certificate_id=certificate.pk)
    digest = bytes.fromhex(asked.state["digest"])
    then = timezone.now() - dt.timedelta(days=20)
    clock = PdfCMSSignedAttributes(signing_time=then)  # of the official's PC
    late = signer_of(own).async_sign(digest, "sha256", signed_attr_settings=clock)
    old = asyncio.run(late).dump()
    with pytest.raises(SignatureRefused, match="clock"):
        signing.complete(asked.pk, actor=town.leader, cms=old)
    cms = cms_of(own, digest)
    with monkeypatch.context() as patched:
        patched.setattr(signing, "ANSWER_WITHIN", dt.timedelta(0))
        with pytest.raises(AlreadyDone, match="too long"):
            signing.complete(asked.pk, actor=town.leader, cms=cms)
    certificates.withdraw(certificate.pk, actor=town.leader)
    with pytest.raises(DomainError, match="Choose a certificate"):
        signing.complete(asked.pk, actor=town.leader, cms=cms)


def test_the_clerk_is_shown_whose_seal_he_sets(client, province, town):
    with tenant_scope(province):
        outgoing = to_be_signed(town)
        sign_it(outgoing, town.leader, certificate_of(town.leader), town.leader.full_name)
        issuing.number(outgoing.pk, actor=town.records_clerk)
        seal_of(outgoing.registry, town.records_clerk)
    client.sign_in(town.records_clerk)
    page = client.get(f"/van-ban-di/ky/?van-ban={outgoing.pk}")
    assert page.status_code == 200
    assert outgoing.registry.name in page.text


def test_the_pin_has_no_name_under_which_a_form_could_send_it(client, province, town):
    with tenant_scope(province):
        outgoing = to_be_signed(town)
        certificate_of(town.leader)
    client.sign_in(town.leader)
    page = client.get(f"/van-ban-di/ky/?van-ban={outgoing.pk}&van-ban={'9' * 5000}").text
    (box,) = re.findall(r"<input[^>]*type=\"password\"[^>]*>", page)
    assert "name=" not in box
