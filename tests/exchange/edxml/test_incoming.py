"""A message from another agency arrives: once, with its files, or with a sentence not at all."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import DomainError
from common.urgency import Urgency
from documents.issuing import Stage
from documents.models import Incoming, Registry
from documents.services.receiving import ConflictError
from documents.states import Status
from exchange.edxml import incoming, told
from exchange.edxml.faults import EdxmlError
from exchange.edxml.messages import (
    Attachment,
    Business,
    DocumentType,
    Kind,
    Organ,
    OtherInfo,
    Priority,
    Replacement,
    Signatory,
    Steering,
)
from exchange.edxml.writing import write
from exchange.models import BusMessage
from files.models import StoredFile
from organizations.models import UnitSuccession
from papers.models import TrustAnchor
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to
from tests.exchange.edxml.samples import Authority, letter_file, message, status
from tests.files.corpus import docx
from tests.people import make_town

PDF_SCRIPT = b"%PDF-1.7 no more than its first bytes"


def to(registry, *codes, **changes):
    """A message to that body, and to others."""
    organs = [Organ(code, "Cơ quan") for code in (registry.code, *codes)]
    return message(receivers=tuple(organs), **changes)


@pytest.fixture
def registry(scope, town):
    return registry_of(town)


def test_it_arrives_with_what_the_register_asks_for(registry):
    files = (Attachment("cong-van.pdf", letter_file()), Attachment("phụ lục.docx", docx()))
    answer = incoming.take(to(registry, "A53", attachments=files, due_on=dt.date(2026, 3, 9)))
    assert answer.elsewhere == ("A53",)
    [taken] = answer.taken
    made = Incoming.objects.get()
    assert (taken.incoming, taken.is_new, taken.organ_id) == (made, True, registry.code)
    assert (made.status, made.number, made.sender_code) == (Status.ARRIVED, None, "G22")
    assert (made.issuer, made.type, made.reference) == (
        "Văn phòng Chính phủ", "cong-van", "7816/VPCP-TTĐT",
    )  # fmt: skip
    assert (made.signer_position, made.signer_name) == ("TL. BỘ TRƯỞNG Cục trưởng", "Nguyễn Văn A")
    assert (made.urgency, made.pages) == (Urgency.URGENT, 2)
    assert (made.issued_on, made.answer_by) == (dt.date(2026, 3, 2), dt.date(2026, 3, 9))
    names = [each.stored.name for each in made.files.select_related("stored").order_by("order")]
    assert names == ["cong-van.pdf", "phụ lục.docx"]
    assert AuditEntry.objects.filter(action="document.arrived").count() == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [("Công văn", "cong-van"), ("QUYẾT ĐỊNH", "quyet-dinh"), ("Quyết định (cá biệt)", "quyet-dinh"),
     ("Chỉ thị", "chi-thi"), ("Văn bản khác", ""), ("", "")],
)  # fmt: skip
def test_the_type_is_known_by_its_name(name, key):
    assert incoming.letter_of(message(type=DocumentType(name, 8))).type == key


def test_what_the_register_cannot_hold_is_cut():
    long = incoming.letter_of(
        message(
            sender=Organ("G22", "x" * 300), signatory=Signatory("y" * 300, "z" * 300),
            content="w" * 900, other=OtherInfo(Priority.EXPRESS_AT_AN_HOUR, pages=99_999),
        )
    )  # fmt: skip
    assert (len(long.issuer), len(long.signer_name), len(long.note)) == (200, 100, 500)
    assert (long.pages, long.urgency) == (None, Urgency.IMMEDIATE)


def test_delivered_again_it_is_answered_the_same(registry):
    first = incoming.take(to(registry)).taken[0]
    files = StoredFile.objects.count()
    again = incoming.take(to(registry, traces=message().traces * 2)).taken[0]  # one hop more
    assert (again.incoming.pk, again.is_new) == (first.incoming.pk, False)
    assert (Incoming.objects.count(), StoredFile.objects.count()) == (1, files)
    with pytest.raises(ConflictError):
        incoming.take(to(registry, subject="Khác"))


def test_the_receiver_is_found_by_the_old_code_and_by_one_that_he_has_kept(scope, town):
    moved = registry_of(town, code="H32.77", old_code="000.00.05.H32")
    other = registry_of(town, code="H32.05", name="Cơ quan nhận mã cũ")
    named = {"000.00.05.h32": moved, "H32.05": other, "000.00.77.H32": moved}
    for number, (code, registry) in enumerate(named.items()):
        sent = message(receivers=(Organ(code),), document_id=f"G22,{number}")
        assert incoming.take(sent).taken[0].incoming.registry == registry
    both = message(receivers=tuple(map(Organ, named)), document_id="G22,9")
    assert [each.incoming.registry for each in incoming.take(both).taken] == [moved, other]


def test_a_former_code_leads_to_the_body_that_has_it_now(scope, town):
    """After a new coding, and after a merger; who has sent is answered under the code he knows."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    closed = registry_of(town, code="H32.97", name="Sở cũ", valid_to=yesterday)
    heir = registry_of(
        town, code="H32.15", former_codes=["H32.97", "H32.11", "000.01.11.H32"],
    )  # fmt: skip
    for number, code in enumerate(("H32.97", "000.00.11.H32", "000.01.11.H32", "H32.15")):
        sent = message(receivers=(Organ(code),), document_id=f"G22,{number}")
        line = incoming.take(sent).taken[0].incoming
        assert (line.registry, line.addressed_as) == (heir, "" if code == "H32.15" else code)
        told.tell_state(line, timezone.now())
        assert BusMessage.objects.latest("pk").content["organ"] == code
    assert incoming.is_of_ours("000.00.11.H32")
    Registry.objects.filter(pk=closed.pk).update(valid_to=None)
    sent = message(receivers=(Organ("H32.97"),), document_id="G22,9")
    assert incoming.take(sent).taken[0].incoming.registry == closed


def test_whether_it_is_a_directive_is_kept(registry):
    for number, (steering, kept) in enumerate([(Steering.DIRECTIVE, 2), (Steering.NOT_TOLD, None)]):
        sent = to(registry, document_id=f"G22,{number}", steering=steering)
        assert incoming.take(sent).taken[0].incoming.steering == kept
    assert not incoming.take(to(registry, document_id="G22,0")).taken[0].is_new


def test_nobody_of_ours_among_the_receivers_is_a_sentence(registry):
    with pytest.raises(EdxmlError, match=r"None of the receivers .* A53, H32\.98"):
        incoming.take(message(receivers=(Organ("A53"), Organ("H32.98"))))


def test_a_body_that_ended_yesterday_names_who_took_its_place(scope, town):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    closed = registry_of(town, code="H32.97", valid_to=yesterday)
    with pytest.raises(EdxmlError, match=r"no more documents\.$"):
        incoming.take(to(closed))
    heir = registry_of(unit=town.other_agency)
    UnitSuccession.objects.create(
        predecessor=town.agency, successor=town.other_agency, on=yesterday, reason="Sáp nhập"
    )
    with pytest.raises(EdxmlError, match=f"Send it to {heir.code}"):
        incoming.take(to(closed, heir.code))
    assert not Incoming.objects.exists()  # the others neither


def test_what_was_delivered_before_a_body_ended_is_still_answered(registry):
    first = incoming.take(to(registry)).taken[0]
    registry.valid_to = timezone.localdate() - dt.timedelta(days=1)
    registry.save()
    assert incoming.take(to(registry)).taken[0].incoming == first.incoming


def test_all_files_that_are_refused_are_named_and_nothing_is_kept(registry):
    files = (
        Attachment("a.pdf", letter_file()), Attachment("b.pdf", PDF_SCRIPT),
        Attachment("c.doc", b"\xd0\xcf\x11\xe0"),
    )  # fmt: skip
    with pytest.raises(EdxmlError, match=r"b\.pdf: .*c\.doc: Old Word") as refused:
        incoming.take(to(registry, attachments=files))
    assert len(refused.value.faults) == 2
    assert not Incoming.objects.exists()
    assert not StoredFile.objects.exists()


def test_one_that_replaces_another_points_to_it(registry):
    old = incoming.take(to(registry)).taken[0].incoming
    business = Business(Kind.REPLACE, replacements=(Replacement(old.document_id),))
    new = incoming.take(to(registry, business=business, document_id="G22,2")).taken[0].incoming
    assert new.replaces_id == old.pk
    of_nothing = Business(Kind.REPLACE, replacements=(Replacement("G22,unknown"),))
    other = incoming.take(to(registry, business=of_nothing, document_id="G22,3")).taken[0].incoming
    assert other.replaces_id is None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (status(), "tells a status"),
        (
            message(business=Business(Kind.UPDATE, document_id="G22,1")),
            "Nobody here has received G22,1",
        ),
    ],
)
def test_what_brings_no_document_is_told_apart(scope, sent, words):
    with pytest.raises(DomainError, match=words):
        incoming.take(sent)


def test_what_its_sender_recalls_is_taken_away_or_asked_for(registry, town):
    other = registry_of(unit=town.other_agency)
    first, second = incoming.take(to(registry, other.code)).taken
    Incoming.objects.filter(pk=second.incoming.pk).update(
        status=Status.REGISTERED, number=1, year=2026, registered_at=timezone.now(),
        registered_by=town.records_clerk,
    )  # fmt: skip
    recall = recall_of(first.incoming.document_id, registry)
    answer = incoming.take(recall)
    assert [each.incoming.pk for each in answer.taken] == [first.incoming.pk, second.incoming.pk]
    for _twice in range(2):
        one, two = Incoming.objects.order_by("pk")
        assert (one.status, two.status) == (Status.RECALLED, Status.REGISTERED)
        assert {one.recall_reason, two.recall_reason} == {"Nhầm"}
        incoming.take(recall)
    assert AuditEntry.objects.filter(action="document.recall_asked").count() == 2


def test_nobody_recalls_what_others_sent(registry, town):
    sent = incoming.take(to(registry)).taken[0].incoming
    inside = brought_to(Stage.ISSUED, town).document_id  # to the other agency, by this one
    recalls = [
        recall_of(sent.document_id, registry, sender=Organ("G23", "Bộ khác")),
        recall_of("G22,unknown", registry),
        recall_of(inside, registry, sender=Organ(registry.code, "Sở")),
    ]
    for recall in recalls:
        with pytest.raises(EdxmlError, match="Nobody here has received"):
            incoming.take(recall)
    assert not Incoming.objects.exclude(recall_asked_at=None).exists()


def test_who_comes_from_outside_is_none_of_ours_even_signed(registry):
    for code in (registry.code, registry.code.lower()):
        for signed_by in ("", "CN=x"):
            false = to(registry, sender=Organ(code, "Sở"), signed_by=signed_by)
            with pytest.raises(EdxmlError, match="is a body of this province"):
                incoming.take(false, from_outside=True)


def recall_of(document_id, registry, **changes):
    business = Business(Kind.RECALL, "Nhầm", document_id)
    return to(registry, business=business, attachments=(), **changes)


# --- the command ---


@pytest.fixture
def stage(fresh_province):
    with tenant_scope(fresh_province):
        registry = registry_of(make_town(), code="H32.05")
    return fresh_province, registry


def run(path, province, *more):
    call_command("edxml_import", str(path), "--province", province.code, *more)


def test_the_command_answers_in_json_and_again_the_same(stage, tmp_path, capsys):
    province, registry = stage
    path = tmp_path / "van-ban.edxml"
    path.write_bytes(write(to(registry, "A53")))
    run(path, province)
    first = json.loads(capsys.readouterr().out)
    assert first["document_id"] == "G22,2026/03/02,7816/VPCP-TTĐT"
    assert (first["signed_by"], first["elsewhere"]) == ("", ["A53"])
    [receiver] = first["receivers"]
    assert (receiver["code"], receiver["status"], receiver["is_new"]) == (registry.code, "01", True)
    run(path, province)
    receiver["is_new"] = False
    assert json.loads(capsys.readouterr().out) == first


def test_the_command_believes_the_authorities_of_the_province(stage, tmp_path, capsys):
    province, registry = stage
    authority = Authority("CA", first=timezone.now() - dt.timedelta(days=9))
    signer = authority.signer("VPCP")
    path = tmp_path / "a.edxml"
    path.write_bytes(write(to(registry), signer))
    refused(path, province, capsys, "not trusted")
    with tenant_scope(province):
        anchor = TrustAnchor.objects.create(
            name="CA", pem=authority.root.public_bytes(Encoding.PEM).decode(),
            revoked=authority.revoking(signer, timezone.now(), Encoding.PEM).decode(),
        )  # fmt: skip
    refused(path, province, capsys, "not trusted")  # it is on the list
    with tenant_scope(province):
        anchor.revoked = ""
        anchor.save()
    run(path, province, "--signed")
    assert json.loads(capsys.readouterr().out)["signed_by"] == "CN=VPCP"


def test_what_is_refused_is_a_sentence_on_standard_error(stage, tmp_path, capsys, settings):
    province, registry = stage
    path = tmp_path / "a.edxml"
    path.write_bytes(write(to(registry)).replace(b"<Subject>", b"<Nothing>").replace(
        b"</Subject>", b"</Nothing>"
    ))  # fmt: skip
    refused(path, province, capsys, "edxml_import: Subject is missing.\n")
    refused(path, province, capsys, "not signed", "--signed")
    refused(tmp_path / "none", province, capsys, "cannot be read")
    settings.EDXML_MAX_MEGABYTES = 1
    path.write_bytes(b" " * 1_100_000)
    refused(path, province, capsys, "larger than 1 MB")
    with tenant_scope(province):
        assert not Incoming.objects.exists()


def refused(path, province, capsys, words, *more):
    with pytest.raises(SystemExit) as end:
        run(path, province, *more)
    told = capsys.readouterr()
    assert (end.value.code, told.out) == (2, "")
    assert words in told.err
