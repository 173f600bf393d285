"""From the bytes of a message to what it says. Tolerant of form, never of who vouches for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _
from lxml import etree

from exchange.edxml.attachments import Unpacker
from exchange.edxml.elements import Element
from exchange.edxml.faults import EdxmlError, Faults
from exchange.edxml.messages import (
    ID_MOST,
    NAMESPACE,
    NOTATION_MOST,
    NUMBER_MOST,
    REFERENCE_MOST,
    SUBJECT_MOST,
    Business,
    DocumentType,
    Kind,
    Message,
    Organ,
    OtherInfo,
    Priority,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Signatory,
    Staff,
    StatusCode,
    StatusMessage,
    Steering,
    Trace,
)
from exchange.edxml.organs import LONGEST
from exchange.edxml.parsing import Limits, parsed
from exchange.edxml.signatures import Trust, is_signed, verified

BUSINESS = ("Bussiness", "Business")  # the standard's spelling, and the right one
WITH_FILES = (Kind.NEW, Kind.REPLACE)
NO_DAY = dt.date.min  # where a fault was noted


def read(
    data: bytes, *, limits: Limits | None = None, trust: Trust | None = None,
    unsigned: bool = False,
) -> Message | StatusMessage:  # fmt: skip
    """What the message says, or EdxmlError with all that is wrong with it.

    With `trust` a signature is verified, and only what it covers is read. A message that nobody
    vouches for is refused unless `unsigned`. Without `trust` no signature is believed: then a
    signed message is one that nobody vouches for.
    """
    limits = limits or Limits()
    root, signed_by = parsed(data, limits), ""
    if trust is not None and is_signed(root):
        root, signed_by = verified(root, trust)
    elif not unsigned:
        raise EdxmlError([_("The message is not signed.")])
    _require_edxml(root)
    faults = Faults()
    found = _read(Element(root, "", faults), limits, faults)
    faults.raise_any()
    return replace(found, signed_by=signed_by)


def _require_edxml(root: etree._Element) -> None:
    name = etree.QName(root)
    if name.localname != "edXML" or name.namespace not in (NAMESPACE, None):
        raise EdxmlError(
            [
                _("The file is no edXML of QCVN 102: it begins with %(name)s (%(namespace)s).")
                % {"name": name.localname[:60], "namespace": (name.namespace or "-")[:100]}
            ]
        )


def _read(root: Element, limits: Limits, faults: Faults) -> Message | StatusMessage:
    """By what the header says; paths of faults begin below it."""
    envelope = root.one("edXMLEnvelope", required=True)
    header = envelope.one("edXMLHeader", required=bool(envelope))
    header.path = ""
    message, status = header.one("MessageHeader"), header.one("Status")
    message.path = status.path = ""
    if status or message.all("StatusCode"):
        return _status(status or message)
    if header and not message:
        faults.missing("MessageHeader")
    found = _message(message, header)
    unpacker = Unpacker(limits, faults)
    _attachments(root, envelope, unpacker, faults)
    if message and not unpacker.found and not faults.found and found.business.kind in WITH_FILES:
        faults.missing("Attachment")
    return replace(found, attachments=tuple(unpacker.found))


def _message(head: Element, header: Element) -> Message:
    code, issue = head.one("Code"), head.one("PromulgationInfo")
    kind, traces = head.one("DocumentType"), header.one("TraceHeaderList")
    receivers = tuple(_organ(each) for each in head.all("To"))
    if head and not receivers:
        head.faults.missing("To")
    needed = bool(head)
    return Message(
        sender=_organ(head.one("From", required=needed)), receivers=receivers,
        document_id=head.text("DocumentId", required=needed, most=ID_MOST),
        number=code.text("CodeNumber", most=NUMBER_MOST),
        notation=code.text("CodeNotation", most=NOTATION_MOST),
        place=issue.text("Place"),
        promulgated_on=issue.day("PromulgationDate", required=needed) or NO_DAY,
        type=DocumentType(kind.text("TypeName"), kind.number("Type"), kind.number("TypeDetail")),
        subject=head.text("Subject", required=needed, most=SUBJECT_MOST),
        content=head.text("Content"), signatory=_signatory(head.one("SignerInfo")),
        due_on=head.day("DueDate"), to_places=head.one("ToPlaces").texts("Place"),
        other=_other(head.one("OtherInfo")),
        response_for=tuple(_response(each) for each in head.all("ResponseFor")),
        steering=head.choice("SteeringType", Steering),
        traces=tuple(_trace(each) for each in traces.all("TraceHeader")),
        business=_business(traces.one(*BUSINESS) or header.one(*BUSINESS)),
    )  # fmt: skip


def _status(head: Element) -> StatusMessage:
    told = head.text("StatusCode", required=True, most=4).zfill(2)
    known = {each.value: each for each in StatusCode}
    if told not in known and told != "00":
        head.faults.unreadable(head.named("StatusCode"), told, ", ".join(known))
    return StatusMessage(
        sender=_organ(head.one("From", required=True)),
        response_for=_response(head.one("ResponseFor", required=True)),
        status=known.get(told, StatusCode.ARRIVED), at=head.moment("Timestamp"),
        description=head.text("Description"), staff=_staff(head.one("StaffInfo")),
    )  # fmt: skip


def _organ(one: Element) -> Organ:
    return Organ(
        organ_id=one.text("OrganId", required=bool(one), most=LONGEST),
        name=one.text("OrganName"), in_charge=one.text("OrganizationInCharge"),
        address=one.text("OrganAdd"), email=one.text("Email"), telephone=one.text("Telephone"),
        fax=one.text("Fax"), website=one.text("Website"),
    )  # fmt: skip


def _signatory(one: Element) -> Signatory | None:
    told = Signatory(one.text("FullName"), one.text("Position"), one.text("Competence"))
    return None if told == Signatory() else told


def _staff(one: Element) -> Staff | None:
    told = Staff(one.text("Staff"), one.text("Department"), one.text("Mobile"), one.text("Email"))
    return None if told == Staff() else told


def _other(one: Element) -> OtherInfo:
    return OtherInfo(
        priority=one.choice("Priority", Priority) or Priority.NORMAL,
        sphere=one.text("SphereOfPromulgation"), typist=one.text("TyperNotation"),
        copies=one.number("PromulgationAmount"), pages=one.number("PageAmount"),
        direction=one.truth("Direction"), appendixes=one.one("Appendixes").texts("Appendix"),
    )  # fmt: skip


def _response(one: Element) -> ResponseFor:
    return ResponseFor(
        organ_id=one.text("OrganId", required=bool(one), most=LONGEST),
        document_id=one.text("DocumentId", most=ID_MOST),
        code=one.text("Code", most=REFERENCE_MOST), promulgated_on=one.day("PromulgationDate"),
    )  # fmt: skip


def _trace(one: Element) -> Trace:
    at = one.moment("Timestamp", required=True)
    return Trace(one.text("OrganId", required=True, most=LONGEST), at or _NO_MOMENT)


_NO_MOMENT = dt.datetime.min.replace(tzinfo=dt.UTC)  # where a fault was noted


def _business(one: Element) -> Business:
    """What it does. None of it: a document that is new."""
    kind = one.choice("BussinessDocType", Kind) or Kind.NEW
    info = one.one("BussinessDocumentInfo")
    is_of_another = kind in (Kind.RECALL, Kind.UPDATE)
    return Business(
        kind=kind, reason=one.text("BussinessDocReason"),
        document_id=one.text("DocumentId", required=is_of_another, most=ID_MOST),
        changes_document=bool(info.truth("DocumentInfo")),
        changes_receivers=bool(info.truth("DocumentReceiver")),
        receivers=tuple(_change(each) for each in info.one("ReceiverList").all("Receiver")),
        replacements=_replacements(one, required=kind == Kind.REPLACE),
        staff=_staff(one.one("StaffInfo")), paper=one.number("Paper"),
    )  # fmt: skip


def _change(one: Element) -> ReceiverChange:
    added = one.truth("ReceiverType")
    if added is None:
        one.faults.missing(one.named("ReceiverType"))
    return ReceiverChange(one.text("OrganId", required=True, most=LONGEST), bool(added))


def _replacements(one: Element, *, required: bool) -> tuple[Replacement, ...]:
    told = one.one("ReplacementInfoList", required=required).all("ReplacementInfo")
    return tuple(
        Replacement(
            each.text("DocumentId", required=True, most=ID_MOST),
            each.one("OrganIdList").texts("OrganId"),
        )
        for each in told
    )


def _attachments(root: Element, envelope: Element, unpacker: Unpacker, faults: Faults) -> None:
    """Each file once, by its content id; what the manifest promises must be there."""
    encoded = root.one("AttachmentEncoded")
    seen: set[str] = set()
    for each in encoded.all("Attachment"):
        each.path = "Attachment"
        content_id = each.text("ContentId")
        if content_id and content_id in seen:
            faults.add(_("Two attachments have the ContentId %s.") % content_id)
        seen.add(content_id)
        name = each.text("AttachmentName", required=True)
        content = each.one("ContentTransferEncoded", required=True)
        if name and content:
            unpacker.add(name, content.raw(), each.text("Description"))
    manifest = envelope.one("edXMLBody").one("edXMLManifest")
    for each in manifest.all("Reference"):
        promised = each.text("ContentId")
        if promised and promised not in seen:
            faults.add(_("The attachment %s of the manifest is missing.") % promised)
