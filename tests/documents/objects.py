"""Documents in the world of tests/test_access.py."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents.drafting import Content, Heading
from documents.models import Incoming, Outgoing, Submission, SubmissionPaper
from documents.services import directing, drafting, receiving, submitting
from documents.services.directing import Receiver
from documents.services.receiving import Delivery
from documents.services.submitting import Sheet
from documents.states import Channel, Part
from documents.submissions import Role, State
from files.services import store
from organizations.models import Unit, User
from tests.documents.desks import letter, registry_of
from tests.files import corpus

SHEET = Sheet(Role.DRAFT, type="quyet-dinh", title="Ban hành quy chế", body="Điều 1. Ban hành.")


def incoming_led(agency: Unit, unit: Unit, clerk: User, leader: User) -> int:
    """A document with a scan and a dossier that the unit leads."""
    stored = store(SimpleUploadedFile("van-ban.pdf", corpus.pdf()), actor=clerk)
    registry = registry_of(unit=agency, name=agency.name, code=agency.code)
    made: Incoming = receiving.enter(
        letter(), registry_id=registry.pk, channel=Channel.PAPER, actor=clerk, file_ids=[stored.pk]
    )
    lead = Receiver(Part.LEAD, unit.pk)
    directing.direct(made.pk, actor=leader, opinion="Xử lý", receivers=[lead])
    _laid_before(made, leader)
    return made.pk


def arrived_at(agency: Unit) -> int:
    """From another agency's system, without a number yet."""
    written = letter(reference="09/CT-UBND")
    delivery = Delivery("H32.99", "H32.99,2026/03/02,09/CT-UBND", written.digest([]))
    registry = registry_of(unit=agency, name=agency.name, code=agency.code)
    return receiving.arrive(written, delivery, registry_id=registry.pk).pk


def handed_in(agency: Unit, unit: Unit, drafter: User, signer: User) -> int:
    """A Tờ trình of the unit that waits for its head, with a file, an annex and a dossier."""
    files = [store(SimpleUploadedFile(name, corpus.pdf()), actor=drafter).pk
             for name in ("du-thao.pdf", "phu-luc.pdf")]  # fmt: skip
    registry = registry_of(unit=agency, name=agency.name, code=agency.code)
    heading = Heading("to-trinh", "Ban hành quy chế", signer.pk, "Giám đốc")
    made = drafting.begin(
        heading, Content(), registry_id=registry.pk, unit_id=unit.pk, actor=drafter,
        uploaded_id=files[0], annex_ids=files[1:],
    )  # fmt: skip
    submitting.add_paper(made.pk, SHEET, actor=drafter)
    drafting.hand_in(made.pk, actor=drafter, version=1)
    return made.pk


def _laid_before(incoming: Incoming, signer: User) -> None:
    """A dossier came with it."""
    outgoing = Outgoing.objects.create(
        registry=incoming.registry, unit=incoming.registry.unit, drafter=signer, signer=signer,
        since=timezone.now(), type="to-trinh", subject="Ban hành quy chế", signer_position="-",
    )  # fmt: skip
    submission = Submission.objects.create(
        outgoing=outgoing, incoming=incoming, state=State.SENT, since=timezone.now()
    )
    SubmissionPaper.objects.create(
        submission=submission, order=1, role=SHEET.role, type=SHEET.type, title=SHEET.title,
        body=SHEET.body, at=timezone.now(), by=signer,
    )  # fmt: skip
