"""What a message of ours must have before it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.working_time import YEARS
from exchange.edxml.elements import TEXT_MOST, clean
from exchange.edxml.faults import Faults
from exchange.edxml.messages import (
    ID_MOST,
    NOTATION_MOST,
    NUMBER_MOST,
    SUBJECT_MOST,
    Business,
    Kind,
    Message,
    Organ,
    StatusMessage,
    document_id,
)
from exchange.edxml.organs import is_code
from files.checks import clean_name

WITHOUT_FILES = (Kind.RECALL,)


def check_message(message: Message) -> None:
    """Pass, or EdxmlError with all that is missing or wrong."""
    faults = Faults()
    _texts(message, faults)
    _organ(message.sender, "From", faults)
    if not message.receivers:
        faults.missing("To")
    for each in message.receivers:
        _organ(each, "To", faults)
    _document(message, faults)
    _business(message.business, faults)
    if not message.attachments and message.business.kind not in WITHOUT_FILES:
        faults.missing("Attachment")
    for file in message.attachments:
        if not file.content or clean_name(file.name) != file.name:
            faults.add(_("The file %s has no content or no plain name.") % file.name[:60])
    faults.raise_any()


def check_status(message: StatusMessage) -> None:
    """Pass, or EdxmlError."""
    faults = Faults()
    _texts(message, faults)
    _organ(message.sender, "From", faults)
    _needed(
        faults,
        {
            "ResponseFor/OrganId": message.response_for.organ_id,
            "ResponseFor/DocumentId": message.response_for.document_id,
            "Timestamp": message.at,
        },
    )
    faults.raise_any()


def _document(message: Message, faults: Faults) -> None:
    _needed(
        faults,
        {
            "Code/CodeNumber": message.number, "Code/CodeNotation": message.notation,
            "PromulgationInfo/Place": message.place, "DocumentType/TypeName": message.type.name,
            "Subject": message.subject, "TraceHeaderList/TraceHeader": message.traces,
        },
    )  # fmt: skip
    organ = message.document_id.partition(",")[0]  # of its day, when it had perhaps another code
    named = organ if is_code(organ) else message.sender.organ_id
    whole = document_id(named, message.promulgated_on, message.number, message.notation)
    if message.document_id != whole:
        faults.unreadable("DocumentId", message.document_id, whole)
    if message.promulgated_on.year not in YEARS:
        faults.missing("PromulgationInfo/PromulgationDate")
    for name, text, most in (
        ("Subject", message.subject, SUBJECT_MOST), ("DocumentId", message.document_id, ID_MOST),
        ("Code/CodeNumber", message.number, NUMBER_MOST),
        ("Code/CodeNotation", message.notation, NOTATION_MOST),
    ):  # fmt: skip
        if len(text) > most:
            faults.too_long(name, most)


def _business(business: Business, faults: Faults) -> None:
    if business.kind in (Kind.RECALL, Kind.UPDATE) and not business.document_id:
        faults.missing("Bussiness/DocumentId")
    if business.kind == Kind.REPLACE and not business.replacements:
        faults.missing("Bussiness/ReplacementInfoList")


def _organ(organ: Organ, element: str, faults: Faults) -> None:
    if not is_code(organ.organ_id):
        faults.unreadable(f"{element}/OrganId", organ.organ_id, "H32.05")
    if not organ.name:
        faults.missing(f"{element}/OrganName")


def _needed(faults: Faults, told: dict[str, Any]) -> None:
    for element, value in told.items():
        if not value:
            faults.missing(element)


def _texts(message: Any, faults: Faults) -> None:
    """Each is as a reader would have it back: NFC, single blanks, no control characters."""
    for name, text in _all_texts(message):
        if clean(text) != text:
            faults.add(_("The text “%s” has blanks or characters that cannot be sent.") % text[:60])
        if len(text) > TEXT_MOST:
            faults.too_long(name, TEXT_MOST)


def _all_texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for each in value:
            yield from _all_texts(each, name)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _all_texts(getattr(value, each.name), each.name)
