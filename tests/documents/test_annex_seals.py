"""Each PDF that goes with a document has the seal of the body before it leaves."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess

import pikepdf
import pytest
from django.core.files.base import ContentFile

from common.errors import AlreadyDone, DomainError
from common.pdf import Place
from documents.issuing import Stage
from documents.models import Annex, Incoming, Outgoing
from documents.models.outgoing import OutgoingQuerySet
from documents.queries.signatures import checked
from documents.services import approving, drafting, issuing, signing
from exchange.edxml.outgoing import message_of
from files.services import content_of, store
from papers import certificates
from papers.signatures.authority import Authority
from papers.signatures.fields import PERSON, SEAL
from papers.signatures.verifying import verify_pdf
from tenancy.scope import tenant_scope
from tests.documents.annexed import five, numbered, seal_annex, seal_paper, sheet
from tests.documents.drafts import begun, stored
from tests.documents.seals import believed, identity, paper, seal_of
from tests.onestop.racing import Meeting, at_once
from tests.papers.signatures.ground import NOW, cms_of, sign

A4 = (595, 842)
LOW = Place(0, 100, 100, 220, 170)


def annexes_of(outgoing):
    return list(Annex.objects.standing(outgoing))


def text_of(pdf, tmp_path, *options):
    path = tmp_path / "one.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", *options, str(path), "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def test_issued_every_pdf_has_the_seal_and_its_receiver_believes_each(scope, town, tmp_path):
    outgoing = numbered(town, *five())
    with pytest.raises(DomainError, match=r"annexes first: phu-luc-1.pdf, phu-luc-2"):
        seal_paper(outgoing, town)
    for annex in Annex.objects.to_seal(outgoing):
        seal_annex(outgoing, annex.pk, town)
    assert seal_paper(outgoing, town).stage == Stage.SEALED
    issuing.issue(outgoing.pk, actor=town.records_clerk)
    outgoing.refresh_from_db()
    kept = annexes_of(outgoing)
    assert [each.sealed_id is not None for each in kept] == [True, True, True, False, False]
    sent = [(each.name, each.sha256) for each in issuing.files_of(outgoing)][1:]
    assert sent == [(each.stored.name, (each.sealed or each.stored).sha256) for each in kept]
    arrived = Incoming.objects.get(document_id=outgoing.document_id)
    files = list(arrived.files.select_related("stored").order_by("order"))
    told = checked(arrived, files)
    assert [(each.name, each.reasons) for each in told] == [
        (files[0].stored.name, []), *((each.stored.name, []) for each in kept[:3])
    ]  # fmt: skip
    first = content_of(kept[0].sealed)
    assert [each.content for each in message_of(outgoing).attachments][1] == first
    (one,) = verify_pdf(first, certificates.trust({SEAL: outgoing.registry.code})).signatures
    assert one.owner == outgoing.registry.code
    words = text_of(first, tmp_path, "-l", "1")
    assert re.search(re.escape(outgoing.reference) + r"; \d\d-\d\d-\d{4} [\d:]{8}\+07:00", words)
    if shutil.which("pdfsig"):
        said = subprocess.run(
            ["pdfsig", "-nocert", str(tmp_path / "one.pdf")], capture_output=True, text=True,
            check=True,
        ).stdout  # fmt: skip
        assert said.count("Signature is Valid.") == 1


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_words_stand_upright_at_the_top_right_as_the_page_is_seen(
    scope, town, tmp_path, turned
):
    outgoing = numbered(town, ("phu-luc.pdf", sheet(1, turned)))
    (annex,) = annexes_of(outgoing)
    seal_annex(outgoing, annex.pk, town)
    annex.refresh_from_db()
    path = tmp_path / "one.pdf"
    path.write_bytes(content_of(annex.sealed))
    said = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", str(path), "-"], capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    width, height = A4[::-1] if turned in (90, 270) else A4
    zone = re.search(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">'
        r"[\d:]{8}\+07:00<",
        said,
    )
    left, top, right, bottom = (float(each) for each in zone.groups())
    assert right - left > bottom - top, "read from left to right"
    assert width / 2 < left < right < width
    assert bottom < height / 8


def test_a_signer_who_fails_half_way_leaves_what_is_done_and_the_rest_to_do(scope, town):
    outgoing = numbered(town, *five())
    clerk, seal = town.records_clerk, seal_of(outgoing.registry, town.records_clerk)
    first, second, third = Annex.objects.to_seal(outgoing)
    seal_annex(outgoing, first.pk, town)
    seal_annex(outgoing, second.pk, town)
    asked = signing.begin(outgoing.pk, actor=clerk, certificate_id=seal.pk, annex_id=third.pk)
    with pytest.raises(DomainError):
        signing.complete(asked.pk, actor=clerk, cms=b"<html>")
    assert list(Annex.objects.to_seal(outgoing)) == [third]
    with pytest.raises(AlreadyDone, match="sealed already"):
        seal_annex(outgoing, second.pk, town)
    seal_annex(outgoing, third.pk, town)
    assert seal_paper(outgoing, town).stage == Stage.SEALED


def test_what_was_sealed_without_its_annexes_is_not_issued_until_they_are(scope, town, monkeypatch):
    outgoing = numbered(town, ("phu-luc.pdf", sheet(1)))
    with monkeypatch.context() as before:
        before.setattr(issuing, "require_annexes_sealed", lambda _outgoing: None)
        seal_paper(outgoing, town)
    with pytest.raises(DomainError, match="annexes first"):
        issuing.issue(outgoing.pk, actor=town.records_clerk)
    outgoing.refresh_from_db()
    assert signing.may_sign(outgoing, town.records_clerk)
    (annex,) = Annex.objects.to_seal(outgoing)
    seal_annex(outgoing, annex.pk, town)
    assert not signing.may_sign(outgoing, town.records_clerk)
    assert issuing.issue(outgoing.pk, actor=town.records_clerk).stage == Stage.ISSUED


def test_an_annex_of_another_document_and_one_too_early_are_refused(scope, town):
    outgoing = numbered(town, ("phu-luc.pdf", sheet(1)))
    other = begun(town, annex_ids=[stored(town.officer, "khac.pdf")])
    for annex, of in ((other.annexes.get(), outgoing), (other.annexes.get(), other)):
        with pytest.raises(DomainError):
            seal_annex(of, annex.pk, town)


def hidden():
    """With a layer that is not shown."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(sheet(1))) as made:
        layer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Lớp"))
        layers = pikepdf.Array([layer])
        made.Root.OCProperties = pikepdf.Dictionary(
            OCGs=layers, D=pikepdf.Dictionary(OFF=layers)
        )  # fmt: skip
        made.save(output)
    return output.getvalue()


def by_a_stranger():
    return sign(sheet(1), "Signature1", Authority(NOW).issue("Người lạ", ""), place=LOW)


BAD = {"hidden": hidden, "by a stranger": by_a_stranger}


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_could_not_be_sealed_is_known_before_anybody_signs(scope, town, name):
    believed()
    made = store(ContentFile(BAD[name](), "phu-luc.pdf"), actor=town.officer)
    outgoing = begun(town, annex_ids=[made.pk])
    drafting.hand_in(outgoing.pk, actor=town.officer, version=1)
    approving.approve_content(outgoing.pk, actor=town.head, version=1)
    file = store(ContentFile(paper(), "van-ban.pdf"), actor=town.records_clerk)
    with pytest.raises(DomainError, match=r"phu-luc.pdf.*cannot be sealed"):
        approving.pass_form(outgoing.pk, actor=town.records_clerk, version=1, paper_id=file.pk)
    assert Outgoing.objects.get(pk=outgoing.pk).stage == Stage.FORM


def test_an_annex_that_is_a_signed_document_is_sealed_without_words(scope, town):
    """Words on what its signer has certified would make it look changed."""
    signed = numbered(town, ("kem.pdf", sheet(2)))
    (inner,) = Annex.objects.to_seal(signed)
    seal_annex(signed, inner.pk, town)
    issued = seal_paper(signed, town)
    whole = content_of(issued.editions.get(stage=Stage.SEALED).stored)
    outgoing = numbered(town, ("van-ban-goc.pdf", whole))
    (annex,) = Annex.objects.to_seal(outgoing)
    seal_annex(outgoing, annex.pk, town)
    annex.refresh_from_db()
    expected = {PERSON: f"person:{town.leader.pk}", f"{SEAL}_2": outgoing.registry.code}
    verdict = verify_pdf(content_of(annex.sealed), certificates.trust(expected))
    assert verdict.accepted, verdict.reasons
    assert [each.field for each in verdict.signatures] == [PERSON, SEAL, f"{SEAL}_2"]


@pytest.mark.parametrize("locked", [True, False])
def test_two_clerks_who_seal_one_annex_at_once_seal_it_once(stage, monkeypatch, locked):
    """Each has a signature of his own in hand. The control, without the lock, seals twice."""
    province, town = stage
    with tenant_scope(province):
        outgoing = numbered(town, ("phu-luc.pdf", sheet(1)))
        clerk, seal = town.records_clerk, seal_of(outgoing.registry, town.records_clerk)
        certificates.note_use(seal)
        (annex,) = Annex.objects.to_seal(outgoing)
        asked = signing.begin(
            outgoing.pk, actor=clerk, certificate_id=seal.pk, annex_id=annex.pk
        )  # fmt: skip
        cms = cms_of(identity(outgoing.registry.name), bytes.fromhex(asked.state["digest"]))
    if not locked:
        meeting = Meeting(2)
        monkeypatch.setattr(OutgoingQuerySet, "lock", lambda self, pk: self.get(pk=pk))
        last = meeting.after(signing.certificates_for)  # what is asked before it is written
        monkeypatch.setattr(signing, "certificates_for", last)
    race = at_once(
        province, lambda _n: signing.complete(asked.pk, actor=clerk, cms=cms), 2,
        is_control=not locked,
    )  # fmt: skip
    assert not race.faults
    assert len(race.won) == (1 if locked else 2)


def test_the_clerk_is_shown_each_annex_and_seals_all_of_them_with_the_page(
    client, province, town, django_assert_num_queries
):
    with tenant_scope(province):
        outgoing = numbered(town, *five())
        keys = [each.pk for each in Annex.objects.to_seal(outgoing)]
        seal = seal_of(outgoing.registry, town.records_clerk)
        name = outgoing.registry.name
    client.sign_in(town.records_clerk)
    page = client.get(f"/van-ban-di/ky/?van-ban={outgoing.pk}").text
    (parts,) = re.findall(r'data-parts="([\d ]+)"', page)
    assert parts == " ".join(map(str, [*keys, 0]))
    assert page.count("data-read>") == 4
    assert page.count("chỉ tệp PDF") == 2
    for part in parts.split():
        sent = {"certificate": seal.pk, "edition": 2, **({} if part == "0" else {"annex": part})}
        address = f"/van-ban-di/{outgoing.pk}/ky/chuan-bi/"
        asked = client.post(address, sent).json()
        cms = cms_of(identity(name), base64.b64decode(asked["digest"]))
        done = client.post(
            address.replace("chuan-bi", str(asked["signing"])) + "xong/",
            {"cms": base64.b64encode(cms).decode()},
        )
        assert done.status_code == 200, done.text
    assert done.json() == {"stage": "Đã ký số cơ quan, chờ phát hành", "note": ""}
    page = client.get(f"/van-ban-di/{outgoing.pk}/").text
    assert page.count("Đã ký số của cơ quan") >= 3
