"""From what a message says to its bytes: strictly as QCVN 102 has it, in its order."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

from lxml import etree

from common.working_time import LOCAL
from exchange.edxml.attachments import packed
from exchange.edxml.checks import check_message, check_status
from exchange.edxml.messages import (
    NAMESPACE,
    ZIP,
    Attachment,
    Business,
    Message,
    Organ,
    OtherInfo,
    ResponseFor,
    Staff,
    StatusMessage,
)
from exchange.edxml.signatures import DSIG, Signer, signed

Parent: TypeAlias = "etree._Element"
ACTOR = "http://schemas.xmlsoap.org/soap/actor/next"


def write(message: Message | StatusMessage, signer: Signer | None = None) -> bytes:
    """UTF-8 with a declaration, signed if there is a signer. EdxmlError with all that is missing.

    The same message gives the same bytes; a signature with an elliptic curve is new each time.
    """
    if isinstance(message, Message):
        check_message(message)
    else:
        check_status(message)
    root = etree.Element(f"{{{NAMESPACE}}}edXML", nsmap={None: NAMESPACE})
    envelope = _sub(root, "edXMLEnvelope")
    header = _sub(envelope, "edXMLHeader")
    if isinstance(message, Message):
        _message(_sub(header, "MessageHeader"), message)
        _trace_list(header, message)
        _place_of(signer, header)
        _manifest(envelope, message.attachments)
        _encoded(root, message.attachments)
    else:
        _status(_sub(header, "Status"), message)
        _place_of(signer, header)
    if signer is not None:
        root = signed(root, signer)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _message(head: Parent, message: Message) -> None:
    _organ(head, "From", message.sender)
    for each in message.receivers:
        _organ(head, "To", each)
    _sub(head, "DocumentId", message.document_id)
    code = _sub(head, "Code")
    _sub(code, "CodeNumber", message.number)
    _sub(code, "CodeNotation", message.notation)
    issue = _sub(head, "PromulgationInfo")
    _sub(issue, "Place", message.place)
    _sub(issue, "PromulgationDate", _day(message.promulgated_on))
    kind = _sub(head, "DocumentType")
    _maybe(kind, "Type", message.type.number)
    _maybe(kind, "TypeDetail", message.type.detail)
    _sub(kind, "TypeName", message.type.name)
    _sub(head, "Subject", message.subject)
    _maybe(head, "Content", message.content)
    if message.signatory:
        who = _sub(head, "SignerInfo")
        _sub(who, "Competence", message.signatory.competence)
        _sub(who, "Position", message.signatory.position)
        _sub(who, "FullName", message.signatory.full_name)
    _maybe(head, "DueDate", _day(message.due_on))
    _list(head, "ToPlaces", "Place", message.to_places)
    _other(_sub(head, "OtherInfo"), message.other)
    for answered in message.response_for:
        _response(_sub(head, "ResponseFor"), answered)
    _maybe(head, "SteeringType", message.steering)


def _other(info: Parent, other: OtherInfo) -> None:
    _sub(info, "Priority", str(other.priority.value))
    _maybe(info, "SphereOfPromulgation", other.sphere)
    _maybe(info, "TyperNotation", other.typist)
    _maybe(info, "PromulgationAmount", other.copies)
    _maybe(info, "PageAmount", other.pages)
    if other.direction is not None:
        _sub(info, "Direction", _truth(other.direction))
    _list(info, "Appendixes", "Appendix", other.appendixes)


def _trace_list(header: Parent, message: Message) -> None:
    traces = _sub(header, "TraceHeaderList")
    traces.set("version", "1.0")
    traces.set("mustUnderstand", "1")
    traces.set("actor", ACTOR)
    for each in message.traces:
        trace = _sub(traces, "TraceHeader")
        _sub(trace, "OrganId", each.organ_id)
        _sub(trace, "Timestamp", _moment(each.at))
    _business(_sub(traces, "Bussiness"), message.business)  # the standard's spelling


def _business(parent: Parent, business: Business) -> None:
    _sub(parent, "BussinessDocType", str(business.kind.value))
    _maybe(parent, "BussinessDocReason", business.reason)
    _maybe(parent, "DocumentId", business.document_id)
    if business.changes_document or business.changes_receivers or business.receivers:
        info = _sub(parent, "BussinessDocumentInfo")
        _sub(info, "DocumentInfo", str(int(business.changes_document)))
        _sub(info, "DocumentReceiver", str(int(business.changes_receivers)))
        if business.receivers:
            changes = _sub(info, "ReceiverList")
            for change in business.receivers:
                receiver = _sub(changes, "Receiver")
                _sub(receiver, "OrganId", change.organ_id)
                _sub(receiver, "ReceiverType", str(int(change.is_added)))
    if business.replacements:
        replaced = _sub(parent, "ReplacementInfoList")
        for each in business.replacements:
            info = _sub(replaced, "ReplacementInfo")
            _sub(info, "DocumentId", each.document_id)
            _list(info, "OrganIdList", "OrganId", each.organ_ids)
    _staff(parent, business.staff)
    _maybe(parent, "Paper", business.paper)


def _status(head: Parent, message: StatusMessage) -> None:
    _organ(head, "From", message.sender)
    _response(_sub(head, "ResponseFor"), message.response_for)
    _staff(head, message.staff)
    _sub(head, "StatusCode", message.status.value)
    _sub(head, "Description", message.description)
    _maybe(head, "Timestamp", _moment(message.at) if message.at else "")


def _response(parent: Parent, answered: ResponseFor) -> None:
    _sub(parent, "OrganId", answered.organ_id)
    _sub(parent, "Code", answered.code)
    _maybe(parent, "PromulgationDate", _day(answered.promulgated_on))
    _sub(parent, "DocumentId", answered.document_id)


def _manifest(envelope: Parent, attachments: tuple[Attachment, ...]) -> None:
    manifest = _sub(_sub(envelope, "edXMLBody"), "edXMLManifest")
    manifest.set("version", "1.0")
    for number, each in enumerate(attachments, start=1):
        reference = _sub(manifest, "Reference")
        _sub(reference, "ContentId", _content_id(number))
        _sub(reference, "ContentType", ZIP)
        _sub(reference, "Description", each.description)
        _sub(reference, "AttachmentName", each.name)


def _encoded(root: Parent, attachments: tuple[Attachment, ...]) -> None:
    if not attachments:
        return
    encoded = _sub(root, "AttachmentEncoded")
    for number, each in enumerate(attachments, start=1):
        attachment = _sub(encoded, "Attachment")
        _sub(attachment, "ContentId", _content_id(number))
        _sub(attachment, "AttachmentName", each.name)
        _sub(attachment, "Description", each.description)
        _sub(attachment, "ContentType", ZIP)
        _sub(attachment, "ContentTransferEncoded", packed(each))


def _organ(parent: Parent, name: str, organ: Organ) -> None:
    told = _sub(parent, name)
    for tag, value in (
        ("OrganId", organ.organ_id), ("OrganizationInCharge", organ.in_charge),
        ("OrganName", organ.name), ("OrganAdd", organ.address), ("Email", organ.email),
        ("Telephone", organ.telephone), ("Fax", organ.fax), ("Website", organ.website),
    ):  # fmt: skip
        _sub(told, tag, value)


def _staff(parent: Parent, staff: Staff | None) -> None:
    if staff is None:
        return
    told = _sub(parent, "StaffInfo")
    _sub(told, "Department", staff.department)
    _sub(told, "Staff", staff.name)
    _sub(told, "Mobile", staff.mobile)
    _sub(told, "Email", staff.email)


def _place_of(signer: Signer | None, header: Parent) -> None:
    if signer is not None:
        etree.SubElement(header, f"{DSIG}Signature", {"Id": "placeholder"}, {"ds": DSIG[1:-1]})


def _sub(parent: Parent, name: str, text: str = "") -> Parent:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    made.text = text or None
    return made


def _maybe(parent: Parent, name: str, value: str | int | None) -> None:
    """Optional elements stand there only when they say something."""
    if value not in (None, ""):
        _sub(parent, name, str(int(value)) if isinstance(value, int) else value)


def _list(parent: Parent, name: str, item: str, texts: tuple[str, ...]) -> None:
    if texts:
        made = _sub(parent, name)
        for each in texts:
            _sub(made, item, each)


def _day(day: dt.date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y/%m/%d %H:%M:%S}"


def _truth(is_so: bool) -> str:
    return "true" if is_so else "false"


def _content_id(number: int) -> str:
    return f"cid:{number}"
